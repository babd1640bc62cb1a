//! The real systemd-journald, in a private namespace: what it stores, and what it hands on to syslog.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::needs_root;
use crate::support::etc::Etc;
use crate::support::mock::user;
use crate::support::{Login, Mock, bins};

/// Nothing of the machine's own log comes into it.
const CONFIG: &str =
    "[Journal]\nStorage=volatile\nForwardToSyslog=yes\nReadKMsg=no\nAudit=no\nRateLimitBurst=0\n";

/// A journald with its sockets and its journal in a folder of its own.
struct Journald {
    dir: TempDir,
    process: Child,
    /// Where a syslog daemon would listen.
    syslog: UnixDatagram,
}

impl Journald {
    fn start() -> Self {
        needs_root();
        let dir = tempfile::tempdir().expect("a folder for journald");
        for name in ["sockets", "stored"] {
            fs::create_dir(dir.path().join(name)).expect("a folder");
        }
        let sockets = dir.path().join("sockets");
        let syslog = UnixDatagram::bind(sockets.join("syslog")).expect("a socket");
        syslog.set_read_timeout(Some(Duration::from_secs(5))).expect("a deadline");
        let config = dir.path().join("journald.conf");
        fs::write(&config, CONFIG).expect("a config");
        let id = dir.path().join("machine-id");
        fs::write(&id, "3d1219c7c4c5404aaa1f6d2a48adfda4\n").expect("an id");
        let process = Command::new(bins::privately())
            .arg("--bind")
            .arg(format!("{}:/etc/systemd/journald.conf", config.display()))
            .arg("--bind")
            .arg(format!("{}:/etc/machine-id", id.display()))
            .arg("--bind")
            .arg(format!("{}:/run/log/journal", dir.path().join("stored").display()))
            .arg("--journal")
            .arg(&sockets)
            .args(["--", program()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("privately runs");
        let this = Journald { dir, process, syslog };
        let end = Instant::now() + Duration::from_secs(10);
        while UnixDatagram::unbound().and_then(|s| s.connect(sockets.join("socket"))).is_err() {
            assert!(Instant::now() < end, "systemd-journald does not listen");
            sleep(Duration::from_millis(20));
        }
        this
    }

    fn login(&self, mock: &Mock) -> Login {
        let sockets = self.dir.path().join("sockets");
        Login::new(mock).privately(Etc::new().with_journal(&sockets)).service("sshd")
    }

    /// The entries with this field, once there are any.
    fn entries(&self, field: &str) -> Vec<Value> {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let said = Command::new("journalctl")
                .arg("-D")
                .arg(self.dir.path().join("stored"))
                .args(["--quiet", "--output=json", field])
                .output()
                .expect("journalctl runs");
            let text = String::from_utf8(said.stdout).expect("JSON is UTF-8");
            let entries: Vec<Value> =
                text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            if !entries.is_empty() {
                return entries;
            }
            assert!(Instant::now() < end, "nothing with {field} in the journal");
            sleep(Duration::from_millis(50));
        }
    }

    /// The verdict's line as a syslog daemon gets it.
    fn handed_on(&self) -> String {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = self.syslog.recv(&mut buffer).expect("a line for the syslog daemon");
            let line = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if line.contains("Duo login for") {
                return line;
            }
        }
    }
}

impl Drop for Journald {
    fn drop(&mut self) {
        // privately's command ends with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> &'static str {
    ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .expect("systemd-journald is missing: run `make deps`")
}

fn demo(keys: &str) -> Mock {
    needs_root();
    Mock::start(Some(&user("demo", keys)), &[])
}

#[test]
fn journald_stores_the_fields_and_hands_the_line_on() {
    let mock = demo("auto = \"deny\"");
    let journald = Journald::start();
    let told = journald.login(&mock).pamtalk(["--rhost", "192.0.2.7"]).run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    let entries = journald.entries("MESSAGE_ID=0ebd12e1226341ae8e6eb838ed93d9ad");
    assert_eq!(entries.len(), 1, "{entries:#?}");
    let entry = &entries[0];
    for (name, wanted) in [
        ("DUO_USER", "demo"),
        ("DUO_FROM", "192.0.2.7"),
        ("DUO_SERVICE", "sshd"),
        ("DUO_RESULT", "deny"),
        ("DUO_FACTOR", "push"),
        ("PRIORITY", "4"),
        ("SYSLOG_FACILITY", "10"),
        ("SYSLOG_IDENTIFIER", "pamtalk"),
        ("_TRANSPORT", "journal"),
        ("_UID", "0"),
    ] {
        assert_eq!(entry[name], wanted, "{name} of {entry:#}");
    }
    assert_eq!(entry["SYSLOG_PID"], entry["_PID"], "{entry:#}");
    let sending = journald.entries("MESSAGE_ID=c0b67f57d3a7454f817effe699454376");
    assert_eq!((sending.len(), &sending[0]["DUO_FACTOR"]), (1, &"push".into()), "{sending:#?}");
    assert!(entry["DUO_TXID"].as_str().is_some_and(|txid| !txid.is_empty()), "{entry:#}");
    let line = journald.handed_on();
    let message = entry["MESSAGE"].as_str().expect("a message");
    let pid = entry["_PID"].as_str().expect("a process");
    assert!(line.ends_with(&format!(" pamtalk[{pid}]: {message}")), "{line}");
    // authpriv (10) and warning (4), and the sentence that filters know.
    assert!(line.starts_with("<84>"), "{line}");
    assert!(line.contains("pam_duo2(sshd:auth): Failed Duo login for 'demo' from 192.0.2.7: "));
}

/// su's process has root's rights and belongs to its caller.
#[test]
fn a_line_of_a_setuid_host_is_root_s_too() {
    let mock = demo("auto = \"approve\"");
    let journald = Journald::start();
    let told = journald.login(&mock).service("su").within(&["setpriv", "--ruid=4242"]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let entries = journald.entries("DUO_RESULT=allow");
    assert_eq!(entries.len(), 1, "{entries:#?}");
    assert_eq!(entries[0]["_UID"], "0", "{entries:#?}");
}

/// What the documentation tells SIEMs to match does not match it.
#[test]
fn a_line_that_a_user_forged_is_not_root_s() {
    let mock = demo("auto = \"deny\"");
    let journald = Journald::start();
    assert_eq!(journald.login(&mock).run().code(), "PAM_AUTH_ERR");
    assert_eq!(journald.entries("DUO_RESULT=deny")[0]["_UID"], "0");
    let socket: PathBuf = journald.dir.path().join("sockets/socket");
    let forged = "import socket, sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(\
        b'MESSAGE=pam_duo2(sshd:auth): Successful\\n_UID=0\\nDUO_RESULT=allow\\n', sys.argv[1])";
    for folder in [journald.dir.path(), &journald.dir.path().join("sockets")] {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(folder, open).expect("its mode is set");
    }
    let sent = Command::new("setpriv")
        .args(["--reuid=4242", "--clear-groups", "/usr/bin/python3", "-c", forged])
        .arg(&socket)
        .status()
        .expect("setpriv runs");
    assert!(sent.success());
    let entries = journald.entries("DUO_RESULT=allow");
    assert_eq!(entries[0]["_UID"], "4242", "{entries:#?}");
}
