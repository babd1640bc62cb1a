//! `pam_duo2.toml`: text in, a whole configuration or every mistake out.

mod reader;
mod recover;
mod typed;

use std::path::Path;

use ::toml::de::DeTable;
use zeroize::Zeroizing;

use super::Loaded;
use super::diagnostic::{Mistake, clean};
use super::encoding::{Mark, decode};
use super::error::ConfigError;
use super::open::OpenError;
use super::source::Source;
pub(super) use reader::Findings;
use reader::Reader;
pub(super) use typed::{Refused, refuse_file};

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
    let (text, mut broken) = decode(bytes, Mark::Refused);
    let source = Source::new(clean(&origin.to_string_lossy()), &text);
    let ask = Ask { source: &source, origin, service, files };
    let (table, errors) = DeTable::parse_recoverable(&text);
    if errors.is_empty() && broken.is_empty() {
        return judge(&ask, table.get_ref(), broken);
    }
    match recover::readable(&source, &mut broken) {
        Some(readable) => {
            let (table, _) = DeTable::parse_recoverable(&readable);
            judge(&ask, table.get_ref(), broken)
        }
        None => Err(ConfigError::from_mistakes(&source, &mut broken, None)),
    }
}

/// What is asked of a text.
struct Ask<'a> {
    source: &'a Source<'a>,
    origin: &'a Path,
    service: &'a str,
    files: &'a dyn Files,
}

/// What the table says; `broken` is what stood on lines that are not in it.
fn judge(ask: &Ask<'_>, table: &DeTable<'_>, broken: Vec<Mistake>) -> Result<Loaded, ConfigError> {
    let mut reader = Reader::new(ask.source, ask.files, &broken);
    let config = reader.root(table, ask.service).finish(ask.origin);
    let Findings { mut mistakes, warnings, machine } = reader.findings();
    mistakes.extend(broken);
    if !mistakes.is_empty() {
        return Err(ConfigError::from_mistakes(ask.source, &mut mistakes, machine));
    }
    // Every way to miss an option is a mistake of its own; this holds should one be forgotten.
    let forgotten = "an option is missing; compare with the sample file";
    let config = config.ok_or_else(|| ConfigError::plain(ask.origin, forgotten))?;
    Ok(Loaded::new(config, warnings))
}
