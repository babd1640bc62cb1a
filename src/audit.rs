//! The log: one line per login to syslog, never a word to the host's stdout or stderr.

use std::cell::Cell;

use pam::module::PamHandle;

use crate::core::audit::{Entry, Level, log_lines};
use crate::core::text::{Size, Text};
use crate::pam::args::Debug;
use crate::pam::syslog;
use crate::ports;

/// Writes to the system's log, as libpam's modules do (authpriv).
pub struct Audit<'a> {
    handle: &'a PamHandle,
    debug: Debug,
    /// Set by the first line that was lost, so that a stuck log costs one wait and not many.
    stuck: Cell<bool>,
}

impl<'a> Audit<'a> {
    #[must_use]
    pub fn new(handle: &'a PamHandle, debug: Debug) -> Self {
        Self { handle, debug, stuck: Cell::new(false) }
    }

    /// The one line of a login.
    pub fn verdict(&self, entry: &Entry) {
        self.write(entry.headline.level(), &Text::line(&entry.to_string(), Size::LOG_LINE));
    }

    /// Mistakes of the configuration, warnings: one log line for each line of the text. So the text
    /// must be ours or come from files of root's: a name with a newline in it could forge a line.
    pub fn note(&self, level: Level, text: &str) {
        for line in log_lines(text) {
            self.write(level, &line);
        }
    }

    fn write(&self, level: Level, line: &Text) {
        if !self.stuck.get() {
            self.stuck.set(syslog::write(self.handle, level, line).is_err());
        }
    }
}

impl ports::Audit for Audit<'_> {
    fn debug(&mut self, text: &str) {
        if self.debug == Debug::On {
            // Steps quote what others say, so here it is always one line.
            self.write(Level::Debug, &Text::line(text, Size::LOG_LINE));
        }
    }
}
