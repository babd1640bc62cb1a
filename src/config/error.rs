//! A configuration that cannot be used, and everything that is wrong with it.

use std::fmt;
use std::path::Path;

use super::diagnostic::{self, Mistake, clean};
use super::open::OpenError;
use super::source::Source;
use crate::core::failure::Local;

/// Mistakes that are shown; the rest are counted.
const SHOWN: usize = 50;

/// Why there is no configuration. Carries no part of it: what a broken file says of failmode
/// cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The first mistake on one line.
    first: String,
    /// Each mistake with its excerpt, at most [`SHOWN`].
    shown: Vec<String>,
    count: usize,
    machine: Option<Local>,
}

impl ConfigError {
    /// One line for the log: the first mistake, and how many more there are.
    #[must_use]
    pub fn summary(&self) -> String {
        match self.count {
            0 | 1 => self.first.clone(),
            more => format!("{} (and {} more)", self.first, more - 1),
        }
    }

    /// Did this machine fail (no descriptor, no memory), so that the file is not to blame?
    #[must_use]
    pub fn machine(&self) -> Option<&Local> {
        self.machine.as_ref()
    }

    pub(super) fn plain(path: &Path, what: &str) -> Self {
        Self::one(format!("{}: {what}", clean(&path.to_string_lossy())), None)
    }

    pub(super) fn all_absent(paths: &[&Path]) -> Self {
        let names: Vec<String> = paths.iter().map(|path| clean(&path.to_string_lossy())).collect();
        let line = format!(
            "no configuration: there is no {}; create one of them, or name another with conf=/PATH \
             in the PAM line",
            names.join(", no ")
        );
        Self::one(line, None)
    }

    pub(super) fn from_open(error: &OpenError) -> Self {
        Self::one(error.to_string(), error.machine())
    }

    /// `machine` is what failed while a file that the configuration names was opened.
    pub(super) fn from_mistakes(
        source: &Source<'_>,
        mistakes: &mut [Mistake],
        machine: Option<Local>,
    ) -> Self {
        mistakes.sort_by_key(|mistake| mistake.span.start);
        let shown = mistakes.iter().take(SHOWN);
        Self {
            first: mistakes
                .first()
                .map(|mistake| diagnostic::headline(source, mistake))
                .unwrap_or_default(),
            shown: shown.map(|mistake| diagnostic::render(source, mistake)).collect(),
            count: mistakes.len(),
            machine,
        }
    }

    fn one(line: String, machine: Option<Local>) -> Self {
        Self { first: line.clone(), shown: vec![line], count: 1, machine }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown.join("\n"))?;
        match self.count - self.shown.len() {
            0 => Ok(()),
            more => write!(f, "\n{}", format_args!("and {more} more mistakes")),
        }
    }
}

impl std::error::Error for ConfigError {}
