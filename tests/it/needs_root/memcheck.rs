//! pamtester under valgrind's memcheck: what a host of others' makes of the module.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Memcheck, Mock, bins};

#[test]
fn pamtester_does_all_it_can_and_memcheck_counts_nothing() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &["--chacha20"]);
    let config = mock.write_config(etc.path());
    // Slow as it is, memcheck makes no outage of what it looks at.
    let mut file = File::options().append(true).open(&config).expect("the config");
    file.write_all(b"timeout = 60\n").expect("one more option");
    let module = format!("{} conf={config}", bins::module().display());
    let line = |group: &str| format!("{group} required {module}\n");
    let stack = ["auth", "account", "session", "password"].map(line).concat();
    etc.service("door", &(stack + "account required pam_permit.so\n"));
    let memcheck = Memcheck::new();
    let said = etc
        .privately()
        .args(memcheck.words())
        .args(["pamtester", "door", DEMO, "authenticate", "setcred", "acct_mgmt"])
        .args(["open_session", "close_session", "authenticate"])
        .stdin(Stdio::null())
        .output()
        .expect("privately runs");
    let report = memcheck.report();
    assert!(said.status.success(), "{said:?}");
    assert_eq!(report.errors, 0, "{}", report.text);
    assert_eq!(mock.stop().pushes(), 2);
}
