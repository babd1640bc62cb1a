//! Words for hosts that garble all but ASCII: "Zoë's iPhone" becomes "Zoe's iPhone".
//!
//! The table is made when the module is built (`build.rs`), out of the crate deunicode.

use table::{LENGTHS, RANGES};

#[allow(clippy::unreadable_literal)] // build.rs writes it, and nobody reads it
mod table {
    include!(concat!(env!("OUT_DIR"), "/ascii.rs"));
}

/// Each word once, the shorter before the longer.
const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/ascii.words"));
/// For each character of the ranges the number of its word, in two bytes, the lower one first.
const NUMBERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ascii.numbers"));

/// Stands for a character that ASCII has no word for.
const UNKNOWN: &str = "?";

/// `text` in ASCII; at worst a row of question marks.
#[must_use]
pub fn written(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    // Han and emoji become words, which want a space between them and none at the end.
    let mut gap = false;
    for c in text.chars() {
        let own = c.is_ascii().then_some(c);
        let word = if own.is_some() { "" } else { word(c).unwrap_or(UNKNOWN) };
        let first = own.or_else(|| word.chars().next());
        if gap && first.is_some_and(|first| first.is_ascii_alphanumeric()) {
            ascii.push(' ');
        }
        ascii.extend(own);
        ascii.push_str(word.trim_end_matches(' '));
        gap = word.len() > 1 && (word.ends_with(' ') || is_picture(c));
        // A space of another kind is a word of its own.
        if word == " " {
            ascii.push(' ');
        }
    }
    ascii
}

/// Does nothing of `text` get lost in ASCII?
#[must_use]
pub fn can_write(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() || word(c).is_some())
}

fn is_picture(c: char) -> bool {
    c >= '\u{1F000}'
}

fn word(c: char) -> Option<&'static str> {
    let place = 2 * place(u32::from(c))?;
    let bytes: [u8; 2] = NUMBERS.get(place..place + 2)?.try_into().ok()?;
    let number = usize::from(u16::from_le_bytes(bytes));
    let (first, offset, length) = *LENGTHS.iter().rfind(|(first, ..)| *first <= number)?;
    let start = offset + (number - first) * length;
    WORDS.get(start..start + length).filter(|word| !word.is_empty())
}

/// How many characters of the ranges come before this one.
fn place(character: u32) -> Option<usize> {
    let mut before = 0;
    for (first, last) in RANGES {
        if (*first..=*last).contains(&character) {
            return usize::try_from(before + character - first).ok();
        }
        before += last - first + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_recognisable() {
        for (name, ascii) in [
            ("Zoë's iPhone", "Zoe's iPhone"),
            ("Büro", "Buro"),
            ("Łódź – ß ø æ", "Lodz - ss o ae"),
            ("Điện thoại", "Dien thoai"),
            ("Телефон Ивана", "Telefon Ivana"),
            ("Τηλέφωνο", "Telephono"),
            ("我的手机", "Wo De Shou Ji"),
            ("太郎のiPhone", "Tai Lang noiPhone"),
            ("핸드폰", "haendeupon"),
            ("“Zoë”…", "\"Zoe\"..."),
            ("Zoë\u{a0}2", "Zoe 2"),
        ] {
            assert_eq!(written(name), ascii, "{name}");
            assert!(can_write(name), "{name}");
        }
    }

    #[test]
    fn what_has_no_word_is_not_dropped_silently() {
        assert_eq!(written("a\u{10348}b"), "a?b");
        assert!(!can_write("a\u{10348}b"));
    }

    #[test]
    fn every_character_becomes_printable_ascii() {
        for c in (0xA0..=0x0010_FFFF).filter_map(char::from_u32) {
            let ascii = written(&c.to_string());
            assert!(ascii.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{c:?} {ascii:?}");
        }
    }

    /// The reference is the crate itself.
    #[test]
    fn each_character_of_the_table_has_the_word_that_deunicode_gives_it() {
        for c in RANGES.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32) {
            let theirs = deunicode::deunicode_char(c).filter(|word| !word.is_empty());
            let theirs = theirs.filter(|word| !word.contains('\n'));
            assert_eq!(word(c), theirs, "{c:?}");
        }
    }
}
