//! Whatever the bytes: no panic, no secret shown, no door opened by damage.

use std::path::Path;

use pam_duo2::config::open::OpenError;
use pam_duo2::config::toml::{Files, parse};
use pam_duo2::config::{Config, ConfigError, Failmode};
use proptest::prelude::*;
use zeroize::Zeroizing;

use crate::support::ETC;

const SECRET: &str = "s3cr3ts3cr3ts3cr3t";

/// Everything the format has, without the word that opens doors.
const WHOLE: &str = "# A comment\n[duo]\nikey = \"DI1234567890ABCDEFGH\"\n\
    skey = \"s3cr3ts3cr3ts3cr3t\"\nhost = \"api-1234.example.com:8443\"\nfailmode = \"secure\"\n\
    autopush = true\npushinfo = false\nprompts = 2\ntimeout = 20\ncafile = \"/etc/duo/ca.pem\"\n\
    signature = \"sha512\"\n\
    http_proxy = \"http://demo:s3cr3ts3cr3ts3cr3t@proxy.example.net:3128\"\n\n[service.sshd]\nprompts = 1\nhost = \"other.example.com\"\n\
    [service.\"my.app\"]\nfailmode = \"secure\"\n";

/// Every file is there.
struct All;

impl Files for All {
    fn private(&self, _: &Path, _: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        Ok(Zeroizing::new(b"a-secret-in-a-file\n".to_vec()))
    }

    fn public(&self, _: &Path) -> Result<(), OpenError> {
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Result<Config, ConfigError> {
    parse(bytes, Path::new(ETC), "sshd", &All).map(|loaded| loaded.config)
}

/// What must hold of any outcome.
fn sound(bytes: &[u8]) {
    match read(bytes) {
        Ok(config) => {
            assert!((1..=3).contains(&config.prompts));
            assert!((2..=60).contains(&config.timeout.as_secs()));
            assert!(!config.keys.ikey.is_empty() && !config.keys.skey.expose().is_empty());
            assert!(!config.host.name.is_empty() && config.host.port != 0);
            let safe = bytes.windows(4).any(|word| word == b"safe");
            // An escape (`\u0073afe`) spells it too.
            let spelled = bytes.contains(&b'\\');
            assert!(config.failmode == Failmode::Secure || safe || spelled);
        }
        Err(error) => {
            let said = error.to_string();
            assert!(!said.is_empty() && !error.summary().is_empty());
            assert!(!error.summary().contains('\n'));
            let mut heads: Vec<&str> = said.lines().filter(|line| line.starts_with(ETC)).collect();
            heads.sort_unstable();
            let count = heads.len();
            heads.dedup();
            assert_eq!(heads.len(), count, "{said}");
            assert!(said.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{said:?}");
        }
    }
}

/// One damage to the text.
#[derive(Clone, Debug)]
enum Damage {
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Replace(usize, u8),
    Repeat(usize, usize),
    SwapLines(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0..WHOLE.len();
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..6),
        proptest::sample::select(vec![
            "\"",
            "'",
            "\"\"\"",
            "'''",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ".",
            ",",
            "#",
            "\n",
            "\r",
            "\t",
            "\\",
            "[duo]\n",
            "[service]\n",
            "duo.",
            "service.",
            "skey = ",
            "\u{202e}",
            "\u{feff}",
            "0x",
            "-1",
            "1979-05-27",
            "nan",
            "true",
            "\0",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (at.clone(), piece).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (at.clone(), 1..40_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (at, 1..80_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (0..18_usize, 0..18_usize).prop_map(|(a, b)| Damage::SwapLines(a, b)),
    ]
}

fn apply(mut bytes: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let clamp = |at: usize| at.min(bytes.len());
    match damage {
        Damage::Insert(at, piece) => {
            let at = clamp(*at);
            bytes.splice(at..at, piece.iter().copied());
        }
        Damage::Remove(at, length) => {
            let (from, to) = (clamp(*at), clamp(at + length));
            bytes.drain(from..to);
        }
        Damage::Replace(at, byte) => {
            if let Some(place) = bytes.get_mut(*at) {
                *place = *byte;
            }
        }
        Damage::Repeat(at, length) => {
            let (from, to) = (clamp(*at), clamp(at + length));
            let piece = bytes[from..to].to_vec();
            bytes.splice(to..to, piece);
        }
        Damage::SwapLines(a, b) => {
            let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
            let count = lines.len();
            lines.swap(a % count, b % count);
            bytes = lines.join(&b'\n');
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        sound(&bytes);
    }

    #[test]
    fn any_text_of_the_formats_own_characters_is_read_or_refused(
        text in "([a-z]{1,4}|[\\[\\]{}\"'=.,# \n\\\\]|duo|service|skey|safe|failmode ?= ?|0x|\"\"\"){0,60}"
    ) {
        sound(text.as_bytes());
    }

    #[test]
    fn a_damaged_file_never_says_safe(damages in proptest::collection::vec(damage(), 1..8)) {
        let bytes = damages.iter().fold(WHOLE.as_bytes().to_vec(), apply);
        sound(&bytes);
        if let Ok(config) = read(&bytes) {
            prop_assert_eq!(config.failmode, Failmode::Secure);
        }
    }

    #[test]
    fn a_secret_on_a_damaged_line_is_not_shown(
        before in "[ -~]{0,12}", between in "[ -~]{0,6}", after in "[ -~]{0,6}",
    ) {
        let line = format!("{before}skey{between}{SECRET}{after}");
        let text = WHOLE.replace("skey = \"s3cr3ts3cr3ts3cr3t\"", &line);
        if let Err(error) = read(text.as_bytes()) {
            prop_assert!(!error.to_string().contains(SECRET), "{}", error);
        }
    }

    #[test]
    fn a_key_is_not_shown_wherever_it_was_written(
        key in key(), place in place(), noise in NOISE, ending in ending(), twice in any::<bool>(),
    ) {
        let line = format!("{place}{noise}{key}{ending}\n");
        let lines = if twice { line.repeat(2) } else { line };
        // The mistake at the end is there whatever becomes of the lines before.
        let text = format!("{}{lines}prompts = 9\n", WHOLE.replace(SECRET, "x"));
        let error = read(text.as_bytes()).unwrap_err();
        let said = format!("{error}\n{}", error.summary());
        for part in key.as_bytes().windows(12) {
            let part = std::str::from_utf8(part).unwrap();
            prop_assert!(!said.contains(part), "{}:\n{}", text, said);
        }
    }

    #[test]
    fn a_proxys_password_is_not_shown_wherever_it_was_written(
        password in "[A-Za-z0-9_.%=-]{8,40}",
        scheme in proptest::sample::select(vec!["http://", "https://", "http:/", ""]),
        place in place(), noise in NOISE, ending in ending(),
    ) {
        let url = format!("{scheme}demo:{password}@proxy.example.net:3128");
        let rest = format!("{place}{noise}{url}{ending}\nprompts = 9\n");
        let text = format!("{}{rest}", WHOLE.replace(SECRET, "x"));
        let error = read(text.as_bytes()).unwrap_err();
        let said = format!("{error}\n{}", error.summary());
        prop_assert!(!said.contains(&password), "{}:\n{}", text, said);
    }
}

/// No slash: in the place of a path, what begins with one is a path.
pub const NOISE: &str = "[ -.0-~]{0,3}";

/// Keys in the alphabets in which they are given out.
pub fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9a-f]{40}",
        "[0-9A-F]{64}",
        "[0-9]{40}",
        "[A-Za-z0-9]{40}",
        "[A-Za-z0-9+][A-Za-z0-9+/]{42}=",
        "[A-Za-z0-9_-]{43}",
        "[a-z_]{40}",
    ]
}

/// What stands before the key.
fn place() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "",
        "skey = ",
        "skey =\n",
        "skey = \"",
        "skey = \"\n",
        "skey = \"\"\"\n",
        "skey = [\n",
        "skey = \\\n",
        "skey_file = ",
        "skey_file = \"",
        "ikey = \"",
        "host = \"",
        "cafile = \"",
        "http_proxy = \"",
        "http_proxy = ",
        "http_proxy: ",
        "https_proxy = \"",
        "failmode = ",
        "prompts = ",
        "prompts = 1 # ",
        "prompts = 1 ",
        "timeout: ",
        "nothing = ",
        "\"",
        "duo.",
        "[",
        "[[",
        "[duo] ",
        "[service.",
        "[service.sshd] ",
        "[service.sshd.",
        "# ",
        "; ",
    ])
}

/// What follows it.
fn ending() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "",
        "\"",
        " = 1",
        " = { x = 1 }",
        "\" = 1",
        ".x = 1",
        "=",
        "==",
        " =\n",
        "]",
        "]]",
        ".x]\nx = 1",
        "\"]",
        "\u{1}",
        "\"\u{1}",
        "\0",
        "\" \"",
    ])
}

#[test]
fn the_text_that_is_damaged_is_good() {
    let config = read(WHOLE.as_bytes()).unwrap();
    assert_eq!((config.prompts, config.host.port), (1, 443));
    let safe = WHOLE.replacen("secure", "safe", 1);
    assert_eq!(read(safe.as_bytes()).unwrap().failmode, Failmode::Safe);
}

#[test]
fn three_wrong_characters_are_one_mistake_and_not_the_mark_of_another_encoding() {
    for text in [";;;", "+++", "a\n", "\"\"\"", "'''", "x = [", "{", "[a", "= ", "a.", "   ]"] {
        sound(text.as_bytes());
        let said = read(text.as_bytes()).unwrap_err().to_string();
        let lines = said.lines().count();
        assert!(lines <= 6, "{said}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_read_or_refused() {
    for end in 0..WHOLE.len() {
        sound(&WHOLE.as_bytes()[..end]);
    }
}
