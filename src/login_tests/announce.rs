//! `announce = "prompt"`: nothing is sent before somebody has read what.

use super::codes::{AT_ONCE, at, host};
use super::*;
use crate::core::verdict::FactorChosen;

fn plan_for(service: &str, autopush: Autopush) -> Plan {
    Plan { announce: Announce::Prompt, ..at(host(service), autopush) }
}

const ANNOUNCED: &str = "Press Enter to send a push to iPhone, or type a passcode: ";

#[test]
fn enter_sends_the_push_that_was_announced() {
    for (service, prompt) in [
        ("sshd", ANNOUNCED),
        ("login", ANNOUNCED),
        ("cockpit", "Press Enter to send a push to iPhone, or type a passcode."),
    ] {
        let plan = plan_for(service, AT_ONCE);
        let mut script = vec![preauth(PHONE), Expect::Prompt(prompt, 5.0, " "), started("T1")];
        script.extend(told(&plan.host, "Push sent to iPhone"));
        script.push(status("allow", "allow", ""));
        let ran = run_with(plan, script);
        assert_eq!(ran.outcome, Outcome::Approved, "{service}");
        assert_eq!(ran.auths().len(), 1);
        assert!(matches!(ran.auths()[..], [Factor::Push { .. }]));
    }
}

#[test]
fn a_passcode_in_its_place_sends_no_push() {
    let ran = run_with(
        plan_for("sshd", AT_ONCE),
        [
            preauth(PHONE),
            Expect::Prompt(ANNOUNCED, 5.0, "1234567"),
            started("T1"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.auths(), [&Factor::Passcode(Secret::new("1234567".into()))]);
}

#[test]
fn the_words_of_the_menu_are_understood_too() {
    let ran = run_with(
        plan_for("sshd", AT_ONCE),
        [
            preauth(PHONE),
            Expect::Prompt(ANNOUNCED, 5.0, "phone"),
            started("T1"),
            Expect::Info("Calling"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.auths(), [&Factor::Phone { device: "DP1".into() }]);
    let ran = run_with(
        plan_for("sshd", AT_ONCE),
        [
            preauth(PHONE),
            Expect::Prompt(ANNOUNCED, 5.0, "9"),
            Expect::Info("neither"),
            Expect::Ask("Passcode or option (1-3) [1]: ", None),
        ],
    );
    assert!(ran.auths().is_empty());
}

/// Autopush's round is that of its prompt.
#[test]
fn it_costs_the_round_that_the_push_costs() {
    let plan = Plan { rounds: 1, ..plan_for("sshd", AT_ONCE) };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            Expect::Prompt(ANNOUNCED, 5.0, ""),
            started("T1"),
            Expect::Info("Push sent"),
            status_after(60.0, "deny", "timeout", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::TimedOut);
}

#[test]
fn a_call_that_the_service_would_make_is_announced_as_one() {
    let call = MENU.replace("\"default\":\"push1\"", "\"default\":\"phone1\"");
    let ran = run_with(
        plan_for("sshd", Autopush::ServiceDefault),
        [
            preauth(&call),
            Expect::Prompt("Press Enter to have your phone called, or type a passcode: ", 5.0, ""),
            started("T1"),
            Expect::Info("Calling your phone."),
            status("allow", "allow", ""),
        ],
    );
    let [Factor::Prompt { answer, .. }] = ran.auths()[..] else { panic!("{:?}", ran.auths()) };
    assert_eq!(answer.expose(), "phone1");
}

#[test]
fn what_has_no_name_or_no_push_is_announced_in_other_words() {
    let gothic = PHONE.replace("iPhone", "\u{10330}").replace("XXX-XXX-0123", "\u{10331}");
    let texts = PHONE.replace(r#""auto","push","sms","phone""#, r#""sms""#);
    for (offer, autopush, asked) in [
        (&gothic, AT_ONCE, "Press Enter to send a push to your phone, or type a passcode."),
        (
            &texts,
            Autopush::ServiceDefault,
            "Press Enter to text new passcodes to XXX-XXX-0123, or type a passcode.",
        ),
    ] {
        let ran = run_with(
            plan_for("cockpit", autopush),
            [
                preauth(offer),
                Expect::Prompt(asked, 5.0, "1234567"),
                started("T1"),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved);
    }
}

#[test]
fn a_verified_push_gets_its_code_after_enter() {
    let renewed = VERIFIED.replace("417", "528").replace("V1", "V2");
    let ran = run_with(
        plan_for("sshd", AT_ONCE),
        [
            preauth(VERIFIED),
            Expect::Prompt(ANNOUNCED, 50.0, ""),
            preauth(&renewed),
            started("T1"),
            Expect::Ask("Type 528 there", Some("")),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn without_autopush_or_a_device_for_it_the_menu_is_the_prompt() {
    let ran = run_with(
        plan_for("sshd", Autopush::Off),
        [preauth(PHONE), Expect::Ask("option (1-3) [1]: ", None)],
    );
    assert!(ran.auths().is_empty());
    let ran =
        run_with(plan_for("sshd", AT_ONCE), [preauth(TOKEN), Expect::Ask("Passcode: ", None)]);
    assert!(ran.auths().is_empty());
}

#[test]
fn who_does_not_answer_is_sent_no_push() {
    let ran = run_with(
        plan_for("sshd", AT_ONCE),
        [preauth(PHONE), Expect::Ask("Press Enter to send a push", None)],
    );
    assert_eq!(ran.outcome, Outcome::NoConversation(None, FactorChosen::NotYet));
    assert!(ran.auths().is_empty());
}
