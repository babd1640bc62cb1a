//! journald's native socket: one datagram with the fields of a line.
//!
//! Only where `/dev/log` leads to journald too. Then a native line goes wherever one of `syslog(3)`
//! goes: into the journal, and on to a syslog daemon if `ForwardToSyslog=` is set or the daemon reads
//! the journal. A daemon that listens on `/dev/log` itself would never see it.
//!
//! And only in a host that has root's rights, and says so to journald (`SCM_CREDENTIALS`): su's
//! process still belongs to its caller, and `_UID=0` is how a line of ours is known from a forged one.

use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType, UCred, connect, sendmsg, socket_with,
};
use rustix::process::{getegid, geteuid, getpid};

use crate::descriptor::above_stdio;

/// journald's own sockets (systemd-journald.service(8), "Files").
const NATIVE: &str = "/run/systemd/journal/socket";
const SYSLOG: &str = "/run/systemd/journal/dev-log";
const DEV_LOG: &str = "/dev/log";

/// Sends one datagram. Waits for `patience` at the most, and leaves no descriptor.
///
/// Others fill the queue as well, so the kernel waits and tries again: it lets senders in by turns,
/// while after a `poll` of our own the room would be anybody's.
///
/// # Errors
/// The line did not go to the journal, and nothing of it has arrived: it is for `syslog(3)` then.
pub fn send(datagram: &[u8], patience: Duration) -> Result<(), Errno> {
    if !geteuid().is_root() || !is_journald(Path::new(DEV_LOG)) {
        return Err(Errno::ACCESS);
    }
    let socket = connected()?;
    let end = Instant::now() + patience;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        // Zero would be without end.
        set_socket_timeout(&socket, Timeout::Send, Some(left.max(Duration::from_millis(1))))?;
        match post(&socket, datagram) {
            // Whoever runs su may send signals, as often as they like.
            Err(Errno::INTR) if !left.is_zero() => {}
            // A datagram goes as a whole or not at all.
            sent => return sent.map(drop),
        }
    }
}

/// A link to journald's socket is what systemd makes of `/dev/log`.
fn is_journald(dev_log: &Path) -> bool {
    std::fs::read_link(dev_log).is_ok_and(|target| target == Path::new(SYSLOG))
}

fn connected() -> Result<OwnedFd, Errno> {
    let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    let socket = above_stdio(socket)?;
    connect(&socket, &SocketAddrUnix::new(NATIVE)?)?;
    Ok(socket)
}

fn post(socket: &OwnedFd, datagram: &[u8]) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmCredentials(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let own = UCred { pid: getpid(), uid: geteuid(), gid: getegid() };
    // The space is exactly one such message's, so this always holds; journald asks the kernel else.
    let _ = ancillary.push(SendAncillaryMessage::ScmCredentials(own));
    sendmsg(socket, &[IoSlice::new(datagram)], &mut ancillary, SendFlags::NOSIGNAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_log_that_is_not_journald_s_is_not_passed_by() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        assert!(!is_journald(&log));
        symlink("/run/rsyslog/dev/log", &log).unwrap();
        assert!(!is_journald(&log));
        std::fs::remove_file(&log).unwrap();
        let _socket = std::os::unix::net::UnixDatagram::bind(&log).unwrap();
        assert!(!is_journald(&log));
        std::fs::remove_file(&log).unwrap();
        symlink(SYSLOG, &log).unwrap();
        assert!(is_journald(&log));
    }
}
