//! Accounts and their groups, from whatever is behind the system's user database
//! (`nsswitch.conf(5)`): files, sssd, others.
//!
//! There is no deadline for a name service that hangs; but the host has asked it for the same user
//! before it called us.

use std::ffi::{CStr, CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use super::environment::{Emptied, hides_a_name_service};
use super::sys::hold_standard_descriptors;
use crate::core::failure::Local;
use crate::spare;

/// An account, as `getpwnam_r(3)` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The database's own spelling, which may differ from the one that was asked for.
    pub name: String,
    pub uid: u32,
    /// The primary group.
    pub gid: u32,
    /// The field as it is; it need not be text.
    pub gecos: Vec<u8>,
}

/// A record that needs more is not believed (bytes). One of a group holds the names of all its
/// members, and directories have groups of a hundred thousand.
const LARGEST_RECORD: usize = 16 << 20;
/// The kernel gives a process no more (`NGROUPS_MAX`).
const MOST_GROUPS: usize = 65_536;
/// So often a question is asked again that a signal has cut short.
const MOST_INTERRUPTIONS: u32 = 100;
/// A record that was found and has no name.
const NO_NAME: Local = Local::Accounts(libc::EINVAL);

/// The account of this name; `None` when the system does not know it.
///
/// # Errors
/// The user database cannot be asked: whether there is such an account is then not known, and nobody
/// is to be let in on it.
pub fn by_name(name: &str) -> Result<Option<Account>, Local> {
    let Ok(name) = CString::new(name) else {
        return Ok(None);
    };
    let ask = |record, buffer: &mut [c_char], found| {
        // SAFETY: all pointers live through the call, the name ends in a NUL, and the length is the
        // buffer's own.
        unsafe { libc::getpwnam_r(name.as_ptr(), record, buffer.as_mut_ptr(), buffer.len(), found) }
    };
    or_unknown(record(ask, account))
}

/// The account of this uid, the first where there are several; `None` when there is none.
///
/// # Errors
/// As [`by_name`].
pub fn by_uid(uid: u32) -> Result<Option<Account>, Local> {
    let ask = |record, buffer: &mut [c_char], found| {
        // SAFETY: all pointers live through the call, and the length is the buffer's own.
        unsafe { libc::getpwuid_r(uid, record, buffer.as_mut_ptr(), buffer.len(), found) }
    };
    or_unknown(record(ask, account))
}

/// "The given name or uid was not found", in the words of the manual page; EPERM and EBADF, which it
/// lists as well, are what a broken name service says too. Who is unknown is not let in.
fn or_unknown(found: Result<Option<Account>, Local>) -> Result<Option<Account>, Local> {
    match found {
        Err(Local::Accounts(libc::ENOENT | libc::ESRCH)) => Ok(None),
        other => other,
    }
}

/// The names of the account's groups, primary and supplementary. A group that has none is the empty
/// text.
///
/// # Errors
/// The user database cannot be asked, or this machine is so short of descriptors or memory that the
/// answer may be incomplete: then nobody is known to be in no group.
pub fn group_names(account: &Account) -> Result<Vec<String>, Local> {
    let _held = hold_standard_descriptors();
    // Of the setuid host's caller: `_SSS_LOOPS=NO su` and `_NO_WINBINDD=1 su` would be in no group
    // of sssd's or winbind's.
    let _emptied = Emptied::where_it_is_the_caller_s();
    if hides_a_name_service() {
        return Err(Local::Environment);
    }
    enough_to_ask()?;
    let names: Result<_, _> = group_ids(account)?.into_iter().map(group_name).collect();
    enough_to_ask()?;
    names
}

fn group_ids(account: &Account) -> Result<Vec<u32>, Local> {
    let name = CString::new(account.name.as_str()).map_err(|_| Local::Accounts(libc::EINVAL))?;
    let mut ids: Vec<u32> = vec![0; 64];
    loop {
        let room = c_int::try_from(ids.len()).map_err(|_| Local::Accounts(libc::E2BIG))?;
        let mut count = room;
        // SAFETY: the name ends in a NUL, and `count` is the number of places in `ids`.
        let fits = unsafe {
            libc::getgrouplist(name.as_ptr(), account.gid, ids.as_mut_ptr(), &raw mut count)
        };
        let count = usize::try_from(count).map_err(|_| Local::Accounts(libc::EINVAL))?;
        if fits >= 0 {
            ids.truncate(count);
            return Ok(ids);
        }
        if ids.len() >= MOST_GROUPS {
            return Err(Local::Accounts(libc::E2BIG));
        }
        // Not every libc says how many there are.
        ids.resize(count.max(ids.len() * 2).min(MOST_GROUPS), 0);
    }
}

/// Is there a group of this name, spelled like this? A directory finds others too (`Staff` for `staff`), and
/// its members are then not in the group that was meant.
///
/// # Errors
/// The user database cannot be asked: the group may be there.
pub fn is_group(name: &str) -> Result<bool, Local> {
    let Ok(asked) = CString::new(name) else {
        return Ok(false);
    };
    let ask = |record, buffer: &mut [c_char], found| {
        // SAFETY: all pointers live through the call, the name ends in a NUL, and the length is the
        // buffer's own.
        unsafe {
            libc::getgrnam_r(asked.as_ptr(), record, buffer.as_mut_ptr(), buffer.len(), found)
        }
    };
    Ok(record(ask, name_of)?.is_some_and(|found| found == name.as_bytes()))
}

fn group_name(gid: u32) -> Result<String, Local> {
    let ask = |record, buffer: &mut [c_char], found| {
        // SAFETY: all pointers live through the call, and the length is the buffer's own.
        unsafe { libc::getgrgid_r(gid, record, buffer.as_mut_ptr(), buffer.len(), found) }
    };
    // No number is an answer here but 0 without a record: ENOENT is what the client of a directory
    // says whose daemon's socket is gone, and the group may be the one that counts.
    let name = record(ask, name_of)?;
    Ok(String::from_utf8_lossy(&name.unwrap_or_default()).into_owned())
}

/// `Err` for a record without a name: it is a broken one, and no group that has none.
fn name_of(group: &libc::group) -> Result<Vec<u8>, Local> {
    if group.gr_name.is_null() { Err(NO_NAME) } else { Ok(text(group.gr_name)) }
}

/// Can a name service open and allocate what it needs?
fn enough_to_ask() -> Result<(), Local> {
    spare::memory()?;
    spare::descriptors()
}

/// Asks with a larger buffer until the record fits into it, and again when a signal came between, but
/// not for ever: the host's may come each millisecond. `read` copies what is wanted.
fn record<T, R>(
    ask: impl Fn(*mut T, &mut [c_char], *mut *mut T) -> c_int,
    read: impl Fn(&T) -> Result<R, Local>,
) -> Result<Option<R>, Local> {
    let mut buffer: Vec<c_char> = vec![0; 1024];
    let _held = hold_standard_descriptors();
    let _emptied = Emptied::where_it_is_the_caller_s();
    let mut interrupted = 0;
    loop {
        let mut place = MaybeUninit::<T>::uninit();
        let mut found: *mut T = ptr::null_mut();
        match ask(place.as_mut_ptr(), &mut buffer, &raw mut found) {
            // SAFETY: null, or `place` with a whole record in it, whose texts are in the buffer;
            // both outlive the reading.
            0 => return unsafe { found.as_ref() }.map(read).transpose(),
            libc::EINTR if interrupted < MOST_INTERRUPTIONS => interrupted += 1,
            libc::ERANGE if buffer.len() < LARGEST_RECORD => {
                let larger = buffer.len() * 4;
                buffer = Vec::new();
                buffer.try_reserve_exact(larger).map_err(|_| Local::NoMemory)?;
                buffer.resize(larger, 0);
            }
            libc::EMFILE | libc::ENFILE => return Err(Local::NoDescriptor),
            libc::ENOMEM => return Err(Local::NoMemory),
            other => return Err(Local::Accounts(other)),
        }
    }
}

/// `Err` where there is no name: nobody has no groups, and a rule would exempt them. And where it is not
/// UTF-8: another name in its place could be somebody else's, and have other groups.
fn account(record: &libc::passwd) -> Result<Account, Local> {
    if text(record.pw_name).is_empty() {
        return Err(NO_NAME);
    }
    let name = String::from_utf8(text(record.pw_name));
    Ok(Account {
        name: name.map_err(|_| Local::Accounts(libc::EILSEQ))?,
        uid: record.pw_uid,
        gid: record.pw_gid,
        gecos: text(record.pw_gecos),
    })
}

/// A field's bytes; some name services leave fields null.
fn text(field: *const c_char) -> Vec<u8> {
    if field.is_null() {
        return Vec::new();
    }
    // SAFETY: not null, and a field of a record that was found ends in a NUL.
    unsafe { CStr::from_ptr(field) }.to_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_exists_and_a_made_up_user_does_not() {
        let root = by_name("root").unwrap().unwrap();
        assert_eq!((root.name.as_str(), root.uid, root.gid), ("root", 0, 0));
        assert_eq!(by_uid(0).unwrap().unwrap().uid, 0);
        assert_eq!(by_name("no-such-user-here"), Ok(None));
        assert_eq!(by_name("ro\0ot"), Ok(None));
        assert_eq!(by_uid(4_000_000_011), Ok(None));
    }

    #[test]
    fn root_is_in_its_primary_group() {
        let root = by_name("root").unwrap().unwrap();
        assert!(group_names(&root).unwrap().iter().any(|name| name == "root"));
    }

    #[test]
    fn a_group_without_a_name_is_an_empty_one() {
        let account = Account {
            name: "no-such-user-here".into(),
            uid: 4_000_000_011,
            gid: 4_000_000_011,
            gecos: Vec::new(),
        };
        assert_eq!(group_names(&account), Ok(vec![String::new()]));
    }

    #[test]
    fn a_record_that_does_not_fit_is_asked_for_again_and_not_for_ever() {
        let of_size = |wanted: usize| {
            record(
                |place: *mut u8, buffer: &mut [c_char], found| {
                    if buffer.len() < wanted {
                        return libc::ERANGE;
                    }
                    // SAFETY: room for the record, from the caller.
                    unsafe { *place = 7 };
                    // SAFETY: room for the pointer, from the caller.
                    unsafe { *found = place };
                    0
                },
                |record| Ok(*record),
            )
        };
        assert_eq!(of_size(5_000), Ok(Some(7)));
        assert_eq!(of_size(LARGEST_RECORD), Ok(Some(7)));
        assert_eq!(of_size(LARGEST_RECORD * 4 + 1), Err(Local::Accounts(libc::ERANGE)));
    }

    #[test]
    fn a_name_service_that_fails_is_not_one_that_knows_nobody() {
        let failing = |code| record(|_: *mut u8, _: &mut [c_char], _| code, |record| Ok(*record));
        assert_eq!(failing(libc::EMFILE), Err(Local::NoDescriptor));
        let unknown = [libc::ENOENT, libc::ESRCH];
        let broken = [libc::EIO, libc::EPERM, libc::EBADF, libc::EAGAIN, libc::ECONNREFUSED];
        for code in unknown.into_iter().chain(broken) {
            assert_eq!(failing(code), Err(Local::Accounts(code)));
            // Of an account, two of them say that there is none.
            let account =
                if unknown.contains(&code) { Ok(None) } else { Err(Local::Accounts(code)) };
            assert_eq!(or_unknown(Err(Local::Accounts(code))), account);
        }
        let asked = std::cell::Cell::new(0);
        let interrupted = |_: *mut u8, _: &mut [c_char], _| {
            asked.set(asked.get() + 1);
            if asked.get() < 3 { libc::EINTR } else { 0 }
        };
        assert_eq!(record(interrupted, |record| Ok(*record)), Ok(None));
        assert_eq!(failing(libc::EINTR), Err(Local::Accounts(libc::EINTR)), "in the end");
    }

    #[test]
    fn a_record_without_a_name_is_no_account() {
        // SAFETY: all zeroes are a valid record, whose texts are missing.
        let mut nobody: libc::passwd = unsafe { std::mem::zeroed() };
        assert_eq!(account(&nobody), Err(NO_NAME));
        let mut empty = [0];
        nobody.pw_name = empty.as_mut_ptr();
        assert_eq!(account(&nobody), Err(NO_NAME));
    }
}
