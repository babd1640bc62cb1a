//! Why a file was not opened, and the command that repairs it.

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Uid, geteuid};

use super::Access;
use crate::config::diagnostic::clean;
use crate::core::failure::Local;
use crate::errno;

/// Why a file was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// What is to blame: the file, or a folder on the way to it.
    pub path: PathBuf,
    pub problem: Problem,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// `ENOENT`: every folder on the way that exists passed the rule, and this does not exist.
    Absent,
    /// Not absolute, or with `..`, a trailing slash or a NUL.
    NotAbsolute,
    Link {
        target: PathBuf,
    },
    /// A folder on the way is something else.
    NotAFolder,
    /// A folder, a device, a FIFO or a socket instead of a file.
    NotAFile,
    Owner {
        uid: u32,
    },
    Mode {
        mode: u32,
        access: Access,
    },
    FolderOwner {
        uid: u32,
    },
    FolderMode {
        mode: u32,
    },
    TooLarge {
        /// In bytes.
        max: usize,
    },
    /// It grew while it was read.
    Growing,
    /// `EACCES` or `EPERM`: permissions, or the policy of `SELinux`.
    Denied,
    /// This machine failed: no descriptor, no memory, or another `errno`.
    Machine(Local),
}

impl Problem {
    pub(super) fn from_errno(errno: Errno) -> Self {
        match errno {
            Errno::NOENT => Self::Absent,
            Errno::ACCESS | Errno::PERM => Self::Denied,
            other => Self::Machine(errno::local(other)),
        }
    }
}

impl OpenError {
    pub(super) fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    /// The failure of this machine, where the file is not to blame.
    pub(in crate::config) fn machine(&self) -> Option<Local> {
        match &self.problem {
            Problem::Machine(local) => Some(local.clone()),
            _ => None,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = clean(&self.path.to_string_lossy());
        let word = shell_word(&path);
        match &self.problem {
            Problem::Absent => write!(f, "{path}: no such file; create it, or correct the path"),
            Problem::NotAbsolute => write!(
                f,
                "{path}: not an absolute path; write it from the root, without .. and not ending in a slash"
            ),
            Problem::Link { target } => write!(
                f,
                "{path}: a symbolic link, which is not followed; write the path it leads to: {}",
                clean(&target.to_string_lossy())
            ),
            Problem::NotAFolder => write!(f, "{path}: not a folder; correct the path"),
            Problem::NotAFile => write!(f, "{path}: not a regular file; write the path of one"),
            Problem::Owner { uid } => {
                write!(f, "{path}: owned by uid {uid}, not by root; run: chown root: {word}")
            }
            Problem::Mode { mode, access } => {
                let (verbs, wanted) = match access {
                    Access::Private => ("read or write", "600"),
                    Access::Public => ("write", "644"),
                };
                write!(
                    f,
                    "{path}: mode {mode:04o} lets others {verbs} it; run: chmod {wanted} {word}"
                )
            }
            Problem::FolderOwner { uid } => {
                write!(f, "{path}: folder owned by uid {uid}, not by root; run: chown root: {word}")
            }
            Problem::FolderMode { mode } => write!(
                f,
                "{path}: folder of mode {mode:04o}, in which others can replace files; run: chmod go-w {word}"
            ),
            Problem::TooLarge { max } => {
                write!(f, "{path}: larger than {max} bytes; is it the right file?")
            }
            Problem::Growing => write!(f, "{path}: changed while it was read; try again"),
            Problem::Denied => f.write_str(&denied(&path, &word, geteuid())),
            Problem::Machine(local) => write!(f, "{path}: {local}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why a process of this user may not open it. One that is not root's may be a screen locker or its like,
/// and no command helps that to a key that is root's.
fn denied(path: &str, word: &str, uid: Uid) -> String {
    if uid.is_root() {
        return format!(
            "{path}: permission denied to uid 0, by its mode or by SELinux; try: restorecon {word}; \
             or pam_duo2's boolean for this service is off (getsebool -a)"
        );
    }
    format!(
        "{path}: permission denied to uid {}, by its mode or by SELinux; a host that runs as its user, \
         as screen lockers do, cannot read root's key, and the module's line does not belong into its \
         stack (pam.d/README.md); is the file that user's own, try: restorecon {word}",
        uid.as_raw()
    )
}

/// The path as one word of a shell command.
fn shell_word(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:=,".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_quotes_the_path_it_is_for() {
        for (path, command) in [
            ("/etc/duo/x.toml", "chown root: /etc/duo/x.toml"),
            ("/a b/x; rm y", "chown root: '/a b/x; rm y'"),
            ("/it's", r"chown root: '/it'\''s'"),
        ] {
            let error = OpenError::new(Path::new(path), Problem::Owner { uid: 1000 });
            assert!(error.to_string().ends_with(command), "{error}");
        }
    }

    #[test]
    fn a_denial_tells_root_of_labels_and_another_user_of_the_line_s_place_too() {
        let said = |uid| denied("/etc/duo/x.toml", "/etc/duo/x.toml", Uid::from_raw(uid));
        let root = said(0);
        assert!(
            root.contains("to uid 0, by its mode or by SELinux;") && root.contains("restorecon"),
            "{root}"
        );
        assert!(!root.contains("pam.d/README.md"), "{root}");
        let user = said(1000);
        assert!(user.starts_with("/etc/duo/x.toml: permission denied to uid 1000, "), "{user}");
        for words in ["runs as its user", "cannot read root's key", "pam.d/README.md", "restorecon"]
        {
            assert!(user.contains(words), "{user}");
        }
        assert!(!user.contains("getsebool"), "{user}");
    }

    #[test]
    fn want_of_descriptors_or_memory_is_a_failure_of_the_machine_and_not_an_absent_file() {
        for (errno, problem) in [
            (Errno::NOENT, Problem::Absent),
            (Errno::ACCESS, Problem::Denied),
            (Errno::PERM, Problem::Denied),
            (Errno::MFILE, Problem::Machine(Local::NoDescriptor)),
            (Errno::NFILE, Problem::Machine(Local::NoDescriptor)),
            (Errno::NOMEM, Problem::Machine(Local::NoMemory)),
            (Errno::IO, Problem::Machine(Local::Os(5))),
        ] {
            assert_eq!(Problem::from_errno(errno), problem);
        }
    }
}
