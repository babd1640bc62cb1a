//! The harness itself, with modules whose answers are known.

use crate::support::Login;

#[test]
fn a_stack_that_permits_ends_in_success() {
    let told = Login::unconfigured()
        .stack("auth required pam_permit.so")
        .stack("account required pam_deny.so")
        .pamtalk(["--call", "authenticate,acct_mgmt,setcred"])
        .run();
    assert_eq!(told.codes(), ["PAM_SUCCESS", "PAM_AUTH_ERR", "PAM_SUCCESS"]);
}

#[test]
fn a_stack_that_denies_ends_in_auth_err() {
    let told = Login::unconfigured().stack("auth required pam_deny.so").run();
    assert_eq!(told.code(), "PAM_AUTH_ERR");
}

#[test]
fn a_prompt_is_recorded_with_its_answer_and_the_pause_before_it() {
    let told = Login::unconfigured()
        .stack("auth optional pam_unix.so nodelay")
        .stack("auth required pam_permit.so")
        .answers(["@after 120 not the password", "left over"])
        .run();
    let prompt = told.messages().next().expect("pam_unix asks");
    assert_eq!((prompt.style.as_str(), prompt.text.as_str()), ("prompt_echo_off", "Password: "));
    assert_eq!(prompt.answer.as_deref(), Some("not the password"));
    assert!((120.0..3000.0).contains(&told.ms()), "{told:?}");
    assert_eq!(told.turns[0].answers_left, 1);
}

#[test]
fn a_script_that_is_exhausted_fails_the_prompt() {
    let told = Login::unconfigured().stack("auth required pam_unix.so nodelay").run();
    assert_ne!(told.code(), "PAM_SUCCESS");
    assert_eq!(told.messages().filter(|m| m.answer.is_some()).count(), 0);
}

#[test]
fn a_signal_during_the_login_stays_pending_for_the_host() {
    let told = Login::unconfigured()
        .stack("auth optional pam_unix.so nodelay")
        .answers(["@after 200 x"])
        .pamtalk(["--sigint-after", "50"])
        .run();
    let sigint = told.sigint.expect("a report on the signal");
    assert!(sigint.pending && sigint.handled == 0, "{sigint:?}");
}
