//! What comes along when a value is copied from a page, a mail or a word processor. One judge for every
//! option and for the files that options name. Its words are fixed: nothing of the value, which may be a
//! secret, is in them.

use super::glyph::{Glyph, classify};

const CURLY: [char; 11] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '‹', '›'];

/// Names what does not belong to a value; `None` for a value that stands alone.
#[must_use]
pub fn stray(text: &str) -> Option<&'static str> {
    let odd = |c: &char| {
        !c.is_ascii() && matches!(classify(*c), Glyph::Space | Glyph::Break | Glyph::Hidden)
    };
    match text.chars().find(odd) {
        Some('\u{feff}') => Some("a byte order mark"),
        Some('\u{a0}' | '\u{202f}') => Some("a no-break space"),
        Some(_) => Some("a character that does not show"),
        None if text.starts_with(CURLY) || text.ends_with(CURLY) => Some("a curly quote"),
        None => is_quoted(text).then_some("a pair of quotes"),
    }
}

/// Whether a pair of quotes encloses the text.
#[must_use]
pub fn is_quoted(text: &str) -> bool {
    let within = |quote| text.strip_prefix(quote).is_some_and(|rest: &str| rest.ends_with(quote));
    within('"') || within('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_along_is_named_and_a_value_alone_is_not() {
        for (text, what) in [
            ("\u{feff}DI", "a byte order mark"),
            ("DI\u{a0}", "a no-break space"),
            ("D\u{200b}I", "a character that does not show"),
            ("DI\u{2028}", "a character that does not show"),
            ("“DI”", "a curly quote"),
            ("DI’", "a curly quote"),
            ("\"DI\"", "a pair of quotes"),
            ("''", "a pair of quotes"),
        ] {
            assert_eq!(stray(text), Some(what), "{text:?}");
        }
        for text in ["", "DI", "ключ", "O’Neil", "a b\tc\r\n", "'", "\"", "'a", "a'", "'a\"", "/é"]
        {
            assert_eq!(stray(text), None, "{text:?}");
        }
    }
}
