//! The namespace and what is mounted in it.
#![allow(unsafe_code)] // libc; nothing else in this program but the line around `pre_exec`

use std::ffi::{CString, c_int, c_ulong};
use std::fs::{self, File, Permissions};
use std::io;
use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::ptr;
use std::str::FromStr;

fn checked(result: c_int) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Hides mounts of this process from all but its children.
pub fn leave_the_shared_namespace() -> Result<(), String> {
    // SAFETY: flags only. Called while there is one thread.
    checked(unsafe { libc::unshare(libc::CLONE_NEWNS) }).map_err(|e| match e.kind() {
        io::ErrorKind::PermissionDenied => {
            "a private mount namespace needs root (in a container: CAP_SYS_ADMIN)".to_owned()
        }
        _ => format!("cannot make a private mount namespace: {e}"),
    })?;
    mount(Path::new("none"), Path::new("/"), None, libc::MS_REC | libc::MS_PRIVATE).map_err(|e| {
        match e.kind() {
            io::ErrorKind::InvalidInput => {
                "the root directory is no mount point, as in a plain chroot: enter it by pivot_root(8) in a mount \
                 namespace instead of chroot(8)"
                    .to_owned()
            }
            _ => format!("cannot make the mounts private: {e}"),
        }
    })
}

/// Makes the machine's /etc read-only, with all that is mounted in it.
pub fn protect_etc() -> Result<(), String> {
    let etc = Path::new("/etc");
    mount(etc, etc, None, libc::MS_BIND | libc::MS_REC)
        .and_then(|()| {
            // SAFETY: all-zero numbers are a valid `mount_attr`, and mean no change.
            let mut change: libc::mount_attr = unsafe { mem::zeroed() };
            change.attr_set = libc::MOUNT_ATTR_RDONLY;
            let (folder, how) = (c"/etc".as_ptr(), libc::AT_RECURSIVE);
            let size = size_of_val(&change);
            // SAFETY: a NUL-terminated string, and a structure of the size that goes with it.
            let done = unsafe {
                libc::syscall(
                    libc::SYS_mount_setattr,
                    libc::AT_FDCWD,
                    folder,
                    how,
                    &raw const change,
                    size,
                )
            };
            if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
        })
        .map_err(|e| format!("cannot make /etc read-only: {e}"))
}

/// For `pre_exec`: the command ends when this program is killed.
pub fn die_with_parent() -> io::Result<()> {
    // SAFETY: a plain number for the kernel.
    checked(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) })
}

fn mount(source: &Path, target: &Path, kind: Option<&str>, flags: c_ulong) -> io::Result<()> {
    let source = CString::new(source.as_os_str().as_bytes())?;
    let target = CString::new(target.as_os_str().as_bytes())?;
    let kind = kind.map(CString::new).transpose()?;
    let kind = kind.as_ref().map_or(ptr::null(), |k| k.as_ptr());
    // SAFETY: NUL-terminated strings that outlive the call; no data for the file system.
    checked(unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind, flags, ptr::null()) })
}

/// A file or folder in another's place.
#[derive(Clone, Debug)]
pub struct Bind {
    source: PathBuf,
    target: PathBuf,
}

impl FromStr for Bind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (source, target) = word.split_once(':').ok_or("expected SRC:DST")?;
        Ok(Bind { source: source.into(), target: target.into() })
    }
}

impl Bind {
    pub fn mount(&self) -> Result<(), String> {
        if self.source.is_dir() {
            make_folder(&self.target)
                .map_err(|e| format!("cannot make a private {}: {e}", self.target.display()))?;
        }
        mount(&self.source, &self.target, None, libc::MS_BIND | libc::MS_REC).map_err(|e| {
            format!(
                "cannot put {} in the place of {}: {e}",
                self.source.display(),
                self.target.display()
            )
        })
    }
}

/// What journald has its sockets in.
const JOURNAL: &str = "/run/systemd/journal";

/// `dir` in the place of journald's folder, and a /dev/log that leads to it, as systemd makes it.
pub fn journal(dir: &Path) -> Result<(), String> {
    Bind { source: dir.to_owned(), target: JOURNAL.into() }.mount()?;
    private_dev(|dev| symlink(Path::new(JOURNAL).join("dev-log"), dev.join("log")))
        .map_err(|e| format!("cannot make a private /dev/log: {e}"))
}

/// A folder that is missing is made in a copy of the nearest one that is there.
fn make_folder(wanted: &Path) -> io::Result<()> {
    let there = wanted.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    match wanted.strip_prefix(there) {
        Ok(rest) if rest.as_os_str().is_empty() => Ok(()),
        Ok(rest) => private_copy(there, |copy| fs::create_dir_all(copy.join(rest))),
        Err(_) => Err(io::ErrorKind::NotFound.into()),
    }
}

/// A /dev with all that the machine's has but a `log`, on a file system of its own, so that one can
/// be made in it. `fill` gets the folder before it moves to /dev.
pub fn private_dev<T>(fill: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    private_copy(Path::new("/dev"), fill)
}

fn private_copy<T>(of: &Path, fill: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let scratch = std::env::temp_dir().join(format!("privately-{}", std::process::id()));
    fs::create_dir(&scratch)?;
    let made = build_copy(of, &scratch, fill);
    // Empty again: what was in it has moved, or (on failure) is mounted over it in this namespace
    // only, and then the folder has to stay.
    let _ = fs::remove_dir(&scratch);
    made
}

fn build_copy<T>(
    of: &Path,
    scratch: &Path,
    fill: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    mount(Path::new("tmpfs"), scratch, Some("tmpfs"), libc::MS_NOSUID | libc::MS_NOEXEC)?;
    fs::set_permissions(scratch, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        let copy = scratch.join(entry.file_name());
        let kind = entry.file_type()?;
        if entry.path() == Path::new("/dev/log") {
            continue;
        }
        if kind.is_symlink() {
            symlink(fs::read_link(entry.path())?, copy)?;
            continue;
        } else if kind.is_dir() {
            fs::create_dir(&copy)?;
        } else {
            File::create(&copy)?;
        }
        mount(&entry.path(), &copy, None, libc::MS_BIND | libc::MS_REC)?;
    }
    let made = fill(scratch)?;
    mount(scratch, of, None, libc::MS_MOVE)?;
    Ok(made)
}
