//! Words for hosts that garble all but ASCII: "Zoë's iPhone" becomes "Zoe's iPhone".
//!
//! The table is made when the module is built (`build.rs`), out of the crate deunicode.

use std::borrow::Cow;

use table::{HANGUL, LEADS, TABLES, TAILS, VOWELS};

/// Words, and which character has which.
struct Table {
    ranges: &'static [(u32, u32)],
    /// Each word once, the shorter before the longer.
    words: &'static str,
    /// The number of the first word of each length, where it begins, and the length.
    lengths: &'static [(usize, usize, usize)],
    /// For each character of the ranges the number of its word, in `width` bits, the lowest first.
    numbers: &'static [u8],
    width: usize,
}

#[allow(clippy::unreadable_literal)] // build.rs writes it, and nobody reads it
mod table {
    use super::Table;

    include!(concat!(env!("OUT_DIR"), "/ascii.rs"));
}

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
        let word = if own.is_some() { "".into() } else { word(c).unwrap_or(UNKNOWN.into()) };
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

/// How a character is written.
fn word(c: char) -> Option<Cow<'static, str>> {
    let character = u32::from(c);
    let found = TABLES.iter().find_map(|table| table.word(character));
    found.map(Cow::Borrowed).or_else(|| syllable(character).map(Cow::Owned))
}

/// The word of a syllable of Hangul.
fn syllable(character: u32) -> Option<String> {
    let number = usize::try_from(character.checked_sub(HANGUL)?).ok()?;
    let (rest, tail) = (number / TAILS.len(), TAILS[number % TAILS.len()]);
    let lead = LEADS.get(rest / VOWELS.len())?;
    Some([lead, VOWELS[rest % VOWELS.len()], tail].concat())
}

impl Table {
    fn word(&self, character: u32) -> Option<&'static str> {
        let bit = self.place(character)? * self.width;
        let bytes: [u8; 4] = self.numbers.get(bit / 8..bit / 8 + 4)?.try_into().ok()?;
        let number = u32::from_le_bytes(bytes) as usize >> (bit % 8) & ((1 << self.width) - 1);
        let (first, offset, length) = *self.lengths.iter().rfind(|(first, ..)| *first <= number)?;
        let start = offset + (number - first) * length;
        self.words.get(start..start + length).filter(|word| !word.is_empty())
    }

    /// How many characters of the ranges come before this one.
    fn place(&self, character: u32) -> Option<usize> {
        let mut before = 0;
        for (first, last) in self.ranges {
            if (*first..=*last).contains(&character) {
                return usize::try_from(before + character - first).ok();
            }
            before += last - first + 1;
        }
        None
    }
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
            ("📱Zoë", "iphone Zoe"),
            ("🜀Zoë", "QE Zoe"),
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
        let ranges = TABLES.iter().flat_map(|table| table.ranges);
        let letters = ranges.flat_map(|(first, last)| *first..=*last);
        for c in letters.chain(0xAC00..=0xD7A3).filter_map(char::from_u32) {
            let theirs = deunicode::deunicode_char(c).filter(|word| !word.is_empty());
            let theirs = theirs.filter(|word| !word.contains('\n'));
            assert_eq!(word(c).as_deref(), theirs, "{c:?}");
        }
    }
}
