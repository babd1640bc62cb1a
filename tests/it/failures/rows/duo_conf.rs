//! Mistakes in `pam_duo.conf`. Duo's own module lets in for any of them while `failmode` is, or is
//! still, `safe`.

use crate::failures::ends::config;
use crate::failures::row::{Amiss, Row, Scene, UNASKED};

const fn ini(happens: &'static str, text: &'static str, reason: &'static str) -> Row {
    Row { happens, scene: Scene::Config(Amiss::Ini(text)), ends: config(reason), ..UNASKED }
}

/// The three options that must be there, and `failmode = safe`.
macro_rules! with {
    ($more:literal) => {
        concat!(
            "[duo]\nikey = DIAAAAAAAAAAAAAAAAAA\nskey = 0123456789012345678901234567890123456789\n",
            "host = 127.0.0.1:1\nfailmode = safe\n",
            $more
        )
    };
}

rows!(
    an_empty_file = ini("An empty file", "", "CONFIG:1:1: `ikey` is missing"),
    no_keys = ini(
        "No keys",
        "[duo]\nhost = 127.0.0.1:1\nfailmode = safe\n",
        "CONFIG:1:2: `ikey` is missing",
    ),
    an_option_that_nobody_knows = ini(
        "An option that nobody knows",
        with!("failmod = secure\n"),
        "CONFIG:6:1: unknown option `failmod`",
    ),
    a_failmode_that_nobody_knows = ini(
        "A failmode that nobody knows",
        with!("failmode = Open\n"),
        "CONFIG:6:12: `failmode` is secure or safe",
    ),
    a_line_that_is_none =
        ini("A line that says nothing", with!("autopush\n"), "CONFIG:6:1: no = follows the name"),
    a_boolean_that_is_none = ini(
        "A boolean that is neither yes nor no",
        with!("autopush = maybe\n"),
        "CONFIG:6:12: `autopush` is yes or no",
    ),
    no_verification = ini(
        "`noverify = yes`",
        with!("noverify = yes\n"),
        "CONFIG:6:12: `noverify`: the certificate of the service is always verified",
    ),
    a_timeout_that_is_none = ini(
        "`https_timeout = soon`",
        with!("https_timeout = soon\n"),
        "CONFIG:6:17: `https_timeout` is a whole number of seconds",
    ),
    a_missing_trust_store = ini(
        "The `cafile` is missing",
        with!("cafile = /nonexistent/ca.pem\n"),
        "CONFIG:6:10: `cafile`: ",
    ),
    broken_above_its_failmode = ini(
        "A broken line above `failmode = secure`",
        "[duo]\nikey = DIAAAAAAAAAAAAAAAAAA\nskey\nhost = 127.0.0.1:1\nfailmode = secure\n",
        "CONFIG:3:1: no = follows the name",
    ),
);
