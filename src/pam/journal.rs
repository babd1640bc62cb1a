//! journald's native socket: one datagram with the fields of a verdict.
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
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType, UCred, connect, sendmsg, socket_with,
};
use rustix::process::{getegid, geteuid, getpid};

use super::sys::has_room;
use crate::descriptor::above_stdio;

/// journald's own sockets (systemd-journald.service(8), "Files").
const NATIVE: &str = "/run/systemd/journal/socket";
const SYSLOG: &str = "/run/systemd/journal/dev-log";
const DEV_LOG: &str = "/dev/log";

/// The line did not go to the journal; it is for `syslog(3)` then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// There is no journald, it is not what logs here, or it refuses us.
    NotThere,
    /// It is there, and took nothing within the given time.
    Stuck,
}

/// Sends one datagram. Waits for `patience` at the most, and leaves no descriptor.
///
/// # Errors
/// [`Unsent`]; nothing of the line has arrived then.
pub fn send(datagram: &[u8], patience: Duration) -> Result<(), Unsent> {
    if !geteuid().is_root() || !is_journald(Path::new(DEV_LOG)) {
        return Err(Unsent::NotThere);
    }
    let socket = connected().map_err(|_| Unsent::NotThere)?;
    // Whatever comes of the wait, the socket itself says best whether there is room.
    let _ = has_room(&socket, patience);
    match post(&socket, datagram) {
        // A datagram goes as a whole or not at all.
        Ok(_) => Ok(()),
        Err(Errno::AGAIN) => Err(Unsent::Stuck),
        Err(_) => Err(Unsent::NotThere),
    }
}

/// A link to journald's socket is what systemd makes of `/dev/log`.
fn is_journald(dev_log: &Path) -> bool {
    std::fs::read_link(dev_log).is_ok_and(|target| target == Path::new(SYSLOG))
}

fn connected() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
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
    sendmsg(
        socket,
        &[IoSlice::new(datagram)],
        &mut ancillary,
        SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
    )
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
