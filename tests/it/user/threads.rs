//! A host with many threads, each with handles of its own, as a server that logs people in may be.

use super::guest::same_as_before;
use crate::support::{Login, Mock};

#[test]
fn thirty_two_threads_log_in_at_once_and_leave_the_host_as_it_was() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock)
        .option("timeout", "60")
        .pamtalk(["--at-once", "32", "--repeat", "2", "--hygiene"])
        .run();
    assert_eq!(told.codes(), ["PAM_SUCCESS"; 64], "{told:?}");
    same_as_before(&told);
    assert_eq!(mock.stop().pushes(), 64);
}
