//! Opening the files that decide who gets in.
//!
//! One rule in every build, root or not: the path is absolute and is walked folder by folder on
//! descriptors, without following a symbolic link anywhere. The file is a regular one, owned by
//! root or by the effective user, and nobody else can write it (or, if it is private, read it).
//! Every folder on the way has such an owner and cannot be written by others unless it is sticky.
//!
//! Links are refused in folders too, not only at the end: what a link points to passes none of
//! these checks, and a rule without exceptions is one that an admin can hold in mind. The message
//! says where the link points, so that the path can be written out.

mod error;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, readlinkat, statat};
use rustix::io::Errno;
use rustix::process::geteuid;
use zeroize::Zeroizing;

use crate::descriptor::above_stdio;
pub use error::{OpenError, Problem};

/// Who may read the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its owner alone.
    Private,
    /// Everyone.
    Public,
}

/// Permissions of group and others that are too many.
const GROUP_OTHER_ALL: u32 = 0o077;
const GROUP_OTHER_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// The whole content, at most `max` bytes. The buffer is wiped when dropped, and never reallocated
/// (a reallocation would leave a copy behind).
pub fn read(path: &Path, access: Access, max: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (mut file, size) = open(path, access)?;
    let too_large = || OpenError::new(path, Problem::TooLarge { max });
    let size = usize::try_from(size).map_err(|_| too_large())?;
    if size > max {
        return Err(too_large());
    }
    whole(&mut file, size).map_err(|problem| OpenError::new(path, problem))
}

/// All of a file that is said to be this large.
fn whole(file: &mut impl Read, size: usize) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // One byte more than there should be: whoever fills it caught the file growing.
    let mut buffer = Zeroizing::new(vec![0; size + 1]);
    let mut filled = 0;
    while let Some(free) = buffer.get_mut(filled..).filter(|free| !free.is_empty()) {
        match file.read(free) {
            Ok(0) => {
                buffer.truncate(filled);
                return Ok(buffer);
            }
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
                return Err(Problem::from_errno(errno));
            }
        }
    }
    Err(Problem::Growing)
}

/// Does the file exist and pass the rule? It is not read.
pub fn check(path: &Path, access: Access) -> Result<(), OpenError> {
    open(path, access).map(drop)
}

/// The open file and its size in bytes.
fn open(path: &Path, access: Access) -> Result<(File, u64), OpenError> {
    let (folders, name) = split(path)?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut here = PathBuf::from("/");
    let mut folder = openat(CWD, "/", flags, Mode::empty())
        .and_then(above_stdio)
        .map_err(|errno| OpenError::new(&here, Problem::from_errno(errno)))?;
    check_folder(&folder, &here)?;
    for part in folders {
        here.push(part);
        let next = openat(&folder, part, flags, Mode::empty()).and_then(above_stdio);
        folder = next.map_err(|errno| {
            OpenError::new(&here, why_not(folder.as_fd(), part, errno, Problem::NotAFolder))
        })?;
        check_folder(&folder, &here)?;
    }
    // Not blocking, so that a FIFO cannot hold the login for ever.
    let flags =
        OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let descriptor =
        openat(&folder, name, flags, Mode::empty()).and_then(above_stdio).map_err(|errno| {
            let problem = why_not(folder.as_fd(), name, errno, Problem::NotAFile);
            OpenError::new(path, problem)
        })?;
    let stat = stat_of(&descriptor, path)?;
    check_file(&stat, access).map_err(|problem| OpenError::new(path, problem))?;
    Ok((File::from(descriptor), u64::try_from(stat.st_size).unwrap_or(0)))
}

/// The folders below `/`, and the file's own name.
fn split(path: &Path) -> Result<(Vec<&OsStr>, &OsStr), OpenError> {
    let refused = || OpenError::new(path, Problem::NotAbsolute);
    let bytes = path.as_os_str().as_bytes();
    if !path.is_absolute() || bytes.ends_with(b"/") || bytes.contains(&0) {
        return Err(refused());
    }
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(part) => parts.push(part),
            Component::ParentDir | Component::Prefix(_) => return Err(refused()),
        }
    }
    let name = parts.pop().ok_or_else(refused)?;
    Ok((parts, name))
}

/// `open` says ELOOP or ENOTDIR of a link, depending on flags and kernel, and ENXIO of a socket.
fn why_not(folder: BorrowedFd<'_>, name: &OsStr, errno: Errno, other_kind: Problem) -> Problem {
    if !matches!(errno, Errno::LOOP | Errno::NOTDIR | Errno::NXIO) {
        return Problem::from_errno(errno);
    }
    match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {
            let target = readlinkat(folder, name, Vec::new()).unwrap_or_default();
            Problem::Link { target: PathBuf::from(OsStr::from_bytes(target.as_bytes())) }
        }
        Ok(_) => other_kind,
        Err(errno) => Problem::from_errno(errno),
    }
}

fn stat_of(descriptor: &OwnedFd, path: &Path) -> Result<Stat, OpenError> {
    fstat(descriptor).map_err(|errno| OpenError::new(path, Problem::from_errno(errno)))
}

fn check_folder(folder: &OwnedFd, path: &Path) -> Result<(), OpenError> {
    let stat = stat_of(folder, path)?;
    if !trusted(stat.st_uid) {
        return Err(OpenError::new(path, Problem::FolderOwner { uid: stat.st_uid }));
    }
    let mode = stat.st_mode & 0o7777;
    if mode & GROUP_OTHER_WRITE != 0 && mode & STICKY == 0 {
        return Err(OpenError::new(path, Problem::FolderMode { mode }));
    }
    Ok(())
}

fn check_file(stat: &Stat, access: Access) -> Result<(), Problem> {
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Problem::NotAFile);
    }
    if !trusted(stat.st_uid) {
        return Err(Problem::Owner { uid: stat.st_uid });
    }
    let mode = stat.st_mode & 0o7777;
    let too_many = match access {
        Access::Private => GROUP_OTHER_ALL,
        Access::Public => GROUP_OTHER_WRITE,
    };
    if mode & too_many != 0 {
        return Err(Problem::Mode { mode, access });
    }
    Ok(())
}

fn trusted(uid: u32) -> bool {
    uid == 0 || uid == geteuid().as_raw()
}

#[cfg(test)]
mod tests;
