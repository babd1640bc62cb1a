//! What the log tells of the account phase.

use super::needs_root;
use crate::support::etc::DEMO;
use crate::support::mock::user;
use crate::support::{Login, Mock};

const ON: &str = "[service.sshd]\naccount = true\n";

fn approving() -> Mock {
    needs_root();
    Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &[])
}

/// A value of a line's fields.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn each_call_of_a_login_has_its_line_and_names_the_approval() {
    let mock = approving();
    let told = Login::logged(&mock)
        .service("sshd")
        .tables(ON)
        .pamtalk(["--call", "authenticate,authenticate,acct_mgmt"])
        .run();
    assert_eq!(told.codes(), ["PAM_SUCCESS"; 3], "{told:?}");
    let [first, second, account] = told.log.as_slice() else { panic!("three lines: {told:#?}") };
    assert!(first.contains("pam_duo2(sshd:auth): Successful Duo login for 'demo'"), "{first}");
    let txid = field(first, "txid").expect("the transaction");
    for (line, head) in [(second, "pam_duo2(sshd:auth)"), (account, "pam_duo2(sshd:account)")] {
        assert!(line.contains(&format!("{head}: Skipped Duo login for 'demo'")), "{line}");
        assert_eq!(field(line, "outcome"), Some("earlier"), "{line}");
        assert_eq!(field(line, "txid"), Some(txid), "{line}");
        assert!(line.ends_with(" s ago, in this login\""), "{line}");
    }
    assert_eq!((field(second, "phase"), field(account, "phase")), (None, Some("account")));
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn an_account_phase_that_asks_says_so_in_its_line() {
    let mock = approving();
    let told = Login::logged(&mock)
        .service("sshd")
        .tables(ON)
        .pamtalk(["--call", "acct_mgmt", "--rhost", "192.0.2.7"])
        .run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let line = told.log_line("pam_duo2(sshd:account): ");
    let words = "Successful Duo login for 'demo' from 192.0.2.7: service=sshd outcome=allow phase=account factor=push";
    assert!(line.contains(words), "{line}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn an_account_line_that_does_nothing_is_told_how_to_do_something() {
    let mock = approving();
    let told = Login::logged(&mock)
        .service("sshd")
        .stack("auth required {module}")
        .stack("account required {module}")
        .stack("account required pam_permit.so")
        .pamtalk(["--call", "acct_mgmt,authenticate"])
        .run();
    assert_eq!(told.codes(), ["PAM_SUCCESS", "PAM_SUCCESS"], "{told:?}");
    let line = told.log_line("pam_duo2(sshd:account): ");
    assert!(line.contains("write account = true below [service.sshd] in pam_duo2.toml"), "{line}");
    assert!(line.contains("/pam_duo2.toml: warning: "), "{line}");
    assert_eq!(told.log.len(), 2, "nothing else but the authentication: {told:#?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn a_session_line_asks_nobody_and_the_log_says_so_once() {
    let mock = approving();
    let told = Login::logged(&mock)
        .service("sshd")
        .pamtalk(["--call", "open_session,close_session"])
        .run();
    assert_eq!(told.codes(), ["PAM_SUCCESS"; 2], "{told:?}");
    let line = told.log_line("pam_duo2(sshd:session): ");
    assert!(line.contains("warning: pam_duo2.so stands in the session part"), "{line}");
    assert_eq!(told.log.len(), 1, "{told:#?}");
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

#[test]
fn who_is_exempt_is_exempt_in_the_account_phase_too() {
    let mock = approving();
    for (exempt, codes) in [
        ("\"success\"", ["PAM_SUCCESS", "PAM_SUCCESS"]),
        // Ignored, which alone is a refusal in either phase.
        ("\"ignore\"", ["PAM_PERM_DENIED", "PAM_PERM_DENIED"]),
    ] {
        let told = Login::logged(&mock)
            .service("sshd")
            .tables(ON)
            .option("groups", "\"root\"")
            .option("exempt", exempt)
            .pamtalk(["--call", "authenticate,acct_mgmt"])
            .run();
        assert_eq!(told.codes(), codes, "{told:?}");
        let [auth, account] = told.log.as_slice() else { panic!("two lines: {told:#?}") };
        assert_eq!(field(auth, "outcome"), Some("exempt"), "{auth}");
        assert_eq!(field(account, "outcome"), Some("exempt"), "{account}");
        assert_eq!(field(account, "phase"), Some("account"), "{account}");
    }
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}
