//! Where the built things are.

use std::env;
use std::path::{Path, PathBuf};

/// The module under test, `PAM_DUO2_SO`. Another one in its place shows that the tests can fail.
pub fn module() -> PathBuf {
    find("PAM_DUO2_SO", "libpam_duo2.so")
}

/// `MOCKDUO_BIN`
pub fn mockduo() -> PathBuf {
    find("MOCKDUO_BIN", "mockduo")
}

/// `PAMTALK_BIN`
pub fn pamtalk() -> PathBuf {
    find("PAMTALK_BIN", "pamtalk")
}

/// `PRIVATELY_BIN`; built together with pamtalk.
pub fn privately() -> PathBuf {
    find("PRIVATELY_BIN", "privately")
}

/// The variable's path, or the release build beside this test.
fn find(variable: &str, name: &str) -> PathBuf {
    let path =
        env::var_os(variable).map_or_else(|| target().join("release").join(name), Into::into);
    assert!(
        path.is_file(),
        "{} is missing: run `make test`, which builds it (or set {variable})",
        path.display()
    );
    path
}

/// The build folder: this program is `TARGET/PROFILE/deps/it-…`.
fn target() -> PathBuf {
    let this = env::current_exe().expect("a path to this program");
    this.ancestors().nth(3).map(Path::to_path_buf).expect("inside a build folder")
}

/// A system library, wherever this distribution has it: the first that is there.
pub fn system_library(name: &str) -> PathBuf {
    let arch = env::consts::ARCH;
    ["/usr/lib64".to_owned(), format!("/usr/lib/{arch}-linux-gnu"), "/usr/lib".to_owned()]
        .iter()
        .map(|dir| Path::new(dir).join(name))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("{name} is missing: run `make deps`"))
}
