//! Wherever in the file a secret was written: nothing that is said shows it.

use proptest::prelude::*;

use super::properties::{SECRET, WHOLE, read};
use crate::properties::{NOISE, key};

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_on_a_damaged_line_is_not_shown(
        before in "[ -~]{0,12}", between in "[ -~]{0,6}", after in "[ -~]{0,6}",
    ) {
        let line = format!("{before}skey{between}{SECRET}{after}");
        let (said, _) = read(WHOLE.replace("skey = s3cr3ts3cr3ts3cr3t", &line).as_bytes());
        prop_assert!(!said.contains(SECRET), "{}:\n{}", line, said);
    }

    #[test]
    fn a_key_is_not_shown_wherever_it_was_written(
        key in key(), place in place(), noise in NOISE, ending in ending(), twice in any::<bool>(),
        refused in any::<bool>(),
    ) {
        let line = format!("{place}{noise}{key}{ending}\n");
        let lines = if twice { line.repeat(2) } else { line };
        // What is refused shows mistakes, what is not shows warnings.
        let last = if refused { "failmode = open\n" } else { "motd = yes\n" };
        let text = format!("{}{lines}{last}", WHOLE.replace(SECRET, "x"));
        let (said, _) = read(text.as_bytes());
        for part in key.as_bytes().windows(12) {
            let part = std::str::from_utf8(part).unwrap();
            prop_assert!(!said.contains(part), "{}:\n{}", text, said);
        }
    }

    #[test]
    fn a_proxys_password_is_not_shown_wherever_it_was_written(
        password in "[A-Za-z0-9_.%=-]{8,40}",
        scheme in proptest::sample::select(vec!["http://", "https://", "http:/", ""]),
        place in place(), noise in NOISE, ending in ending(), refused in any::<bool>(),
    ) {
        let url = format!("{scheme}demo:{password}@proxy.example.net:3128");
        let last = if refused { "failmode = open\n" } else { "motd = yes\n" };
        let text = format!("{}{place}{noise}{url}{ending}\n{last}", WHOLE.replace(SECRET, "x"));
        let (said, _) = read(text.as_bytes());
        prop_assert!(!said.contains(&password), "{}:\n{}", text, said);
    }
}

/// What stands before the key.
fn place() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "",
        " ",
        "\t",
        "skey = ",
        "skey: ",
        "skey =\n",
        "skey =\n  ",
        "skey = \"",
        "ikey = ",
        "host = ",
        "host =\n  ",
        "cafile = ",
        "failmode = ",
        "failmode =\n\t",
        "prompts = ",
        "prompts = 1 ; ",
        "prompts = 1 # ",
        "prompts = 1 ",
        "https_timeout: ",
        "http_proxy = demo:",
        "groups = ",
        "groups = !",
        "groups =\n  ",
        "group = ,",
        "gecos_delim = ",
        "gecos_parsed = ",
        "noverify = ",
        "motd = ",
        "nothing = ",
        "skey_file = ",
        "username_map = ",
        "\"",
        "duo.",
        "[",
        "[duo] ",
        "[duo] skey = ",
        "[service.",
        "# ",
        "; ",
        "=",
        ":",
        "= ",
        "\u{feff}",
    ])
}

/// What follows it.
fn ending() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "", "\"", " = 1", " : 1", "\n  = 1", ".x = 1", "=", "==", " =\n", "]", " ]", "]\nx = 1",
        "\u{1}", "\0", " ; x", " ,!a", "\r", "\r\n x",
    ])
}
