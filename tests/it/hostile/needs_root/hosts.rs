//! That the hosts in `user/` leave their lines in the log, one for each login; and disks that take nothing.

use crate::hostile::built;
use crate::needs_root::needs_root;
use crate::support::etc::DEMO;
use crate::support::mock::user;
use crate::support::{Login, Mock, Told};

fn approving() -> Mock {
    needs_root();
    Mock::start(Some(&user(DEMO, "auto = \"approve=100ms\"")), &[])
}

/// So many lines say that somebody got in by a push, and no other says anything of a login.
fn logged(told: &Told, mode: &str) {
    let of_logins = told.log.iter().filter(|line| line.contains("Duo login"));
    let lines: Vec<&String> = of_logins.collect();
    let logins = told.codes().len();
    assert_eq!(lines.len(), logins, "{mode}: {told:?}");
    let approved = |line: &&&String| line.contains("outcome=allow factor=push");
    assert_eq!(lines.iter().filter(approved).count(), logins, "{mode}: {told:?}");
}

#[test]
fn each_login_of_a_hostile_host_leaves_its_line() {
    for (mode, argument) in [
        ("storm", ""),
        ("forked", ""),
        ("forked-among-threads", ""),
        ("nowhere", ""),
        ("threads", ""),
        ("cycles", "30"),
        ("crooked", "huge"),
        ("crooked", "code19"),
        ("abroad", "C.UTF-8"),
    ] {
        let mock = approving();
        let told = Login::logged(&mock)
            .program(built::host().to_owned())
            .pamtalk(["--mode", mode, "--argument", argument])
            .run();
        logged(&told, mode);
        assert_eq!(mock.stop().pushes(), told.codes().len(), "{mode}");
    }
}

#[test]
fn a_login_whose_user_is_exchanged_says_so_in_its_line() {
    for (manner, lines) in [("told", 2), ("approved", 3)] {
        let mock = approving();
        let told = Login::logged(&mock)
            .program(built::host().to_owned())
            .pamtalk(["--mode", "exchanging", "--argument", manner])
            .run();
        let line = told.log_line("outcome=user_changed factor=push");
        assert!(line.contains("Error in Duo login for 'demo'"), "{line}");
        assert!(line.contains("the application changed PAM_USER meanwhile"), "{line}");
        // The phone had approved it before it was exchanged with the last words.
        assert_eq!(told.log.len(), lines, "{told:#?}");
        assert_eq!(mock.stop().pushes(), 2);
    }
}

/// Runs the host where nothing can be written: `script` sees to that, in the test's own namespace.
fn on(script: &str) -> Told {
    let mock = approving();
    let script = format!("set -e\n{script}\nexec \"$@\"");
    let told =
        Login::logged(&mock).within(&["sh", "-c", &script, "sh"]).pamtalk(["--hygiene"]).run();
    logged(&told, &script);
    assert_eq!(mock.stop().pushes(), 1, "{script}");
    told
}

#[test]
fn a_disk_that_cannot_be_written_or_is_full_changes_nothing() {
    let read_only = "for place in /etc /tmp /usr /var /run; do
            mount --rbind $place $place && mount -o remount,bind,ro $place
            ! touch $place/written 2>/dev/null
        done";
    let full = "for place in /var /run /dev/shm; do
            mount -t tmpfs -o size=16k none $place && ! cat /dev/zero > $place/all 2>/dev/null
        done";
    for script in [read_only, full] {
        crate::user::guest::same_as_before(&on(script));
    }
}
