//! Mistakes, shown as compilers show them: where, what, what instead; the line; a caret.

use std::fmt::Write as _;
use std::ops::Range;

use super::source::Source;
use crate::core::glyph::{Glyph, classify};

/// Something in the file that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the source.
    pub span: Range<usize>,
    /// What is wrong; and what to write instead.
    pub text: String,
}

/// Characters of a source line that are shown at most.
const WIDTH: usize = 100;
/// Of these, at most so many before the caret.
const BEFORE: usize = 60;
/// Stands for what must not be seen.
pub const HIDDEN: &str = "[hidden]";

/// `path:line:column: text`, without the excerpt. Lines and columns count from 1, columns in
/// characters.
#[must_use]
pub fn headline(source: &Source<'_>, mistake: &Mistake) -> String {
    let line = source.line_at(mistake.span.start);
    let column = source.column(line, mistake.span.start);
    format!("{}:{}:{}: {}", source.path, line + 1, column + 1, mistake.text)
}

/// The headline, the source line and the caret line.
#[must_use]
pub fn render(source: &Source<'_>, mistake: &Mistake) -> String {
    let line = source.line_at(mistake.span.start);
    let mut shown = source.shown(line);
    let seen = shown.visible.chars().count();
    let start = source.column(line, mistake.span.start).min(seen);
    let mut end = source.column(line, mistake.span.end).min(seen);
    if shown.hidden {
        shown.visible.push_str(HIDDEN);
        if source.column(line, mistake.span.end) > seen || start == seen {
            end = seen + HIDDEN.len();
        }
    }
    let (text, start, end) = window(&clean(&shown.visible), start, end);
    let mut out = headline(source, mistake);
    // Writing into a String cannot fail.
    let _ = write!(out, "\n{text}\n");
    // Tabs stay tabs, so that the caret stands where the terminal puts the character above.
    out.extend(text.chars().take(start).map(|c| if c == '\t' { '\t' } else { ' ' }));
    out.push('^');
    out.extend(std::iter::repeat_n('~', end.saturating_sub(start + 1)));
    out
}

/// At most [`WIDTH`] characters around the caret, and where the caret is in them.
fn window(text: &str, start: usize, end: usize) -> (String, usize, usize) {
    let length = text.chars().count();
    if length <= WIDTH {
        return (text.to_owned(), start, end);
    }
    let from = start.saturating_sub(BEFORE);
    let mut out: Vec<char> = text.chars().skip(from).take(WIDTH).collect();
    if from > 0 {
        if let Some(first) = out.first_mut() {
            *first = '…';
        }
    }
    if from + out.len() < length {
        if let Some(last) = out.last_mut() {
            *last = '…';
        }
    }
    let end = (end - from).min(out.len());
    (out.into_iter().collect(), start - from, end)
}

/// The text with each character that is not plainly itself, for a terminal, a log or an eye,
/// replaced by one that shows: an admin sees that a blank is a no-break space. Tabs stay; the number
/// of characters does too, so that columns and carets are right.
#[must_use]
pub fn clean(text: &str) -> String {
    let plain = |c| matches!(c, ' ' | '\t') || classify(c) == Glyph::Plain;
    text.chars().map(|c| if plain(c) { c } else { '\u{fffd}' }).collect()
}

/// A name out of the file, fit for one line: clean and at most 40 characters.
#[must_use]
pub fn name(text: &str) -> String {
    let mut short: String = clean(text).replace('\t', "\u{fffd}").chars().take(40).collect();
    if text.chars().count() > 40 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, span: Range<usize>) -> String {
        let source = Source::new("f".into(), text);
        let text = "wrong".into();
        render(&source, &Mistake { span, text })
    }

    #[test]
    fn columns_count_characters_and_tabs_stay() {
        assert_eq!(
            rendered("[duo]\n\thost = \"ä x\"\n", 18..19),
            "f:2:12: wrong\n\thost = \"ä x\"\n\t          ^"
        );
    }

    #[test]
    fn what_a_terminal_would_act_on_is_replaced_one_for_one() {
        assert_eq!(
            rendered("host = \"\u{1b}[31m\u{202e}\"", 7..17),
            "f:1:8: wrong\nhost = \"\u{fffd}[31m\u{fffd}\"\n       ^~~~~~~~"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let line = format!("host = \"{}!{}\"", "(".repeat(300), ")".repeat(300));
        let shown = rendered(&line, 308..309);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "f:1:309: wrong");
        assert_eq!(lines[1].chars().count(), WIDTH);
        assert!(lines[1].starts_with("…(") && lines[1].ends_with(")…"));
        let caret = lines[2].find('^');
        assert_eq!(caret.and_then(|at| lines[1].chars().nth(at)), Some('!'));
    }

    #[test]
    fn what_is_not_cut_is_not_marked_as_cut() {
        // Signs of which no secret is made.
        let line = |characters: usize| format!("host = \"{}\"", "(".repeat(characters - 9));
        let whole = line(WIDTH);
        assert_eq!(rendered(&whole, 99..100).lines().nth(1), Some(whole.as_str()));
        let longer = line(200);
        // The last 100 characters, of which the first stands for those before.
        let shown = rendered(&longer, 160..161);
        let last: Vec<&str> = shown.lines().skip(1).collect();
        assert_eq!(last, [format!("…{}\"", "(".repeat(98)), format!("{}^", " ".repeat(60))]);
        // And the first.
        let shown = rendered(&longer, 60..61);
        let first = shown.lines().nth(1).unwrap_or_default();
        assert_eq!(first, format!("host = \"{}…", "(".repeat(91)));
    }

    #[test]
    fn a_name_out_of_the_file_is_cut_after_forty_characters() {
        let long = "ä".repeat(40);
        assert_eq!(name(&long), long);
        assert_eq!(name(&format!("{long}b")), format!("{long}…"));
        assert_eq!(name("a\tb\u{202e}"), "a\u{fffd}b\u{fffd}");
    }

    /// Lines of a TOML file with a secret in them, each broken in another way.
    const BROKEN_TOML: &[&str] = &[
        "skey = \"s3cr3t\"",
        "skey \"s3cr3t\"",
        "skey: s3cr3t",
        "'skey' = 's3cr3t'",
        "duo.skey = \"s3cr3t\"",
        "duo = { ikey = \"DI\", skey = \"s3cr3t\" }",
        "skeyy = \"s3cr3t\"",
        "key = \"s3cr3t\"",
        "s3cr3t",
        "s3cr3t\"",
        "host = \"a\" skey = \"s3cr3t\"",
        "host = \"a\" sekey = \"s3cr3t\"",
        "[duo] skey = \"s3cr3t\"",
        "# skey = \"s3cr3t\"\u{1}",
        "s3cr3t\"\"\" = \"",
        "s3cr3t = 1",
        "# s3cr3t",
        "[s3cr3t]",
        "skey_file = \"s3cr3t\"",
        "http_proxy = \"http://demo:s3cr3t@proxy.example:3128\"",
        "http_proxy = \"https://demo:s3cr3t=@proxy.example:3128\"",
        "http_proxy = http://demo:s3cr3t@proxy.example",
        "http_proxy = demo:s3cr3t",
        "http_proxy \"http://demo:s3cr3t@proxy.example\"",
        "http_proxy: http://demo:s3cr3t=@proxy.example",
        "http_proxy = [\"http://demo:s3cr3t@proxy.example\"]",
        "http-proxy = \"http://demo:s3cr3t@proxy.example\"",
        "https_proxy = \"http://demo:s3cr3t@proxy.example\"",
        "proxy = \"http://demo:s3cr3t@proxy.example\"",
        "\"http://demo:s3cr3t@proxy.example\"",
        "demo:s3cr3t=@proxy.example",
        "[http://demo:s3cr3t@proxy.example]",
        "host = \"demo:s3cr3t@proxy.example\"",
        "host = \"http://demo:s3cr3t@proxy.example:3128",
        "cafile = \"http://demo:s3cr3t@proxy.example\"",
        "signature = http://demo:s3cr3t@proxy.example",
        "duo = { ikey = \"DI\", http_proxy = \"http://demo:s3cr3t@proxy.example\" }",
        "host = \"a\" http_proxy = \"http://demo:s3cr3t@proxy.example\"",
    ];

    /// And of an INI file.
    const BROKEN_INI: &[&str] = &[
        "skey = s3cr3t",
        "skey:s3cr3t",
        "skey: s3cr3t=",
        "skey = s3cr3t ; comment",
        "skey=;s3cr3t",
        "  skey = s3cr3t",
        "  s3cr3t",
        "[duo] ; s3cr3t",
        "[s3cr3t",
        "; skey = s3cr3t",
        ";s3cr3t",
        "prompts = 1 ; s3cr3t",
        "motd = yes ; s3cr3t",
        "host = a ; skey = s3cr3t",
        "host: s3cr3t",
        "group: s3cr3t=",
        "ikey skey = s3cr3t",
        "= s3cr3t",
        ": s3cr3t",
        "http_proxy = demo:s3cr3t@proxy.example:3128",
        "http_proxy:demo:s3cr3t=@proxy.example:3128",
    ];

    #[test]
    fn a_secret_is_hidden_however_its_line_is_broken() {
        for line in BROKEN_TOML.iter().chain(BROKEN_INI) {
            for at in 0..line.len() {
                let shown = rendered(line, at..line.len());
                assert!(!shown.contains("s3cr3t"), "{shown}");
            }
        }
        assert_eq!(
            rendered("skey = \"s3cr3t\"", 7..15),
            "f:1:8: wrong\nskey = [hidden]\n       ^~~~~~~~"
        );
        // What is wrong there is the name.
        assert_eq!(rendered("skey = \"s3cr3t\"", 0..7), "f:1:1: wrong\nskey = [hidden]\n^~~~~~~");
    }

    #[test]
    fn nothing_is_shown_of_a_line_that_is_not_what_it_looks_like() {
        let text = "skey =\n  host = s3cr3t\n";
        let source = Source::new("f".into(), text).hiding(vec![1]);
        let mistake = |span| Mistake { span, text: "wrong".into() };
        assert_eq!(render(&source, &mistake(9..22)), "f:2:3: wrong\n  [hidden]\n  ^~~~~~~~");
        assert_eq!(render(&source, &mistake(0..4)), "f:1:1: wrong\nskey =\n^~~~");
    }

    #[test]
    fn the_end_of_a_file_is_shown_at_its_last_line_of_text() {
        assert_eq!(rendered("host =\n\n", 8..8), "f:1:7: wrong\nhost =\n      ^");
        assert_eq!(rendered("", 0..0), "f:1:1: wrong\n\n^");
    }
}
