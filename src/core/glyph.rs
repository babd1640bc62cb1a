//! What a character does to a terminal, a log or a reader's eye.
//!
//! The list is explicit instead of a Unicode table: what deceives is small, known and stable, and
//! each range has its reason beside it.

/// What is to be done with a character that comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Shows as itself.
    Plain,
    /// Shows as a gap: becomes a plain space.
    Space,
    /// Ends a line somewhere: becomes a newline, or a space where only one line is wanted.
    Break,
    /// Sits on top of the character before it: fine in small numbers, a weapon in large ones.
    Mark,
    /// Shows as nothing, or moves what others show: never passes.
    Hidden,
}

/// Classifies one character.
#[must_use]
pub fn classify(c: char) -> Glyph {
    match c {
        ' '..='~' => Glyph::Plain,
        '\t' => Glyph::Space,
        // Vertical tab and form feed move down on terminals, NEL is C1's newline, and loggers and
        // browsers split at the two Unicode separators.
        '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Glyph::Break,
        _ if c.is_control() || is_hidden(c) => Glyph::Hidden,
        _ if c.is_whitespace() => Glyph::Space,
        _ if is_mark(c) => Glyph::Mark,
        _ => Glyph::Plain,
    }
}

/// Default-ignorable, direction-changing, blank, private or no character at all.
fn is_hidden(c: char) -> bool {
    // The last two code points of every plane are noncharacters.
    if u32::from(c) & 0xFFFE == 0xFFFE {
        return true;
    }
    matches!(c,
        '\u{00AD}'                    // soft hyphen: shows only where a line breaks
        | '\u{034F}'                  // combining grapheme joiner
        | '\u{061C}'                  // Arabic letter mark (direction)
        | '\u{115F}' | '\u{1160}'     // Hangul fillers: letters that look like nothing
        | '\u{17B4}' | '\u{17B5}'     // Khmer inherent vowels, invisible
        | '\u{180B}'..='\u{180F}'     // Mongolian selectors and vowel separator
        | '\u{200B}'..='\u{200F}'     // zero width space, joiners, LRM, RLM
        | '\u{202A}'..='\u{202E}'     // direction embeddings and overrides
        | '\u{2060}'..='\u{206F}'     // word joiner, invisible operators, isolates, old format codes
        | '\u{2800}'                  // Braille blank
        | '\u{3164}'                  // Hangul filler
        | '\u{E000}'..='\u{F8FF}'     // private use: the font decides what it looks like
        | '\u{FDD0}'..='\u{FDEF}'     // noncharacters
        | '\u{FE00}'..='\u{FE0F}'     // variation selectors
        | '\u{FEFF}'                  // byte order mark
        | '\u{FFA0}'                  // half-width Hangul filler
        | '\u{FFF0}'..='\u{FFFC}'     // interlinear annotation, object replacement, unassigned ignorables
        | '\u{13430}'..='\u{1345F}'   // hieroglyph format controls
        | '\u{1BCA0}'..='\u{1BCA3}'   // shorthand format controls
        | '\u{1D173}'..='\u{1D17A}'   // musical format controls
        | '\u{E0000}'..='\u{E0FFF}'   // tags (an invisible ASCII) and more selectors
        | '\u{F0000}'..='\u{10FFFF}'  // private use planes
    )
}

/// The blocks of combining marks of every script that are stacked to deface other lines.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}'
        | '\u{0483}'..='\u{0489}'
        | '\u{0591}'..='\u{05BD}'
        | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}'
        | '\u{06D6}'..='\u{06DC}'
        | '\u{0E31}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{3099}' | '\u{309A}'
        | '\u{A66F}'..='\u{A67D}'
        | '\u{FE20}'..='\u{FE2F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_plain() {
        for c in "Zoë's iPhone – 電話 Ελληνικά кириллица 😀 ✓".chars() {
            assert!(matches!(classify(c), Glyph::Plain | Glyph::Space), "{c:?}");
        }
    }

    #[test]
    fn the_last_two_of_every_plane_are_no_characters() {
        for last in (0..=0x10_u32).flat_map(|plane| [plane << 16 | 0xFFFE, plane << 16 | 0xFFFF]) {
            let c = char::from_u32(last).unwrap();
            assert_eq!(classify(c), Glyph::Hidden, "{c:?}");
        }
        assert_eq!(classify('\u{FFFD}'), Glyph::Plain);
        assert_eq!(classify('\u{1FFFD}'), Glyph::Plain);
    }

    #[test]
    fn no_control_character_is_plain() {
        for c in ('\0'..=char::MAX).filter(|c| c.is_control()) {
            assert!(!matches!(classify(c), Glyph::Plain | Glyph::Mark), "{c:?}");
        }
    }

    #[test]
    fn what_changes_direction_is_hidden() {
        for c in "\u{61C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}".chars() {
            assert_eq!(classify(c), Glyph::Hidden, "{c:?}");
        }
    }
}
