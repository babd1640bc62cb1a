//! One DNS resolution per login, in a thread that may be left behind.
//!
//! `getaddrinfo(3)` cannot be given a deadline, so it runs in a thread, and the wait only watches
//! the thread's end of a pipe. A thread that is given up owns all that it touches, so nothing of it
//! can reach a later login.

use std::ffi::CString;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::io::fcntl_dupfd_cloexec;
use rustix::pipe::{PipeFlags, pipe_with};

use super::descriptor::above_stdio;
use super::errno;
use crate::core::failure::{Failure, Local, Outage};
use crate::pam::resolver::{self, Refusal};
use crate::pam::signals::AllBlocked;

/// Said outright, because the default comes from the environment (`RUST_MIN_STACK`). Room for the
/// name service modules of directory services; only touched pages count.
const STACK: usize = 512 * 1024;

/// So many descriptors have to be free before a "no such name" is believed: with none to be had the
/// resolver says just that, and it may want several at once (configuration, socket, bus).
const SPARE_DESCRIPTORS: usize = 8;

/// So much memory has to be free for it, for the same reason.
const SPARE_MEMORY: usize = 8 * 1024 * 1024;

type Answer = Result<Vec<SocketAddr>, Refusal>;

/// A question that is being asked.
#[derive(Debug)]
pub struct Lookup {
    /// Hangs up when the thread is done.
    done: OwnedFd,
    answer: Arc<Mutex<Option<Answer>>>,
    /// What the probe before the question found missing.
    scarce: Option<Local>,
}

/// The address that `name` is, where it is one and nothing has to be asked.
pub fn literal(name: &str, port: u16) -> Option<SocketAddr> {
    let ip: IpAddr = name.parse().ok()?;
    Some(SocketAddr::new(ip, port))
}

impl Lookup {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`Local::NoThread`], never an inline resolution, which would break every deadline;
    /// [`Local::NoDescriptor`].
    pub fn start(name: &str, port: u16) -> Result<Self, Local> {
        let name = CString::new(name).map_err(|_| Local::Resolver(libc::EAI_NONAME))?;
        Self::start_with(move || resolver::addresses(&name, port))
    }

    pub(super) fn start_with(ask: impl FnOnce() -> Answer + Send + 'static) -> Result<Self, Local> {
        let (done, end) = pipe_with(PipeFlags::CLOEXEC).map_err(errno::local)?;
        let done = above_stdio(done).map_err(errno::local)?;
        let end = above_stdio(end).map_err(errno::local)?;
        let scarce = probe(&done);
        let answer = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&answer);
        let run = move || {
            let found = ask();
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(found);
            }
            // Only now: whoever sees the pipe hang up finds the answer in its place.
            drop(end);
        };
        let masked = AllBlocked::now();
        let spawned =
            thread::Builder::new().name("duo-resolver".into()).stack_size(STACK).spawn(run);
        drop(masked);
        match spawned {
            Ok(_detached) => Ok(Self { done, answer, scarce }),
            Err(_) => Err(Local::NoThread),
        }
    }

    /// To be polled for a hang-up.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.done.as_fd()
    }

    /// The answer, once [`Lookup::fd`] has hung up.
    pub fn finish(self) -> Result<Vec<SocketAddr>, Failure> {
        let answer = self.answer.lock().ok().and_then(|mut slot| slot.take());
        match answer {
            Some(Ok(found)) if !found.is_empty() => Ok(found),
            Some(Err(refusal)) => {
                let scarce = self.scarce.or_else(|| probe(&self.done));
                Err(meaning(refusal, scarce))
            }
            // No address although it said yes, or the thread died: that is no answer.
            Some(Ok(_)) | None => Err(Failure::Local(Local::Resolver(0))),
        }
    }
}

/// What the resolver's "no" is evidence of, given what this machine is short of.
fn meaning(refusal: Refusal, scarce: Option<Local>) -> Failure {
    if let Some(local) = scarce {
        return Failure::Local(local);
    }
    match refusal.code {
        libc::EAI_NONAME | libc::EAI_NODATA => Failure::Outage(Outage::NoSuchName),
        libc::EAI_AGAIN | libc::EAI_FAIL => Failure::Outage(Outage::ResolverFailed),
        libc::EAI_MEMORY => Failure::Local(Local::NoMemory),
        // Not through `Errno`, which panics at a zero.
        libc::EAI_SYSTEM => Failure::Local(match refusal.errno {
            libc::EMFILE | libc::ENFILE => Local::NoDescriptor,
            libc::ENOMEM | libc::ENOBUFS => Local::NoMemory,
            _ => Local::Resolver(libc::EAI_SYSTEM),
        }),
        code => Failure::Local(Local::Resolver(code)),
    }
}

/// Is this machine able to ask at all? `None` when it is.
fn probe(any: &OwnedFd) -> Option<Local> {
    let mut spare = Vec::with_capacity(SPARE_DESCRIPTORS);
    for _ in 0..SPARE_DESCRIPTORS {
        match fcntl_dupfd_cloexec(any, 3) {
            Ok(fd) => spare.push(fd),
            Err(errno) => return Some(errno::local(errno)),
        }
    }
    // A new open file and not only a new number: the machine's whole table may be full (ENFILE).
    if let Err(errno) = pipe_with(PipeFlags::CLOEXEC) {
        return Some(errno::local(errno));
    }
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(SPARE_MEMORY).err().map(|_| Local::NoMemory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::wait::{Ready, Watch, wait};
    use rustix::event::{PollFd, PollFlags};
    use std::time::{Duration, Instant};

    fn wait_for(lookup: &Lookup, time: Duration) -> Ready {
        let watch = Watch::nothing();
        let fd = lookup.fd();
        let mut fds = vec![PollFd::from_borrowed_fd(fd, PollFlags::IN)];
        let mut slept = Duration::ZERO;
        wait(&mut fds, Instant::now() + time, &watch, &mut slept)
    }

    #[test]
    fn localhost_is_found_under_the_deadline() {
        let lookup = Lookup::start("localhost", 443).unwrap();
        assert_eq!(wait_for(&lookup, Duration::from_secs(5)), Ready::Io);
        assert!(lookup.finish().unwrap().iter().all(|a| a.ip().is_loopback()));
    }

    #[test]
    fn a_late_resolver_is_given_up_and_does_no_harm_afterwards() {
        let (release, wait_here) = std::sync::mpsc::channel::<()>();
        let lookup = Lookup::start_with(move || {
            let _ = wait_here.recv();
            Ok(vec![])
        })
        .unwrap();
        assert_eq!(wait_for(&lookup, Duration::from_millis(30)), Ready::Tick);
        let answer = Arc::downgrade(&lookup.answer);
        drop(lookup);
        release.send(()).unwrap();
        let patience = Instant::now() + Duration::from_secs(5);
        while answer.strong_count() > 0 && Instant::now() < patience {
            thread::sleep(Duration::from_millis(2));
        }
        assert_eq!(answer.strong_count(), 0, "the thread has let go of everything");
    }

    #[test]
    fn a_thread_that_dies_is_a_failure_of_this_machine() {
        let lookup =
            Lookup::start_with(|| panic!("as a broken name service module might")).unwrap();
        assert_eq!(wait_for(&lookup, Duration::from_secs(5)), Ready::Io);
        assert_eq!(lookup.finish(), Err(Failure::Local(Local::Resolver(0))));
    }

    #[test]
    fn only_a_no_of_the_resolver_is_an_outage() {
        let said = |code, errno| meaning(Refusal { code, errno }, None);
        let no_name = Failure::Outage(Outage::NoSuchName);
        let failed = Failure::Outage(Outage::ResolverFailed);
        assert_eq!(said(libc::EAI_NONAME, 0), no_name);
        assert_eq!(said(libc::EAI_NODATA, 0), no_name);
        assert_eq!(said(libc::EAI_AGAIN, 0), failed);
        assert_eq!(said(libc::EAI_FAIL, 0), failed);
        assert_eq!(said(libc::EAI_MEMORY, 0), Failure::Local(Local::NoMemory));
        assert_eq!(said(libc::EAI_SYSTEM, libc::EMFILE), Failure::Local(Local::NoDescriptor));
        assert_eq!(said(libc::EAI_SYSTEM, libc::ENFILE), Failure::Local(Local::NoDescriptor));
        assert_eq!(said(libc::EAI_SYSTEM, libc::ENOMEM), Failure::Local(Local::NoMemory));
        assert_eq!(
            said(libc::EAI_SYSTEM, libc::ECONNREFUSED),
            Failure::Local(Local::Resolver(libc::EAI_SYSTEM))
        );
        for code in (-200..=200).filter(|code| {
            ![libc::EAI_NONAME, libc::EAI_NODATA, libc::EAI_AGAIN, libc::EAI_FAIL].contains(code)
        }) {
            assert!(matches!(said(code, 0), Failure::Local(_)), "{code}");
        }
    }

    #[test]
    fn a_no_is_not_believed_while_the_machine_is_short_of_something() {
        for code in [libc::EAI_NONAME, libc::EAI_NODATA, libc::EAI_AGAIN, libc::EAI_FAIL] {
            let refusal = Refusal { code, errno: 0 };
            assert_eq!(
                meaning(refusal, Some(Local::NoDescriptor)),
                Failure::Local(Local::NoDescriptor)
            );
        }
    }

    #[test]
    fn an_address_literal_needs_no_thread() {
        assert_eq!(literal("127.0.0.1", 7), Some(([127, 0, 0, 1], 7).into()));
        assert_eq!(literal("::1", 7).map(|a| a.is_ipv6()), Some(true));
        assert_eq!(literal("localhost", 7), None);
    }
}
