//! The private namespace itself.

use std::fs::OpenOptions;
use std::io;
use std::process::Command;

use super::needs_root;
use crate::support::bins;
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
            .arg(bins::pamtalk())
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

/// Runs a shell's script by `privately`, whose path is its `$1`; what it says, and its status.
fn privately(script: &str) -> (String, Option<i32>) {
    needs_root();
    let program = bins::privately();
    let said = Command::new(&program)
        .args(["--", "sh", "-c", script, "sh"])
        .arg(&program)
        .output()
        .expect("privately runs");
    (String::from_utf8_lossy(&said.stderr).into_owned(), said.status.code())
}

#[test]
fn what_logs_in_privately_cannot_write_to_the_machines_etc() {
    for written in ["/etc/passwd", "/etc/pam.d/other"] {
        let (said, status) = privately(&format!(": >>{written}"));
        assert!(said.contains("Read-only file system"), "{written}: {said}");
        assert_ne!(status, Some(0), "{written}");
    }
}

#[test]
fn a_test_that_runs_as_root_cannot_write_to_the_machines_etc() {
    needs_root();
    // Nothing is written where it could be.
    let opened = OpenOptions::new().append(true).open("/etc/passwd");
    assert_eq!(
        opened.map_err(|e| e.kind()).err(),
        Some(io::ErrorKind::ReadOnlyFilesystem),
        "run this by scripts/test.sh, or by target/release/privately"
    );
}

#[test]
fn in_a_plain_chroot_privately_says_that_the_root_is_no_mount_point() {
    let root = tempfile::tempdir().expect("a folder");
    let (said, status) = privately(&format!(
        "set -e; cd {}
        for place in /usr /lib /lib64 /bin \"$(dirname \"$1\")\"; do
            [ -e $place ] || continue
            mkdir -p .$place; mount --bind $place .$place
        done
        chroot . \"$1\" -- true",
        root.path().display()
    ));
    assert!(said.starts_with("privately: the root directory is no mount point"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(status, Some(125));
}
