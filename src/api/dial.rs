//! Connecting to the first address that answers: staggered, families in turn (RFC 8305).

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, SocketFlags, SocketType, ipproto, sockopt};

use super::resolve::datagram_socket;
use super::wait;
use crate::core::failure::{Failure, Local, Outage};
use crate::descriptor::above_stdio;
use crate::errno;

/// How long an address may be silent before the next one is tried beside it (RFC 8305, 5).
const STAGGER: Duration = Duration::from_millis(250);

/// All addresses of one host, tried until one takes the connection.
#[derive(Debug)]
pub struct Dial {
    queue: VecDeque<SocketAddr>,
    /// Connections under way.
    trying: Vec<OwnedFd>,
    next_start: Option<Instant>,
    failures: Failures,
}

/// The failure to report when no address answers, by precedence and not by order of arrival:
/// a local failure before any outage, so that nobody who can cause one can pass it off as an
/// outage; then the outage of the attempt that got furthest.
#[derive(Debug, Default)]
struct Failures {
    local: Option<Local>,
    outage: Option<Outage>,
}

/// What a look at the attempts has shown.
#[derive(Debug)]
pub enum Progress {
    Connected(OwnedFd),
    /// Wait for the descriptors of [`Dial::poll_fds`], until [`Dial::wake_at`] at the latest.
    Waiting,
    Failed(Failure),
}

impl Dial {
    /// In the order given, but families in turn, the first one's first.
    pub fn new(addresses: &[SocketAddr]) -> Self {
        let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
        let (mut mine, mut other): (VecDeque<_>, VecDeque<_>) =
            addresses.iter().partition(|a| a.is_ipv6() == first_is_v6);
        let mut queue = VecDeque::with_capacity(addresses.len());
        while let Some(address) = mine.pop_front() {
            queue.push_back(address);
            std::mem::swap(&mut mine, &mut other);
            if mine.is_empty() {
                std::mem::swap(&mut mine, &mut other);
            }
        }
        Self { queue, trying: Vec::new(), next_start: None, failures: Failures::default() }
    }

    /// What to wait for: writable means connected or failed.
    pub fn poll_fds(&self) -> Vec<PollFd<'_>> {
        self.trying.iter().map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::OUT)).collect()
    }

    /// When the next address is due, if there is one.
    pub fn wake_at(&self) -> Option<Instant> {
        if self.queue.is_empty() { None } else { self.next_start }
    }

    /// Takes the outcome of those attempts whose place in [`Dial::poll_fds`] was `ready`, and starts
    /// what is due.
    pub fn advance(&mut self, ready: &[bool], now: Instant) -> Progress {
        let trying = std::mem::take(&mut self.trying);
        let mut ready = ready.iter().copied().chain(std::iter::repeat(false));
        for fd in trying {
            if ready.next() != Some(true) {
                self.trying.push(fd);
                continue;
            }
            match sockopt::socket_error(&fd) {
                Ok(Ok(())) => return Progress::Connected(fd),
                Ok(Err(errno)) => self.failed(errno),
                Err(errno) => self.failures.note(Failure::Local(errno::local(errno))),
            }
        }
        self.start_due(now)
    }

    /// An attempt is over: the next one need not wait for its turn.
    fn failed(&mut self, errno: Errno) {
        self.failures.note(errno::of_connect(errno));
        self.next_start = None;
    }

    fn start_due(&mut self, now: Instant) -> Progress {
        while self.trying.is_empty() || self.next_start.is_none_or(|at| at <= now) {
            let Some(address) = self.queue.pop_front() else {
                break;
            };
            match start(&address) {
                Ok((fd, true)) => return Progress::Connected(fd),
                Ok((fd, false)) => {
                    self.trying.push(fd);
                    self.next_start = Some(now + STAGGER);
                }
                Err(failure) => {
                    self.failures.note(failure);
                    self.next_start = None;
                }
            }
        }
        if self.trying.is_empty() {
            Progress::Failed(self.failures.verdict())
        } else {
            Progress::Waiting
        }
    }

    /// The budget has ended while attempts hang: a local failure that is known, else a time-out.
    pub fn give_up(self) -> Failure {
        self.failures.local.map_or(Failure::Outage(Outage::ConnectTimedOut), Failure::Local)
    }
}

impl Failures {
    fn note(&mut self, failure: Failure) {
        match failure {
            Failure::Local(local) => {
                self.local.get_or_insert(local);
            }
            Failure::Outage(outage) => {
                if self.outage.is_none_or(|known| reach(outage) > reach(known)) {
                    self.outage = Some(outage);
                }
            }
            // Nobody has said anything yet that could be trusted or not.
            Failure::Untrusted(_) => {}
        }
    }

    fn verdict(&self) -> Failure {
        match (&self.local, self.outage) {
            (Some(local), _) => Failure::Local(local.clone()),
            (None, Some(outage)) => Failure::Outage(outage),
            (None, None) => Failure::Local(Local::NoAddress),
        }
    }
}

/// How far an attempt got before it failed.
fn reach(outage: Outage) -> u8 {
    match outage {
        Outage::Cut => 4,
        Outage::ConnectRefused => 3,
        Outage::ConnectTimedOut => 2,
        Outage::HostUnreachable => 1,
        _ => 0,
    }
}

/// Can a socket of IPv4's be had? Where none can, whatever the reason, the want of IPv6 proves nothing.
fn has_ipv4() -> bool {
    let flags = SocketFlags::CLOEXEC;
    net::socket_with(AddressFamily::INET, SocketType::STREAM, flags, None).is_ok()
}

/// Starts one connection. `true` when it is up already.
fn start(address: &SocketAddr) -> Result<(OwnedFd, bool), Failure> {
    let family = if address.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = net::socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))
        .and_then(above_stdio)
        .map_err(|errno| match errno {
            // A machine without IPv6, which no user can take from it. None is without IPv4: there a
            // filter says so (`RestrictAddressFamilies=` in systemd.exec(5)), and would for ever.
            Errno::AFNOSUPPORT if address.is_ipv6() && has_ipv4() => {
                Failure::Outage(Outage::NetworkUnreachable)
            }
            Errno::ACCESS => Failure::Local(Local::ConnectionDenied(address.port())),
            errno => Failure::Local(errno::local(errno)),
        })?;
    // Without it each request waits 40 ms for an acknowledgement; a failure costs only that.
    let _ = sockopt::set_tcp_nodelay(&socket, true);
    match net::connect(&socket, address) {
        Ok(()) => Ok((socket, true)),
        // Interrupted, it goes on like any other that has not ended yet.
        Err(Errno::INPROGRESS | Errno::INTR) => Ok((socket, false)),
        Err(Errno::ADDRNOTAVAIL) if !has_source(address) => {
            Err(Failure::Outage(Outage::NetworkUnreachable))
        }
        Err(Errno::ACCESS) => Err(Failure::Local(Local::ConnectionDenied(address.port()))),
        Err(errno) => Err(errno::of_connect(errno)),
    }
}

/// Has this machine an address of its own to speak to this one from?
///
/// `EADDRNOTAVAIL` from TCP means that there is none (IPv6 turned off by sysctl: no way to get there,
/// and no user can make it so), or that all ports are taken (any user can). A datagram socket tells
/// them apart: short of ports, it says `EAGAIN`. Whatever else it says, the worse is assumed.
fn has_source(address: &SocketAddr) -> bool {
    let tried = datagram_socket(address).and_then(above_stdio);
    !tried.is_ok_and(|socket| net::connect(&socket, address) == Err(Errno::ADDRNOTAVAIL))
}

/// Which places in a list are ready, for [`Dial::advance`].
pub fn readiness(fds: &[PollFd<'_>]) -> Vec<bool> {
    fds.iter().map(wait::is_ready).collect()
}

#[cfg(test)]
pub mod tests;
