//! `pam_duo.conf`, the file of Duo's own module: text in, a whole configuration or every mistake
//! out.
//!
//! - [`lines`]: the dialect
//! - [`typed`]: from a word to what its option wants
//! - `reader`: which options there are, and which must be

pub mod lines;
mod reader;
pub mod typed;

use std::path::Path;

use super::Loaded;
use super::diagnostic::clean;
use super::encoding::{Mark, decode};
use super::error::ConfigError;
use super::source::Source;
use super::toml::{Files, Findings};
use lines::{Line, Lines};
use reader::Reader;

/// The configuration, the same for all PAM services.
pub fn parse(bytes: &[u8], origin: &Path, files: &dyn Files) -> Result<Loaded, ConfigError> {
    let (text, mut broken) = decode(bytes, Mark::Tolerated);
    let Lines { lines, comments } = lines::read(&text);
    let in_comment = |at: usize| {
        let before = comments.partition_point(|comment| comment.start <= at);
        before.checked_sub(1).and_then(|last| comments.get(last)).is_some_and(|c| c.contains(&at))
    };
    // A comment reaches to the end of its line, and the first mistake of a line stands for all.
    broken.retain(|mistake| !in_comment(mistake.span.start));
    let source = Source::new(clean(&origin.to_string_lossy()), &text);
    let source = hide_continued(source, &lines);
    let (draft, mut findings) = Reader::new(&source, files, &broken).read(&lines);
    findings.mistakes.extend(broken);
    if !findings.mistakes.is_empty() {
        let (mistakes, machine) = (&mut findings.mistakes, findings.machine);
        return Err(ConfigError::from_mistakes(&source, mistakes, machine));
    }
    // Every way to miss an option is a mistake of its own; this holds should one be forgotten.
    let forgotten = "an option is missing; ikey, skey and host have to be there";
    let config = draft.finish(origin).ok_or_else(|| ConfigError::plain(origin, forgotten))?;
    Ok(Loaded::new(config, findings.warnings))
}

/// Nothing is shown of a line that continues another: what it looks like is not what it is.
fn hide_continued<'a>(source: Source<'a>, lines: &[Line]) -> Source<'a> {
    let continued = lines.iter().filter_map(|line| match line {
        Line::Value { value, continued: true, .. } => Some(source.line_at(value.start)),
        _ => None,
    });
    let continued = continued.collect();
    source.hiding(continued)
}
