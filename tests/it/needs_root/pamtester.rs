//! The real pamtester, which has no `--confdir`, with an /etc/pam.d of its own.

use std::process::Output;

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Mock, bins};

/// `pamtester SERVICE demo authenticate` in the private namespace.
pub fn pamtester(etc: &Etc, service: &str) -> Output {
    etc.privately()
        .args(["pamtester", service, DEMO, "authenticate"])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("privately runs")
}

#[test]
fn pamtester_sees_the_private_service_files() {
    needs_root();
    let etc = Etc::new();
    etc.service("open", "auth required pam_permit.so\n");
    etc.service("shut", "auth required pam_deny.so\n");
    assert!(pamtester(&etc, "open").status.success());
    assert!(!pamtester(&etc, "shut").status.success());
}

/// A stack of our module alone, whose config leads to `mock`.
fn ours(etc: &Etc, mock: &Mock) {
    let config = mock.write_config(etc.path());
    etc.service("door", &format!("auth required {} conf={config}\n", bins::module().display()));
}

#[test]
fn pamtester_is_let_in_by_an_approval() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &[]);
    ours(&etc, &mock);
    let said = pamtester(&etc, "door");
    assert!(said.status.success(), "{said:?} {:?}", etc.log());
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn pamtester_is_refused_by_a_denial_and_shows_it() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "")), &["--auto", "deny=0s"]);
    ours(&etc, &mock);
    let said = pamtester(&etc, "door");
    assert!(!said.status.success(), "{said:?}");
    let shown = [said.stdout, said.stderr].concat();
    let shown = String::from_utf8_lossy(&shown).to_lowercase();
    assert!(shown.contains("denied"), "{shown}");
    assert_eq!(mock.stop().pushes(), 1);
}
