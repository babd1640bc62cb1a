//! What the service decides, and what the user gets and reads.

use crate::support::{Login, Mock};

#[test]
fn an_approved_push_lets_the_user_in_who_reads_at_once_that_the_phone_was_asked() {
    let mock = Mock::with_me("auto = \"approve=1s\"");
    let told = Login::new(&mock).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let first = told.messages().next().expect("a word about the push");
    assert!(first.ms < 900.0, "before the person taps: {told:?}");
    assert!(told.said("XXX-XXX-0100"), "the user reads which phone was asked: {told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn a_denied_push_ends_in_auth_err_and_names_the_denial() {
    let mock = Mock::with_me("auto = \"deny\"");
    let told = Login::new(&mock).option("prompts", "3").run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    assert!(told.said("denied"), "{told:?}");
    assert_eq!(mock.stop().pushes(), 1, "a refused push is not sent again");
}

#[test]
fn a_push_reported_as_fraud_ends_in_auth_err_and_is_not_sent_again() {
    let mock = Mock::with_me("auto = \"fraud\"");
    let told = Login::new(&mock).option("prompts", "3").run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    assert!(told.said("fraud"), "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn sudo_is_told_to_end_by_a_denial_and_to_ask_again_where_nobody_answered() {
    for service in ["sudo", "sudo-i", "sudo-askpass"] {
        let mock = Mock::with_me("auto = \"deny\"");
        let told = Login::new(&mock).service(service).run();
        assert_eq!(told.code(), "PAM_ABORT", "{service}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1);
    }
    let scenario = crate::support::mock::user(crate::support::me(), "");
    let mock = Mock::start(Some(&scenario), &["--auto", "off", "--push-ttl", "1s"]);
    let told = Login::new(&mock).service("sudo").option("prompts", "1").run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    assert!(told.said("in time"), "{told:?}");
}

#[test]
fn a_push_that_nobody_answers_expires_and_denies() {
    let mock = Mock::start(
        Some(&crate::support::mock::user(crate::support::me(), "")),
        &["--auto", "off", "--push-ttl", "1s"],
    );
    let told = Login::new(&mock).run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    assert!(told.said("in time"), "{told:?}");
    assert!((1000.0..5000.0).contains(&told.ms()), "{told:?}");
}

#[test]
fn a_user_whom_the_policy_lets_through_is_asked_nothing() {
    let mock = Mock::with_me("policy = \"allow\"");
    let told = Login::new(&mock).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let seen = mock.stop();
    assert_eq!((seen.count("/auth/v2/preauth"), seen.count("/auth/v2/auth")), (1, 0));
}

/// Refusals in preauth are about the account, so another try does not help: `PAM_PERM_DENIED`.
#[test]
fn a_refusal_in_preauth_shows_the_services_reason_and_sends_nothing() {
    for policy in ["deny", "enroll", "locked_out"] {
        let mock =
            Mock::with_me(&format!("policy = {policy:?}\nstatus_msg = \"Ask the help desk\""));
        // Under "safe", too: a no from the service is no outage.
        let told = Login::new(&mock).option("failmode", "\"safe\"").run();
        assert_eq!(told.code(), "PAM_PERM_DENIED", "{policy}: {told:?}");
        assert!(told.said("Ask the help desk"), "{policy}: {told:?}");
        let seen = mock.stop();
        assert_eq!((seen.pushes(), seen.count("/auth/v2/auth")), (0, 0), "{policy}");
    }
}

#[test]
fn a_passcode_at_the_prompt_lets_the_user_in_and_a_wrong_one_does_not() {
    let mock = Mock::with_me("passcodes = [\"123456\"]");
    let login = || Login::new(&mock).option("autopush", "false").option("prompts", "1");
    let right = login().answers(["123456"]).run();
    assert_eq!(right.code(), "PAM_SUCCESS", "{right:?}");
    assert_eq!(right.texts("prompt_echo_on").len(), 1);
    let wrong = login().answers(["654321"]).run();
    assert_eq!(wrong.code(), "PAM_AUTH_ERR", "{wrong:?}");
    assert_eq!(mock.stop().pushes(), 0);
}

#[test]
fn the_menu_offers_a_push_by_number() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock).option("autopush", "false").answers(["1"]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!(told.texts("prompt_echo_on")[0].contains("1."), "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn a_table_for_one_service_rules_that_service_only() {
    let mock = Mock::with_me("auto = \"approve\"");
    let login = |service: &str| {
        let own = "[service.quiet]\nautopush = false\nprompts = 1\n";
        Login::new(&mock).tables(own).service(service).answers(["1"]).run()
    };
    assert_eq!(login("quiet").texts("prompt_echo_on").len(), 1);
    assert_eq!(login("other-service").texts("prompt_echo_on").len(), 0);
}
