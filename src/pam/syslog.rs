//! The log of libpam (`pam_syslog(3)`): facility authpriv, head `pam_duo2(SERVICE:auth): `.
//!
//! Not `openlog`: its state belongs to the host, and ident and options stay as the host has set them.
//! glibc writes with `MSG_NOSIGNAL`, so no SIGPIPE comes of it; where no one listens on `/dev/log` the
//! line is lost at once. The console or standard error get it only if the host itself asked for
//! `LOG_CONS` or `LOG_PERROR`. A listener that is alive but stuck holds up every process on the machine
//! that logs, the host included, once its queue is full; nothing here could help that.

use std::ffi::{CString, c_char, c_int};

use pam::module::PamHandle;

use super::sys;
use crate::core::audit::Level;
use crate::core::text::Text;

#[link(name = "pam")]
unsafe extern "C" {
    fn pam_syslog(handle: *const PamHandle, priority: c_int, format: *const c_char, ...);
}

/// Logs one line.
pub fn write(handle: &PamHandle, level: Level, line: &Text) {
    // A Text has no NUL, so this always holds.
    let Ok(line) = CString::new(line.as_str()) else {
        return;
    };
    let priority = match level {
        Level::Error => libc::LOG_ERR,
        Level::Warning => libc::LOG_WARNING,
        Level::Info => libc::LOG_INFO,
        Level::Debug => libc::LOG_DEBUG,
    };
    sys::with_standard_descriptors(|| {
        // SAFETY: the handle is libpam's own and alive for this call. The format is a constant that
        // takes exactly one string, and that string ends in a NUL.
        unsafe { pam_syslog(handle, priority, c"%s".as_ptr(), line.as_ptr()) }
    });
}
