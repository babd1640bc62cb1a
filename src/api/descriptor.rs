//! Descriptors that are nobody's standard input, output or error.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::io::{Errno, fcntl_dupfd_cloexec};

/// The first number that is safe to have.
const FIRST: i32 = 3;

/// Moves a descriptor to 3 or above: a host may have 0 to 2 closed, and what it prints must not
/// go to the service.
///
/// # Errors
/// `EMFILE` when there is no higher number to be had.
pub fn above_stdio(fd: OwnedFd) -> Result<OwnedFd, Errno> {
    if fd.as_raw_fd() >= FIRST {
        return Ok(fd);
    }
    fcntl_dupfd_cloexec(&fd, FIRST)
}
