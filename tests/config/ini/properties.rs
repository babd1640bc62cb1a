//! Whatever the bytes: no panic, no end that does not come, no secret shown; and each value that
//! is right lands.

use std::path::Path;
use std::time::Duration;

use pam_duo2::config::ini::lines::{self, Line};
use pam_duo2::config::open::OpenError;
use pam_duo2::config::toml::Files;
use pam_duo2::config::{Autopush, Failmode, Loaded, Pushinfo};
use proptest::prelude::*;
use zeroize::Zeroizing;

use super::{CONF, KEYS};

pub const SECRET: &str = "s3cr3ts3cr3ts3cr3t";

/// Everything that the format has.
pub const WHOLE: &str = "; A comment\n[duo]\nikey = DI1234567890ABCDEFGH\n\
    skey = s3cr3ts3cr3ts3cr3t\nhost: api-1234.example.com:8443 ; a name\nfailmode = secure\n\
    autopush = yes\npushinfo = off\nprompts = 2\nhttps_timeout = 20\ncafile = /etc/duo/ca.pem\n\
    http_proxy = proxy.example:3128\ngroups = staff,!robots\n  domain\\ users\n\tadmins\n\
    send_gecos = no\ngecos_delim = /\nnoverify = 0\nmotd = False\n";

/// Every file is there.
struct All;

impl Files for All {
    fn private(&self, _: &Path, _: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        unreachable!("an INI file names no such file")
    }

    fn public(&self, _: &Path) -> Result<(), OpenError> {
        Ok(())
    }
}

/// What came of it: everything that is logged, and the configuration.
pub fn read(bytes: &[u8]) -> (String, Option<Loaded>) {
    match pam_duo2::config::ini::parse(bytes, Path::new(CONF), &All) {
        Ok(loaded) => (loaded.warnings.join("\n"), Some(loaded)),
        Err(error) => (format!("{error}\n{}", error.summary()), None),
    }
}

/// What must hold of any outcome.
fn sound(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (said, loaded) = read(bytes);
    prop_assert!(said.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{:?}", said);
    let Some(Loaded { config, warnings }) = loaded else {
        prop_assert!(said.contains(CONF), "{}", said);
        return Ok(());
    };
    prop_assert!((1..=3).contains(&config.prompts));
    prop_assert!((2..=60).contains(&config.timeout.as_secs()));
    prop_assert!(!config.keys.ikey.is_empty() && !config.keys.skey.expose().is_empty());
    prop_assert!(!config.host.name.is_empty() && config.host.port != 0);
    prop_assert!(warnings.iter().all(|line| line.contains(": warning: ")), "{:?}", warnings);
    Ok(())
}

/// A piece that means something in the format.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..6),
        proptest::sample::select(vec![
            "\"",
            "'",
            "[",
            "]",
            "=",
            ":",
            ";",
            " ;",
            "#",
            "\n",
            "\r",
            "\t",
            "\n ",
            "\\ ",
            "[duo]\n",
            "[service.a]\n",
            "skey = ",
            "skey =\n  ",
            "failmode = safe\n",
            "group = !a\n",
            "\u{202e}",
            "\u{feff}",
            "-1",
            "yes",
            "\0",
            "\x0b",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

/// Damage at a place: so many bytes out, this in.
fn damage() -> impl Strategy<Value = (usize, usize, Vec<u8>)> {
    (0..WHOLE.len(), prop_oneof![Just(0), 0..40_usize], piece())
}

fn apply(mut bytes: Vec<u8>, (at, length, piece): &(usize, usize, Vec<u8>)) -> Vec<u8> {
    let (from, to) = ((*at).min(bytes.len()), (at + length).min(bytes.len()));
    bytes.splice(from..to, piece.iter().copied());
    bytes
}

/// A line that sets this, as people write it.
fn line(name: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (value, "[ \t]{0,2}", "[=:]", "[ \t]{0,2}", "[ \t]{0,2}( ;[ -~]{0,8})?\r?")
        .prop_map(move |(value, a, mark, b, c)| format!("{name}{a}{mark}{b}{value}{c}\n"))
}

/// One of these words, in any mixture of capital and small letters.
fn any_case(words: [&'static str; 4]) -> impl Strategy<Value = String> {
    (proptest::sample::select(words.to_vec()), any::<u8>()).prop_map(|(word, mask)| {
        let upper = |(at, c): (usize, char)| {
            if mask >> (at % 8) & 1 == 1 { c.to_ascii_uppercase() } else { c }
        };
        word.chars().enumerate().map(upper).collect()
    })
}

fn landed(text: &str) -> Loaded {
    let (said, loaded) = read(format!("{KEYS}{text}").as_bytes());
    loaded.unwrap_or_else(|| panic!("{text}:\n{said}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        sound(&bytes)?;
    }

    #[test]
    fn any_text_of_the_formats_own_characters_is_read_or_refused(
        text in "([a-z]{1,4}|[\\[\\]\"'=:;# \n\t\r\\\\]|duo|service|skey|ikey|host|yes|failmode ?= ?|\n  ){0,60}"
    ) {
        sound(text.as_bytes())?;
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(damages in proptest::collection::vec(damage(), 1..8)) {
        let bytes = damages.iter().fold(WHOLE.as_bytes().to_vec(), apply);
        sound(&bytes)?;
    }

    #[test]
    fn every_span_lies_in_its_text_and_in_order(text in "(\\PC|[ \n\t\r=:;#\\[\\]]){0,80}") {
        let mut last = 0;
        for line in lines::read(&text).lines {
            let (name, value) = match line {
                Line::Section(span) | Line::Broken(span, _) => (span.clone(), span),
                Line::Value { name, value, .. } => (name, value),
            };
            prop_assert!(text.get(name).is_some() && text.get(value.clone()).is_some());
            prop_assert!(last <= value.start, "{:?}", text);
            last = value.end;
        }
    }

    #[test]
    fn every_switch_lands_however_it_is_written(
        on in line("pushinfo", any_case(["yes", "true", "on", "1"])),
        off in line("autopush", any_case(["no", "false", "off", "0"])),
    ) {
        let config = landed(&format!("autopush = yes\n{on}{off}")).config;
        prop_assert_eq!(config.pushinfo, Pushinfo::Everything);
        prop_assert_eq!(config.autopush, Autopush::Off);
    }

    #[test]
    fn every_value_lands_however_it_is_written(
        mode in line("failmode", Just("secure".to_owned())),
        seconds in 2..=60_u32,
        path in "/[a-zA-Z0-9._;#= -]{1,20}[a-z]",
    ) {
        prop_assume!(!path.contains(" ;"));
        let text = format!("{mode}https_timeout = {seconds}\ncafile = {path}\n");
        let config = landed(&text).config;
        prop_assert_eq!(config.failmode, Failmode::Secure);
        prop_assert_eq!(config.timeout, Duration::from_secs(seconds.into()));
        prop_assert_eq!(config.cafile, Some(path.into()));
    }
}

#[test]
fn the_text_that_is_damaged_is_good() {
    let (said, loaded) = read(WHOLE.as_bytes());
    let config = loaded.unwrap_or_else(|| panic!("{said}")).config;
    assert_eq!((config.prompts, config.host.port), (2, 8443));
    assert_eq!(config.failmode, Failmode::Secure);
}

#[test]
fn a_file_cut_at_any_byte_is_read_or_refused() {
    for end in 0..WHOLE.len() {
        sound(&WHOLE.as_bytes()[..end]).unwrap();
    }
}

/// Work that grows with the square of the lines would take minutes in this profile.
#[test]
fn the_largest_file_is_judged_at_once_whatever_is_in_it() {
    for line in [
        &b"\xff\n"[..],
        b"a\n",
        b"=\n",
        b"[\n",
        b"groups=a\n",
        b" a\n",
        b";\xff\n",
        b"nothing=1\n",
        b"[duo]\n",
        b"prompts=1\n",
        b"a=\xff\n",
        b"motd=yes\n",
        b"a",
        b"[",
        b"=",
        b";",
        b" ;",
        b",a",
        b" a=",
    ] {
        for head in ["", "[duo]\ngroups=a\n"] {
            let mut bytes = head.as_bytes().to_vec();
            while bytes.len() + line.len() <= pam_duo2::config::LARGEST {
                bytes.extend_from_slice(line);
            }
            let began = std::time::Instant::now();
            sound(&bytes).unwrap();
            let took = began.elapsed();
            assert!(took < Duration::from_secs(30), "{head:?} {line:?}: {took:?}");
        }
    }
}
