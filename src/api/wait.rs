//! The one wait of the program, and what it watches besides its sockets.

use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::core::failure::Local;
use crate::descriptor::above_stdio;
use crate::errno;
use crate::pam::signals;

/// The longest single sleep. It is how often to ask for pending signals where no descriptor tells of
/// them; and time in which this process did not run can be told from time in which it waited, but
/// for one nap with each thing that happens: a process that is stopped in a nap and continued when
/// something is there has slept no longer than it meant to.
const NAP: Duration = Duration::from_millis(50);

/// A nap may end so late and still count whole: a busy machine is not a stopped process, nor is a
/// container that gets a tenth of each 100 ms. What is
/// gained by stopping it for less is nothing: at the end of a nap in which nothing came, there was
/// nothing.
const OVERSLEPT: Duration = Duration::from_millis(60);

/// Time that was neither waited nor needed. A process that has been stopped (`kill -STOP`) for
/// longer has no evidence that the service was late: who logs in may have stopped it.
const LONGEST_ABSENCE: Duration = Duration::from_secs(1);

/// And this part of the time since the first request: on a busy machine each of the naps of a long
/// wait ends a little late, and in a minute that comes to more than any fixed allowance.
const LATENESS: u32 = 20;

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
/// also when `until` has passed. `slept` grows by the time spent asleep on purpose.
pub fn wait<'a>(
    fds: &mut Vec<PollFd<'a>>,
    until: Instant,
    watch: &'a Watch,
    slept: &mut Duration,
) -> Ready {
    let own = fds.len();
    // Asked each time: the host may change its mask while it talks with the person.
    let signal_fd = watch.signals.as_ref().filter(|_| signals::all_watched_are_blocked());
    let ask = signal_fd.is_none();
    fds.extend(signal_fd.map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN)));
    let after_signals = fds.len();
    fds.extend(
        watch.peer.as_ref().map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::RDHUP)),
    );
    let ready = loop {
        if ask && signals::pending() {
            break Ready::Cancelled;
        }
        if let Err(errno) = nap(fds, until, slept) {
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

/// One `poll(2)`, cut short where something has to be asked in between.
fn nap(fds: &mut [PollFd<'_>], until: Instant, slept: &mut Duration) -> Result<(), Errno> {
    let start = Instant::now();
    let time = until.saturating_duration_since(start).min(NAP);
    let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(time.subsec_nanos()) };
    for fd in fds.iter_mut() {
        fd.clear_revents();
    }
    let result = poll(fds, Some(&timeout));
    *slept += start.elapsed().min(time + OVERSLEPT);
    match result {
        // A handler of the host's ran: nothing of ours is ready, look at the clock and go on.
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}

/// Did this process not run for longer than a busy machine explains? `absent` out of `waited`.
pub fn was_stopped(absent: Duration, waited: Duration) -> bool {
    absent > LONGEST_ABSENCE + waited / LATENESS
}

/// How much of a budget may go on work and on a busy machine, whose share is the greater the shorter
/// the budget: a tenth, and no more than a second.
pub fn allowance(budget: Duration) -> Duration {
    (budget / 10).min(LONGEST_ABSENCE)
}

/// Is a budget that is over one that was not waited for? Then nothing is known of the service.
pub fn was_not_waited_for(budget: Duration, slept: Duration) -> bool {
    slept + allowance(budget) < budget
}

/// Is there anything, an error or a hang-up included?
pub fn is_ready(fd: &PollFd<'_>) -> bool {
    !fd.revents().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_told_from_naps_that_end_late() {
        let (ms, secs) = (Duration::from_millis, Duration::from_secs);
        assert!(was_stopped(secs(2), secs(10)));
        assert!(was_stopped(ms(1_200), secs(2)));
        // 130 naps, each 15 ms late.
        assert!(!was_stopped(ms(15) * 130, secs(65)));
        assert!(!was_stopped(ms(900), secs(1)));
        // A whole wait spent stopped is one however long it was.
        assert!(was_stopped(secs(65), secs(65)));
    }

    #[test]
    fn a_budget_was_waited_for_or_was_not() {
        let ms = Duration::from_millis;
        for (budget, enough) in [(2_000, 1_800), (5_000, 4_500), (10_000, 9_000), (60_000, 59_000)]
        {
            assert!(!was_not_waited_for(ms(budget), ms(enough)));
            assert!(was_not_waited_for(ms(budget), ms(enough - 1)));
        }
        assert!(!was_not_waited_for(ms(10_000), ms(65_000)));
    }
}
