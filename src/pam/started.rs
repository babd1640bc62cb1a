//! The kernel's auxiliary vector.

use std::io;

use crate::core::started::AuxVector;

/// The entries that tell who has started this process. libc's copy, not `/proc/self/auxv`: a process that
/// dumps no core may not read that file.
#[must_use]
pub fn auxiliary_vector() -> AuxVector {
    [libc::AT_UID, libc::AT_EUID, libc::AT_GID, libc::AT_EGID, libc::AT_SECURE].map(entry)
}

/// `None` for an entry that the kernel did not give, which is a zero with `ENOENT` (`getauxval(3)`).
fn entry(kind: libc::c_ulong) -> Option<u64> {
    // SAFETY: it takes nothing and gives the place of this thread's `errno`.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: it is this thread's own.
    unsafe { *errno = 0 };
    // SAFETY: it takes a number and gives one.
    let value = unsafe { libc::getauxval(kind) };
    let is_missing = value == 0 && io::Error::last_os_error().raw_os_error() != Some(0);
    (!is_missing).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_are_the_kernel_s() {
        let here = rustix::process::getuid().as_raw();
        assert_eq!(auxiliary_vector()[0], Some(here.into()));
        assert!(auxiliary_vector()[4].is_some(), "zero, and there");
        assert_eq!(entry(9999), None);
    }
}
