//! `pam_duo.conf` of any bytes: no panic, no end that does not come, every message fit for a log, and
//! nothing of the secret key in it.

use std::path::Path;

use super::files::{All, SECRET, sound};
use crate::config::ini::lines::{self, Line};
use crate::config::ini::parse;

pub fn target(data: &[u8]) {
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
    let keys = format!("[duo]\nikey = DIXXX\nskey = {SECRET}\nhost = a\n");
    let behind = [keys.as_bytes(), data].concat();
    for bytes in [data, &behind] {
        sound(parse(bytes, Path::new("/etc/duo/pam_duo.conf"), &All), data);
    }
}
