//! What the TOML parser complains about, in the words of this file format.

use std::ops::Range;

use super::diagnostic::{self, Mistake};
use super::option::{Kind, Privacy};
use super::options;
use super::reveal::{self, leading_name};
use super::source::Source;
use crate::core::paste;

/// What the parser could not read.
pub struct Unreadable {
    /// The first of each line: what follows is mostly its echo.
    pub mistakes: Vec<Mistake>,
    /// The last of them is something that is not closed, so that the parser took the lines after
    /// it for a part of it.
    pub runs_on: bool,
}

/// The parser's errors as mistakes.
#[must_use]
pub fn mistakes(source: &Source<'_>, errors: &[::toml::de::Error]) -> Unreadable {
    let opening = errors
        .iter()
        .filter_map(|error| opening(source, error.message()))
        .min_by_key(|mistake| mistake.span.start);
    let runs_on = opening.is_some();
    let end = opening.as_ref().map_or(source.text.len() + 1, |mistake| mistake.span.start);
    let mut found: Vec<Mistake> = errors
        .iter()
        .filter_map(|error| {
            let span = error.span().unwrap_or(0..0);
            let text = reword(source, &span, error.message());
            (span.start < end).then_some(Mistake { span, text })
        })
        .chain(opening)
        .collect();
    found.sort_by_key(|mistake| mistake.span.start);
    found.dedup_by_key(|mistake| source.line_at(mistake.span.start));
    Unreadable { mistakes: found, runs_on }
}

/// Where that begins which is not closed at the end of the file, at which the parser points.
fn opening(source: &Source<'_>, message: &str) -> Option<Mistake> {
    let (mark, what) = match message {
        m if m.starts_with("invalid multi-line basic string, expected `\"`") => ("\"\"\"", "text"),
        m if m.starts_with("invalid multi-line literal string, expected `'`") => ("'''", "text"),
        m if m.starts_with("unclosed array table") => return None,
        m if m.starts_with("unclosed array") => ("[", "list"),
        m if m.starts_with("unclosed inline table") => ("{", "table"),
        _ => return None,
    };
    let value =
        |at: usize| source.text.get(..at).is_some_and(|before| before.trim_end().ends_with('='));
    let mut places = source.text.rmatch_indices(mark).map(|(at, _)| at);
    let at = places.find(|at| value(*at))?;
    let line = source.line(source.line_at(at)).trim_start();
    Some(Mistake {
        span: at..at + mark.len(),
        text: format!("the {what} that begins here is not closed; {}", instead(line)),
    })
}

fn reword(source: &Source<'_>, span: &Range<usize>, message: &str) -> String {
    let line = source.line(source.line_at(span.start)).trim_start();
    if message == "duplicate key" {
        return twice(source, span, line);
    }
    if line.starts_with(';') {
        return "a comment begins with #, not with ;".into();
    }
    let written = source.text.get(span.clone()).unwrap_or_default().trim_ascii();
    let what = match message {
        m if m.starts_with("string values must be quoted") && !written.is_empty() => {
            unquoted(line, written)
        }
        m if m.starts_with("missing opening quote") => {
            let rest = source.text.get(span.start..).unwrap_or_default();
            unquoted(line, &rest.chars().take(1).collect::<String>())
        }
        m if m.starts_with("string values must be quoted") || m.starts_with("missing value") => {
            "no value follows the =".into()
        }
        m if m.starts_with("key with no value") => "no = follows the name".into(),
        m if m.starts_with("unclosed table") => "the ] is missing".into(),
        m if m.starts_with("unclosed array table") => "]] are missing".into(),
        m if m.starts_with("invalid basic string, expected `\"`") => {
            "the quote is not closed".into()
        }
        m if m.starts_with("carriage return") => {
            return "a carriage return alone ends no line; save the file with Unix line ends"
                .into();
        }
        m if m.starts_with("invalid unquoted key") || m.starts_with("unquoted keys") => {
            "here a name was expected".into()
        }
        m if m.starts_with("unexpected key or value") && is_doubled(line) => {
            "two quotes stand in a row".into()
        }
        m if m.starts_with("unexpected key or value") => "something follows the value".into(),
        m if m.starts_with("extra `=`") => "one = too many".into(),
        m if m.starts_with("missing array opening") => "a ] without its [".into(),
        m if m.starts_with("missing inline table opening") => "a } without its {".into(),
        m if m.starts_with("cannot recurse") || m.starts_with("recursion limit") => {
            "too many brackets, braces or dots in one another".into()
        }
        // The parser's words are fixed texts: nothing of the file is in them.
        other => other.trim_end_matches(", expected nothing").to_owned(),
    };
    format!("{what}; {}", instead(line))
}

/// Detects an empty string at the beginning of a value that goes on: `""value""`.
fn is_doubled(line: &str) -> bool {
    line.split_once('=').is_some_and(|(_, value)| value.trim_ascii_start().starts_with("\"\""))
}

/// A bare word where a value should be.
fn unquoted(line: &str, written: &str) -> String {
    if let Some(what) = paste::stray(written) {
        return format!("{what} stands where a value should");
    }
    match options::find(leading_name(line)) {
        Some(option) if matches!(option.kind, Kind::Switch { .. } | Kind::Number { .. }) => {
            format!("`{}` is {}", option.name, option.kind.shape())
        }
        _ => "a text needs quotes".into(),
    }
}

/// What could stand on the line.
fn instead(line: &str) -> String {
    if line.starts_with('[') {
        return "write a table as [duo] or [service.NAME]".into();
    }
    match options::find(leading_name(line)) {
        Some(option) if option.privacy == Privacy::Secret => {
            format!("write {} = \"…\", on one line", option.name)
        }
        Some(option) => format!("write for example {}", option.example()),
        None => "write NAME = VALUE, with texts in double quotes, one option to a line".into(),
    }
}

fn twice(source: &Source<'_>, span: &Range<usize>, line: &str) -> String {
    let name = source.text.get(span.clone()).unwrap_or_default();
    // The parser's span may hold the quotes.
    let bare = name.trim_matches(['"', '\'']);
    let header = line.starts_with('[');
    let known = reveal::is_name(bare) || (header && reveal::is_service(bare));
    let shown = if known { format!(" `{}`", diagnostic::name(name)) } else { String::new() };
    if header {
        return format!("a second table{shown}; put its lines under the first one");
    }
    if known {
        return format!("{} is set twice; keep one of the lines", shown.trim_start());
    }
    "the same name is set twice; keep one of the lines".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_closed_is_pointed_at_where_it_begins() {
        for (mark, message) in [
            ("[", "unclosed array"),
            ("{", "unclosed inline table"),
            ("\"\"\"", "invalid multi-line basic string, expected `\"`"),
            ("'''", "invalid multi-line literal string, expected `'`"),
        ] {
            let text = format!("[duo]\ncafile = {mark}\nhost = 1\n");
            let source = Source::new("f".into(), &text);
            let span = opening(&source, message).map(|mistake| mistake.span);
            assert_eq!(span, Some(15..15 + mark.len()), "{mark}");
        }
    }

    #[test]
    fn of_two_mistakes_in_one_place_the_one_that_goes_on_is_told() {
        let text = "[duo]\ncafile =\n\"\"\"/etc/ca.pem\n";
        let source = Source::new("f".into(), text);
        let (_, errors) = ::toml::de::DeTable::parse_recoverable(text);
        let place = text.find('"');
        assert!(errors.iter().any(|error| error.span().map(|span| span.start) == place));
        let told = mistakes(&source, &errors).mistakes;
        let told = told.iter().find(|mistake| Some(mistake.span.start) == place);
        let told = told.map(|mistake| mistake.text.as_str()).unwrap_or_default();
        assert!(told.starts_with("the text that begins here is not closed"), "{told}");
    }
}
