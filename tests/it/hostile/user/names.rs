//! Names that no host should hand over.

use crate::support::mock::user;
use crate::support::{Login, Mock, me};

/// Just below what the kernel lets an argument be.
fn long() -> String {
    "x".repeat(64 << 10)
}

#[test]
fn an_address_or_a_terminal_of_any_length_and_content_is_no_more_than_a_name() {
    let rubbish = "\u{1b}[2J\u{202e}\r\n%n%s\u{7f}'\"&=ë".repeat(50);
    for name in [long(), rubbish, "-".to_owned(), "::ffff:%lo".to_owned()] {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock)
            .option("pushinfo", "true")
            .pamtalk(["--rhost", &name, "--tty", &name, "--ruser", &name])
            .run();
        // Of the longest libpam's own line for the kernel's audit cannot be made, and root's is to be.
        let expected = if name == long() { told.code() } else { "PAM_SUCCESS" };
        assert_eq!(told.code(), expected, "{told:?}");
        assert!(["PAM_SUCCESS", "PAM_SYSTEM_ERR"].contains(&expected), "{told:?}");
        let seen = mock.stop();
        let push = seen.events("push")[0].to_string();
        assert!(push.len() < 4096, "{} bytes", push.len());
        assert!(!push.chars().any(|c| c.is_control() || c == '\u{202e}'), "{push}");
    }
}

#[test]
fn a_user_of_any_length_and_content_is_somebody_whom_nobody_knows() {
    for name in [&long(), "", "\u{1b}[2J", "root\n", "%s%n", "../root", " root"] {
        let mock = Mock::start(Some(&user(me(), "policy = \"allow\"")), &[]);
        let told = Login::new(&mock).user(name).option("failmode", "\"safe\"").run();
        assert_eq!(told.code(), "PAM_USER_UNKNOWN", "{name:?}: {told:?}");
        assert_eq!(mock.stop().connections(), 0, "{name:?}");
    }
}
