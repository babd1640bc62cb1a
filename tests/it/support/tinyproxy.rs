//! A real proxy, started for one test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running tinyproxy on 127.0.0.1; it ends with the test.
pub struct Tinyproxy {
    pub port: u16,
    child: Child,
    dir: TempDir,
}

impl Tinyproxy {
    /// With these further lines of its configuration.
    pub fn start(lines: &str) -> Self {
        // Another test may take a free port before the proxy does.
        (0..5).find_map(|_| Self::try_start(lines)).expect("tinyproxy listens")
    }

    fn try_start(lines: &str) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        let dir = tempfile::tempdir().expect("a folder for the proxy");
        let conf = dir.path().join("tinyproxy.conf");
        let log = fs::File::create(dir.path().join("log")).expect("the proxy's log");
        let text = format!("Port {port}\nListen 127.0.0.1\nTimeout 60\nLogLevel Info\n{lines}\n");
        fs::write(&conf, text).expect("the proxy's configuration is written");
        // It does not outlive a test program that is killed.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", "tinyproxy", "-d", "-c"])
            .arg(&conf)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log once more"))
            .stderr(log)
            .spawn()
            .expect("setpriv starts (util-linux)");
        let mut this = Tinyproxy { port, child, dir };
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            if let Some(status) = this.child.try_wait().expect("its status") {
                assert_ne!(status.code(), Some(127), "no tinyproxy; run scripts/deps.sh test");
                return None;
            }
            if this.log().contains("Accepting connections")
                && TcpStream::connect(("127.0.0.1", port)).is_ok()
            {
                return Some(this);
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("tinyproxy is not ready: {}", this.log());
    }

    /// `http_proxy` with this before the host: nothing, or `user:password@`.
    pub fn url(&self, credentials: &str) -> String {
        format!("\"http://{credentials}127.0.0.1:{}\"", self.port)
    }

    /// The places that it was asked to connect to, in order.
    pub fn asked_for(&self) -> Vec<String> {
        let log = self.log();
        let requests = log.lines().filter_map(|line| line.split_once(": CONNECT "));
        requests.filter_map(|(_, rest)| Some(rest.split(' ').next()?.to_owned())).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
