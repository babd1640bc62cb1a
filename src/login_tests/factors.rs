//! What people answer, and what comes of it.

use super::*;
use crate::core::verdict::FactorChosen;

#[test]
fn an_approved_push_is_said_to_be_sent_and_lets_in() {
    let ran = run_ok([
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent to iPhone"),
        status("waiting", "pushed", "Pushed a login request to your device..."),
        status("allow", "allow", "Success. Logging you in..."),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.trace.factor, Some("push"));
    assert_eq!(ran.trace.device.as_deref(), Some("iPhone"));
    assert_eq!(ran.trace.txid.unwrap().0, "T1");
}

#[test]
fn a_refused_push_is_not_sent_again() {
    for (word, outcome) in [("deny", Outcome::Denied(None)), ("fraud", Outcome::Fraud)] {
        let ran = run_ok([
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent"),
            status("deny", word, "Login request denied."),
        ]);
        assert_eq!(ran.outcome, outcome);
        assert_eq!(ran.auths().len(), 1);
    }
}

#[test]
fn a_user_in_bypass_is_not_asked() {
    assert_eq!(run_ok([preauth(r#"{"result":"allow"}"#)]).outcome, Outcome::Bypassed);
}

#[test]
fn who_must_enrol_is_told_where() {
    let ran = run_ok([preauth(
        r#"{"result":"enroll","status_msg":"Enrol at","enroll_portal_url":"https://e.example/p"}"#,
    )]);
    let Outcome::NotEnrolled { portal, .. } = ran.outcome else { panic!("{:?}", ran.outcome) };
    assert_eq!(portal.as_deref(), Some("https://e.example/p"));
}

#[test]
fn without_autopush_the_menu_asks_and_a_number_picks() {
    let plan = Plan { autopush: Autopush::Off, ..plan() };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            Expect::Ask("Passcode or option (1-3) [1]: ", Some("2")),
            started("T1"),
            Expect::Info("Calling XXX-XXX-0123"),
            status("waiting", "calling", "Dialing XXX-XXX-0123..."),
            Expect::Info("Dialing"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.auths(), [&Factor::Phone { device: "DP1".into() }]);
}

#[test]
fn a_token_is_asked_for_its_passcode_even_with_autopush() {
    let ran = run_ok([
        preauth(TOKEN),
        Expect::Ask("Passcode: ", Some(" 123 456 ")),
        started("T1"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.auths(), [&Factor::Passcode(Secret::new("123456".into()))]);
}

#[test]
fn a_wrong_passcode_is_one_request_and_one_round() {
    let wrong = |txid, typed| {
        [
            Expect::Ask("Passcode", Some(typed)),
            started(txid),
            status("deny", "deny", "Incorrect passcode."),
            Expect::Info("Incorrect passcode."),
        ]
    };
    let wrong = [wrong("A", "000000"), wrong("B", "000001"), wrong("C", "000002")];
    let ran = run_ok([preauth(TOKEN)].into_iter().chain(wrong.into_iter().flatten()));
    assert_eq!(ran.outcome, Outcome::RoundsUsedUp);
    assert_eq!(ran.auths().len(), 3);
}

#[test]
fn a_slip_in_the_menu_costs_a_round_and_no_request() {
    let plan = Plan { autopush: Autopush::Off, rounds: 2, ..plan() };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            Expect::Ask("option", Some("9")),
            Expect::Info("neither"),
            Expect::Ask("option", Some("push2")),
            Expect::Info("neither"),
        ],
    );
    assert_eq!(ran.outcome, Outcome::RoundsUsedUp);
    assert!(ran.auths().is_empty());
}

#[test]
fn new_passcodes_by_text_ask_again_and_cost_no_round() {
    let plan = Plan { autopush: Autopush::Off, rounds: 1, ..plan() };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            Expect::Ask("option", Some("sms")),
            started("T1"),
            status("deny", "sent", "New SMS passcodes sent."),
            Expect::Info("New SMS passcodes sent."),
            Expect::Ask("option", Some("1234567")),
            started("T2"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_push_that_ran_out_offers_another_way() {
    let ran = run_ok([
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent"),
        status_after(60.0, "deny", "timeout", "Login timed out."),
        Expect::Info("Nobody answered"),
        Expect::Ask("option", Some("1234567")),
        started("T2"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_push_that_ran_out_with_nobody_to_ask_is_a_timeout() {
    let ran = run_ok([
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent"),
        status_after(60.0, "deny", "timeout", ""),
        Expect::Info("Nobody answered"),
        Expect::Ask("option", None),
    ]);
    assert_eq!(ran.outcome, Outcome::TimedOut);
}

#[test]
fn the_services_own_menu_is_shown_and_answered_in_its_words() {
    let plan = Plan { autopush: Autopush::Off, ..plan() };
    let ran = run_with(
        plan,
        [
            preauth(MENU),
            Expect::Ask("Pick:", Some("2")),
            started("T1"),
            Expect::Info("Calling"),
            status("allow", "allow", ""),
        ],
    );
    let [Factor::Prompt { answer, .. }] = ran.auths()[..] else { panic!("{:?}", ran.auths()) };
    assert_eq!(answer.expose(), "phone1");
}

#[test]
fn autopush_with_the_services_own_menu_sends_its_push() {
    let ran = run_ok([
        preauth(MENU),
        started("T1"),
        Expect::Info("Push sent"),
        status("allow", "allow", ""),
    ]);
    let [Factor::Prompt { answer, .. }] = ran.auths()[..] else { panic!("{:?}", ran.auths()) };
    assert_eq!(answer.expose(), "push1");
}

#[test]
fn a_phone_is_never_called_unasked() {
    let call = r#"{"result":"auth","prompt":{"text":"Pick: ","factors":{"default":"phone1","1":"phone1"}}}"#;
    let ran = run_ok([preauth(call), Expect::Ask("Pick:", None)]);
    assert_eq!(ran.outcome, Outcome::NoConversation(None, FactorChosen::NotYet));
    assert!(ran.auths().is_empty());
}

#[test]
fn a_verified_push_shows_its_code_in_one_message_and_carries_its_transaction() {
    let ran = run_ok([
        preauth(VERIFIED),
        started("V1"),
        Expect::Info("Push sent to iPhone. Type 417 there."),
        status("allow", "allow", ""),
    ]);
    let [Factor::Push { txid, .. }] = ran.auths()[..] else { panic!("{:?}", ran.auths()) };
    assert_eq!(txid.as_ref().map(|txid| txid.0.as_str()), Some("V1"));
}

#[test]
fn a_second_verified_push_gets_a_new_code_or_is_not_sent() {
    let first = || {
        [
            preauth(VERIFIED),
            started("V1"),
            Expect::Info("Type 417"),
            status("deny", "timeout", ""),
            Expect::Info("Nobody answered"),
            Expect::Ask("Passcode or option (1) [1]: ", Some("push")),
        ]
    };
    let renewed = VERIFIED.replace("417", "528").replace("V1", "V2");
    let ran = run_ok(first().into_iter().chain([
        preauth(&renewed),
        started("V2"),
        Expect::Info("Type 528"),
        status("allow", "allow", ""),
    ]));
    assert_eq!(ran.outcome, Outcome::Approved);
    let ran = run_ok(first().into_iter().chain([preauth(PHONE)]));
    assert!(matches!(ran.outcome, Outcome::Unintelligible(_)));
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn a_code_in_the_services_words_is_shown_once() {
    let menu = MENU.replace("push1", "verified_push1");
    let message = "Pushed a login request. Type 417 on your phone.";
    let ran = run_ok([
        preauth(&menu),
        started("T1"),
        Expect::Info("Push sent"),
        status("waiting", "pushed", message),
        Expect::Info("Type 417"),
        status("waiting", "pushed", message),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_verified_push_picked_from_the_menu_gets_a_code_that_still_lives() {
    let plan = Plan { autopush: Autopush::Off, ..plan() };
    let renewed = VERIFIED.replace("417", "528").replace("V1", "V2");
    let ran = run_with(
        plan,
        [
            preauth(VERIFIED),
            Expect::Ask("option", Some("1")),
            preauth(&renewed),
            started("T2"),
            Expect::Info("Type 528"),
            status("allow", "allow", ""),
        ],
    );
    let [Factor::Push { txid, .. }] = ran.auths()[..] else { panic!("{:?}", ran.auths()) };
    assert_eq!(txid.as_ref().map(|txid| txid.0.as_str()), Some("V2"));
}

#[test]
fn a_passcode_that_made_a_phone_ask_is_refused_for_good() {
    let ran = run_ok([
        preauth(TOKEN),
        Expect::Ask("Passcode", Some("999999")),
        started("T1"),
        status("waiting", "pushed", "Pushed a login request to your device..."),
        status("deny", "deny", "Login request denied."),
    ]);
    assert_eq!(ran.outcome, Outcome::Denied(None));
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn a_refusal_by_policy_is_told_and_logged_in_the_services_words() {
    let ran = run_ok([
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent"),
        status("deny", "anonymous_ip", "Your address is not allowed."),
    ]);
    assert_eq!(ran.outcome, Outcome::Denied(Some("Your address is not allowed.".into())));
    assert_eq!(ran.trace.said.as_deref(), Some("Your address is not allowed."));
}

#[test]
fn the_last_try_that_ran_out_is_told_by_the_verdict_alone() {
    let plan = Plan { rounds: 1, ..plan() };
    let ran = run_with(
        plan,
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
fn the_words_of_one_refusal_do_not_follow_the_next_factor() {
    let ran = run_ok([
        preauth(TOKEN),
        Expect::Ask("Passcode", Some("999999")),
        started("T1"),
        status("deny", "deny", "Incorrect passcode."),
        Expect::Info("Incorrect passcode."),
        Expect::Ask("Passcode", Some("888888")),
        started("T2"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(ran.trace.said, None);
}

/// It might be a push, and a push without the transaction would be a plain one.
#[test]
fn a_way_that_is_not_known_carries_the_code_that_preauth_gave() {
    let menu = r#"{"result":"auth","txid":"V1","verification_code":"417",
        "prompt":{"text":"Pick: ","factors":{"1":"carrier_pigeon1"}}}"#;
    let renewed = menu.replace("417", "528").replace("V1", "V2");
    let plan = Plan { autopush: Autopush::Off, ..plan() };
    let ran = run_with(
        plan,
        [
            preauth(menu),
            Expect::Ask("Pick:", Some("1")),
            preauth(&renewed),
            started("T1"),
            Expect::Info("Type 528"),
            status("allow", "allow", ""),
        ],
    );
    let [Factor::Prompt { txid, .. }] = ran.auths()[..] else { panic!("{:?}", ran.auths()) };
    assert_eq!(txid.as_ref().map(|txid| txid.0.as_str()), Some("V2"));
}
