//! The system, asked without the environment.

use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::time::{Instant, SystemTime};

use crate::ports::Clock;

/// The machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}

unsafe extern "C" {
    /// `program_invocation_short_name(3)`: the name that `syslog(3)` uses where the host gave none.
    static program_invocation_short_name: *const libc::c_char;
}

/// What the host is called: what it was started as, without the folders, or what it calls itself now.
#[must_use]
pub fn program_name() -> String {
    // SAFETY: libc sets it before main and so before this module is loaded; only the host writes it.
    let name = unsafe { program_invocation_short_name };
    if name.is_null() {
        return String::new();
    }
    // SAFETY: libc and the host keep it a C string, as syslog(3) reads it too; it is copied at once.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

/// `getpid(2)`
#[must_use]
pub fn process_id() -> i32 {
    rustix::process::getpid().as_raw_pid()
}

/// This machine's name (`uname(2)`, the same as `gethostname(2)`); `None` where it has none.
#[must_use]
pub fn hostname() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Some(name).filter(|name| !name.is_empty() && name != "(none)")
}

/// More than the kernel lets a process have in arguments and environment together (6 MiB since Linux
/// 4.13), so that nothing of a long one is lost (bytes).
const LONGEST_AREA: u64 = 8 << 20;

/// The host's own arguments, each with a NUL at its end; the kernel's word, not the environment's.
///
/// # Errors
/// Those of opening and reading; `EFBIG` when it is longer than any can be: the end, which is what
/// an attacker would want unseen, is then not known.
pub fn own_command_line() -> io::Result<Vec<u8>> {
    area("/proc/self/cmdline")
}

/// What the host was started with as its environment, each `NAME=VALUE` with a NUL at its end. Only
/// to see what others would do on its behalf: it is whatever its caller wants it to be.
///
/// # Errors
/// As [`own_command_line`].
pub fn own_environment() -> io::Result<Vec<u8>> {
    area("/proc/self/environ")
}

fn area(path: &str) -> io::Result<Vec<u8>> {
    let mut area = Vec::new();
    File::open(path)?.take(LONGEST_AREA).read_to_end(&mut area)?;
    if area.len() as u64 == LONGEST_AREA {
        return Err(io::Error::from_raw_os_error(libc::EFBIG));
    }
    Ok(area)
}

/// Takes those of the descriptors 0 to 2 that the host has closed, so that nothing that libc opens
/// meanwhile (its log socket, a name server's) becomes the host's standard output. Dropped, they are
/// closed again.
#[must_use = "they are taken until this is dropped"]
pub fn hold_standard_descriptors() -> Vec<File> {
    let mut held = Vec::new();
    while let Ok(null) = File::open("/dev/null") {
        if null.as_raw_fd() > 2 {
            break;
        }
        held.push(null);
    }
    held
}

/// As a host that has closed them.
#[cfg(test)]
pub fn close_standard_descriptors() {
    for number in 0..=2 {
        // SAFETY: a process of the test's own, in which nobody uses them any more.
        unsafe { libc::close(number) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_the_name_that_the_kernel_says() {
        let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        assert_eq!(hostname().as_deref(), Some(kernel.trim_end()));
    }

    #[test]
    fn the_program_has_the_name_that_the_kernel_says() {
        let comm = std::fs::read_to_string("/proc/self/comm").unwrap_or_default();
        let name = program_name();
        // The kernel keeps 15 bytes of it; a thread has a name of its own, but the first has not.
        let first = std::fs::read_to_string(format!("/proc/{}/comm", std::process::id()));
        let first = first.unwrap_or(comm);
        assert!(!name.is_empty() && name.starts_with(first.trim_end()), "{name:?}, {first:?}");
    }

    #[test]
    fn the_command_line_is_this_program_s() {
        let line = own_command_line().unwrap_or_default();
        let first = line.split(|&b| b == 0).next().unwrap_or_default();
        let arg0 = std::env::args().next().unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(first), arg0);
    }
}
