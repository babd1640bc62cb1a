//! What libc's name services may not read.
//!
//! In a setuid host (su, sudo) the environment belongs to whoever called it. The loader takes away
//! what is known to be dangerous to glibc itself, but the clients of directories read variables of
//! their own with `getenv(3)`: `_SSS_LOOPS=NO` (sssd) and `_NO_WINBINDD=1` (Samba) make them know
//! nobody, no group and no host. So there is none while they are asked.

use std::ffi::{CStr, c_char};
use std::ptr;

unsafe extern "C" {
    /// `environ(7)`
    static mut environ: *mut *mut c_char;
}

/// With these in the environment the client of a directory says that it knows nobody: sssd's, and
/// winbind's and WINS's.
const HIDING: [&CStr; 2] = [c"_SSS_LOOPS", c"_NO_WINBINDD"];

/// An environment without a variable. Never written to: no program may write there, and none could
/// take a variable away from it.
struct Nothing([*mut c_char; 1]);

// SAFETY: it holds a null pointer, which nobody follows.
unsafe impl Sync for Nothing {}

static NOTHING: Nothing = Nothing([ptr::null_mut()]);

/// The process has no environment until this is dropped.
#[derive(Debug)]
#[must_use = "the environment is gone until this is dropped"]
pub struct Emptied {
    /// The host's own; `None` where it stayed in its place.
    host: Option<*mut *mut c_char>,
}

impl Emptied {
    /// Only where the kernel says that the caller is not to be trusted (`AT_SECURE`): setuid hosts have
    /// one thread (and perhaps our resolver's, which only reads), and in others the environment is
    /// root's.
    pub fn where_it_is_the_caller_s() -> Self {
        // SAFETY: it takes a number and gives one.
        let secure = unsafe { libc::getauxval(libc::AT_SECURE) };
        if secure == 0 { Self { host: None } } else { Self::now() }
    }

    /// Would a directory's client still find one of the variables that hide it? sudo answers
    /// `getenv(3)` itself; with `-E`, out of a list of its caller's that cannot be taken away.
    #[must_use]
    pub fn is_bypassed(&self) -> bool {
        // SAFETY: the name ends in a NUL, and the answer is only compared with null.
        let has = |name: &CStr| !unsafe { libc::getenv(name.as_ptr()) }.is_null();
        self.host.is_some() && HIDING.iter().copied().any(has)
    }

    fn now() -> Self {
        // SAFETY: a pointer is copied; the host's one thread is here.
        let host = unsafe { environ };
        // SAFETY: as above; what it points to lives for ever, and only readers follow it.
        unsafe { environ = nothing() };
        Self { host: Some(host) }
    }
}

impl Drop for Emptied {
    fn drop(&mut self) {
        let Some(host) = self.host else { return };
        // SAFETY: a pointer is compared.
        let untouched = unsafe { environ } == nothing();
        // Who has set a variable meanwhile made libc move the list, and perhaps free the host's.
        if untouched {
            // SAFETY: the host's own list, which nobody has changed since it was taken away.
            unsafe { environ = host };
        }
    }
}

fn nothing() -> *mut *mut c_char {
    NOTHING.0.as_ptr().cast_mut()
}
