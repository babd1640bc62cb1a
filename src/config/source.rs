//! The text of a configuration file, as diagnostics speak of it.

use std::ops::Range;

use super::option::Privacy;
use super::options;
use super::suggest;

/// A file's text and where its lines begin.
pub struct Source<'a> {
    /// As the admin knows it; clean.
    pub path: String,
    pub text: &'a str,
    /// Byte offsets.
    starts: Vec<usize>,
}

/// A line as it may be shown.
pub struct Shown {
    /// What may be seen of it.
    pub visible: String,
    /// Something follows that may not.
    pub hidden: bool,
}

impl<'a> Source<'a> {
    #[must_use]
    pub fn new(path: String, text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { path, text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The index of the line that holds this byte. The end of the file belongs to its last line
    /// that has any text.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> usize {
        let mut line = self.starts.partition_point(|start| *start <= offset) - 1;
        if offset >= self.text.len() {
            while line > 0 && self.line(line).trim().is_empty() {
                line -= 1;
            }
        }
        line
    }

    /// The line without its end.
    #[must_use]
    pub fn line(&self, index: usize) -> &'a str {
        self.text.get(self.line_range(index)).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// The bytes of the line, with its end.
    #[must_use]
    pub fn line_range(&self, index: usize) -> Range<usize> {
        let start = self.starts.get(index).copied().unwrap_or(self.text.len());
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        start..end
    }

    /// How many characters of the line stand before this byte.
    #[must_use]
    pub fn column(&self, line: usize, offset: usize) -> usize {
        let start = self.line_range(line).start;
        self.line(line).char_indices().take_while(|(at, _)| start + at < offset).count()
    }

    /// What may be seen of the line. A value is shown only when the line is plainly that of an
    /// option that holds no secret: a mistyped `skey`, one that ran into the next line, or the line
    /// of another option that it ran into, stays hidden.
    #[must_use]
    pub fn shown(&self, index: usize) -> Shown {
        let line = self.line(index);
        let all = |text: &str| Shown { visible: text.to_owned(), hidden: false };
        let name = leading_name(line);
        let known = options::find(name).map(|option| option.privacy);
        if known == Some(Privacy::Plain) && !mentions_secret(line) {
            return all(line);
        }
        let trimmed = line.trim_start();
        // A semicolon begins one in an INI file.
        let comment = trimmed.starts_with(['#', ';']);
        let header = trimmed.starts_with('[');
        if let Some(equals) = line.find('=').filter(|_| !line.contains("\"\"\"")) {
            let after = line.get(equals + 1..).unwrap_or_default();
            let gap = after.len() - after.trim_start().len();
            return cut(line, equals + 1 + gap);
        }
        if comment || header || trimmed.is_empty() {
            return all(line);
        }
        let nearly = known.is_some() || suggest::option(name).is_some();
        let shown = if nearly { line.len() - trimmed.len() + name.len() } else { 0 };
        cut(line, shown)
    }
}

fn cut(line: &str, at: usize) -> Shown {
    let visible = line.get(..at).unwrap_or_default();
    Shown { visible: visible.to_owned(), hidden: visible.len() < line.len() }
}

/// The word that the line begins with, out of its quotes.
#[must_use]
pub fn leading_name(line: &str) -> &str {
    let line = line.trim_start().trim_start_matches(['"', '\'']);
    let end = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

/// Names a secret option anywhere (but in a path, at its end, or as part of `skey_file`), or has a
/// second `=`: the line may hold more than the option it begins with.
fn mentions_secret(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let names = |secret: &str| {
        lower.match_indices(secret).any(|(at, name)| {
            let before = lower.get(..at).unwrap_or_default();
            let after = lower.get(at + name.len()..).unwrap_or_default();
            let nothing_after = after.trim_start_matches(['"', '\'']).trim().is_empty();
            !before.ends_with('/') && !after.starts_with("_file") && !nothing_after
        })
    };
    let mut secrets = options::OPTIONS.iter().filter(|option| option.privacy == Privacy::Secret);
    line.matches('=').count() > 1 || secrets.any(|option| names(option.name))
}
