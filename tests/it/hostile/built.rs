//! The C programs in `c/`, compiled once for all tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::shared::Shared;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hostile/c");

/// A program of these sources.
fn build(name: &str, sources: &[&str], more: &[&str]) -> PathBuf {
    let to = folder().join(name);
    let said = Command::new("cc")
        .args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-o"])
        .arg(&to)
        .args(sources)
        .args(more)
        .current_dir(SOURCES)
        .output()
        .expect("a C compiler: run `make deps`");
    assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    to
}

/// Where they lie: nobody but the owner of a folder may be able to replace a setuid program in it.
fn folder() -> &'static Path {
    static FOLDER: Shared = Shared::new();
    FOLDER.filled(|_| ())
}

/// A program that is built when it is first asked for.
macro_rules! built {
    ($($(#[$doc:meta])* $name:ident = $sources:expr, $more:expr;)*) => {
        $($(#[$doc])* pub fn $name() -> &'static Path {
            static BUILT: OnceLock<PathBuf> = OnceLock::new();
            BUILT.get_or_init(|| build(stringify!($name), &$sources, &$more))
        })*
    };
}

built!(
    /// A host without a runtime of its own, in a mode.
    host = ["host.c", "snapshot.c", "modes.c", "conversations.c", "many.c"], ["-pthread", "-lpam"];
    /// Makes system calls fail.
    inject = ["inject.c", "fault.c"], [];
    /// Tells it where the module begins and ends.
    mark = ["mark.c"], ["-shared", "-fPIC"];
    /// Makes calls into libc and libpam fail.
    shim = ["shim.c", "shim_calls.c"], ["-shared", "-fPIC"];
);
