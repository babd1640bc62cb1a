//! The system, asked without the environment.

use std::cell::OnceCell;
use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant, SystemTime};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

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

/// Since this machine was started, the time in which it slept included (`CLOCK_BOOTTIME`). Nobody sets
/// this clock; `None` if it says what cannot be.
///
/// libc's and not rustix's: that one looks for the kernel's vDSO by itself, where `prctl(2)` says that it
/// is, and a host in valgrind, which has taken it away, dies of it.
#[must_use]
pub fn since_boot() -> Option<Duration> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` has room for the answer.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &raw mut now) };
    let now = Duration::new(now.tv_sec.try_into().ok()?, now.tv_nsec.try_into().ok()?);
    (status == 0).then_some(now)
}

/// This machine's name (`uname(2)`, the same as `gethostname(2)`); `None` where it has none.
#[must_use]
pub fn hostname() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Some(name).filter(|name| !name.is_empty() && name != "(none)")
}

/// More than the kernel lets a process have in arguments (6 MiB since Linux 4.13), so that nothing
/// of a long one is lost (bytes).
const LONGEST_COMMAND_LINE: u64 = 8 << 20;

/// The host's own arguments, each with a NUL at its end; the kernel's word, not the environment's.
///
/// # Errors
/// Those of opening and reading; `EFBIG` when it is longer than any can be: the end, which is what
/// an attacker would want unseen, is then not known.
pub fn own_command_line() -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    File::open("/proc/self/cmdline")?.take(LONGEST_COMMAND_LINE).read_to_end(&mut line)?;
    if line.len() as u64 == LONGEST_COMMAND_LINE {
        return Err(io::Error::from_raw_os_error(libc::EFBIG));
    }
    Ok(line)
}

/// [`own_command_line`], read when it is first asked for, and once in a login.
#[derive(Debug, Default)]
pub struct CommandLine(OnceCell<Vec<u8>>);

impl CommandLine {
    /// Empty if it cannot be read, which a command line never is.
    pub fn bytes(&self) -> &[u8] {
        self.0.get_or_init(|| own_command_line().unwrap_or_default())
    }
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

/// Has the peer of a connected datagram socket room for one more, at once or within `patience`? A
/// signal, which whoever runs sudo can send as often as they like, neither ends the wait nor is room.
pub fn has_room(socket: impl AsFd, patience: Duration) -> bool {
    let end = Instant::now() + patience;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).unwrap_or_default();
        // Writable while the peer's queue has room (unix(7) in the kernel).
        match poll(&mut [PollFd::new(&socket, PollFlags::OUT)], Some(&left)) {
            Ok(ready) => return ready > 0,
            Err(Errno::INTR) if Instant::now() < end => {}
            Err(Errno::INTR) => return false,
            // What is wrong is said best by the attempt to write.
            Err(_) => return true,
        }
    }
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
    fn the_time_since_boot_is_the_kernel_s() {
        let uptime = || {
            let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
            text.split(' ').next().and_then(|seconds| seconds.parse::<f64>().ok())
        };
        let (before, now, after) = (uptime(), since_boot().map(|now| now.as_secs_f64()), uptime());
        // /proc/uptime has two digits behind the point.
        let room = |seconds: Option<f64>, more| seconds.map(|seconds: f64| seconds + more);
        assert!(before.is_some() && room(before, -0.02) <= now && now <= room(after, 0.02));
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
    fn a_full_log_is_waited_for_whatever_signals_come() {
        use std::os::unix::net::UnixDatagram;
        use std::os::unix::thread::JoinHandleExt;

        extern "C" fn ignored(_: libc::c_int) {}
        // SAFETY: the handler does nothing, and nobody else here uses the signal.
        unsafe { libc::signal(libc::SIGUSR2, ignored as *const () as libc::sighandler_t) };
        let (log, reader) = UnixDatagram::pair().unwrap();
        log.set_nonblocking(true).unwrap();
        assert!(has_room(&log, Duration::ZERO));
        while log.send(b"stuffing").is_ok() {}
        let patience = Duration::from_millis(300);
        let waits = std::thread::spawn(move || {
            let began = Instant::now();
            (has_room(&log, patience), began.elapsed())
        });
        while !waits.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
            // SAFETY: the thread has not been joined.
            unsafe { libc::pthread_kill(waits.as_pthread_t(), libc::SIGUSR2) };
        }
        let (room, took) = waits.join().unwrap();
        assert!(!room && took >= patience, "{room}, {took:?}");
        drop(reader);
    }

    #[test]
    fn the_command_line_is_this_program_s() {
        let line = own_command_line().unwrap_or_default();
        let first = line.split(|&b| b == 0).next().unwrap_or_default();
        let arg0 = std::env::args().next().unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(first), arg0);
    }
}
