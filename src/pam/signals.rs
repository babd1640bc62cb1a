//! Signals, looked at and never taken: the host still gets each of its own.

use std::cell::Cell;
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

/// Holds the watched signals back in this thread, from [`Held::hold`] until it is dropped: a host that
/// one of them ends (su, login) lives until the verdict is logged, and dies of it then.
///
/// Those that the host ignores stay ignored, and those for which it has a handler run it later. None
/// is held back while the host talks with the person: only it knows what Ctrl-C means there.
#[must_use = "the signals are let go when this is dropped"]
#[derive(Debug)]
pub struct Held {
    /// The host's own mask, while ours is in its place.
    host: Cell<Option<sigset_t>>,
}

impl Held {
    /// Holds nothing back so far.
    pub fn not_yet() -> Self {
        Self { host: Cell::new(None) }
    }

    pub fn hold(&self) {
        if self.host.get().is_none() {
            self.host.set(Some(set_mask(libc::SIG_BLOCK, Some(&watched()))));
        }
    }

    /// Runs `talk` under the host's own mask. Not at all where a signal would come through at once
    /// and end the host in the middle.
    pub fn released<T>(&self, talk: impl FnOnce() -> T) -> Option<T> {
        let Some(host) = self.host.get() else { return Some(talk()) };
        if pending_but(&host) {
            return None;
        }
        self.let_go();
        let said = talk();
        // The host may have another mask by now.
        self.hold();
        Some(said)
    }

    fn let_go(&self) {
        if let Some(host) = self.host.take() {
            set_mask(libc::SIG_SETMASK, Some(&host));
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.let_go();
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
    pending_but(&empty())
}

/// The same, without those that `host` blocks itself.
fn pending_but(host: &sigset_t) -> bool {
    let mut set = empty();
    // SAFETY: `set` is an initialised set that we own.
    let status = unsafe { libc::sigpending(&raw mut set) };
    // Whether a signal is ignored is only asked where it is there: nearly never.
    status == 0
        && WATCHED.iter().any(|&signal| has(&set, signal) && !has(host, signal) && !ignored(signal))
}

/// Are all watched signals blocked in this thread, so that none can pass the descriptor by?
#[must_use]
pub fn all_watched_are_blocked() -> bool {
    let mask = set_mask(libc::SIG_BLOCK, None);
    // Whether a signal is ignored is only asked where it is not blocked: nearly never.
    WATCHED.iter().all(|&signal| has(&mask, signal) || ignored(signal))
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
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null new action only asks; `action` has room for the answer.
    let status = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: all zeroes are a valid `sigaction`, and the call may have filled it.
    let action = unsafe { action.assume_init() };
    status == 0 && action.sa_sigaction == libc::SIG_IGN
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
#[path = "signals_tests.rs"]
mod tests;
