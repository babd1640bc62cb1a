//! An /etc/passwd, shadow and pam.d for a private mount namespace.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// The user that the private /etc knows, and the password.
pub const DEMO: &str = "demo";
pub const PASSWORD: &str = "correct horse";

const DEMO_PASSWD: &str = "demo:x:4242:4242:Demo User,,,:/nonexistent:/bin/sh\n";
const DEMO_GROUP: &str = "demo:x:4242:\n";

/// Files that [`super::Login`] and the pamtester tests put in the place of the machine's.
pub struct Etc {
    dir: TempDir,
    /// What takes the place of the machine's.
    names: Vec<&'static str>,
    /// Stands for journald's folder; without it the log is collected in a file.
    journal: Option<PathBuf>,
    /// Takes the place of all of /etc; the others go on top of it.
    root: Option<PathBuf>,
    /// What lies over which other file of the machine's.
    over: Vec<(PathBuf, PathBuf)>,
}

impl Etc {
    /// The machine's users and `demo`, whose password is [`PASSWORD`]; no service yet.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder for the private /etc");
        let names = vec!["passwd", "group", "shadow", "pam.d"];
        let etc = Etc { dir, names, journal: None, root: None, over: Vec::new() };
        etc.copy_with("passwd", DEMO_PASSWD);
        etc.copy_with("group", DEMO_GROUP);
        // Only demo: nobody else has a password here.
        etc.write("shadow", &format!("demo:{}:20000:0:99999:7:::\n", hash()), 0o600);
        fs::create_dir(etc.dir.path().join("pam.d")).expect("pam.d is made");
        etc.service("other", "auth required pam_deny.so\naccount required pam_deny.so\n");
        etc
    }

    /// A whole /etc of its own, in which folders can be made that the machine does not have.
    pub fn whole() -> Self {
        let mut etc = Etc::new();
        let copy = etc.dir.path().join("etc");
        let said = Command::new("cp").args(["-a", "/etc"]).arg(&copy).output().expect("cp runs");
        assert!(said.status.success(), "cp: {said:?}");
        for folder in ["duo", "security"] {
            let _ = fs::remove_dir_all(copy.join(folder));
        }
        etc.root = Some(copy);
        etc
    }

    /// A folder below a [`whole`](Self::whole) /etc, or such a file's place.
    pub fn at(&self, name: &str) -> PathBuf {
        self.root.as_ref().expect("a whole /etc").join(name)
    }

    /// Adds a service file.
    pub fn service(&self, name: &str, stack: &str) {
        self.write(&format!("pam.d/{name}"), stack, 0o644);
    }

    /// Adds lines at the end of `passwd` or `group`.
    pub fn add(&self, name: &str, lines: &str) {
        let text = fs::read_to_string(self.dir.path().join(name)).expect("a file to add to");
        self.write(name, &(text + lines), 0o644);
    }

    /// Puts one more file in the place of the machine's, which must exist.
    pub fn instead(&mut self, name: &'static str, text: &str) {
        self.write(name, text, 0o644);
        self.names.push(name);
    }

    /// Puts a file in the place of one outside of /etc.
    pub fn over(&mut self, source: &Path, place: &Path) {
        self.over.push((source.to_owned(), place.to_owned()));
    }

    /// This folder's sockets are journald's, and nothing is collected.
    pub fn with_journal(self, dir: &Path) -> Self {
        Etc { journal: Some(dir.to_owned()), ..self }
    }

    /// Writes a file; its path.
    pub fn write(&self, name: &str, text: &str, mode: u32) -> String {
        let path = self.dir.path().join(name);
        fs::write(&path, text).expect("a file is written");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("its mode is set");
        path.display().to_string()
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// `privately` with all of this in place, the log going to `log` in this folder.
    pub fn privately(&self) -> Command {
        let mut command = Command::new(super::bins::privately());
        if let Some(root) = &self.root {
            command.arg("--bind").arg(format!("{}:/etc", root.display()));
        }
        for name in &self.names {
            let source = self.dir.path().join(name);
            command.arg("--bind").arg(format!("{}:/etc/{name}", source.display()));
        }
        for (source, place) in &self.over {
            command.arg("--bind").arg(format!("{}:{}", source.display(), place.display()));
        }
        match &self.journal {
            Some(dir) => command.arg("--journal").arg(dir),
            None => command.arg("--log").arg(self.dir.path().join("log")),
        };
        command.arg("--");
        command
    }

    /// What was logged so far.
    pub fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn copy_with(&self, name: &str, more: &str) {
        let own = fs::read_to_string(Path::new("/etc").join(name)).expect("a readable /etc");
        let others = own.lines().filter(|line| !line.starts_with("demo:"));
        let lines: Vec<&str> = others.chain(more.lines()).collect();
        self.write(name, &(lines.join("\n") + "\n"), 0o644);
    }
}

/// [`PASSWORD`] as /etc/shadow has it; made once, for it is made to be slow.
fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let said = Command::new("openssl")
            .args(["passwd", "-6", "-salt", "pamduo2test", PASSWORD])
            .output()
            .expect("openssl runs");
        assert!(said.status.success(), "openssl passwd: {said:?}");
        String::from_utf8(said.stdout).expect("a hash is ASCII").trim().to_owned()
    })
}
