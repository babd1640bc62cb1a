//! Folders that all tests of a run share. Nobody drops a static, so they go as the process ends.
#![allow(unsafe_code)] // atexit

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use tempfile::TempDir;

static FOLDERS: Mutex<Vec<TempDir>> = Mutex::new(Vec::new());

/// A folder that is filled once, by whoever asks first.
pub struct Shared(OnceLock<PathBuf>);

impl Shared {
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub fn filled(&'static self, fill: impl FnOnce(&Path)) -> &'static Path {
        self.0.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder that tests share");
            let path = folder.path().to_owned();
            keep(folder);
            fill(&path);
            path
        })
    }
}

fn keep(folder: TempDir) {
    let mut folders = FOLDERS.lock().expect("no test panics here");
    if folders.is_empty() {
        // SAFETY: `remove` is a function without arguments, and this program is never unloaded.
        assert_eq!(unsafe { libc::atexit(remove) }, 0, "atexit");
    }
    folders.push(folder);
}

extern "C" fn remove() {
    // Should a test still run, then it may as well lose its folder.
    if let Ok(mut folders) = FOLDERS.lock() {
        folders.clear();
    }
}
