//! A line about a login as journald's native protocol wants it, as pure bytes.
//!
//! Source: [systemd.journal-fields(7)](https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html)
//! and [the protocol](https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).

use super::audit::Entry;
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
    let (_, level, id) = entry.headline.parts();
    put(&mut datagram, "MESSAGE_ID", id);
    put(&mut datagram, "PRIORITY", &(level as u8).to_string());
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
