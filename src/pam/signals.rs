//! Signals, looked at and never taken: the host still gets each of its own.

use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd};
use std::{io, ptr};

use libc::{c_int, sigset_t};

/// What ends a login when it is blocked and pending: the terminal's keys, its end, and `kill`.
const WATCHED: [c_int; 4] = [libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGHUP];

/// Blocks every signal in this thread and puts the mask back when dropped.
///
/// For the moment in which a thread is started: it inherits the mask, and a host's handler must
/// not run on a thread that the host knows nothing of.
#[must_use = "the mask is put back when this is dropped"]
#[derive(Debug)]
pub struct AllBlocked(sigset_t);

impl AllBlocked {
    pub fn now() -> Self {
        let mut all = empty();
        // SAFETY: `all` is an initialised set that we own.
        unsafe { libc::sigfillset(&raw mut all) };
        Self(set_mask(libc::SIG_SETMASK, Some(&all)))
    }
}

impl Drop for AllBlocked {
    fn drop(&mut self) {
        set_mask(libc::SIG_SETMASK, Some(&self.0));
    }
}

/// Holds back, in this thread and until dropped, those of the watched signals that the host has a
/// handler for and has not blocked: sudo in its account phase. Then they are seen pending like the
/// blocked ones, and the handler runs as soon as this is dropped. `EINTR` alone would not say which
/// signal it was: a resized terminal sends one too.
#[must_use = "the mask is put back when this is dropped"]
#[derive(Debug)]
pub struct HandledOnesHeld(Option<sigset_t>);

impl HandledOnesHeld {
    pub fn now() -> Self {
        let mask = set_mask(libc::SIG_BLOCK, None);
        let mut set = empty();
        let mut any = false;
        for signal in WATCHED {
            if !has(&mask, signal) && has_handler(signal) {
                // SAFETY: `set` is an initialised set that we own; the number is a signal's.
                unsafe { libc::sigaddset(&raw mut set, signal) };
                any = true;
            }
        }
        Self(any.then(|| set_mask(libc::SIG_BLOCK, Some(&set))))
    }
}

impl Drop for HandledOnesHeld {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            set_mask(libc::SIG_SETMASK, Some(before));
        }
    }
}

/// A descriptor that is readable while one of the watched signals is pending. To be polled and
/// never read: reading would take the signal from the host.
///
/// # Errors
/// `EMFILE`, `ENFILE`, `ENOMEM`: go on with [`pending`] in a tick.
pub fn descriptor() -> io::Result<OwnedFd> {
    let watched = watched();
    // SAFETY: `watched` is an initialised set; -1 asks for a new descriptor.
    let fd =
        unsafe { libc::signalfd(-1, &raw const watched, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has just given us this descriptor; nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Is a watched signal blocked and waiting for the host?
#[must_use]
pub fn pending() -> bool {
    let mut set = empty();
    // SAFETY: `set` is an initialised set that we own.
    let status = unsafe { libc::sigpending(&raw mut set) };
    // Whether a signal is ignored is only asked where it is there: nearly never.
    status == 0 && WATCHED.iter().any(|&signal| has(&set, signal) && !ignored(signal))
}

/// Are all watched signals blocked in this thread, so that none can pass the descriptor by?
#[must_use]
pub fn all_watched_are_blocked() -> bool {
    let mask = set_mask(libc::SIG_BLOCK, None);
    let watched = watched();
    WATCHED.iter().all(|&signal| !has(&watched, signal) || has(&mask, signal))
}

/// The watched signals, without those that the host ignores: a blocked SIGHUP becomes pending even
/// under `nohup`, and nobody meant it for this login.
fn watched() -> sigset_t {
    let mut set = empty();
    for signal in WATCHED {
        if !ignored(signal) {
            // SAFETY: `set` is an initialised set that we own; the number is a signal's.
            unsafe { libc::sigaddset(&raw mut set, signal) };
        }
    }
    set
}

/// Does the host ignore this signal?
#[must_use]
pub fn ignored(signal: c_int) -> bool {
    action(signal) == Some(libc::SIG_IGN)
}

fn has_handler(signal: c_int) -> bool {
    action(signal).is_some_and(|action| action != libc::SIG_IGN && action != libc::SIG_DFL)
}

/// What the host does with a signal.
fn action(signal: c_int) -> Option<libc::sighandler_t> {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null new action only asks; `action` has room for the answer.
    let status = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: all zeroes are a valid `sigaction`, and the call may have filled it.
    let action = unsafe { action.assume_init() };
    (status == 0).then_some(action.sa_sigaction)
}

fn empty() -> sigset_t {
    let mut set = MaybeUninit::<sigset_t>::zeroed();
    // SAFETY: the pointer is to room for a set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: all zeroes are a valid set, and `sigemptyset` has initialised it.
    unsafe { set.assume_init() }
}

fn has(set: &sigset_t, signal: c_int) -> bool {
    // SAFETY: an initialised set and a signal's number.
    (unsafe { libc::sigismember(ptr::from_ref(set), signal) }) == 1
}

/// Changes this thread's mask, or with `None` only asks; gives the mask that was.
fn set_mask(how: c_int, set: Option<&sigset_t>) -> sigset_t {
    let mut before = empty();
    let new = set.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: `new` is null or points to a set; `before` has room for one. The only failure is an
    // unknown `how`.
    unsafe { libc::pthread_sigmask(how, new, &raw mut before) };
    before
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Masks are per thread: each test has its own.
    fn block(signal: c_int) {
        let mut set = empty();
        // SAFETY: an initialised set that we own.
        unsafe { libc::sigaddset(&raw mut set, signal) };
        set_mask(libc::SIG_BLOCK, Some(&set));
    }

    fn raise_here(signal: c_int) {
        // SAFETY: only asks.
        let here = unsafe { libc::pthread_self() };
        // SAFETY: sends the signal to this very thread, which is alive; it is blocked there.
        unsafe { libc::pthread_kill(here, signal) };
    }

    #[test]
    fn a_blocked_interrupt_is_seen_and_stays_pending() {
        block(libc::SIGINT);
        assert!(!pending());
        raise_here(libc::SIGINT);
        assert!(pending());
        assert!(pending(), "looking took the signal");
    }

    #[test]
    fn a_blocked_signal_that_nobody_watches_is_not_seen() {
        block(libc::SIGUSR1);
        raise_here(libc::SIGUSR1);
        assert!(!pending());
    }

    #[test]
    fn a_signal_with_a_handler_is_held_and_then_handled() {
        static HANDLED: AtomicBool = AtomicBool::new(false);
        extern "C" fn handler(_: c_int) {
            HANDLED.store(true, Ordering::Relaxed);
        }
        // SAFETY: the handler only stores; no other test here uses this signal.
        unsafe { libc::signal(libc::SIGHUP, handler as extern "C" fn(c_int) as usize) };
        {
            let _held = HandledOnesHeld::now();
            let mask = set_mask(libc::SIG_BLOCK, None);
            assert!(has(&mask, libc::SIGHUP));
            assert!(
                !has(&mask, libc::SIGTERM),
                "nobody handles that one: it ends the host as ever"
            );
            raise_here(libc::SIGHUP);
            assert!(pending() && !HANDLED.load(Ordering::Relaxed));
        }
        assert!(HANDLED.load(Ordering::Relaxed) && !pending());
        assert!(!has(&set_mask(libc::SIG_BLOCK, None), libc::SIGHUP));
    }

    #[test]
    fn all_blocked_puts_the_mask_back() {
        block(libc::SIGUSR2);
        {
            let _all = AllBlocked::now();
            assert!(all_watched_are_blocked());
            assert!(has(&set_mask(libc::SIG_BLOCK, None), libc::SIGALRM));
        }
        let mask = set_mask(libc::SIG_BLOCK, None);
        assert!(has(&mask, libc::SIGUSR2) && !has(&mask, libc::SIGALRM));
    }
}
