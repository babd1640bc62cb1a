//! Lines and words of a service file.

/// What ends a word.
const BLANKS: [char; 3] = [' ', '\t', '\n'];

/// A line that says something: comments gone, continuations joined.
#[derive(Debug)]
pub struct Line {
    /// The number of its first line in the file, counted from 1.
    pub number: usize,
    pub text: String,
}

/// How libpam joins a line that a backslash continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joins {
    /// Up to 1.6.0: comments and empty lines between the parts are skipped.
    Before161,
    /// Since 1.6.1: a comment or an empty line ends it.
    Since161,
}

/// The lines of a file. A continuation that the end of the file cuts off ends the reading, and
/// is lost: `None` in the last place.
pub fn lines(text: &str, joins: Joins) -> Vec<Option<Line>> {
    let mut found = Vec::new();
    let mut open: Option<Line> = None;
    for (number, raw) in (1..).zip(text.split_inclusive('\n')) {
        let raw = raw.trim_start_matches(BLANKS);
        let skipped = open.is_none() || joins == Joins::Before161;
        if skipped && (raw.is_empty() || raw.starts_with('#')) {
            continue;
        }
        let (said, comment) = raw.split_once('#').map_or((raw, false), |(said, _)| (said, true));
        let line = open.get_or_insert(Line { number, text: String::new() });
        let trimmed = said.trim_end_matches(BLANKS);
        // Only the line's last character continues it, not one in front of a comment.
        if let Some(begun) = trimmed.strip_suffix('\\').filter(|_| !comment) {
            line.text.push_str(begun);
            line.text.push(' ');
        } else {
            line.text.push_str(said);
            found.push(open.take());
        }
    }
    if open.is_some() {
        found.push(None);
    }
    found
}

/// The first word, brackets off, and what follows it.
pub fn word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start_matches(BLANKS);
    let Some(inside) = text.strip_prefix('[') else {
        let end = text.find(BLANKS).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut word = String::new();
    let mut rest = inside.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if rest.peek().is_some_and(|(_, next)| *next == ']') => {
                word.push(']');
                rest.next();
            }
            ']' => return Some((word, &inside[at + 1..])),
            _ => word.push(c),
        }
    }
    // Never closed: the rest of the line.
    Some((word, ""))
}
