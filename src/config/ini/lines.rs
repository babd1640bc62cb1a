//! The lines of `pam_duo.conf`, as inih cuts them: pure, and total.
//!
//! A line is white space, a comment (`;` or `#` in front), a section, or a name and a value with
//! the first `=` between them, or the first `:` where there is no `=`. A `;` behind white space
//! begins a comment in all of these. A line that begins with white space and stands below a name
//! is one more value of that name; white space and comments between them change nothing.

use std::ops::Range;

/// Bytes of the text.
pub type Span = Range<usize>;

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What stands between the brackets.
    Section(Span),
    Value {
        name: Span,
        value: Span,
        /// The name is that of a line above.
        continued: bool,
    },
    /// A line that says nothing that can be understood.
    Broken(Span, Damage),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// `[` without `]`.
    NoBracket,
    /// Something else than a comment follows the `]`.
    AfterBracket,
    /// Neither `=` nor `:`.
    NoEquals,
    /// Nothing stands before the `=`.
    NoName,
}

/// All lines that say something, and where the comments are.
#[derive(Debug, Default)]
pub struct Lines {
    pub lines: Vec<Line>,
    pub comments: Vec<Span>,
}

/// C's `isspace`, which is what inih asks.
fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

/// Reads the text.
#[must_use]
pub fn read(text: &str) -> Lines {
    let mut found = Lines::default();
    let mut above = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let body = trim(text, start..end);
        let said = text.get(body.clone()).unwrap_or_default();
        match said.chars().next() {
            None => {}
            Some(';' | '#') => found.comments.push(body),
            Some(first) => {
                let (body, comment) = without_comment(text, body);
                found.comments.extend(comment);
                let continues = above.clone().filter(|_| body.start > start);
                let line = match (continues, first) {
                    (Some(name), _) => Line::Value { name, value: body, continued: true },
                    (None, '[') => section(text, &body),
                    (None, _) => assignment(text, &body),
                };
                match &line {
                    Line::Section(_) => above = None,
                    Line::Value { name, .. } => above = Some(name.clone()),
                    Line::Broken(..) => {}
                }
                found.lines.push(line);
            }
        }
    }
    found
}

fn section(text: &str, body: &Span) -> Line {
    let said = text.get(body.clone()).unwrap_or_default();
    let Some(close) = said.find(']') else {
        return Line::Broken(body.clone(), Damage::NoBracket);
    };
    let rest = trim(text, body.start + close + 1..body.end);
    if !rest.is_empty() && !text.get(rest.clone()).unwrap_or_default().starts_with([';', '#']) {
        return Line::Broken(rest, Damage::AfterBracket);
    }
    Line::Section(body.start + 1..body.start + close)
}

fn assignment(text: &str, body: &Span) -> Line {
    let said = text.get(body.clone()).unwrap_or_default();
    let Some(equals) = said.find('=').or_else(|| said.find(':')) else {
        return Line::Broken(body.clone(), Damage::NoEquals);
    };
    let name = trim(text, body.start..body.start + equals);
    if name.is_empty() {
        return Line::Broken(body.clone(), Damage::NoName);
    }
    let value = trim(text, body.start + equals + 1..body.end);
    Line::Value { name, value, continued: false }
}

/// Without the white space at both ends. An empty span stands where the text would begin.
fn trim(text: &str, span: Span) -> Span {
    let said = text.get(span.clone()).unwrap_or_default();
    let tail = said.trim_end_matches(blank);
    let lead = tail.len() - tail.trim_start_matches(blank).len();
    span.start + lead..span.start + tail.len()
}

/// What stands before a `;` that follows white space, and the comment from there on.
fn without_comment(text: &str, body: Span) -> (Span, Option<Span>) {
    let said = text.get(body.clone()).unwrap_or_default();
    let mut after_blank = false;
    for (at, c) in said.char_indices() {
        if c == ';' && after_blank {
            let at = body.start + at;
            return (trim(text, body.start..at), Some(at..body.end));
        }
        after_blank = blank(c);
    }
    (body, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name=value`, `+name=value` below it, `[section]`, or the damage.
    fn said(text: &str) -> Vec<String> {
        let of = |span: &Span| text[span.clone()].to_owned();
        let words = read(text).lines.into_iter().map(|line| match line {
            Line::Section(name) => format!("[{}]", of(&name)),
            Line::Value { name, value, continued } => {
                format!("{}{}={}", if continued { "+" } else { "" }, of(&name), of(&value))
            }
            Line::Broken(span, damage) => format!("{damage:?}({})", of(&span)),
        });
        words.collect()
    }

    #[test]
    fn names_and_values_are_trimmed_and_either_mark_stands_between_them() {
        for (text, line) in [
            ("a=b", "a=b"),
            (" \ta  =\x0b b c \r\n", "a=b c"),
            ("a: b", "a=b"),
            ("a:b=c", "a:b=c"),
            ("a=b=c:d", "a=b=c:d"),
            ("a =", "a="),
            ("a b = \"c\"", "a b=\"c\""),
            ("\u{a0}a = b", "\u{a0}a=b"),
        ] {
            assert_eq!(said(text), [line], "{text:?}");
        }
    }

    #[test]
    fn a_semicolon_is_a_comment_behind_white_space_and_a_number_sign_at_the_start_of_a_line() {
        for (text, lines) in [
            ("; a=b\n# a=b\n   # a=b\n\t; a=b", &[][..]),
            ("a=b ; c", &["a=b"]),
            ("a=b;c", &["a=b;c"]),
            ("a=b # c", &["a=b # c"]),
            ("a= ; c", &["a="]),
            ("a=;c", &["a=;c"]),
            ("a ; =b", &["NoEquals(a)"]),
            ("a=b\n c ; d\n e;f", &["a=b", "+a=c", "+a=e;f"]),
        ] {
            assert_eq!(said(text), lines, "{text:?}");
        }
        let text = "a=b ; c\n# d\n";
        let comments = read(text).comments;
        let comments: Vec<&str> = comments.into_iter().map(|span| &text[span]).collect();
        assert_eq!(comments, ["; c", "# d"]);
    }

    #[test]
    fn an_indented_line_is_one_more_value_until_a_section_begins() {
        let text = "[s]\n  a=b\n\n# x\n  c=d\ne=f\n\tg\n[t]\n h=i\n";
        assert_eq!(said(text), ["[s]", "a=b", "+a=c=d", "e=f", "+e=g", "[t]", "h=i"]);
        assert_eq!(said("a=\n [b]\n"), ["a=", "+a=[b]"]);
    }

    #[test]
    fn what_says_nothing_is_told_apart() {
        for (text, line) in [
            ("[duo", "NoBracket([duo)"),
            ("[duo ; ]", "NoBracket([duo)"),
            ("[duo] x", "AfterBracket(x)"),
            ("[duo] # x", "[duo]"),
            ("[duo]; x", "[duo]"),
            ("[ duo ]", "[ duo ]"),
            ("[]", "[]"),
            ("a", "NoEquals(a)"),
            ("= a", "NoName(= a)"),
        ] {
            assert_eq!(said(text), [line], "{text:?}");
        }
    }
}
