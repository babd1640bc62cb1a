//! System calls that std does not have.
#![allow(unsafe_code)] // libc; besides this file, `ffi.rs` and `later.rs` need it

use std::ffi::{CStr, c_int};
use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::str::FromStr;

pub fn checked(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// A close-on-exec copy at 100 or above.
pub fn dup_high(fd: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: F_DUPFD_CLOEXEC takes an int and touches no memory.
    let copy = checked(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 100) })?;
    // SAFETY: the descriptor is new and ours.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// Closes a descriptor that nothing in this process owns (0, 1, 2).
pub fn close(fd: RawFd) {
    // SAFETY: called before anything else opens a descriptor.
    unsafe { libc::close(fd) };
}

/// Rust ignores SIGPIPE; a host may not, and then a module must not write where it can be raised.
pub fn default_sigpipe() {
    // SAFETY: no handler, only the default action.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// The current locale's name, without changing it.
pub fn locale() -> String {
    // SAFETY: a null pointer asks only; the string is libc's own.
    let name = unsafe { libc::setlocale(libc::LC_ALL, ptr::null()) };
    if name.is_null() {
        return String::new();
    }
    // SAFETY: not null, NUL-terminated.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

/// Connects to syslog now, as hosts do that log: libc keeps that descriptor, and a module that logs
/// is not to blame for it.
pub fn open_log() {
    // SAFETY: libc keeps the pointer, and the name is static.
    unsafe { libc::openlog(c"pamtalk".as_ptr(), libc::LOG_NDELAY, libc::LOG_AUTHPRIV) };
}

/// A resource's soft limit, as `NAME=N`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    resource: libc::__rlimit_resource_t,
    soft: u64,
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (name, number) = word.split_once('=').ok_or("expected NAME=N")?;
        let resource = match name {
            "nofile" => libc::RLIMIT_NOFILE,
            "nproc" => libc::RLIMIT_NPROC,
            "as" => libc::RLIMIT_AS,
            "stack" => libc::RLIMIT_STACK,
            _ => return Err(format!("{name}: expected nofile, nproc, as or stack")),
        };
        let soft = number.parse().map_err(|e| format!("{number}: {e}"))?;
        Ok(Limit { resource, soft })
    }
}

/// Limits as they were; [`Limits::lift`] puts them back.
pub struct Limits(Vec<(libc::__rlimit_resource_t, libc::rlimit)>);

/// Lowers the soft limits.
pub fn limit(limits: &[Limit]) -> io::Result<Limits> {
    let mut old = Vec::new();
    for limit in limits {
        let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: fills the struct.
        checked(unsafe { libc::getrlimit(limit.resource, &raw mut now) })?;
        old.push((limit.resource, now));
        set_limit(limit.resource, libc::rlimit { rlim_cur: limit.soft, ..now })?;
    }
    Ok(Limits(old))
}

fn set_limit(resource: libc::__rlimit_resource_t, limit: libc::rlimit) -> io::Result<()> {
    // SAFETY: reads the struct.
    checked(unsafe { libc::setrlimit(resource, &raw const limit) }).map(drop)
}

impl Limits {
    pub fn lift(self) -> io::Result<()> {
        self.0.into_iter().try_for_each(|(resource, limit)| set_limit(resource, limit))
    }
}
