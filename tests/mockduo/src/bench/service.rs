//! The service that is measured: a process of its own, as in the tests that use it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child as Process, Command, Stdio};

use serde_json::Value;

use super::{QUICK, WAITING};

/// Ended, and its folder removed, when dropped.
#[derive(Debug)]
pub struct Child {
    process: Process,
    folder: PathBuf,
    hello: Value,
}

impl Child {
    /// # Errors
    /// It cannot be started, or does not say where it listens.
    pub fn start() -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("mockduo-bench-{}", uuid::Uuid::new_v4()));
        let says = |what: &str| format!("{what}: {}", folder.display());
        std::fs::create_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let scenario = folder.join("scenario.toml");
        std::fs::write(&scenario, users()).map_err(|e| says(&e.to_string()))?;
        let process = Command::new(std::env::current_exe().map_err(|e| e.to_string())?)
            .arg("serve")
            .arg("--state")
            .arg(&folder)
            .arg("--scenario")
            .arg(&scenario)
            .args([
                "--web",
                "off",
                "--push-ttl",
                "1h",
                "--log",
                "/dev/null",
                "--until-stdin-closes",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        let mut child = Self { process, folder, hello: Value::Null };
        let mut line = String::new();
        if let Some(stdout) = child.process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|e| e.to_string())?;
        }
        child.hello = serde_json::from_str(&line).map_err(|e| format!("{e} in {line:?}"))?;
        Ok(child)
    }

    /// A text of its first line.
    pub fn text(&self, key: &str) -> Result<&str, String> {
        self.hello[key].as_str().ok_or_else(|| format!("no {key} in {}", self.hello))
    }

    pub fn port(&self) -> Result<u16, String> {
        let port = self.hello["port"].as_u64().and_then(|port| u16::try_from(port).ok());
        port.ok_or_else(|| format!("no port in {}", self.hello))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn users() -> String {
    [(QUICK, "auto = \"approve=0s\"\n"), (WAITING, "")]
        .map(|(name, auto)| {
            format!(
                "[[users]]\nname = \"{name}\"\n{auto}[[users.devices]]\nid = \"D{}\"\n",
                name.to_uppercase()
            )
        })
        .concat()
}
