//! `pam_duo.conf` of any bytes: no panic, no end that does not come, every message fit for a log,
//! and nothing of the secret key in it.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use pam_duo2::config::ini;
use pam_duo2::config::ini::lines::{self, Line};
use pam_duo2::config::open::OpenError;
use pam_duo2::config::toml::Files;
use zeroize::Zeroizing;

const KEYS: &str =
    "[duo]\nikey = DIXXX\nskey = 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c\nhost = a\n";
const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c";
/// Bytes in a row that make a part of the key worth something.
const PART: usize = 12;

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

/// Everything that is logged of a file.
fn said(bytes: &[u8]) -> String {
    match ini::parse(bytes, Path::new("/etc/duo/pam_duo.conf"), &All) {
        Ok(loaded) => {
            assert!((1..=3).contains(&loaded.config.prompts));
            assert!((2..=60).contains(&loaded.config.timeout.as_secs()));
            loaded.warnings.join("\n")
        }
        Err(error) => format!("{error}\n{}", error.summary()),
    }
}

fn has_part(text: &str) -> bool {
    (0..=SECRET.len() - PART).any(|at| text.contains(&SECRET[at..at + PART]))
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        for line in lines::read(text).lines {
            match line {
                Line::Section(span) | Line::Broken(span, _) => drop(text[span].to_owned()),
                Line::Value { name, value, .. } => {
                    assert!(!text[name].is_empty() && text.get(value).is_some());
                }
            }
        }
    }
    let behind = [KEYS.as_bytes(), data].concat();
    for bytes in [data, &behind] {
        let said = said(bytes);
        assert!(said.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{said:?}");
        assert!(has_part(&String::from_utf8_lossy(data)) || !has_part(&said), "{said}");
    }
});
