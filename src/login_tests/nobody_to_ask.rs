//! Calls in which no prompt can be shown, as sshd's account phase: nothing is ever asked.

use super::codes::{AT_ONCE, at};
use super::*;
use crate::core::host::{Info, Profile, Prompts};
use crate::core::verdict::FactorChosen;

fn profile(info: Info) -> Profile {
    let call = HostCall { phase: Phase::Account, ..TERMINAL };
    let profile = host::profile("sshd", None, call);
    assert_eq!(profile.prompts, Prompts::Refused);
    Profile { info, ..profile }
}

fn mute(autopush: Autopush) -> Plan {
    at(profile(Info::Silenced), autopush)
}

fn why(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::NoConversation(Some(why), FactorChosen::NotYet) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_device_gets_a_push_whatever_autopush_says() {
    for autopush in [Autopush::Off, AT_ONCE, Autopush::ServiceDefault] {
        let ran = run_with(
            mute(autopush),
            [
                preauth(PHONE),
                started("T1"),
                Expect::Info("Push sent"),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved);
    }
}

#[test]
fn without_a_device_for_a_push_nothing_is_sent_and_the_log_says_why() {
    for autopush in [Autopush::Off, AT_ONCE, Autopush::ServiceDefault] {
        let ran = run_with(mute(autopush), [preauth(TOKEN)]);
        assert!(why(&ran.outcome).contains("no device takes a push"), "{:?}", ran.outcome);
    }
}

#[test]
fn a_text_message_whose_passcode_could_not_be_typed_is_not_sent() {
    let texts = PHONE.replace(r#""auto","push","sms","phone""#, r#""sms""#);
    let ran = run_with(mute(Autopush::ServiceDefault), [preauth(&texts)]);
    assert!(why(&ran.outcome).contains("text message"));
}

#[test]
fn an_announcement_that_cannot_be_made_sends_nothing() {
    let ran = run_with(Plan { announce: Announce::Prompt, ..mute(AT_ONCE) }, [preauth(PHONE)]);
    assert!(why(&ran.outcome).contains("announce"));
}

#[test]
fn a_verified_push_goes_out_only_where_its_code_is_seen_at_once() {
    let menu = MENU.replace("push1", "verified_push1");
    for offer in [VERIFIED, &menu] {
        let ran = run_with(mute(AT_ONCE), [preauth(offer)]);
        assert!(why(&ran.outcome).contains("code of a verified push"));
    }
    let ran = run_with(
        at(profile(Info::AtOnce), AT_ONCE),
        [
            preauth(VERIFIED),
            started("T1"),
            Expect::Info("Push sent to iPhone. Type 417 there."),
            status("waiting", "pushed", "Enter 417 in Duo Mobile."),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_push_that_ran_out_is_not_followed_by_anything() {
    let ran = run_with(
        mute(AT_ONCE),
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent"),
            status_after(60.0, "deny", "timeout", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::TimedOut);
}

#[test]
fn a_host_that_bears_no_silence_hears_nothing_all_the_same() {
    let silence = Some(Duration::from_secs(26));
    let plan = at(Profile { silence, ..profile(Info::Silenced) }, AT_ONCE);
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent"),
            status_after(58.0, "allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

/// The service verifies a push that it had called a plain one.
#[test]
fn a_code_that_comes_as_a_surprise_is_not_asked_about() {
    let ran = run_with(
        mute(AT_ONCE),
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent"),
            status("waiting", "pushed", "Enter 417 in Duo Mobile."),
            Expect::Info("417"),
            status_after(40.0, "deny", "timeout", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::TimedOut);
}
