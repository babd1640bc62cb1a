//! One DNS resolution per login, in a thread that may be left behind.
//!
//! `getaddrinfo(3)` cannot be given a deadline, so it runs in a thread, and the wait only watches
//! the thread's end of a pipe. A thread that is given up owns all that it touches, so its answer
//! reaches no later login. It still holds descriptors of the process, though, and closes them by
//! number when it ends: in a host that has closed everything meanwhile (`closefrom(3)`), those
//! numbers may be somebody else's by then.

use std::ffi::CString;
use std::fs::File;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::io::Errno;
use rustix::net::{self, AddressFamily, SocketFlags, SocketType};
use rustix::pipe::{PipeFlags, pipe_with};

use crate::core::failure::{Failure, Local, Outage};
use crate::descriptor::above_stdio;
use crate::errno;
use crate::pam::environment::hides_a_name_service;
use crate::pam::panic::quietly;
use crate::pam::resolver::{self, Refusal};
use crate::pam::signals::AllBlocked;
use crate::pam::sys::hold_standard_descriptors;
use crate::spare;

/// Said outright, because the default comes from the environment (`RUST_MIN_STACK`). Room for the
/// name service modules of directory services; only touched pages count.
const STACK: usize = 512 * 1024;

/// What a thread needs beside its stack before it can say that there is no memory: glibc ends the whole
/// host when it cannot have a thread's own variables (`ulimit -v`), and takes a mebibyte for the first.
const FIRST_STEPS: usize = 2 * 1024 * 1024;

/// Local ports that have to be free at once. One is enough for libc, but not for the resolver of this machine that
/// libc asks (systemd-resolved, dnsmasq): it asks further from ports of its own.
const PORTS: usize = 16;

/// What libc reads before it asks (`resolv.conf(5)`, `nsswitch.conf(5)`, `hosts(5)`).
const FILES: &[&str] = &["/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/hosts"];

type Answer = Result<Vec<SocketAddr>, Refusal>;

/// What the thread leaves for whoever waits for it.
type Slot = Mutex<Option<Answer>>;

/// A question that is being asked.
#[derive(Debug)]
pub struct Lookup {
    /// Hangs up when the thread is done.
    done: OwnedFd,
    slot: Arc<Slot>,
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
    /// [`Local::NoDescriptor`]; [`Local::NoMemory`] where the host might not survive the thread.
    pub fn start(name: &str, port: u16) -> Result<Self, Local> {
        let name = CString::new(name).map_err(|_| Local::Resolver(libc::EAI_NONAME))?;
        Self::start_with(move || resolver::addresses(&name, port))
    }

    pub(super) fn start_with(ask: impl FnOnce() -> Answer + Send + 'static) -> Result<Self, Local> {
        let (done, end) = pipe_with(PipeFlags::CLOEXEC).map_err(errno::local)?;
        let done = above_stdio(done).map_err(errno::local)?;
        let end = above_stdio(end).map_err(errno::local)?;
        let scarce = probe();
        if scarce == Some(Local::NoMemory) && !spare::is_to_be_had(STACK + FIRST_STEPS) {
            return Err(Local::NoMemory);
        }
        let scarce = scarce.or_else(|| hides_a_name_service().then_some(Local::Environment));
        let held = hold_standard_descriptors();
        let shared = Arc::new(Slot::default());
        let slot = Arc::clone(&shared);
        let run = move || {
            // Without a word to the host's standard error; no answer is then found in its place.
            let found = quietly(ask).ok();
            if let Ok(mut answer) = slot.lock() {
                *answer = found;
            }
            // What libc has opened is closed by now. When nobody waits any more, the host may have
            // put descriptors of its own where these were.
            if Arc::strong_count(&slot) == 1 {
                std::mem::forget(held);
            } else {
                drop(held);
            }
            // Only now: whoever sees the pipe hang up finds the answer in its place.
            drop(end);
        };
        let masked = AllBlocked::now();
        let spawned =
            thread::Builder::new().name("duo-resolver".into()).stack_size(STACK).spawn(run);
        drop(masked);
        match spawned {
            Ok(_detached) => Ok(Self { done, slot: shared, scarce }),
            Err(_) => Err(Local::NoThread),
        }
    }

    /// To be polled for a hang-up.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.done.as_fd()
    }

    /// The answer, once [`Lookup::fd`] has hung up.
    pub fn finish(self) -> Result<Vec<SocketAddr>, Failure> {
        let answer = self.slot.lock().ok().and_then(|mut answer| answer.take());
        match answer {
            Some(Ok(found)) if !found.is_empty() => Ok(found),
            Some(Err(refusal)) => {
                let scarce = self.scarce.or_else(probe).or_else(|| unreadable(FILES));
                Err(meaning(refusal, scarce))
            }
            // No address although it said yes, or the thread died: that is no answer.
            Some(Ok(_)) | None => Err(Failure::Local(Local::Resolver(0))),
        }
    }

    /// The failure that a resolver without an answer at the end of the budget is evidence of.
    pub fn late(self) -> Failure {
        let scarce = self.scarce.or_else(probe).or_else(|| unreadable(FILES));
        scarce.map_or(Failure::Outage(Outage::ResolverLate), Failure::Local)
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
fn probe() -> Option<Local> {
    let short = spare::memory().and_then(|()| spare::descriptors()).err();
    // A name server is asked over either family, and each has ports of its own.
    let hosts = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    short.or_else(|| hosts.into_iter().find_map(|ip| short_of_ports(SocketAddr::new(ip, 53))))
}

/// Which of these files is there and may not be read: libc then asks a name server on this machine
/// (`resolv.conf(5)`), and that there is none says nothing about the service.
fn unreadable(files: &[&'static str]) -> Option<Local> {
    let denied = |path: &&&str| {
        File::open(path).is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
    };
    files.iter().find(denied).map(|path| Local::ResolverFile(path))
}

/// Takes local ports, as questions to this address would, all at once; nothing is sent. Any user may bind all the
/// others, and so silence a resolver of this machine that has to ask further.
fn short_of_ports(to: SocketAddr) -> Option<Local> {
    let mut taken = Vec::with_capacity(PORTS);
    (0..PORTS).find_map(|_| {
        let socket = datagram_socket(&to).and_then(above_stdio);
        let taking = socket.and_then(|socket| {
            let connected = net::connect(&socket, &to);
            taken.push(socket);
            connected
        });
        match taking {
            // With no port to be had it is EAGAIN (`inet_autobind` in the kernel).
            Err(Errno::AGAIN | Errno::ADDRINUSE) => Some(Local::NoLocalPort),
            // A machine without IPv6, or a policy that keeps this process from it (SELinux, a control group's): IPv4
            // is enough to ask with.
            Err(Errno::AFNOSUPPORT | Errno::ACCESS | Errno::PERM | Errno::ADDRNOTAVAIL)
                if to.is_ipv6() =>
            {
                None
            }
            // Connected, or unreachable: a port was there.
            Ok(()) | Err(Errno::NETUNREACH | Errno::HOSTUNREACH | Errno::NETDOWN) => None,
            Err(errno) => Some(errno::local(errno)),
        }
    })
}

/// A UDP socket for the address's family.
pub(super) fn datagram_socket(to: &SocketAddr) -> Result<OwnedFd, Errno> {
    let family = if to.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
    net::socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC, None)
}

#[cfg(test)]
mod tests;
