//! How the module is linked, and the table that writes other scripts in ASCII.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// What names and sentences are written in. Not the whole of Unicode: deunicode's own table would make
/// the module a fifth larger, mostly for characters that nobody names a phone with.
const RANGES: &[(u32, u32)] = &[
    (0x00A0, 0x2FFF), // Latin, Greek, Cyrillic, Hebrew, Arabic, India's, Thai …, punctuation, symbols
    (0x3000, 0x30FF), // the punctuation and kana of East Asia
    (0x4E00, 0x9FFF), // Han
    (0xA640, 0xA7FF), // more Cyrillic and Latin
    (0xAB30, 0xABBF), // more Latin, Cherokee
    (0xAC00, 0xD7A3), // Hangul
    (0xFB00, 0xFB4F), // ligatures
    (0xFE30, 0xFEFF), // presentation forms
    (0xFF00, 0xFFEF), // full and half width
    (0x1D400, 0x1D7FF), // letters in mathematical dress
    (0x1F000, 0x1FAFF), // emoji
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    // libpam opens and closes a module at each transaction. The resolver's thread may outlive one,
    // and must not find its code unmapped; std's thread-local destructors neither. So it stays.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    // What distributions ask of a file that root's processes load.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,relro,-z,now");
    write_ascii_table(Path::new(&env::var("OUT_DIR")?))
}

/// Writes `ascii.words` (each word once, the shorter before the longer), `ascii.numbers` (two bytes
/// for each character of the ranges: the number of its word) and `ascii.rs` (the ranges, and where the
/// words of each length begin). Word 0 is empty and stands for "cannot be written".
fn write_ascii_table(out: &Path) -> Result<(), Box<dyn Error>> {
    let mut words: Vec<&str> = characters().map(word).collect();
    words.sort_unstable_by_key(|word| (word.len(), *word));
    words.dedup();
    let mut numbers_of = BTreeMap::new();
    let mut lengths = String::new();
    let (mut length, mut offset) = (0, 0);
    for (number, word) in words.iter().enumerate() {
        if number == 0 || word.len() != length {
            length = word.len();
            write!(lengths, "({number}, {offset}, {length}), ")?;
        }
        offset += length;
        numbers_of.insert(*word, u16::try_from(number)?);
    }
    let numbers: Vec<u8> = characters()
        .filter_map(|character| numbers_of.get(word(character)))
        .flat_map(|number| number.to_le_bytes())
        .collect();
    fs::write(out.join("ascii.words"), words.concat())?;
    fs::write(out.join("ascii.numbers"), numbers)?;
    let code = format!(
        "pub(super) const RANGES: &[(u32, u32)] = &{RANGES:?};\n\
         pub(super) const LENGTHS: &[(usize, usize, usize)] = &[{lengths}];\n"
    );
    fs::write(out.join("ascii.rs"), code)?;
    Ok(())
}

/// Every code point of the ranges, those that are no character too: a place in the table is a sum.
fn characters() -> impl Iterator<Item = u32> {
    RANGES.iter().flat_map(|(first, last)| *first..=*last)
}

/// How a character is written in ASCII; empty where it is not, or where it would break the line.
fn word(character: u32) -> &'static str {
    let word = char::from_u32(character).and_then(deunicode::deunicode_char).unwrap_or_default();
    if word.bytes().all(|byte| (b' '..=b'~').contains(&byte)) { word } else { "" }
}
