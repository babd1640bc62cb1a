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

/// The lines of a file. A continuation that the end of the file cuts off ends the reading, and
/// is lost: `None` in the last place.
pub fn lines(text: &str) -> Vec<Option<Line>> {
    let mut found = Vec::new();
    let mut open: Option<Line> = None;
    for (number, raw) in (1..).zip(text.split_inclusive('\n')) {
        let raw = raw.trim_start_matches(BLANKS);
        if raw.is_empty() || raw.starts_with('#') {
            continue; // Also between the parts of a continued line.
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
