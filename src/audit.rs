//! The log: one line per login to syslog, never a word to the host's stdout or stderr.

use pam::module::PamHandle;

use crate::core::audit::{Entry, Level, log_lines};
use crate::pam::args::Debug;
use crate::pam::syslog;
use crate::ports;

/// Writes to the system's log, as libpam's modules do (authpriv).
pub struct Audit<'a> {
    handle: &'a PamHandle,
    debug: Debug,
}

impl<'a> Audit<'a> {
    #[must_use]
    pub fn new(handle: &'a PamHandle, debug: Debug) -> Self {
        Self { handle, debug }
    }

    /// The one line of a login.
    pub fn verdict(&self, entry: &Entry) {
        self.note(entry.headline.level(), &entry.to_string());
    }

    /// Mistakes of the configuration, warnings: one log line for each line of the text.
    pub fn note(&self, level: Level, text: &str) {
        for line in log_lines(text) {
            syslog::write(self.handle, level, &line);
        }
    }
}

impl ports::Audit for Audit<'_> {
    fn debug(&mut self, text: &str) {
        if self.debug == Debug::On {
            self.note(Level::Debug, text);
        }
    }
}
