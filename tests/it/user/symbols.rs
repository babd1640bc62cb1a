//! What the shared object shows to the world.

use std::process::Command;

use crate::support::bins;

fn ask(tool: &str, args: &[&str]) -> String {
    let said = Command::new(tool).args(args).arg(bins::module()).output();
    String::from_utf8(said.expect("binutils are installed").stdout).expect("symbols are ASCII")
}

#[test]
fn six_entry_points_are_exported_and_their_code_stays_mapped() {
    let text = ask("nm", &["-D", "--defined-only", "--format=just-symbols"]);
    let mut symbols: Vec<&str> = text.lines().collect();
    symbols.sort_unstable();
    let calls =
        ["acct_mgmt", "authenticate", "chauthtok", "close_session", "open_session", "setcred"];
    assert_eq!(symbols, calls.map(|call| format!("pam_sm_{call}")));
    // The resolver's thread may outlive the transaction, and with it libpam's dlclose.
    let flags = ask("readelf", &["--dynamic", "--wide"]);
    assert!(flags.contains("NODELETE"), "{flags}");
}
