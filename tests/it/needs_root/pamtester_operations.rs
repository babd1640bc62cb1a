//! pamtester as other projects' pipelines call it: an address with `-I`, several operations in one run.

use std::process::{Output, Stdio};

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::{Seen, user};
use crate::support::{Mock, bins};

/// `pamtester -I rhost=192.0.2.7 door demo OPERATIONS…`, the module in every part of the stack and
/// `pam_permit` beside its account line.
fn pamtester(phone: &str, operations: &[&str]) -> (Output, Seen) {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, &format!("auto = {phone:?}"))), &[]);
    let module = format!("{} conf={}", bins::module().display(), mock.write_config(etc.path()));
    let line = |group: &str| format!("{group} required {module}\n");
    let stack = ["auth", "account", "session", "password"].map(line).concat();
    etc.service("door", &(stack + "account required pam_permit.so\n"));
    let said = etc
        .privately()
        .args(["pamtester", "-I", "rhost=192.0.2.7", "door", DEMO])
        .args(operations)
        .stdin(Stdio::null())
        .output()
        .expect("privately runs");
    (said, mock.stop())
}

/// What pamtester says of its operations that succeeded.
fn successes(said: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&said.stdout);
    let lines = text.lines().filter_map(|line| line.strip_prefix("pamtester: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn the_phone_shows_the_address_that_pamtester_was_given() {
    let (said, seen) = pamtester("approve", &["authenticate"]);
    assert!(said.status.success(), "{said:?}");
    let asked = seen.0.iter().find(|line| line["path"] == "/auth/v2/auth").expect("a push");
    assert_eq!(asked["params"]["ipaddr"], "192.0.2.7");
}

#[test]
fn a_whole_login_is_five_operations_in_one_run_and_one_push() {
    let operations = [
        "authenticate",
        "setcred(PAM_ESTABLISH_CRED)",
        "acct_mgmt",
        "open_session",
        "close_session",
    ];
    let (said, seen) = pamtester("approve", &operations);
    assert!(said.status.success(), "{said:?}");
    assert_eq!(
        successes(&said),
        [
            "successfully authenticated",
            "credential info has successfully been set.",
            "account management done.",
            "successfully opened a session",
            "session has successfully been closed.",
        ]
    );
    assert_eq!(seen.pushes(), 1);
}

#[test]
fn a_denial_ends_the_run_before_its_later_operations() {
    let (said, seen) = pamtester("deny", &["authenticate", "acct_mgmt", "open_session"]);
    assert!(!said.status.success(), "{said:?}");
    assert_eq!(successes(&said), [""; 0]);
    assert_eq!(seen.pushes(), 1);
}

/// There is no password of ours to change: a stack that says so is a mistake, and is not taken for a yes.
#[test]
fn changing_a_password_is_refused_after_a_login_that_was_let_in() {
    let (said, seen) = pamtester("approve", &["authenticate", "chauthtok"]);
    assert!(!said.status.success(), "{said:?}");
    assert_eq!(successes(&said), ["successfully authenticated"]);
    assert_eq!(seen.pushes(), 1);
}
