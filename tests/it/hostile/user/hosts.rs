//! Hosts whose process is in a state that none should be in: `modes.c` and `many.c`.

use std::path::Path;
use std::process::Command;

use crate::hostile::built;
use crate::support::told::Hygiene;
use crate::support::{Login, Mock, Told};
use crate::user::guest::same_as_before;

/// A login by the host in this mode.
fn login(mock: &Mock, mode: &str) -> Login {
    Login::new(mock).program(built::host().to_owned()).pamtalk(["--mode", mode])
}

/// All of the host's logins got in, by so many pushes, and left it as it was.
fn approved(told: &Told, mock: Mock, pushes: usize) {
    assert_eq!(told.codes(), vec!["PAM_SUCCESS"; pushes], "{told:?}");
    assert_eq!(mock.stop().pushes(), pushes);
    same_as_before(told);
}

/// No call is restarted after a signal, and the phone takes its time.
#[test]
fn a_storm_of_alarms_changes_no_verdict_and_no_timer() {
    let mock = Mock::with_me("auto = \"approve=1s\"");
    approved(&login(&mock, "storm").run(), mock, 1);
    let mock = Mock::with_me("auto = \"deny=1s\"");
    assert_eq!(login(&mock, "storm").run().code(), "PAM_AUTH_ERR");
}

#[test]
fn a_child_authenticates_on_its_parent_s_handle_and_the_parent_after_it() {
    let mock = Mock::with_me("auto = \"approve\"");
    approved(&login(&mock, "forked").run(), mock, 2);
}

#[test]
fn a_child_of_a_host_with_threads_that_has_logged_in_before_authenticates_too() {
    let mock = Mock::with_me("auto = \"approve\"");
    approved(&login(&mock, "forked-among-threads").run(), mock, 3);
}

#[test]
fn a_host_in_a_folder_that_is_gone_is_served_there() {
    let mock = Mock::with_me("auto = \"approve\"");
    approved(&login(&mock, "nowhere").run(), mock, 1);
}

#[test]
fn thirty_two_threads_log_in_at_once_with_a_handle_each() {
    let mock = Mock::with_me("auto = \"approve=300ms\"");
    approved(&login(&mock, "threads").run(), mock, 32);
}

/// libpam loads and unloads the module each time.
#[test]
fn a_thousand_logins_in_one_host_leave_nothing_behind() {
    let grown = |turns: usize| {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = login(&mock, "cycles").pamtalk(["--argument", &turns.to_string()]).run();
        let resident = |report: &Option<Hygiene>| report.as_ref().expect("a report").rss_kib;
        let grown = resident(&told.after) - resident(&told.before);
        approved(&told, mock, turns);
        grown
    };
    // What one login takes once (heap, code) is the same in both.
    let (few, many) = (grown(50), grown(1000));
    assert!(many < few + 256, "{few} KiB after 50 logins, {many} KiB after 1000");
}

/// In Turkish an I is no capital i, and a comma stands in numbers.
#[test]
fn a_host_in_another_language_is_told_the_same() {
    let folder = tempfile::tempdir().expect("a folder for a language");
    let made = Command::new("localedef")
        .args(["--no-archive", "-i", "tr_TR", "-f", "UTF-8"])
        .arg(folder.path().join("tr_TR.UTF-8"))
        .output()
        .expect("localedef(1)");
    // It warns about its own sources.
    assert!(folder.path().join("tr_TR.UTF-8").is_dir(), "run `make deps`: {made:?}");
    let place = Path::to_str(folder.path()).expect("a plain path");
    for keys in ["auto = \"approve\"", "auto = \"deny\""] {
        let mock = Mock::with_me(keys);
        let told = login(&mock, "abroad")
            .environment([("LOCPATH", place)])
            .pamtalk(["--argument", "tr_TR.UTF-8"])
            .run();
        let expected = if keys.contains("approve") { "PAM_SUCCESS" } else { "PAM_AUTH_ERR" };
        assert_eq!(told.code(), expected, "{told:?}");
        assert_eq!(mock.stop().pushes(), 1);
    }
}

/// What is inherited by the program that a host is: masks, and what is ignored.
#[test]
fn a_host_with_all_signals_blocked_and_children_ignored_is_served_and_left_so() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock)
        .within(&["env", "--block-signal", "--ignore-signal=CHLD", "--ignore-signal=ALRM"])
        .pamtalk(["--hygiene"])
        .run();
    let status = &told.before.as_ref().expect("a report").status;
    assert!(status["SigBlk"].ends_with("feff"), "the test is blunt: {status:?}");
    approved(&told, mock, 1);
}

#[test]
fn a_host_that_has_closed_its_first_ten_descriptors_gets_none_from_us() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock).pamtalk(["--close-fds", "0,1,2,3,4,5,6,7,8,9", "--hygiene"]).run();
    approved(&told, mock, 1);
}
