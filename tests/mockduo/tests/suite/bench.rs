//! `mockduo bench`, at a size that is no measurement.

use std::process::Command;

use crate::mock::PROGRAM;

#[test]
fn a_bench_counts_logins_with_and_without_people_who_wait() {
    let made = Command::new(PROGRAM)
        .args(["bench", "--logins", "20", "--parallel", "3", "--pending", "10"])
        .output()
        .unwrap();
    let shown = String::from_utf8(made.stdout).unwrap();
    assert!(made.status.success(), "{shown}{}", String::from_utf8_lossy(&made.stderr));
    let rows: Vec<Vec<f64>> = shown
        .lines()
        .skip(2)
        .map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect())
        .collect();
    let [idle, busy, ratio] = &rows[..] else { panic!("{shown}") };
    assert_eq!((idle[0], busy[0]), (0.0, 10.0), "{shown}");
    for row in [idle, busy] {
        let &[_, rate, median, high, slowest] = &row[..] else { panic!("{shown}") };
        assert!(rate > 0.0 && 0.0 < median && median <= high && high <= slowest, "{shown}");
    }
    assert_eq!(ratio.len(), 1, "{shown}");
}
