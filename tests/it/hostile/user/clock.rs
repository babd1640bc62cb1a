//! The machine's time is set while somebody logs in: by root, or by whoever plays its time server.

use crate::hostile::built;
use crate::support::{Login, Mock, bins};

/// A year back or forth, from the n-th time on that the module looks at a clock.
#[test]
fn a_clock_that_is_set_by_a_year_during_a_login_changes_no_verdict() {
    let module = bins::module().display().to_string();
    for (set, keys, expected) in [
        ("back", "auto = \"approve=200ms\"", "PAM_SUCCESS"),
        ("forth", "auto = \"approve=200ms\"", "PAM_SUCCESS"),
        ("back", "auto = \"deny=200ms\"", "PAM_AUTH_ERR"),
        ("forth", "auto = \"deny=200ms\"", "PAM_AUTH_ERR"),
    ] {
        let mut pushes = 0;
        for nth in (1..90).step_by(8) {
            let mock = Mock::with_me(keys);
            let words = [
                format!("LD_PRELOAD={}", built::shim().display()),
                format!("SHIM_MODULE={module}"),
                format!("SHIM_TARGET=clock_gettime:0:{nth}"),
                format!("SHIM_FAULT={set}"),
            ];
            let mut within = vec!["env"];
            within.extend(words.iter().map(String::as_str));
            let told = Login::new(&mock).within(&within).option("failmode", "\"safe\"").run();
            let sent = mock.stop().pushes();
            // Set before the handshake, the service's certificate is of another year: no outage.
            let expected = if sent == 1 { expected } else { "PAM_AUTHINFO_UNAVAIL" };
            assert_eq!(told.code(), expected, "{set}, {nth}: {told:?}");
            pushes += sent;
            assert!(told.ms() < 10_000.0, "{set}, {nth}: {told:?}");
        }
        assert!(pushes > 4, "the test is blunt: {set} {keys}: {pushes}");
    }
}
