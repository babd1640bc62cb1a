//! What happens to a host while a module runs: a Ctrl-C, a client that goes away.
#![allow(unsafe_code)] // fork and signals

use std::ffi::c_int;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::Serialize;

use crate::sys::checked;

/// A child process; ended and reaped when dropped. A process, because a thread would show in the
/// hygiene report.
struct Child(libc::pid_t);

impl Child {
    /// Runs `then` in a child after a pause. The child dies with its parent and does nothing
    /// before that but sleep.
    fn after(ms: u64, then: impl FnOnce()) -> io::Result<Self> {
        // SAFETY: this process has one thread, so the child may go on as usual.
        match checked(unsafe { libc::fork() })? {
            0 => {
                // SAFETY: a plain number for the kernel.
                unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
                std::thread::sleep(Duration::from_millis(ms));
                then();
                // SAFETY: leaves without running the parent's exit handlers.
                unsafe { libc::_exit(0) }
            }
            child => Ok(Child(child)),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // SAFETY: our own child, not reaped yet, so the number is still its.
        unsafe { libc::kill(self.0, libc::SIGKILL) };
        // SAFETY: a null status is allowed.
        unsafe { libc::waitpid(self.0, ptr::null_mut(), 0) };
    }
}

static HANDLED: AtomicU32 = AtomicU32::new(0);

extern "C" fn count(_signal: c_int) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

/// A Ctrl-C to come.
pub struct Sigint {
    sender: Child,
}

/// What became of it.
#[derive(Serialize)]
pub struct SigintSeen {
    /// Still pending at the end, so that the host gets it.
    pending: bool,
    /// How often the host's handler ran.
    handled: u32,
}

impl Sigint {
    /// Sends SIGINT to this process after `ms`; blocked as sudo has it, unless `open`.
    pub fn after(ms: u64, open: bool) -> io::Result<Self> {
        // SAFETY: the handler only counts, atomically.
        unsafe { libc::signal(libc::SIGINT, count as extern "C" fn(c_int) as libc::sighandler_t) };
        // SAFETY: no preconditions.
        let parent = unsafe { libc::getpid() };
        if !open {
            let set = sigint_set();
            // SAFETY: reads the set; a null pointer asks for no old one.
            checked(unsafe {
                libc::sigprocmask(libc::SIG_BLOCK, &raw const set, ptr::null_mut())
            })?;
        }
        let sender = Child::after(ms, move || {
            // SAFETY: a signal to the parent, which is alive: it would have taken this child along.
            unsafe { libc::kill(parent, libc::SIGINT) };
        })?;
        Ok(Sigint { sender })
    }

    /// What became of it so far; one that has not been sent yet never will be.
    pub fn finish(self) -> SigintSeen {
        drop(self.sender);
        let mut set = sigint_set();
        // SAFETY: fills the set.
        unsafe { libc::sigpending(&raw mut set) };
        // SAFETY: reads the set.
        let pending = unsafe { libc::sigismember(&raw const set, libc::SIGINT) } == 1;
        SigintSeen { pending, handled: HANDLED.load(Ordering::Relaxed) }
    }
}

fn sigint_set() -> libc::sigset_t {
    // SAFETY: all-zero is a valid sigset_t.
    let mut set = unsafe { std::mem::zeroed() };
    // SAFETY: initialises the set.
    unsafe { libc::sigemptyset(&raw mut set) };
    // SAFETY: an initialised set and a valid signal.
    unsafe { libc::sigaddset(&raw mut set, libc::SIGINT) };
    set
}

/// The host's connection to a client that will vanish.
pub struct Peer {
    _server: TcpStream,
    _client: Child,
}

impl Peer {
    /// A loopback connection whose client end is closed after `ms`.
    pub fn until(ms: u64) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let client = TcpStream::connect(listener.local_addr()?)?;
        let (server, _) = listener.accept()?;
        // A second copy in this process would keep the connection alive: the child has the only one.
        let holder = Child::after(ms, || ())?;
        drop(client);
        Ok(Peer { _server: server, _client: holder })
    }
}
