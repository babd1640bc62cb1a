//! The ownership rule, against real files. What takes another owner runs as root only by nature:
//! as anyone else the same is shown with files of root's.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use pam_duo2::config::open::{Access, OpenError, Problem, check, read};
use rustix::process::geteuid;

use crate::support::{Folder, chmod};

const NOBODY: u32 = 65534;

fn problem(path: &Path, access: Access) -> Problem {
    refused(path, access).problem
}

fn refused(path: &Path, access: Access) -> OpenError {
    let error = read(path, access, 100).unwrap_err();
    assert_eq!(
        check(path, access).map_err(|error| error.problem),
        match &error.problem {
            // Only reading can find these.
            Problem::TooLarge { .. } => Ok(()),
            problem => Err(problem.clone()),
        }
    );
    error
}

#[test]
fn a_file_of_ones_own_is_read_whole() {
    let folder = Folder::new();
    for (mode, access) in [
        (0o600, Access::Private),
        (0o400, Access::Private),
        (0o700, Access::Private),
        (0o644, Access::Public),
        (0o600, Access::Public),
        (0o755, Access::Public),
    ] {
        let path = folder.file("file", mode, "content");
        assert_eq!(read(&path, access, 7).unwrap().as_slice(), b"content", "{mode:o}");
        chmod(&path, 0o600);
    }
    let empty = folder.file("empty", 0o600, "");
    assert!(read(&empty, Access::Private, 0).unwrap().is_empty());
}

#[test]
fn a_file_that_others_may_use_is_refused_with_the_command_that_repairs_it() {
    let folder = Folder::new();
    for mode in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666, 0o4644] {
        let path = folder.file("file", mode, "");
        let access = Access::Private;
        assert_eq!(problem(&path, access), Problem::Mode { mode, access });
        let said = refused(&path, access).to_string();
        assert!(said.ends_with(&format!("run: chmod 600 {}", path.display())), "{said}");
    }
    for mode in [0o664, 0o646, 0o666] {
        let path = folder.file("file", mode, "");
        let access = Access::Public;
        assert_eq!(problem(&path, access), Problem::Mode { mode, access });
        let said = refused(&path, access).to_string();
        assert!(said.ends_with(&format!("run: chmod 644 {}", path.display())), "{said}");
    }
}

#[test]
fn a_folder_in_which_others_can_write_is_refused_unless_it_is_sticky() {
    let folder = Folder::new();
    let inner = folder.at("inner");
    fs::create_dir_all(inner.join("deep")).unwrap();
    let path = folder.file("inner/deep/file", 0o600, "");
    for mode in [0o775, 0o757, 0o777, 0o2775] {
        chmod(&inner, mode);
        for access in [Access::Private, Access::Public] {
            let error = refused(&path, access);
            assert_eq!(error.problem, Problem::FolderMode { mode });
            assert_eq!(error.path, inner);
            assert!(error.to_string().ends_with(&format!("run: chmod go-w {}", inner.display())));
        }
        // The file's absence does not make the folder any better.
        let absent = inner.join("absent");
        assert_eq!(problem(&absent, Access::Private), Problem::FolderMode { mode });
    }
    for mode in [0o1777, 0o1775, 0o755, 0o711, 0o700] {
        chmod(&inner, mode);
        assert_eq!(check(&path, Access::Private), Ok(()), "{mode:o}");
    }
}

#[test]
fn links_are_refused_wherever_they_stand_and_the_target_is_named() {
    let folder = Folder::new();
    fs::create_dir(folder.at("inner")).unwrap();
    folder.file("inner/file", 0o600, "");
    symlink("inner/file", folder.at("to-file")).unwrap();
    symlink("inner", folder.at("to-folder")).unwrap();
    symlink("nowhere", folder.at("to-nothing")).unwrap();
    for (path, blamed, target) in [
        ("to-file", "to-file", "inner/file"),
        ("to-folder/file", "to-folder", "inner"),
        ("to-nothing", "to-nothing", "nowhere"),
        ("to-nothing/file", "to-nothing", "nowhere"),
    ] {
        let error = refused(&folder.at(path), Access::Private);
        assert_eq!(error.path, folder.at(blamed));
        assert_eq!(error.problem, Problem::Link { target: target.into() });
        assert!(error.to_string().ends_with(&format!("write the path it leads to: {target}")));
    }
}

#[test]
fn what_is_no_regular_file_is_refused_and_a_fifo_does_not_hang() {
    let folder = Folder::new();
    fs::create_dir(folder.at("folder")).unwrap();
    chmod(&folder.at("folder"), 0o700);
    let fifo = folder.at("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let _socket = UnixListener::bind(folder.at("socket")).unwrap();
    let before = Instant::now();
    for name in ["folder", "fifo", "socket"] {
        assert_eq!(problem(&folder.at(name), Access::Private), Problem::NotAFile, "{name}");
    }
    assert_eq!(problem(Path::new("/dev/null"), Access::Public), Problem::NotAFile);
    assert!(before.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_path_that_is_not_written_out_is_refused() {
    let folder = Folder::new();
    let file = folder.file("file", 0o600, "");
    let dotted = folder.at("x/../file");
    let slash = format!("{}/", file.display());
    for path in ["", "file", "./file", "/", "/..", &slash, dotted.to_str().unwrap(), "/etc/a\0b"] {
        assert_eq!(problem(Path::new(path), Access::Private), Problem::NotAbsolute, "{path:?}");
    }
    let twice = format!("/{}", file.display());
    assert_eq!(check(Path::new(&twice), Access::Private), Ok(()));
}

#[test]
fn absence_is_a_thing_of_its_own() {
    let folder = Folder::new();
    let error = refused(&folder.at("file"), Access::Private);
    assert_eq!(error.problem, Problem::Absent);
    let error = refused(&folder.at("a/b/file"), Access::Private);
    assert_eq!(error.problem, Problem::Absent);
    assert_eq!(error.path, folder.at("a"));
    let file = folder.file("file", 0o600, "");
    assert_eq!(problem(&file.join("below"), Access::Private), Problem::NotAFolder);
}

#[test]
fn a_file_above_the_limit_is_refused() {
    let folder = Folder::new();
    let path = folder.file("file", 0o600, vec![b'x'; 101]);
    assert_eq!(problem(&path, Access::Private), Problem::TooLarge { max: 100 });
    assert_eq!(read(&path, Access::Private, 101).unwrap().len(), 101);
}

#[test]
fn a_file_that_grows_or_has_no_size_is_not_half_read() {
    // Files of /proc say that they are empty, and are not.
    let growing = Path::new("/proc/sys/kernel/ostype");
    let error = read(growing, Access::Public, 100).unwrap_err();
    assert_eq!(error.problem, Problem::Growing);
}

#[test]
fn permission_denied_is_not_absence() {
    let folder = Folder::new();
    let closed = folder.at("closed");
    fs::create_dir(&closed).unwrap();
    let path = folder.file("closed/file", 0o600, "");
    chmod(&closed, 0o000);
    // The folder above must be one that the other user may pass.
    chmod(&folder.path, 0o755);
    let (found, absent) = as_a_user(|| {
        let below = problem(&path, Access::Private);
        (below, problem(&closed.join("absent"), Access::Private))
    });
    chmod(&closed, 0o700);
    assert_eq!([found, absent], [Problem::Denied, Problem::Denied]);
}

#[test]
fn a_user_trusts_root_and_the_user() {
    let folder = Folder::new();
    chmod(&folder.path, 0o755);
    let path = folder.file("file", 0o644, "");
    if geteuid().is_root() {
        chown(&path, Some(NOBODY), None).unwrap();
    }
    assert_eq!(as_a_user(|| check(Path::new("/etc/passwd"), Access::Public)), Ok(()));
    assert_eq!(as_a_user(|| check(&path, Access::Public)), Ok(()));
}

/// Root alone can give a file away.
mod needs_root {
    use super::*;

    #[test]
    fn a_file_of_someone_elses_is_refused() {
        let folder = Folder::new();
        let path = folder.file("file", 0o600, "");
        chown(&path, Some(NOBODY), None).unwrap();
        for access in [Access::Private, Access::Public] {
            assert_eq!(problem(&path, access), Problem::Owner { uid: NOBODY });
        }
        let said = refused(&path, Access::Private).to_string();
        let wanted =
            format!("owned by uid 65534, not by root; run: chown root: {}", path.display());
        assert!(said.ends_with(&wanted), "{said}");
    }

    #[test]
    fn a_folder_of_someone_elses_on_the_way_is_refused() {
        let folder = Folder::new();
        let inner = folder.at("inner");
        fs::create_dir_all(inner.join("deep")).unwrap();
        let path = folder.file("inner/deep/file", 0o600, "");
        chown(&inner, Some(NOBODY), None).unwrap();
        let error = refused(&path, Access::Private);
        assert_eq!(error.problem, Problem::FolderOwner { uid: NOBODY });
        assert_eq!(error.path, inner);
        assert!(error.to_string().ends_with(&format!("run: chown root: {}", inner.display())));
    }

    #[test]
    fn a_user_does_not_trust_another_user() {
        let folder = Folder::new();
        chmod(&folder.path, 0o755);
        let path = folder.file("file", 0o644, "");
        let uid = NOBODY - 1;
        chown(&path, Some(uid), None).unwrap();
        assert_eq!(as_a_user(|| problem(&path, Access::Public)), Problem::Owner { uid });
    }
}

/// Runs this as a user who is not root: in a thread of its own, which alone changes its uid.
fn as_a_user<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            if geteuid().is_root() {
                let nobody = rustix::process::Uid::from_raw(NOBODY);
                rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
            }
            work()
        });
        thread.join().unwrap()
    })
}

#[test]
fn no_descriptor_is_left_open() {
    let folder = Folder::new();
    let path = folder.file("file", 0o600, "x");
    let open = || {
        fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter_map(|entry| {
                fs::read_link(entry.unwrap().path())
                    .ok()
                    .filter(|target| target.starts_with(&folder.path))
            })
            .count()
    };
    read(&path, Access::Private, 10).unwrap();
    check(&path, Access::Private).unwrap();
    check(&folder.at("absent"), Access::Private).unwrap_err();
    assert_eq!(open(), 0);
}
