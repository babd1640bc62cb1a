//! The log of libpam (`pam_syslog(3)`): facility authpriv, head `pam_duo2(SERVICE:auth): `.
//!
//! Not `openlog`: its state belongs to the host, and ident and options stay as the host has set them.
//! glibc writes with `MSG_NOSIGNAL`, so no SIGPIPE comes of it; where no one listens on `/dev/log` the
//! line is lost at once. The console or standard error get it only if the host itself asked for
//! `LOG_CONS` or `LOG_PERROR`.
//!
//! glibc's `syslog` waits without end for a listener that is alive but stuck (ten lines fill its
//! queue), so the queue is given some time to drain, and then the line is lost. That is a check and no
//! guarantee: somebody else may fill the queue between the look and the line, and `syslog` then waits
//! as it does for every program on such a machine.

use std::ffi::{CString, c_char, c_int};
use std::time::Duration;

use pam::module::PamHandle;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use super::sys;
use crate::core::audit::Level;
use crate::core::text::Text;

#[link(name = "pam")]
unsafe extern "C" {
    fn pam_syslog(handle: *const PamHandle, priority: c_int, format: *const c_char, ...);
}

/// The log's listener is there, and takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck;

/// Logs one line.
///
/// # Errors
/// [`Stuck`] after `patience`: the line is lost.
pub fn write(
    handle: &PamHandle,
    level: Level,
    line: &Text,
    patience: Duration,
) -> Result<(), Stuck> {
    // A Text has no NUL, so this always holds.
    let Ok(line) = CString::new(line.as_str()) else {
        return Ok(());
    };
    let _held = sys::hold_standard_descriptors();
    if !has_room(patience) {
        return Err(Stuck);
    }
    // SAFETY: the handle is libpam's own and alive for this call. The format is a constant that
    // takes exactly one string, and that string ends in a NUL.
    unsafe { pam_syslog(handle, level as c_int, c"%s".as_ptr(), line.as_ptr()) }
    Ok(())
}

/// Would `syslog` come back? Where that cannot be found out it would: with no listener, or one that
/// takes streams, or with no descriptor to be had, it fails at once.
fn has_room(patience: Duration) -> bool {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let Ok(socket) = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None) else {
        return true;
    };
    let connected = SocketAddrUnix::new("/dev/log").and_then(|log| connect(&socket, &log));
    connected.is_err() || sys::has_room(&socket, patience)
}
