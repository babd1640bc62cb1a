//! `pam_duo2.toml`: text in, a whole configuration or every mistake out.

mod reader;
mod typed;

use std::path::Path;

use ::toml::de::DeTable;
use zeroize::Zeroizing;

use super::diagnostic::{Mistake, clean};
use super::encoding::decode;
use super::error::ConfigError;
use super::open::OpenError;
use super::source::Source;
use super::{Loaded, syntax};
use reader::{Findings, Reader};

/// Opens what the configuration names.
pub trait Files {
    /// The content of a secret's file, at most `max` bytes.
    fn private(&self, path: &Path, max: usize) -> Result<Zeroizing<Vec<u8>>, OpenError>;
    /// Is a file that others may read there, and does it pass the rule?
    fn public(&self, path: &Path) -> Result<(), OpenError>;
}

/// The configuration for one PAM service. The whole file is judged, whichever service asks: a
/// mistake under `[service.su]` refuses sshd too, so that it is found by the first login.
pub fn parse(
    bytes: &[u8],
    origin: &Path,
    service: &str,
    files: &dyn Files,
) -> Result<Loaded, ConfigError> {
    let (text, mut broken) = decode(bytes);
    let source = Source::new(clean(&origin.to_string_lossy()), &text);
    let (table, errors) = DeTable::parse_recoverable(&text);
    for mistake in syntax::mistakes(&source, &errors) {
        let line = source.line_at(mistake.span.start);
        if !broken.iter().any(|other| source.line_at(other.span.start) == line) {
            broken.push(mistake);
        }
    }
    if !broken.iter().all(|mistake| is_local(&source, mistake)) {
        return Err(ConfigError::from_mistakes(&source, &mut broken, None));
    }
    let mut reader = Reader::new(&source, files, &broken);
    let config = reader.root(table.get_ref(), service).finish(origin);
    let Findings { mut mistakes, warnings, machine } = reader.findings();
    mistakes.extend(broken);
    if !mistakes.is_empty() {
        return Err(ConfigError::from_mistakes(&source, &mut mistakes, machine));
    }
    // Every way to miss an option is a mistake of its own; this holds should one be forgotten.
    let forgotten = "an option is missing; compare with the sample file";
    let config = config.ok_or_else(|| ConfigError::plain(origin, forgotten))?;
    Ok(Loaded { config, warnings })
}

/// Is the damage confined to its line? A broken table header or a text over several lines changes
/// what all lines after it mean: nothing more is said of them than that.
fn is_local(source: &Source<'_>, mistake: &Mistake) -> bool {
    let first = source.line_at(mistake.span.start);
    let last = source.line_at(mistake.span.end.max(mistake.span.start + 1) - 1);
    let line = source.line(first).trim_start();
    let long_text = line.contains("\"\"\"") || line.contains("'''");
    first == last && !line.starts_with('[') && !long_text
}
