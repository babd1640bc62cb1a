//! What the shared object shows to the world.

use std::process::Command;

use crate::support::bins;

#[test]
fn the_six_entry_points_and_nothing_else_are_exported() {
    let said = Command::new("nm")
        .args(["-D", "--defined-only", "--format=just-symbols"])
        .arg(bins::module())
        .output()
        .expect("nm (binutils) runs");
    let text = String::from_utf8(said.stdout).expect("symbols are ASCII");
    let mut symbols: Vec<&str> = text.lines().collect();
    symbols.sort_unstable();
    assert_eq!(
        symbols,
        [
            "pam_sm_acct_mgmt",
            "pam_sm_authenticate",
            "pam_sm_chauthtok",
            "pam_sm_close_session",
            "pam_sm_open_session",
            "pam_sm_setcred",
        ]
    );
}

#[test]
fn the_module_stays_mapped_because_its_resolver_thread_may_outlive_the_transaction() {
    let said = Command::new("readelf")
        .args(["--dynamic", "--wide"])
        .arg(bins::module())
        .output()
        .expect("readelf (binutils) runs");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(text.contains("NODELETE"), "{text}");
}
