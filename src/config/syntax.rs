//! What the TOML parser complains about, in the words of this file format.

use std::ops::Range;

use super::diagnostic::{self, Mistake};
use super::option::Privacy;
use super::options;
use super::source::{Source, leading_name};

/// The parser's errors as mistakes, the first of each line: what follows is mostly its echo.
#[must_use]
pub fn mistakes(source: &Source<'_>, errors: &[::toml::de::Error]) -> Vec<Mistake> {
    let mut found: Vec<Mistake> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let text = reword(source, &span, error.message());
            Mistake { span, text }
        })
        .collect();
    found.sort_by_key(|mistake| mistake.span.start);
    found.dedup_by_key(|mistake| source.line_at(mistake.span.start));
    found
}

fn reword(source: &Source<'_>, span: &Range<usize>, message: &str) -> String {
    let line = source.line(source.line_at(span.start)).trim_start();
    if message == "duplicate key" {
        return twice(source, span, line);
    }
    let what = match message {
        m if m.starts_with("string values must be quoted") => "a text needs quotes",
        m if m.starts_with("key with no value") => "no = and no value follow the name",
        m if m.starts_with("missing value") || m.starts_with("invalid value") => {
            "no value follows the ="
        }
        m if m.starts_with("unclosed table") => "the ] is missing",
        m if m.starts_with("unclosed array table") => "]] are missing",
        m if m.starts_with("cannot recurse") || m.starts_with("recursion limit") => {
            "too many brackets, braces or dots in one another"
        }
        // The parser's words are fixed texts: nothing of the file is in them.
        other => other,
    };
    format!("{what}; {}", instead(line))
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
