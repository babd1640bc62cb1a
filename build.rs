//! How the module is linked, and the table that writes other scripts in ASCII.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// What names and sentences are written in. Not the whole of Unicode: deunicode's own table would make
/// the module a fifth larger, mostly for characters that nobody names a phone with.
const LETTERS: &[(u32, u32)] = &[
    (0x00A0, 0x2FFF), // Latin, Greek, Cyrillic, Hebrew, Arabic, India's, Thai …, punctuation, symbols
    (0x3000, 0x30FF), // the punctuation and kana of East Asia
    (0xA640, 0xA7FF), // more Cyrillic and Latin
    (0xAB30, 0xABBF), // more Latin, Cherokee
    (0xFB00, 0xFB4F), // ligatures
    (0xFE30, 0xFEFF), // presentation forms
    (0xFF00, 0xFFEF), // full and half width
    (0x1D400, 0x1D7FF), // letters in mathematical dress
    (0x1F000, 0x1FAFF), // emoji
];

/// Han. Many characters and few words: in a table of its own a character takes ten bits.
const HAN: &[(u32, u32)] = &[(0x4E00, 0x9FFF)];

/// The first syllable of Hangul. Each is a lead, a vowel and a tail, in this order, and its word is
/// theirs in a row: 68 pieces for 11,172 syllables.
const HANGUL: u32 = 0xAC00;
const LEADS: u32 = 19;
const VOWELS: u32 = 21;
const TAILS: u32 = 28;
/// The lead that is written as nothing.
const NO_LEAD: u32 = 11;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    // Cargo does not look into what the Makefile has the linker read.
    println!("cargo:rerun-if-changed=layout.ld");
    // libpam opens and closes a module at each transaction. The resolver's thread may outlive one,
    // and must not find its code unmapped; std's thread-local destructors neither. So it stays.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    // What distributions ask of a file that root's processes load.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,relro,-z,now");
    write_ascii_table(Path::new(&env::var("OUT_DIR")?))
}

/// Writes `ascii.rs`, and the files that it includes.
fn write_ascii_table(out: &Path) -> Result<(), Box<dyn Error>> {
    let letters = table(out, "letters", LETTERS)?;
    let han = table(out, "han", HAN)?;
    let hangul = hangul()?;
    let code = format!("pub(super) static TABLES: [Table; 2] = [{letters}, {han}];\n{hangul}");
    fs::write(out.join("ascii.rs"), code)?;
    Ok(())
}

/// Writes `NAME.words` (each word once, the shorter before the longer) and `NAME.numbers` (for each
/// character of the ranges the number of its word, in as few bits as hold the largest); returns the
/// `Table`. Word 0 is empty and stands for "cannot be written".
fn table(out: &Path, name: &str, ranges: &[(u32, u32)]) -> Result<String, Box<dyn Error>> {
    let characters = || ranges.iter().flat_map(|(first, last)| *first..=*last);
    let mut words: Vec<&str> = characters().map(word).chain([""]).collect();
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
        numbers_of.insert(*word, u32::try_from(number)?);
    }
    let width = usize::BITS - words.len().leading_zeros();
    let numbers = packed(characters().map(|character| numbers_of[word(character)]), width);
    fs::write(out.join(format!("{name}.words")), words.concat())?;
    fs::write(out.join(format!("{name}.numbers")), numbers)?;
    Ok(format!(
        "Table {{ ranges: &{ranges:?}, lengths: &[{lengths}], width: {width}, \
         words: include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}.words\")), \
         numbers: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.numbers\")) }}"
    ))
}

/// The numbers one behind the other, `width` bits each, the lowest bit first. Three bytes more, so
/// that each can be read as four bytes.
fn packed(numbers: impl Iterator<Item = u32>, width: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u64, 0);
    for number in numbers {
        held |= u64::from(number) << bits;
        bits += width;
        while bits >= 8 {
            bytes.extend(held.to_le_bytes().first());
            held >>= 8;
            bits -= 8;
        }
    }
    bytes.extend(&held.to_le_bytes()[..4]);
    bytes
}

/// The pieces of which Hangul's words are made.
///
/// # Errors
/// deunicode writes a syllable otherwise: then they belong into a table.
fn hangul() -> Result<String, Box<dyn Error>> {
    let syllable = |lead, vowel, tail| word(HANGUL + (lead * VOWELS + vowel) * TAILS + tail);
    let vowels: Vec<_> = (0..VOWELS).map(|vowel| syllable(NO_LEAD, vowel, 0)).collect();
    let leads: Result<Vec<_>, _> = (0..LEADS)
        .map(|lead| syllable(lead, 0, 0).strip_suffix(vowels[0]).ok_or("a lead before a vowel"))
        .collect();
    let tails: Result<Vec<_>, _> = (0..TAILS)
        .map(|tail| syllable(NO_LEAD, 0, tail).strip_prefix(vowels[0]).ok_or("a tail"))
        .collect();
    let (leads, tails) = (leads?, tails?);
    for (lead, vowel, tail) in (0..LEADS).flat_map(|lead| {
        (0..VOWELS).flat_map(move |vowel| (0..TAILS).map(move |tail| (lead, vowel, tail)))
    }) {
        let parts = [leads[lead as usize], vowels[vowel as usize], tails[tail as usize]];
        if parts.concat() != syllable(lead, vowel, tail) {
            return Err(format!("deunicode writes Hangul otherwise than {parts:?}").into());
        }
    }
    Ok(format!(
        "pub(super) const HANGUL: u32 = {HANGUL:#x};\n\
         pub(super) const LEADS: [&str; {LEADS}] = {leads:?};\n\
         pub(super) const VOWELS: [&str; {VOWELS}] = {vowels:?};\n\
         pub(super) const TAILS: [&str; {TAILS}] = {tails:?};\n"
    ))
}

/// How a character is written in ASCII; empty where it is not, or where it would break the line.
fn word(character: u32) -> &'static str {
    let word = char::from_u32(character).and_then(deunicode::deunicode_char).unwrap_or_default();
    if word.bytes().all(|byte| (b' '..=b'~').contains(&byte)) { word } else { "" }
}
