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
    at_least(fd, FIRST)
}

fn at_least(fd: OwnedFd, lowest: i32) -> Result<OwnedFd, Errno> {
    if fd.as_raw_fd() >= lowest {
        return Ok(fd);
    }
    fcntl_dupfd_cloexec(&fd, lowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_descriptor_is_raised_and_not_handed_down_to_other_programs() {
        let open = || std::fs::File::open("/dev/null").map(OwnedFd::from);
        let raised = open().and_then(|file| Ok(at_least(file, 200)?)).unwrap();
        assert!(raised.as_raw_fd() >= 200);
        let flags = rustix::io::fcntl_getfd(&raised).unwrap();
        assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
        let kept = open().unwrap();
        let number = kept.as_raw_fd();
        assert_eq!(at_least(kept, number).unwrap().as_raw_fd(), number);
    }
}
