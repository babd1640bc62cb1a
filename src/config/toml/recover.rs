//! What can still be read of a text that is no TOML.

use ::toml::de::DeTable;
use zeroize::Zeroizing;

use crate::config::diagnostic::Mistake;
use crate::config::encoding::BOM_SPAN;
use crate::config::source::Source;
use crate::config::syntax::{self, Unreadable};

/// The parser is run again after each round of broken lines is out of its way, because it stops
/// at some. Every round takes at least one; who breaks more than this is told of these first.
const ROUNDS: usize = 16;

/// The text with each line that cannot be read made blank, and `broken` extended by what is wrong
/// with them. `None` if the damage is not confined to its lines: a broken table header or a text
/// over several lines changes what all lines after it mean, so nothing is said of those.
#[must_use]
pub fn readable(source: &Source<'_>, broken: &mut Vec<Mistake>) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(source.text.to_owned());
    if !broken.iter().all(|mistake| confined(source, mistake)) {
        return None;
    }
    blank(source, &mut text, broken);
    for _ in 0..ROUNDS {
        let (_, errors) = DeTable::parse_recoverable(&text);
        if errors.is_empty() {
            return Some(text);
        }
        let Unreadable { mut mistakes, runs_on } = syntax::mistakes(source, &errors);
        // A line that is blank already cannot be taken out of the way once more.
        mistakes.retain(|new| !broken.iter().any(|old| same_line(source, old, new)));
        let go_on = !runs_on
            && !mistakes.is_empty()
            && mistakes.iter().all(|mistake| confined(source, mistake));
        blank(source, &mut text, &mistakes);
        broken.extend(mistakes);
        if !go_on {
            return None;
        }
    }
    None
}

/// Does what is broken end with its line?
fn confined(source: &Source<'_>, mistake: &Mistake) -> bool {
    if is_mark(source, mistake) {
        return true;
    }
    let first = source.line_at(mistake.span.start);
    let last = source.line_at(mistake.span.end.max(mistake.span.start + 1) - 1);
    let line = source.line(first);
    let header = line.trim_start().starts_with('[');
    first == last && !header && !line.contains("\"\"\"") && !line.contains("'''")
}

fn same_line(source: &Source<'_>, one: &Mistake, other: &Mistake) -> bool {
    source.line_at(one.span.start) == source.line_at(other.span.start) && !is_mark(source, one)
}

/// The byte order mark, which the text has as blanks: the rest of its line can be read.
fn is_mark(source: &Source<'_>, mistake: &Mistake) -> bool {
    mistake.span == BOM_SPAN && source.text.get(BOM_SPAN).is_some_and(|mark| mark.trim().is_empty())
}

/// Spaces in the place of the lines of these mistakes; no byte moves.
fn blank(source: &Source<'_>, text: &mut String, mistakes: &[Mistake]) {
    for mistake in mistakes.iter().filter(|mistake| !is_mark(source, mistake)) {
        let line = source.line_at(mistake.span.start);
        let start = source.line_range(line).start;
        let length = source.line(line).len();
        text.replace_range(start..start + length, &" ".repeat(length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the end of a file a carriage return stays in the way when its line is blank.
    #[test]
    fn what_cannot_be_taken_out_of_the_way_is_told_once() {
        let source = Source::new("f".into(), "a = 1\n #\r");
        let mut broken = Vec::new();
        assert_eq!(readable(&source, &mut broken), None);
        assert_eq!(broken.len(), 1, "{broken:?}");
    }
}
