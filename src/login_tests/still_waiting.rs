//! A host that gives a login up when it hears nothing: it hears something before, and the push is the
//! same.

use super::codes::{AT_ONCE, at, host};
use super::*;
use crate::core::host::Profile;
use crate::core::verdict::FactorChosen;

pub(super) const STILL: &str =
    "Push sent to iPhone. Still waiting: press Enter, or type a passcode.";

/// Cockpit, which bears 26 s.
pub(super) fn cockpit() -> Plan {
    at(host("cockpit"), AT_ONCE)
}

/// A push is out, 0.2 s after the start.
pub(super) fn out() -> Vec<Expect> {
    vec![preauth(PHONE), started("T1")]
}

/// The push is decided so many seconds after the login began.
pub(super) fn decided(seconds: f64, result: &str, word: &str) -> Expect {
    status_after(seconds - 0.2, result, word, "")
}

pub(super) fn approved(seconds: f64) -> Expect {
    decided(seconds, "allow", "allow")
}

fn after_out(more: impl IntoIterator<Item = Expect>) -> Ran {
    run_with(cockpit(), out().into_iter().chain(more))
}

#[test]
fn whoever_presses_enter_at_once_is_in_as_soon_as_the_phone_says_so() {
    for (seconds, prompts) in [(5.0, 0), (25.0, 0), (40.0, 1), (58.0, 2)] {
        let asked = (0..prompts).map(|_| Expect::Prompt(STILL, 2.0, ""));
        let ran = after_out([approved(seconds)].into_iter().chain(asked));
        assert_eq!(ran.outcome, Outcome::Approved, "{seconds}");
        assert_eq!(ran.auths().len(), 1, "{seconds}");
        assert_eq!(ran.calls.len(), 3, "one poll, in flight all the time");
        assert!((ran.elapsed.as_secs_f64() - seconds).abs() < 0.1, "{:?}", ran.elapsed);
        assert_eq!(ran.trace.txid.unwrap().0, "T1");
    }
}

#[test]
fn whoever_takes_the_phone_first_is_in_as_soon_as_enter_is_pressed() {
    for seconds in [40.0, 58.0] {
        let ran = after_out([approved(seconds), Expect::Prompt(STILL, 36.0, "")]);
        assert_eq!(ran.outcome, Outcome::Approved, "{seconds}");
        assert_eq!((ran.auths().len(), ran.calls.len()), (1, 3), "{seconds}");
        assert!((62.0..62.5).contains(&ran.elapsed.as_secs_f64()), "{:?}", ran.elapsed);
    }
}

#[test]
fn a_push_that_was_refused_while_the_prompt_was_open_is_refused() {
    for (word, outcome) in [("deny", Outcome::Denied(None)), ("fraud", Outcome::Fraud)] {
        let ran = after_out([decided(40.0, "deny", word), Expect::Prompt(STILL, 30.0, "")]);
        assert_eq!(ran.outcome, outcome);
        assert_eq!(ran.auths().len(), 1);
    }
}

#[test]
fn a_push_that_ran_out_while_the_prompt_was_open_offers_another_way() {
    let ran = after_out([
        decided(60.0, "deny", "timeout"),
        Expect::Prompt(STILL, 50.0, ""),
        Expect::Info("Nobody answered in time."),
        Expect::Ask("Duo: ", Some("1234567")),
        started("T2"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_push_that_the_service_has_forgotten_meanwhile_ran_out() {
    let ran = after_out([
        status_after(30.0, "waiting", "pushed", ""),
        Expect::Prompt(STILL, 58.0, ""),
        Expect::Call(STATUS, 0.1, fail(40002)),
        Expect::Info("Nobody answered in time."),
        Expect::Ask("Duo: ", None),
    ]);
    assert_eq!(ran.outcome, Outcome::TimedOut);
}

#[test]
fn a_poll_that_ran_out_while_the_prompt_was_open_is_no_push_that_is_forgotten() {
    let ran = after_out([
        Expect::Call(STATUS, 30.0, fail(40002)),
        Expect::Prompt(STILL, 20.0, ""),
        status_after(0.1, "allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_reply_that_was_lost_while_the_prompt_was_open_is_asked_for_again() {
    let ran = after_out([
        Expect::Call(STATUS, 30.0, Answer::Fails(Failure::Outage(Outage::Cut))),
        Expect::Prompt(STILL, 20.0, ""),
        Expect::Pause(1.0),
        status_after(0.1, "allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn who_does_not_answer_does_not_get_in() {
    let ran = after_out([approved(40.0), Expect::Ask("Still waiting", None)]);
    assert_eq!(ran.outcome, Outcome::NoConversation(None, FactorChosen::Yes));
}

/// A service that never decides: asked twice, and then it is over.
#[test]
fn the_factors_own_budget_ends_the_waiting() {
    let hangs = Expect::Call(STATUS, 0.0, Answer::Hangs(Failure::Outage(Outage::Silent)));
    let asked = || Expect::Prompt(STILL, 3600.0, "");
    let ran = after_out([hangs, asked(), asked()]);
    assert_eq!(ran.outcome, Outcome::TimedOut);
    let without_prompts = ran.elapsed.as_secs_f64() - 7200.0;
    assert!((65.0..66.0).contains(&without_prompts), "{without_prompts}");
}

#[test]
fn silence_goes_on_in_a_pause_and_the_pause_goes_on_at_the_prompt() {
    let late = || busy(Some(RetryAfter::Seconds(Duration::from_secs(40))));
    for (thinks, rest) in [(2.0, Some(13.2)), (30.0, None)] {
        let mut script = vec![
            Expect::Call(STATUS, 1.0, late()),
            Expect::Info("trying again in 40 s"),
            Expect::Pause(24.8),
            Expect::Prompt(STILL, thinks, ""),
        ];
        script.extend(rest.map(Expect::Pause));
        script.push(status("allow", "allow", ""));
        assert_eq!(after_out(script).outcome, Outcome::Approved, "{thinks}");
    }
}

#[test]
fn what_was_silent_before_counts() {
    let plan = Plan { silent: Duration::from_secs(20), ..cockpit() };
    let ran =
        run_with(plan, out().into_iter().chain([approved(10.0), Expect::Prompt(STILL, 1.0, "")]));
    assert_eq!(ran.outcome, Outcome::Approved);
    // Nothing is left before the first poll: it is asked before that.
    let plan = Plan { silent: Duration::from_secs(30), ..cockpit() };
    let ran =
        run_with(plan, out().into_iter().chain([Expect::Prompt(STILL, 1.0, ""), approved(10.0)]));
    assert_eq!(ran.outcome, Outcome::Approved);
}

/// There is nothing to ask about yet, and the host shows our words only while it listens.
#[test]
fn a_service_that_is_silent_from_the_start_is_given_up_while_the_host_listens() {
    let silent = || Failure::Outage(Outage::Silent);
    for (before, waited) in [(0, 26), (6, 20), (60, 5)] {
        let plan = Plan {
            timeout: Duration::from_secs(60),
            silent: Duration::from_secs(before),
            ..cockpit()
        };
        assert_eq!(plan.budget(), Duration::from_secs(waited));
        let ran = run_with(plan.clone(), [Expect::Call(PREAUTH, 0.0, Answer::Hangs(silent()))]);
        assert_eq!(ran.outcome, Outcome::Unreachable(Outage::Silent));
        assert_eq!(ran.elapsed, Duration::from_secs(waited));
        let ran =
            run_with(plan, [preauth(PHONE), Expect::Call(AUTH, 0.0, Answer::Hangs(silent()))]);
        assert_eq!(ran.outcome, Outcome::Lost(Outage::Silent));
        assert_eq!(ran.elapsed, Duration::from_secs(waited));
    }
}

fn asked_about(profile: Profile, autopush: Autopush, offer: &str, still: &'static str) {
    let mut script = vec![preauth(offer), started("T1")];
    script.extend(told(&profile, "Push sent to iPhone."));
    script.extend([approved(40.0), Expect::Prompt(still, 1.0, "")]);
    let ran = run_with(at(profile, autopush), script);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn the_prompt_names_the_device_as_the_host_can_write_it() {
    let cockpit = host("cockpit");
    let gothic = PHONE.replace("iPhone", "\u{10330}").replace("XXX-XXX-0123", "\u{10331}");
    let bare = "Push sent. Still waiting: press Enter, or type a passcode.";
    asked_about(cockpit, AT_ONCE, &gothic, bare);
    let call = MENU.replace("\"default\":\"push1\"", "\"default\":\"phone1\"");
    let bare = "Calling your phone. Still waiting: press Enter, or type a passcode.";
    asked_about(cockpit, Autopush::ServiceDefault, &call, bare);
    // On a terminal the answer stands behind it.
    let terminal = Profile { silence: cockpit.silence, ..host("login") };
    let still = "Push sent to iPhone. Still waiting: press Enter, or type a passcode: ";
    asked_about(terminal, AT_ONCE, PHONE, still);
}

#[test]
fn a_phone_that_is_called_is_waited_for_by_its_number() {
    let plan = Plan { autopush: Autopush::Off, ..cockpit() };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            Expect::Ask("2 = call", Some("2")),
            started("T1"),
            approved(40.0),
            Expect::Prompt(
                "Calling XXX-XXX-0123. Still waiting: press Enter, or type a passcode.",
                20.0,
                "phone",
            ),
            Expect::Info("That is no passcode."),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn the_prompt_repeats_the_code_of_a_verified_push() {
    let still =
        "Push sent to iPhone. Type 417 there. Still waiting: press Enter, or type a passcode.";
    let ran = run_with(
        cockpit(),
        [
            preauth(VERIFIED),
            started("T1"),
            Expect::Prompt("Push sent to iPhone. Type 417 there, then press Enter here: ", 1.0, ""),
            approved(60.0),
            Expect::Prompt(still, 1.0, ""),
            Expect::Prompt(still, 10.0, ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.calls.len(), 3);
    // In the service's own words it may be anywhere in them.
    for (words, still) in [
        (
            "Enter 417 in Duo Mobile",
            "Push sent. Type 417 on your phone. Still waiting: press Enter, or type a passcode.",
        ),
        ("Your code: 4-1-7", "Your code: 4-1-7. Still waiting: press Enter, or type a passcode."),
    ] {
        let menu = MENU.replace("push1", "verified_push1");
        let ran = run_with(
            cockpit(),
            [
                preauth(&menu),
                started("T1"),
                status_after(0.6, "waiting", "pushed", words),
                Expect::Ask(words, Some("")),
                status_after(40.0, "allow", "allow", ""),
                Expect::Prompt(still, 20.0, ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved);
    }
}
