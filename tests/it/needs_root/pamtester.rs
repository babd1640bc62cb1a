//! The real pamtester, which has no `--confdir`, with an /etc/pam.d of its own.

use std::process::Output;

use super::needs_root;
use crate::support::etc::{DEMO, Etc};

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
