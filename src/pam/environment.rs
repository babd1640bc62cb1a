//! What libc's name services may not read.
//!
//! A host that was started with more rights than its caller has (su, sudo) has its caller's
//! environment. The loader takes away what is known to be dangerous to glibc itself, but the clients of
//! directories read variables of their own with `getenv(3)`: `_SSS_LOOPS=NO` (sssd), `_NO_WINBINDD=1`
//! (Samba) and `SYSTEMD_BYPASS_USERDB=1` (systemd) make them know nobody, no group and no host. So there is
//! none while they are asked.
//!
//! Such a host may have several threads. What happens to it is what `clearenv(3)` does: one pointer is
//! exchanged, in one step. Another thread that reads meanwhile finds the host's list or an empty one,
//! and nothing here frees either; a child that is forked meanwhile starts without one. A host that
//! *changes* the environment in one thread while libpam is at work in another may take a list from under
//! any `getenv(3)`, with us or without: none may (`setenv(3)` is not safe there). But a name service may
//! set a variable in its turn: libc then moves to a list of its own, and may free the one that the host
//! had. So the texts are kept, which libc never frees, and what is missing in the new list is put behind
//! it.

use std::ffi::{CStr, c_char};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{ptr, slice};

use super::lock::Lock;

/// `NAME=value`
type Text = *mut c_char;
/// Texts, and a null pointer at the end.
type List = *mut Text;

unsafe extern "C" {
    /// `environ(7)`
    static mut environ: List;
}

/// With these in the environment the client of a directory says that it knows nobody: sssd's, that of winbind
/// and WINS, and systemd's for its userdb. No such list is complete: every name service may have its own.
const HIDING: [&CStr; 4] =
    [c"_SSS_LOOPS", NO_WINBINDD, c"SYSTEMD_BYPASS_USERDB", c"SYSTEMD_ONLY_USERDB"];

/// Samba sets it to `0` where it lets its client answer again.
const NO_WINBINDD: &CStr = c"_NO_WINBINDD";

/// An environment without a variable. Never written to: no program may write there, and none could
/// take a variable away from it.
struct Nothing([Text; 1]);

// SAFETY: it holds a null pointer, which nobody follows.
unsafe impl Sync for Nothing {}

static NOTHING: Nothing = Nothing([ptr::null_mut()]);

/// The host's environment while it is away.
#[derive(Debug)]
struct Away {
    /// How many want it so: each of several threads may log somebody in.
    askers: usize,
    list: List,
    /// What was in the list; nothing if there was no memory to note it.
    texts: Vec<Text>,
}

// SAFETY: what the pointers lead to belongs to the process and not to a thread.
unsafe impl Send for Away {}

static AWAY: Lock<Away> = Lock::new(Away { askers: 0, list: ptr::null_mut(), texts: Vec::new() });

/// The process has no environment until this is dropped, where it is the caller's.
#[derive(Debug)]
#[must_use = "the environment is gone until this is dropped"]
pub struct Emptied {
    taken: bool,
}

impl Emptied {
    /// Only where the kernel says that the caller is not to be trusted (`AT_SECURE` of `getauxval(3)`):
    /// in setuid and setgid programs, those with capabilities of their file's, and where a security
    /// module says so at a change of domain. In others it is root's, or what a program of
    /// root's has taken over.
    pub fn where_it_is_the_caller_s() -> Self {
        // SAFETY: it takes a number and gives one.
        let secure = unsafe { libc::getauxval(libc::AT_SECURE) };
        if secure == 0 { Self { taken: false } } else { Self::now() }
    }

    fn now() -> Self {
        // Where it stays in its place, [`hides_a_name_service`] finds what there is to find.
        let Some(mut away) = AWAY.take() else { return Self { taken: false } };
        if away.askers == 0 {
            let texts = texts_of(place().load(Ordering::Acquire));
            if away.texts.try_reserve_exact(texts.len()).is_ok() {
                away.texts.extend_from_slice(texts);
            }
            away.list = place().swap(nothing(), Ordering::AcqRel);
        }
        away.askers += 1;
        Self { taken: true }
    }
}

impl Drop for Emptied {
    fn drop(&mut self) {
        if !self.taken {
            return;
        }
        let Some(mut away) = AWAY.take() else { return };
        away.askers -= 1;
        if away.askers > 0 {
            return;
        }
        let texts = std::mem::take(&mut away.texts);
        // Where it is still ours, nobody has set a variable, and the host's list is as it was.
        let (release, acquire) = (Ordering::AcqRel, Ordering::Acquire);
        if place().compare_exchange(nothing(), away.list, release, acquire).is_err() {
            put_back(&texts);
        }
    }
}

/// Would a directory's client find one of the variables that hide it? To be asked while it is
/// [`Emptied`]. In a setuid host it would if that answers `getenv(3)` itself, as sudo does: with `-E`, out
/// of a list of its caller's that cannot be taken away. And in any other if somebody has put one there,
/// as a `telnetd` does that hands a client's environment on to login.
#[must_use]
pub fn hides_a_name_service() -> bool {
    let has = |name: &CStr| {
        // SAFETY: the name ends in a NUL.
        let value = unsafe { libc::getenv(name.as_ptr()) };
        // SAFETY: what is there ends in a NUL, and is looked at before anybody else runs.
        let value = (!value.is_null()).then(|| unsafe { CStr::from_ptr(value) });
        value.is_some_and(|value| (name, value) != (NO_WINBINDD, c"0"))
    };
    HIDING.iter().copied().any(has)
}

/// Adds those texts to the environment of now whose names it does not have.
///
/// Not by `putenv(3)`: sudo has one of its own, for the environment of the command that it will run.
fn put_back(texts: &[Text]) {
    let now = place().load(Ordering::Acquire);
    let have = texts_of(now);
    let is_missing = |text: &&Text| have.iter().all(|other| name(*other) != name(**text));
    let mut list: Vec<Text> = Vec::new();
    if list.try_reserve_exact(have.len() + texts.len() + 1).is_err() {
        return;
    }
    list.extend_from_slice(have);
    list.extend(texts.iter().filter(is_missing));
    if list.len() == have.len() {
        return;
    }
    list.push(ptr::null_mut());
    // For ever: another thread may be reading it when libc moves to the next. Not in the place of what
    // somebody has put there just now.
    let ours = list.leak().as_mut_ptr();
    let _ = place().compare_exchange(now, ours, Ordering::AcqRel, Ordering::Acquire);
}

/// What stands in a list, until somebody changes it.
fn texts_of<'a>(list: List) -> &'a [Text] {
    if list.is_null() {
        return &[];
    }
    let mut length = 0;
    // SAFETY: a list of texts goes on to its null pointer, which is where this stops.
    while !unsafe { *list.wrapping_add(length) }.is_null() {
        length += 1;
    }
    // SAFETY: so many have just been seen there.
    unsafe { slice::from_raw_parts(list, length) }
}

/// The name in a text; all of it where there is no value.
fn name<'a>(text: Text) -> &'a [u8] {
    // SAFETY: what stands in an environment ends in a NUL. libc gives no text back, and who has put one
    // there with putenv(3) has to leave it there.
    let text = unsafe { CStr::from_ptr(text) }.to_bytes();
    text.split(|&byte| byte == b'=').next().unwrap_or(text)
}

/// Where libc has the environment.
fn place() -> &'static AtomicPtr<Text> {
    let variable = &raw mut environ;
    // SAFETY: a variable of libc's, aligned and there for ever. Other threads read it with plain loads
    // of libc's, as they do when libc itself moves it; nobody writes it who is allowed to be here.
    unsafe { AtomicPtr::from_ptr(variable) }
}

fn nothing() -> List {
    NOTHING.0.as_ptr().cast_mut()
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
