//! The private namespace itself.

use super::needs_root;
use crate::support::etc::{DEMO, Etc, PASSWORD};

#[test]
fn the_private_etc_knows_demo_and_the_log_is_caught() {
    needs_root();
    let etc = Etc::new();
    etc.service("door", "auth required pam_unix.so nodelay\n");
    let confdir = etc.path().join("pam.d").display().to_string();
    let log_in = |password: &str| {
        let said = etc
            .privately()
            .arg(crate::support::bins::pamtalk())
            .args([
                "--confdir",
                &confdir,
                "--service",
                "door",
                "--user",
                DEMO,
                "--answer",
                password,
            ])
            .output()
            .expect("pamtalk runs");
        said.status.code()
    };
    assert_eq!(log_in(PASSWORD), Some(0), "{:?}", etc.log());
    assert_eq!(log_in("wrong"), Some(1));
    let log = etc.log().join("\n");
    assert!(
        log.contains("pam_unix(door:auth): authentication failure") && log.contains("user=demo"),
        "{log}"
    );
}
