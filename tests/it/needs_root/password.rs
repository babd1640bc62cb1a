//! What a host answers by itself: Cockpit's bridge gives every prompt the login password.

use super::needs_root;
use crate::support::etc::{DEMO, PASSWORD};
use crate::support::mock::{Seen, user};
use crate::support::{Login, Mock, Told};

/// The right password at `pam_unix`'s prompt, then `answer` at ours.
fn answered(answer: &str) -> (Told, Seen) {
    needs_root();
    let mock = Mock::start(Some(&user(DEMO, "passcodes = [\"123456\"]")), &[]);
    let told = Login::logged(&mock)
        .option("autopush", "false")
        .stack("auth required pam_unix.so")
        .stack("auth required {module}")
        .answers([PASSWORD, answer])
        .run();
    (told, mock.stop())
}

#[test]
fn the_login_password_as_an_answer_never_reaches_the_service() {
    let (told, seen) = answered(PASSWORD);
    assert_ne!(told.code(), "PAM_SUCCESS", "{told:?}");
    // It is our prompt that the password was an answer to.
    assert_ne!(seen.count("/auth/v2/preauth"), 0, "{:?}", seen.requests());
    assert_eq!(seen.count("/auth/v2/auth"), 0, "{:?}", seen.requests());
}

#[test]
fn a_passcode_after_the_login_password_lets_in() {
    let (told, seen) = answered("123456");
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(seen.count("/auth/v2/auth"), 1);
}

/// In sudo without a terminal, which is how Cockpit's bridge runs it, with a phone that approves.
#[test]
fn the_login_password_does_not_say_that_the_code_was_read() {
    needs_root();
    for (answer, code) in [(PASSWORD, "PAM_ABORT"), ("", "PAM_SUCCESS")] {
        let keys = "verified_push = true\nform = \"devices\"\nauto = \"approve\"";
        let mock = Mock::start(Some(&user(DEMO, keys)), &[]);
        let told = Login::logged(&mock)
            .service("sudo")
            .stack("auth required pam_unix.so")
            .stack("auth required {module}")
            .answers([PASSWORD, answer])
            .run();
        assert_eq!(told.code(), code, "{told:?}");
        assert!(told.texts("prompt_echo_on")[0].contains("then press Enter"), "{told:?}");
        assert_eq!(mock.stop().count("/auth/v2/auth"), 1);
    }
}
