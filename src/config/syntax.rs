//! What the TOML parser complains about, in the words of this file format.

use std::ops::Range;

use super::diagnostic::{self, Mistake};
use super::option::{Kind, Privacy};
use super::options;
use super::source::{Source, leading_name};

/// The parser's errors as mistakes, the first of each line: what follows is mostly its echo.
#[must_use]
pub fn mistakes(source: &Source<'_>, errors: &[::toml::de::Error]) -> Vec<Mistake> {
    let mut found: Vec<Mistake> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            if let Some(span) = long_text(source, error.message()) {
                let text = "the text that begins here is not closed; write it on one line, in \
                            single double quotes";
                let text = text.to_owned();
                return Mistake { span, text };
            }
            let text = reword(source, &span, error.message());
            Mistake { span, text }
        })
        .collect();
    found.sort_by_key(|mistake| mistake.span.start);
    found.dedup_by_key(|mistake| source.line_at(mistake.span.start));
    found
}

/// Where a text over several lines begins that is not closed: the parser points at the end of the
/// file.
fn long_text(source: &Source<'_>, message: &str) -> Option<Range<usize>> {
    let quotes = match message {
        m if m.starts_with("invalid multi-line basic string, expected `\"`") => "\"\"\"",
        m if m.starts_with("invalid multi-line literal string, expected `'`") => "'''",
        _ => return None,
    };
    source.text.rfind(quotes).map(|at| at..at + quotes.len())
}

fn reword(source: &Source<'_>, span: &Range<usize>, message: &str) -> String {
    let line = source.line(source.line_at(span.start)).trim_start();
    if message == "duplicate key" {
        return twice(source, span, line);
    }
    let written = source.text.get(span.clone()).unwrap_or_default().trim();
    let what = match message {
        m if m.starts_with("string values must be quoted") && !written.is_empty() => unquoted(line),
        m if m.starts_with("string values must be quoted") || m.starts_with("missing value") => {
            "no value follows the =".into()
        }
        m if m.starts_with("key with no value") => "no = follows the name".into(),
        m if m.starts_with("unclosed table") => "the ] is missing".into(),
        m if m.starts_with("unclosed array table") => "]] are missing".into(),
        m if m.starts_with("invalid basic string, expected `\"`") => {
            "the quote is not closed".into()
        }
        m if m.starts_with("invalid unquoted key") && line.starts_with(';') => {
            return "a comment begins with #, not with ;".into();
        }
        m if m.starts_with("cannot recurse") || m.starts_with("recursion limit") => {
            "too many brackets, braces or dots in one another".into()
        }
        // The parser's words are fixed texts: nothing of the file is in them.
        other => other.to_owned(),
    };
    format!("{what}; {}", instead(line))
}

/// A bare word where a value should be.
fn unquoted(line: &str) -> String {
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
    let name = source.text.get(span.clone()).map(diagnostic::name).unwrap_or_default();
    if line.starts_with('[') {
        return format!("a second table `{name}`; put its lines under the first one");
    }
    format!("`{name}` is set twice; keep one of the lines")
}
