//! A login in the private namespace leaves the machine's /etc alone.

use std::process::Command;

use super::needs_root;
use super::pamtester::pamtester;
use crate::support::etc::Etc;

fn state() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts/etc-state.sh");
    let said = Command::new(script).output().expect("the script runs");
    String::from_utf8_lossy(&said.stdout).into_owned()
}

#[test]
fn etc_is_the_same_before_and_after_a_login() {
    needs_root();
    let before = state();
    assert!(before.contains("/etc/passwd "), "{before}");
    let etc = Etc::new();
    etc.service("open", "auth required pam_permit.so\n");
    assert!(pamtester(&etc, "open").status.success());
    assert_eq!(before, state());
}
