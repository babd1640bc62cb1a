//! The one wait of the program, and what it watches besides its sockets.

use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::core::failure::Local;
use crate::descriptor::above_stdio;
use crate::errno;
use crate::pam::signals;

/// Pause between looks for pending signals where no descriptor tells of them.
const NAP: Duration = Duration::from_millis(50);

/// What ends a wait although no reply came.
#[derive(Debug)]
pub struct Watch {
    /// The connection of the client who logs in, a duplicate of our own.
    peer: Option<OwnedFd>,
    /// Readable while a signal is pending; polled and never read, so that the host still gets its
    /// signal. Without one, or while not all of the signals are blocked: ask now and then.
    signals: Option<OwnedFd>,
}

/// Why the wait is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ready {
    /// A descriptor of the caller's has something to say.
    Io,
    /// The time has come.
    Tick,
    /// A blocked SIGINT, SIGQUIT, SIGTERM or SIGHUP is pending, and still is.
    Cancelled,
    PeerGone,
    /// `poll(2)` itself failed.
    Failed(Local),
}

impl Watch {
    /// Watches the signals of this process, and `peer` where the host has a client's connection.
    #[must_use]
    pub fn new(peer: Option<OwnedFd>) -> Self {
        // To have no descriptor left is not fatal here: the tick does the same, later.
        let signals = signals::descriptor().ok().and_then(|fd| above_stdio(fd).ok());
        Self { peer, signals }
    }
}

/// Waits until a descriptor in `fds` is ready, `until` has come, or the watch has something.
///
/// Readiness stands in the `revents` of `fds` when the result is [`Ready::Io`]. Looks at least once,
/// also when `until` has passed.
pub fn wait<'a>(fds: &mut Vec<PollFd<'a>>, until: Instant, watch: &'a Watch) -> Ready {
    let own = fds.len();
    // Asked each time: the host may change its mask while it talks with the person.
    let signal_fd = watch.signals.as_ref().filter(|_| signals::all_watched_are_blocked());
    let ask = signal_fd.is_none();
    let most = if ask { NAP } else { Duration::MAX };
    fds.extend(signal_fd.map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN)));
    let after_signals = fds.len();
    fds.extend(
        watch.peer.as_ref().map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::RDHUP)),
    );
    let ready = loop {
        if ask && signals::pending() {
            break Ready::Cancelled;
        }
        if let Err(errno) = sleep(fds, until, most) {
            break Ready::Failed(errno::local(errno));
        }
        if fds[own..after_signals].iter().any(is_ready) {
            break Ready::Cancelled;
        }
        if fds[after_signals..].iter().any(is_ready) {
            break Ready::PeerGone;
        }
        if fds[..own].iter().any(is_ready) {
            break Ready::Io;
        }
        if Instant::now() >= until {
            break Ready::Tick;
        }
    };
    fds.truncate(own);
    ready
}

/// One `poll(2)` until `until`, but no longer than `most`.
fn sleep(fds: &mut [PollFd<'_>], until: Instant, most: Duration) -> Result<(), Errno> {
    let time = until.saturating_duration_since(Instant::now()).min(most);
    for fd in fds.iter_mut() {
        fd.clear_revents();
    }
    match poll(fds, Timespec::try_from(time).ok().as_ref()) {
        // A handler of the host's ran: nothing of ours is ready, look at the clock and go on.
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}

/// Is there anything, an error or a hang-up included?
pub fn is_ready(fd: &PollFd<'_>) -> bool {
    !fd.revents().is_empty()
}
