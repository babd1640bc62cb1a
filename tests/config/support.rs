//! Folders and files as the ownership rule wants them, and the text of a good configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use pam_duo2::config::open::{self, Access, OpenError};
use pam_duo2::config::toml::{Files, parse};
use pam_duo2::config::{Config, ConfigError, Loaded, load};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Where diagnostics say that the file is.
pub const ETC: &str = "/etc/duo/pam_duo2.toml";

/// The least that a file must hold.
pub const GOOD: &str = "[duo]\n\
    ikey = \"DI1234567890ABCDEFGH\"\n\
    skey = \"the-secret-of-this-test\"\n\
    host = \"api-1234.example.com\"\n";

/// A folder of the test's own, whose real path has no symbolic link in it.
pub struct Folder {
    _dir: TempDir,
    pub path: PathBuf,
}

impl Folder {
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("pam_duo2-config-").tempdir().unwrap();
        let path = fs::canonicalize(dir.path()).unwrap();
        Self { _dir: dir, path }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file of this mode.
    pub fn file(&self, name: &str, mode: u32, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::write(&path, content).unwrap();
        chmod(&path, mode);
        path
    }

    pub fn load(&self, content: impl AsRef<[u8]>, service: &str) -> Result<Loaded, ConfigError> {
        load(&self.file("pam_duo2.toml", 0o600, content), service)
    }
}

pub fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What really loads from a real file.
pub fn config(content: &str, service: &str) -> Config {
    Folder::new().load(content, service).unwrap().config
}

/// The real files of a folder, as if it were the root of the file system.
pub struct Rooted<'a>(pub &'a Folder);

impl Rooted<'_> {
    fn place(&self, path: &Path) -> PathBuf {
        // Not by `join` of what follows the first slash, which would lose one at the end.
        let mut place = self.0.path.clone().into_os_string();
        place.push(path);
        place.into()
    }
}

impl Files for Rooted<'_> {
    fn private(&self, path: &Path, max: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        open::read(&self.place(path), Access::Private, max)
    }

    fn public(&self, path: &Path) -> Result<(), OpenError> {
        open::check(&self.place(path), Access::Public)
    }
}

/// What is said of this content in `/etc/duo`, where other files are as in [`etc`].
pub fn judge(content: &[u8], service: &str) -> Result<Loaded, ConfigError> {
    let folder = etc();
    parse(content, Path::new(ETC), service, &Rooted(&folder))
}

/// The text of [`judge`]'s refusal, without the folder in which it really happened.
pub fn refusal(content: &[u8]) -> String {
    let folder = etc();
    let error = parse(content, Path::new(ETC), "sshd", &Rooted(&folder)).unwrap_err();
    error.to_string().replace(folder.path.to_str().unwrap(), "")
}

/// Files with one thing wrong each, and three that are right.
pub fn etc() -> Folder {
    let folder = Folder::new();
    fs::create_dir_all(folder.at("etc/duo")).unwrap();
    folder.file("etc/duo/skey", 0o600, "a-secret-in-a-file\n");
    folder.file("etc/duo/ca.pem", 0o644, "a certificate\n");
    folder.file("etc/duo/usernames", 0o600, "alice = smith\n");
    folder.file("etc/duo/broken-usernames", 0o600, "alice = smith\nbob\n\nalice = jones\n");
    folder.file("etc/duo/open-usernames", 0o644, "alice = smith\n");
    folder.file("etc/duo/open-skey", 0o644, "a-secret-in-a-file\n");
    folder.file("etc/duo/empty-skey", 0o600, "\n");
    folder.file("etc/duo/large-skey", 0o600, vec![b'x'; 5000]);
    folder.file("etc/duo/writable-ca.pem", 0o666, "a certificate\n");
    std::os::unix::fs::symlink("ca.pem", folder.at("etc/duo/link.pem")).unwrap();
    folder
}
