//! The one line per login in the log.

use super::needs_root;
use crate::support::mock::user;
use crate::support::{Login, Mock};

fn demo(keys: &str) -> Mock {
    needs_root();
    Mock::start(Some(&user("demo", keys)), &[])
}

#[test]
fn an_approved_login_is_one_line_that_begins_as_admins_filters_expect() {
    let mock = demo("auto = \"approve\"");
    let told = Login::logged(&mock).service("sshd").pamtalk(["--rhost", "192.0.2.7"]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("Successful Duo login for 'demo' from 192.0.2.7"), "{line}");
    for part in ["sshd", "push", "pam_duo2.toml", "secure"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    // authpriv (10) and a severity.
    assert!(line.starts_with("<8"), "{line}");
}

#[test]
fn a_push_that_goes_out_has_a_line_of_its_own_with_what_is_known_by_then() {
    let mock = demo("auto = \"approve\"");
    let told = Login::logged(&mock).service("sshd").pamtalk(["--rhost", "192.0.2.7"]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let [line] = &told.sending[..] else { panic!("one line: {told:#?}") };
    assert!(line.contains("pam_duo2(sshd:auth): Sending Duo factor for 'demo' from 192.0.2.7: service=sshd factor=push device="));
    assert!(!line.contains("outcome=") && !line.contains("txid="), "{line}");
    // authpriv (10) and info (6).
    assert!(line.starts_with("<86>"), "{line}");
}

#[test]
fn a_login_without_a_factor_has_no_line_that_one_goes_out() {
    let mock = demo("policy = \"allow\"");
    let told = Login::logged(&mock).run();
    assert_eq!((told.code(), told.sending.len()), ("PAM_SUCCESS", 0), "{told:?}");
    assert!(told.log.iter().any(|line| line.contains(" outcome=bypass ")), "{told:?}");
}

#[test]
fn each_passcode_goes_out_with_a_line_that_does_not_hold_it() {
    let mock = demo("passcodes = [\"123456\"]");
    let told = Login::logged(&mock).option("autopush", "false").answers(["654321", "123456"]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(told.sending.len(), 2, "{told:#?}");
    for line in &told.sending {
        assert!(line.contains(": service=xdm factor=passcode ms="), "{line}");
    }
    for code in ["123456", "654321"] {
        assert!(!told.sending.iter().chain(&told.log).any(|line| line.contains(code)), "{told:?}");
    }
}

#[test]
fn a_denied_login_is_one_line_that_says_so() {
    let mock = demo("auto = \"deny\"");
    let told = Login::logged(&mock).run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    assert!(told.log_line("Duo login").contains("Failed Duo login for 'demo'"), "{told:?}");
}

#[test]
fn a_user_unknown_to_the_system_is_refused_before_the_service_hears_of_it() {
    let mock = demo("auto = \"approve\"");
    let told = Login::logged(&mock).user("nobody-here").run();
    assert_eq!(told.code(), "PAM_USER_UNKNOWN", "{told:?}");
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

#[test]
fn an_argument_that_nobody_knows_is_refused_with_a_line_in_the_log() {
    let mock = demo("auto = \"approve\"");
    let told = Login::logged(&mock).stack("auth required {module} nodelay").run();
    assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:?}");
    assert!(told.log.iter().any(|line| line.contains("nodelay")), "{told:?}");
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

#[test]
fn a_text_from_outside_cannot_forge_a_second_line() {
    let mock =
        demo("policy = \"deny\"\nstatus_msg = \"no\\n\\u001b[2JSuccessful Duo login for 'root'\"");
    let told = Login::logged(&mock).pamtalk(["--rhost", "evil\nSuccessful Duo login"]).run();
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    assert!(!told.log.is_empty());
    // The collector writes control characters as \xNN.
    assert!(told.log.iter().all(|line| !line.contains("\\x")), "{:#?}", told.log);
    assert!(told.messages().all(|m| !m.text.contains('\u{1b}')), "{told:?}");
}
