//! What the service, the config or the user says, made safe for terminals and logs.

use std::fmt;

use super::glyph::{Glyph, classify};
use super::{ascii, escape};

/// One or more lines without control characters, bidi overrides or escape sequences, cut to size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);

/// How large a text may be, in bytes of UTF-8, `…` included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(usize);

impl Size {
    /// A user's, device's or host's name inside a longer text.
    pub const NAME: Self = Self(128);
    /// One value in a log line.
    pub const FIELD: Self = Self(256);
    /// A line of the log: rsyslog, journald and RFC 3164's 1,024 bytes with its head all take it.
    pub const LOG_LINE: Self = Self(900);
    /// One info or error message of the conversation.
    pub const MESSAGE: Self = Self(1024);
    /// A prompt with its menu, or a text of the service's own.
    pub const PROMPT: Self = Self(4096);

    #[must_use]
    pub const fn bytes(self) -> usize {
        self.0
    }
}

/// Stands where a text was cut.
const CUT: &str = "…";

/// Marks on one character; Vietnamese and pointed Hebrew need fewer, defaced text has dozens.
const MARKS_PER_CHARACTER: usize = 4;

impl Text {
    /// One line: what would break it becomes a space.
    #[must_use]
    pub fn line(raw: &str, size: Size) -> Self {
        Self(cut(cleaned(raw, ' '), size))
    }

    /// Several lines, separated by `\n`; `\r\n` and the other line ends become that too.
    #[must_use]
    pub fn lines(raw: &str, size: Size) -> Self {
        Self(cut(cleaned(raw, '\n'), size))
    }

    /// Builds a prompt of rows and a question. Where there is no room for all of it, the last rows are
    /// left out as a whole, and `more` says so. The question stays.
    #[must_use]
    pub fn asking(rows: &[String], between: &str, more: &str, question: &str) -> Self {
        let mut text = rows.join(between);
        if text.len() + question.len() > Size::PROMPT.0 {
            let room = Size::PROMPT.0.saturating_sub(more.len() + question.len());
            text.clear();
            for row in rows {
                if text.len() + row.len() + between.len() > room {
                    break;
                }
                text = text + row + between;
            }
            text += more;
        }
        Self::lines(&(text + question), Size::PROMPT)
    }

    /// Builds a prompt from the service's own text, whose last line is the question.
    #[must_use]
    pub fn asking_in_words(raw: &str, more: &str) -> Self {
        let text = cleaned(raw, '\n');
        let last = text.trim_end_matches('\n').rfind('\n').unwrap_or(0);
        let (rows, question) = text.split_at(last);
        let rows: Vec<String> = rows.lines().map(str::to_owned).collect();
        Self::asking(&rows, "\n", more, question)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For a host that garbles everything else (Cockpit's prompt). Scripts that need more letters in
    /// ASCII are cut at the size of a prompt.
    #[must_use]
    pub fn in_ascii(&self) -> Self {
        if self.0.is_ascii() {
            return self.clone();
        }
        let mut ascii = ascii::written(&self.0);
        ascii.truncate(Size::PROMPT.0);
        Self(ascii)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// `key=value` for a log line. A value that is not one plain word stands in quotes, with quotes and
/// backslashes escaped, so that none can end its field, begin another or start a new line.
#[must_use]
pub fn log_field(key: &'static str, value: &str) -> String {
    let value = Text::line(value, Size::FIELD);
    let plain = |c: char| c.is_ascii_alphanumeric() || "._:/@+,-".contains(c);
    if !value.is_empty() && value.as_str().chars().all(plain) {
        return format!("{key}={value}");
    }
    let mut field = format!("{key}=\"");
    for c in value.as_str().chars() {
        if matches!(c, '"' | '\\') {
            field.push('\\');
        }
        field.push(c);
    }
    field.push('"');
    field
}

/// Drops escape sequences as a whole, then judges each character; line ends become `newline`.
fn cleaned(raw: &str, newline: char) -> String {
    let mut clean = String::with_capacity(raw.len());
    // A mark needs a character below it, so a line starts with none allowed.
    let mut marks_left = 0;
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        // Nearly all there is, and neither begins a sequence nor needs judging.
        let plain = rest.bytes().take_while(|byte| (b' '..=b'~').contains(byte)).count();
        if plain != 0 {
            clean.push_str(&rest[..plain]);
            marks_left = MARKS_PER_CHARACTER;
            rest = &rest[plain..];
            continue;
        }
        if let Some(after) = escape::skip(rest) {
            rest = after;
            continue;
        }
        rest = rest.strip_prefix("\r\n").unwrap_or(&rest[c.len_utf8()..]);
        match classify(c) {
            Glyph::Plain => {
                clean.push(c);
                marks_left = MARKS_PER_CHARACTER;
            }
            Glyph::Mark if marks_left > 0 => {
                clean.push(c);
                marks_left -= 1;
            }
            Glyph::Mark | Glyph::Hidden => {}
            Glyph::Space => {
                clean.push(' ');
                marks_left = 0;
            }
            Glyph::Break => {
                clean.push(newline);
                marks_left = 0;
            }
        }
    }
    clean
}

/// Cuts at a character boundary and says so.
fn cut(mut text: String, size: Size) -> String {
    if text.len() <= size.0 {
        return text;
    }
    let mut end = size.0.saturating_sub(CUT.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push_str(CUT);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(raw: &str) -> String {
        Text::line(raw, Size::MESSAGE).to_string()
    }

    #[test]
    fn an_escape_sequence_leaves_nothing_behind() {
        assert_eq!(line("a\u{1b}[31;1mred\u{1b}[0m b"), "ared b");
        assert_eq!(line("\u{1b}]0;title\u{7}text"), "text");
        assert_eq!(line("\u{1b}]8;;http://x\u{1b}\\link"), "link");
        assert_eq!(line("\u{9b}2Jgone"), "gone");
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(line("a\r\nb\u{2028}c\u{85}d\te"), "a b c d e");
    }

    #[test]
    fn lines_keep_their_ends() {
        let text = Text::lines("1. push\r\n2. phone\rend\u{b}", Size::PROMPT);
        assert_eq!(text.as_str(), "1. push\n2. phone\nend\n");
    }

    #[test]
    fn a_name_cannot_turn_the_line_around() {
        assert_eq!(line("user\u{202e}toor\u{2069}\u{200f}"), "usertoor");
    }

    #[test]
    fn a_tower_of_marks_is_pulled_down() {
        assert_eq!(line(&format!("e{}", "\u{301}".repeat(50))).chars().count(), 5);
        assert_eq!(line("\u{301}a"), "a");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = Text::line(&"é".repeat(500), Size::NAME);
        assert_eq!(text.as_str().len(), 127);
        assert!(text.as_str().ends_with("é…"));
    }

    #[test]
    fn a_text_that_just_fits_is_not_cut() {
        let name = "x".repeat(Size::NAME.bytes());
        assert_eq!(Text::line(&name, Size::NAME).as_str(), name);
    }

    #[test]
    fn a_value_cannot_forge_a_field() {
        assert_eq!(log_field("user", "alice"), "user=alice");
        assert_eq!(log_field("user", ""), "user=\"\"");
        assert_eq!(log_field("user", "x\" outcome=\"allow\\"), r#"user="x\" outcome=\"allow\\""#);
        assert_eq!(log_field("user", "x\noutcome=allow"), "user=\"x outcome=allow\"");
    }

    /// Text that is rich in what is dangerous; plain random characters hardly ever are.
    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[ -~]{0,9}",
            proptest::sample::select(vec![
                "\u{1b}",
                "\u{1b}[",
                "\u{1b}]",
                "\u{1b}P",
                "\u{1b}\\",
                "\u{7}",
                "\u{9b}",
                "\u{9d}",
                "\u{9c}",
                "\u{202e}",
                "\u{2066}",
                "\u{200b}",
                "\r",
                "\n",
                "\u{2028}",
                "\u{301}",
                "\u{e0041}",
                "\0",
                "\u{7f}",
                "…",
                "\"",
                "\\",
            ])
            .prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn nothing_dangerous_comes_out(raw in nasty()) {
            for c in Text::lines(&raw, Size::NAME).as_str().chars() {
                prop_assert!(c == '\n' || !c.is_control(), "{c:?}");
                prop_assert!(!matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'), "{c:?}");
            }
            prop_assert!(!Text::line(&raw, Size::NAME).as_str().contains('\n'));
        }

        #[test]
        fn cleaning_twice_changes_nothing(raw in nasty()) {
            let once = Text::lines(&raw, Size::NAME);
            prop_assert_eq!(&Text::lines(once.as_str(), Size::NAME), &once);
            let once = Text::line(&raw, Size::NAME);
            prop_assert_eq!(&Text::line(once.as_str(), Size::NAME), &once);
        }

        #[test]
        fn the_size_holds(raw in nasty(), size in 3_usize..200) {
            prop_assert!(Text::lines(&raw, Size(size)).as_str().len() <= size);
        }

        #[test]
        fn printable_ascii_comes_through(raw in "[ -~]{0,100}") {
            let text = Text::line(&raw, Size::NAME);
            prop_assert_eq!(text.as_str(), raw.as_str());
        }

        #[test]
        fn in_ascii_nothing_dangerous_comes_out_either(raw in nasty()) {
            let ascii = Text::lines(&raw, Size::PROMPT).in_ascii();
            prop_assert!(ascii.as_str().chars().all(|c| matches!(c, '\n' | ' '..='~')), "{ascii:?}");
        }

        #[test]
        fn a_field_reads_back_as_one(raw in nasty()) {
            let field = log_field("k", &raw);
            prop_assert!(field.len() <= 2 * Size::FIELD.bytes() + 4);
            prop_assert!(!field.contains('\n'));
            if let Some(quoted) = field.strip_prefix("k=\"") {
                let inner = quoted.strip_suffix('"');
                prop_assert!(inner.is_some());
                let mut chars = inner.unwrap_or_default().chars();
                while let Some(c) = chars.next() {
                    prop_assert_ne!(c, '"');
                    if c == '\\' { prop_assert!(chars.next().is_some()); }
                }
            } else {
                prop_assert!(!field[2..].contains([' ', '"', '=', '\\']));
            }
        }
    }
}
