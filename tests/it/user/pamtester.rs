//! The real pamtester as an ordinary user: `pam_wrapper` shows it a folder of ours for /etc/pam.d.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{Mock, bins, me};

fn pamtester(pam_d: &Path) -> Output {
    Command::new("pamtester")
        .args(["door", me(), "authenticate"])
        .env("LD_PRELOAD", bins::system_library("libpam_wrapper.so"))
        .env("PAM_WRAPPER", "1")
        .env("PAM_WRAPPER_SERVICE_DIR", pam_d)
        .stdin(Stdio::null())
        .output()
        .expect("pamtester runs")
}

#[test]
fn an_ordinary_user_can_try_a_login_without_touching_etc() {
    for (auto, let_in) in [("approve", true), ("deny", false)] {
        let mock = Mock::with_me(&format!("auto = {auto:?}"));
        let dir = tempfile::tempdir().expect("a folder");
        let config = mock.write_config(dir.path());
        let stack = format!("auth required {} conf={config}\n", bins::module().display());
        std::fs::write(dir.path().join("door"), stack).expect("the stack is written");
        let said = pamtester(dir.path());
        assert_eq!(said.status.success(), let_in, "{auto}: {said:?}");
        assert_eq!(mock.stop().pushes(), 1, "{auto}");
    }
}
