//! What of a broken file may be seen: a log has more readers than the file.
//!
//! The rule is one of admission. Names, tables and values are shown when they plainly are what the
//! format knows, and everything else is hidden, since a secret may have come to stand anywhere: on
//! the line after its own, in the place of a name, in a comment, as the value of another option.

use super::diagnostic::{HIDDEN, clean, name};
use super::option::{Kind, Opt, Privacy};
use super::options;
use super::suggest;

/// In characters. Longer than the options of any program of the field; shorter than a key.
const LONGEST_NAME: usize = 20;
/// In characters, for the `NAME` of `[service.NAME]`.
const LONGEST_SERVICE: usize = 32;
/// Letters and digits in a row that make a word of such a name look like a key.
const LONGEST_WORD: usize = 16;
/// Characters in a row, of those of hexadecimal and of both kinds of base64, that make a value look
/// like a secret key: Duo's have 40, its integration keys 20.
const SHORTEST_KEY: usize = 32;

/// May this be shown as the name of an option or a table? It is one, is nearly one, or is made of
/// a few small letters and underscores only, which no key is.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    (text.len() <= LONGEST_NAME && text.chars().all(plain))
        || options::any(text).is_some()
        || suggest::option(text).is_some()
        || suggest::table(text).is_some()
}

/// May this be shown as the name of a PAM service?
#[must_use]
pub fn is_service(text: &str) -> bool {
    let mut words = text.split(['-', '_', '.', '@']);
    let plain = |word: &str| {
        word.len() <= LONGEST_WORD && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.len() <= LONGEST_SERVICE && words.all(plain)
}

/// How many bytes at the beginning of the line may be seen.
#[must_use]
pub fn visible(line: &str) -> usize {
    let trimmed = line.trim_start();
    let lead = line.len() - trimmed.len();
    let seen = match trimmed.chars().next() {
        // A semicolon begins a comment in an INI file.
        Some('#' | ';') => trimmed.len() - trimmed.trim_start_matches(['#', ';']).len(),
        Some('[') => header(trimmed),
        _ => assignment(trimmed),
    };
    with_blanks(line, lead + seen)
}

/// Of a line that begins with a bracket.
fn header(line: &str) -> usize {
    let open = line.len() - line.trim_start_matches('[').len();
    let body = line.get(open..).unwrap_or_default();
    let body = body.split([']', '=', '\r', '#']).next().unwrap_or_default();
    let (mut seen, mut of_service) = (open, false);
    for part in body.split_inclusive('.') {
        let word = bare(part.trim_end_matches('.'));
        let shown = is_name(word) || (of_service && is_service(word));
        if !shown {
            return seen;
        }
        of_service |= seen == open && word == "service";
        seen += part.len();
    }
    let rest = line.get(seen..).unwrap_or_default();
    seen + rest.len() - rest.trim_start_matches(']').len()
}

/// Of a line that sets an option, or should.
fn assignment(line: &str) -> usize {
    let name = leading_name(line);
    let known = options::any(name);
    let nearly = known.is_some() || suggest::option(name).is_some();
    let quotes = line.len() - line.trim_start_matches(['"', '\'']).len();
    let only_name = if nearly { quotes + name.len() } else { 0 };
    let Some(equals) = line.find('=').filter(|_| !line.contains("\"\"\"")) else {
        return if nearly { value_without_equals(line, only_name) } else { 0 };
    };
    let before = line.get(..equals).unwrap_or_default();
    // The end of a line of base64 looks like a name without a value.
    let after = line.get(equals..).unwrap_or_default().trim_start_matches('=');
    let padding = after.trim().is_empty();
    let named = before.split('.').all(|part| is_name(bare(part)));
    if !named || (padding && !nearly && !before.trim().is_empty()) {
        return only_name;
    }
    let start = with_blanks(line, equals + 1);
    match known.filter(|option| option.privacy == Privacy::Plain && bare(before) == name) {
        Some(option) if !mentions_secret(line) => start + value(option, line, start),
        _ => start,
    }
}

/// A colon after the name is shown, so that it is seen what stands in the place of the `=`.
fn value_without_equals(line: &str, name: usize) -> usize {
    let rest = line.get(name..).unwrap_or_default();
    name + rest.len() - rest.trim_start_matches(['"', '\'']).trim_start_matches(':').len()
}

/// How much of the value that begins here may be seen: one value and nothing after it.
fn value(option: &Opt, line: &str, start: usize) -> usize {
    let rest = line.get(start..).unwrap_or_default();
    let closed = rest.chars().next().filter(|c| matches!(c, '"' | '\'')).and_then(|quote| {
        let inner = rest.get(1..)?;
        inner.find(quote).map(|at| at + 2)
    });
    let blank = |c: char| c.is_whitespace() || c == '#';
    let end = closed.unwrap_or_else(|| rest.find(blank).unwrap_or(rest.len()));
    let text = rest.get(..end).unwrap_or_default().trim_matches(['"', '\'']);
    let shown = match option.kind {
        // What is no path there may be the secret itself.
        Kind::PrivateFile { .. } | Kind::LinesFile { .. } => text.starts_with('/'),
        Kind::PublicFile { .. } if text.starts_with('/') => true,
        // Before an @ a password may stand: that of a proxy, written in the place of a host.
        _ => !key_like(text) && !text.contains('@'),
    };
    if shown { end } else { 0 }
}

/// Words for an option that does not exist; one that may be a secret is not repeated.
#[must_use]
pub fn unknown_option(written: &str) -> String {
    if is_name(written) {
        return format!("unknown option `{}`", name(written));
    }
    "an unknown option, whose name is hidden because it could be a secret".into()
}

fn key_like(text: &str) -> bool {
    text.split(|c| !of_key(c)).any(|run| run.len() >= SHORTEST_KEY)
}

fn of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=_-".contains(c)
}

/// A sentence in which a value may be quoted: clean, and without what looks like a key or has a
/// user's password in it.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut out = String::new();
    for word in clean(text).split_inclusive(char::is_whitespace) {
        if has_credentials(word) {
            out.push_str(HIDDEN);
            out.push_str(word.get(word.trim_end().len()..).unwrap_or_default());
        } else {
            word.split_inclusive(|c| !of_key(c)).for_each(|run| push_unless_key(&mut out, run));
        }
    }
    out
}

/// `user:password@`, as before the host of a proxy; no name of a group has a colon.
fn has_credentials(word: &str) -> bool {
    word.rsplit_once('@').is_some_and(|(before, _)| before.contains(':'))
}

fn push_unless_key(out: &mut String, run: &str) {
    let key = run.trim_end_matches(|c| !of_key(c));
    if key.len() < SHORTEST_KEY {
        out.push_str(run);
    } else {
        out.push_str(HIDDEN);
        out.push_str(run.get(key.len()..).unwrap_or_default());
    }
}

/// Without the blanks and quotes around it.
fn bare(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// Past the blanks that follow.
fn with_blanks(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    line.len() - rest.trim_start().len()
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

#[cfg(test)]
mod tests;
