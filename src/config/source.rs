//! The text of a configuration file, as diagnostics speak of it.

use std::ops::Range;

use super::reveal;

/// A file's text and where its lines begin.
pub struct Source<'a> {
    /// As the admin knows it; clean.
    pub path: String,
    pub text: &'a str,
    /// Byte offsets.
    starts: Vec<usize>,
    /// Lines of which nothing may be seen.
    hidden: Vec<usize>,
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
        Self { path, text, starts: std::iter::once(0).chain(breaks).collect(), hidden: Vec::new() }
    }

    /// Nothing of these lines may be seen, whatever they look like.
    #[must_use]
    pub fn hiding(self, hidden: Vec<usize>) -> Self {
        Self { hidden, ..self }
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

    /// What may be seen of the line.
    #[must_use]
    pub fn shown(&self, index: usize) -> Shown {
        let line = self.line(index);
        let seen = if self.hidden.contains(&index) {
            line.len() - line.trim_start().len()
        } else {
            reveal::visible(line)
        };
        let visible = line.get(..seen).unwrap_or_default();
        Shown { visible: visible.to_owned(), hidden: visible.len() < line.len() }
    }
}
