//! The log: a line before each factor goes out and one for the verdict, to journald with its fields or
//! else to syslog; never a word to the host's stdout or stderr.

use std::cell::Cell;
use std::time::{Duration, Instant};

use pam::module::PamHandle;

use crate::core::audit::{Entry, Level, log_lines};
use crate::core::journal::{Origin, datagram};
use crate::core::text::{Size, Text};
use crate::pam::args::Debug;
use crate::pam::{journal, sys, syslog};

/// Writes to the system's log, as libpam's modules do (authpriv).
pub struct Audit<'a> {
    handle: &'a PamHandle,
    debug: Debug,
    /// How long lines may still wait, all together.
    patience: Cell<Duration>,
}

/// How long a login waits for the log's queue to drain.
const PATIENCE: Duration = Duration::from_secs(2);
/// Of that, what is kept for the verdict's line.
const FOR_THE_VERDICT: Duration = Duration::from_secs(1);
/// Of what a line may wait, what is kept for syslog when the journal does not take it.
const FOR_SYSLOG: Duration = Duration::from_millis(500);

impl<'a> Audit<'a> {
    #[must_use]
    pub fn new(handle: &'a PamHandle, debug: Debug) -> Self {
        Self { handle, debug, patience: Cell::new(PATIENCE) }
    }

    /// Writes a line about the login to one place: to the journal with its fields, or to syslog.
    pub fn entry(&self, entry: &Entry) {
        let reserve = entry.outcome.map_or(FOR_THE_VERDICT, |_| Duration::ZERO);
        let name = sys::program_name();
        let origin = Origin { identifier: &name, pid: sys::process_id() };
        let datagram = datagram(entry, origin);
        if self.waiting(reserve + FOR_SYSLOG, |wait| journal::send(&datagram, wait)).is_err() {
            let line = Text::line(&entry.to_string(), Size::LOG_LINE);
            self.write(entry.headline.parts().1, &line, reserve);
        }
    }

    /// Mistakes of the configuration, warnings: one log line for each line of the text. So the text
    /// must be ours or come from files of root's: a name with a newline in it could forge a line.
    /// It goes to syslog, and so has the uid of whoever the process belongs to: in su the caller's.
    pub fn note(&self, level: Level, text: &str) {
        for line in log_lines(text) {
            self.write(level, &line, FOR_THE_VERDICT);
        }
    }

    /// A step, for an admin who put `debug` behind the module's name.
    pub fn debug(&self, text: &str) {
        if self.debug == Debug::On {
            // Steps quote what others say, so here it is always one line.
            self.write(Level::Debug, &Text::line(text, Size::LOG_LINE), FOR_THE_VERDICT);
        }
    }

    /// Waits for as long as leaves `reserve`.
    fn write(&self, level: Level, line: &Text, reserve: Duration) {
        let send = |patience| syslog::write(self.handle, level, line, patience);
        if self.waiting(reserve, send).is_err() {
            self.patience.set(self.patience.get().min(reserve));
        }
    }

    /// What is waited for one line is no more there for the next: a log that is full again after
    /// each costs no more than one that is stuck.
    fn waiting<T>(&self, reserve: Duration, send: impl FnOnce(Duration) -> T) -> T {
        let patience = self.patience.get();
        let began = Instant::now();
        let result = send(patience.saturating_sub(reserve));
        self.patience.set(patience.saturating_sub(began.elapsed()));
        result
    }
}
