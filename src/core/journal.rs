//! A verdict as journald's native protocol wants it, as pure bytes.
//!
//! Source: [systemd.journal-fields(7)](https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html)
//! and [the protocol](https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).

use super::audit::{Entry, Headline, Level};
use super::text::{Size, Text};

/// The process that logs, as the log's line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    /// What `syslog(3)` puts first, where the host says nothing else: the program's name.
    pub identifier: &'a str,
    pub pid: i32,
}

/// `LOG_AUTHPRIV` (`syslog(3)`), as libpam's own lines have it.
const FACILITY: &str = "10";

/// One datagram: what libpam's line would say, and its parts as fields.
#[must_use]
pub fn datagram(entry: &Entry, origin: Origin<'_>) -> Vec<u8> {
    let mut datagram = Vec::with_capacity(2048);
    // As `pam_syslog(3)` begins a line.
    let phase = entry.phase.word();
    let service = Text::line(&entry.service, Size::NAME);
    let line = Text::line(&entry.to_string(), Size::LOG_LINE);
    put(&mut datagram, "MESSAGE", &format!("pam_duo2({service}:{phase}): {line}"));
    put(&mut datagram, "MESSAGE_ID", message_id(entry.headline));
    put(&mut datagram, "PRIORITY", priority(entry.headline.level()));
    put(&mut datagram, "SYSLOG_FACILITY", FACILITY);
    let identifier = Text::line(origin.identifier, Size::NAME);
    // Whoever starts a program names it; without a name journald takes the kernel's word.
    if !identifier.is_empty() {
        put(&mut datagram, "SYSLOG_IDENTIFIER", identifier.as_str());
    }
    put(&mut datagram, "SYSLOG_PID", &origin.pid.to_string());
    for field in entry.fields() {
        put(&mut datagram, field.journal, Text::line(&field.value, Size::FIELD).as_str());
    }
    datagram
}

/// One for each headline, made once with `systemd-id128 new`; they never change.
#[must_use]
pub fn message_id(headline: Headline) -> &'static str {
    match headline {
        Headline::Successful => "2671a20d9b3643a7a13655b2fe302ba1",
        Headline::Failed => "0ebd12e1226341ae8e6eb838ed93d9ad",
        Headline::Skipped => "0e1e3da1697c47459a1ffdbac81d9527",
        Headline::Aborted => "ff5291e4e7a546e2ad38f6ee35bc3d22",
        Headline::Failsafe => "ec265470cea9408cb4e1363fe1625dce",
        Headline::Failsecure => "cd7e634c5fcc4393aa2d6764ed3c339d",
        Headline::Error => "667dddaec059445babc21fed6f30ce50",
    }
}

/// The numbers of `syslog(3)`.
fn priority(level: Level) -> &'static str {
    match level {
        Level::Error => "3",
        Level::Warning => "4",
        Level::Info => "6",
        Level::Debug => "7",
    }
}

/// One field. A value with a newline in it is framed by its length, so none can begin another field.
fn put(datagram: &mut Vec<u8>, name: &'static str, value: &str) {
    datagram.extend_from_slice(name.as_bytes());
    if value.contains('\n') {
        datagram.push(b'\n');
        datagram.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        datagram.push(b'=');
    }
    datagram.extend_from_slice(value.as_bytes());
    datagram.push(b'\n');
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
