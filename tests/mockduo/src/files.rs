//! The state directory: keys that last, and where the phone's page listens.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const CONTROL: &str = "control.json";

/// The integration's keys as stored in `keys.json` (mode 0600).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredKeys {
    pub ikey: String,
    pub skey: String,
}

/// Where `decide` finds the running service: `control.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Control {
    /// `http://127.0.0.1:NNN/`
    pub web: String,
}

/// The directory of one service.
#[derive(Clone, Debug)]
pub struct StateDir(PathBuf);

impl StateDir {
    /// # Errors
    /// It cannot be made, or it is somebody else's, who could put keys and an authority of their own there.
    pub fn create(path: &Path) -> Result<Self, String> {
        fs::create_dir_all(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let dir = Self::open(path)?;
        dir.check_owner(rustix::process::geteuid().as_raw())?;
        Ok(dir)
    }

    fn check_owner(&self, me: u32) -> Result<(), String> {
        let path = self.0.display();
        let owner = fs::metadata(&self.0).map_err(|e| format!("{path}: {e}"))?.uid();
        if owner == me || owner == 0 {
            Ok(())
        } else {
            Err(format!("{path}: it belongs to the user with the number {owner}"))
        }
    }

    pub fn open(path: &Path) -> Result<Self, String> {
        let full = fs::canonicalize(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Self(full))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// `None` when there is no such file.
    pub fn read(&self, name: &str) -> Result<Option<String>, String> {
        match fs::read_to_string(self.path(name)) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(format!("{}: {e}", self.path(name).display())),
        }
    }

    /// Writes beside the old file and renames, so that a reader never sees half.
    pub fn write(&self, name: &str, mode: u32, text: &str) -> Result<(), String> {
        let (path, new) = (self.path(name), self.path(&format!(".{name}.{}", std::process::id())));
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(mode);
        let written = options.open(&new).and_then(|mut file| file.write_all(text.as_bytes()));
        let placed = written.and_then(|()| fs::rename(&new, &path));
        placed.map_err(|e| format!("{}: {e}", path.display()))
    }

    /// Forgets where the phone was, unless another service has taken the directory over since.
    pub fn forget_control(&self, web: &str) {
        if self.control().is_ok_and(|control| control.web == web) {
            // Gone already is as good as removed.
            let _ = fs::remove_file(self.path(CONTROL));
        }
    }

    /// The stored keys, made at random on first use; what the scenario says goes before both.
    pub fn keys(&self, ikey: Option<&str>, skey: Option<&str>) -> Result<StoredKeys, String> {
        let stored = match self.read("keys.json")? {
            Some(text) => serde_json::from_str(&text).map_err(|e| format!("keys.json: {e}"))?,
            None => {
                StoredKeys { ikey: format!("DI{}", random(18).to_uppercase()), skey: random(40) }
            }
        };
        let keys = StoredKeys {
            ikey: ikey.map_or(stored.ikey, str::to_owned),
            skey: skey.map_or(stored.skey, str::to_owned),
        };
        let text = serde_json::to_string(&keys).map_err(|e| e.to_string())?;
        self.write("keys.json", 0o600, &text)?;
        Ok(keys)
    }

    pub fn store_control(&self, control: &Control) -> Result<(), String> {
        let text = serde_json::to_string(control).map_err(|e| e.to_string())?;
        self.write(CONTROL, 0o600, &text)
    }

    /// # Errors
    /// No service runs with this directory, or it has no phone page.
    pub fn control(&self) -> Result<Control, String> {
        let text = self.read(CONTROL)?;
        let text =
            text.ok_or_else(|| format!("{}: no service is running here", self.0.display()))?;
        serde_json::from_str(&text).map_err(|e| format!("{CONTROL}: {e}"))
    }
}

/// `length` random hexadecimal digits.
fn random(length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        text.push_str(&uuid::Uuid::new_v4().simple().to_string());
    }
    text.truncate(length);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_somebody_else_is_refused() {
        let dir = tempfile::TempDir::new().unwrap();
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(dir.path(), Some(65534), None).unwrap();
            assert!(StateDir::create(dir.path()).unwrap_err().contains("65534"));
        }
        let state = StateDir::open(dir.path()).unwrap();
        let owner = fs::metadata(dir.path()).unwrap().uid();
        assert_eq!(state.check_owner(owner), Ok(()));
        assert!(state.check_owner(owner - 1).unwrap_err().contains(&owner.to_string()));
        assert_eq!(StateDir::open(Path::new("/")).unwrap().check_owner(owner), Ok(()), "root's");
    }
}
