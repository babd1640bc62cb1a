//! A verified push: its code is read before anybody can approve, whatever the host does with infos.

use super::*;
use crate::core::host::{Info, Profile};
use crate::core::verdict::FactorChosen;

pub(super) fn host(service: &str) -> Profile {
    host::profile(
        service,
        None,
        HostCall { terminal: service != "cockpit", silent: false, ..TERMINAL },
    )
}

/// Every host in which an info is not seen before the approval.
pub(super) fn deaf() -> Vec<Profile> {
    let sudo = host::profile("sudo", None, HostCall { terminal: false, silent: true, ..TERMINAL });
    let silent =
        host::profile("login", None, HostCall { terminal: true, silent: true, ..TERMINAL });
    let hosts = vec![host("sshd"), host("cockpit"), sudo, silent];
    assert!(hosts.iter().all(|host| host.info != Info::AtOnce));
    hosts
}

pub(super) fn at(host: Profile, autopush: Autopush) -> Plan {
    Plan { autopush, host, ..plan() }
}

pub(super) const AT_ONCE: Autopush = Autopush::FirstPushDevice;
pub(super) const CODE_IN_WORDS: &str = "Verification code: 417. Enter it on your phone.";

/// The same with another code, as a renewed preauth has it.
fn renewed() -> String {
    VERIFIED.replace("417", "528").replace("V1", "V2")
}

/// The service's own menu, with a push that it verifies.
pub(super) fn verified_menu() -> String {
    MENU.replace("push1", "verified_push1")
}

pub(super) fn told_in_status() -> Expect {
    status("waiting", "pushed", CODE_IN_WORDS)
}

/// The transaction that was asked about is the one that the last push began.
pub(super) fn polled(ran: &Ran, txid: &str) {
    let polls: Vec<&str> = ran
        .calls
        .iter()
        .filter_map(|request| match &request.call {
            Call::Status { txid } => Some(txid.0.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(polls.last(), Some(&txid), "{polls:?}");
}

fn txids(ran: &Ran) -> Vec<Option<&str>> {
    ran.auths()
        .into_iter()
        .map(|factor| match factor {
            Factor::Push { txid, .. } | Factor::Prompt { txid, .. } => txid.as_ref(),
            _ => None,
        })
        .map(|txid| txid.map(|txid| txid.0.as_str()))
        .collect()
}

#[test]
fn the_code_of_a_push_that_went_out_unasked_stands_in_a_prompt() {
    for host in deaf() {
        let ran = run_with(
            at(host, AT_ONCE),
            [
                preauth(VERIFIED),
                started("T1"),
                Expect::Ask("to iPhone. Type 417 there, then press Enter here: ", Some("")),
                status("waiting", "pushed", "Pushed."),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{}", host.name);
        assert_eq!(txids(&ran), [Some("V1")], "{}", host.name);
        polled(&ran, "T1");
    }
}

#[test]
fn the_code_of_a_push_picked_from_the_menu_is_new_and_stands_in_a_second_prompt() {
    for host in deaf() {
        let ran = run_with(
            at(host, Autopush::Off),
            [
                preauth(VERIFIED),
                Expect::Ask("asscode", Some("1")),
                preauth(&renewed()),
                started("T1"),
                Expect::Ask("Type 528 there, then press Enter here: ", Some("")),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{}", host.name);
        assert_eq!(txids(&ran), [Some("V2")], "{}", host.name);
    }
}

#[test]
fn a_later_round_shows_a_new_code_or_sends_no_push() {
    for host in deaf() {
        let first = || {
            [
                preauth(VERIFIED),
                started("T1"),
                Expect::Ask("Type 417", Some("")),
                status_after(9.0, "deny", "timeout", ""),
                Expect::Info("Nobody answered"),
                Expect::Ask("asscode", Some("push")),
            ]
        };
        let ran = run_with(
            at(host, AT_ONCE),
            first().into_iter().chain([
                preauth(&renewed()),
                started("T2"),
                Expect::Ask("Type 528", Some("")),
                status("allow", "allow", ""),
            ]),
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{}", host.name);
        assert_eq!(txids(&ran), [Some("V1"), Some("V2")], "{}", host.name);
        polled(&ran, "T2");
        let ran = run_with(at(host, AT_ONCE), first().into_iter().chain([preauth(PHONE)]));
        assert!(matches!(ran.outcome, Outcome::Unintelligible(_)), "{}", host.name);
        assert_eq!(ran.auths().len(), 1, "never a plain push");
    }
}

#[test]
fn who_does_not_answer_the_prompt_with_the_code_does_not_get_in() {
    for host in deaf() {
        let ran = run_with(
            at(host, AT_ONCE),
            [preauth(VERIFIED), started("T1"), Expect::Ask("417", None)],
        );
        assert_eq!(ran.outcome, Outcome::NoConversation(None, FactorChosen::Yes), "{}", host.name);
        let mut script = vec![preauth(&verified_menu()), started("T1")];
        script.extend(told(&host, "Push sent"));
        script.extend([told_in_status(), Expect::Ask("417", None)]);
        let ran = run_with(at(host, AT_ONCE), script);
        assert_eq!(ran.outcome, Outcome::NoConversation(None, FactorChosen::Yes), "{}", host.name);
    }
}

/// The prompt was open for an hour (each is, here): the service may have forgotten the push.
#[test]
fn a_push_that_is_forgotten_while_its_prompt_was_open_ran_out() {
    let forgotten = || Expect::Call(STATUS, 0.1, fail(40002));
    let begin = || [preauth(VERIFIED), started("T1"), Expect::Ask("417", Some(""))];
    let ran = run_with(
        at(host("sshd"), AT_ONCE),
        begin().into_iter().chain([
            forgotten(),
            Expect::Info("Nobody answered in time."),
            Expect::Ask("option", None),
        ]),
    );
    assert_eq!(ran.outcome, Outcome::TimedOut);
    // A poll that took its time has only run out itself.
    let ran = run_with(
        at(host("sshd"), AT_ONCE),
        begin()
            .into_iter()
            .chain([Expect::Call(STATUS, 25.0, fail(40002)), status("allow", "allow", "")]),
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn no_budget_runs_while_the_code_is_read_and_the_factors_own_does_afterwards() {
    let ran = run_with(
        at(host("sshd"), AT_ONCE),
        [
            preauth(VERIFIED),
            started("T1"),
            Expect::Ask("417", Some("")),
            Expect::Call(STATUS, 0.0, Answer::Hangs(Failure::Outage(Outage::Silent))),
        ],
    );
    assert_eq!(ran.outcome, Outcome::TimedOut);
    let without_prompt = ran.elapsed.as_secs_f64() - 3600.0;
    assert!((65.0..66.0).contains(&without_prompt), "{without_prompt}");
}

#[test]
fn a_service_that_refuses_at_once_is_not_followed_by_a_prompt() {
    let refusal = r#"{"result":"deny","status":"deny","status_msg":"No."}"#;
    let ran = run_with(
        at(host("cockpit"), AT_ONCE),
        [preauth(VERIFIED), Expect::Call(AUTH, 0.1, ok(refusal))],
    );
    assert_eq!(ran.outcome, Outcome::Denied(None));
}

#[test]
fn a_device_that_ascii_cannot_name_is_called_by_what_it_can() {
    let gothic = VERIFIED.replace("iPhone", "\u{10330}");
    let ran = run_with(
        at(host("cockpit"), AT_ONCE),
        [
            preauth(&gothic),
            started("T1"),
            Expect::Ask("Push sent. Type 417 on your phone, then press Enter here: ", Some("")),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

/// The service's own words for the wait repeat it: no news, neither as an info nor as a prompt.
#[test]
fn a_code_that_was_said_is_not_said_again_in_the_services_words() {
    let repeats = || status("waiting", "pushed", "Enter code 417 in Duo Mobile on iPhone.");
    for host in deaf() {
        let ran = run_with(
            at(host, AT_ONCE),
            [
                preauth(VERIFIED),
                started("T1"),
                Expect::Ask("to iPhone. Type 417 there, then press Enter here: ", Some("")),
                repeats(),
                repeats(),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{}", host.name);
    }
    let ran = run_with(
        at(host("login"), AT_ONCE),
        [
            preauth(VERIFIED),
            started("T1"),
            Expect::Info("Push sent to iPhone. Type 417 there."),
            // A dialog keeps what came last.
            status("waiting", "pushed", "Pushed a login request to your device (XXX-XXX-0100)."),
            repeats(),
            // A code that is another one is news.
            status("waiting", "pushed", "Enter code 4170."),
            Expect::Info("4170"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}
