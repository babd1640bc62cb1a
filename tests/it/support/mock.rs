//! mockduo, started for one test, and what it saw.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use super::{bins, me};

/// What mockduo says when it listens.
#[derive(Clone, Debug, Deserialize)]
pub struct Hello {
    pub host: String,
    pub port: u16,
    pub ikey: String,
    pub skey: String,
    pub cafile: String,
}

/// A running mock service; it ends with the test.
pub struct Mock {
    pub hello: Hello,
    child: Running,
    lines: Arc<Mutex<Vec<Value>>>,
    reader: Option<JoinHandle<()>>,
    state: TempDir,
}

/// The process. It does not outlive a test that fails, and neither, since it holds the other end of
/// its standard input, a test program that is killed.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Mock {
    /// With a scenario file of this text and more arguments for `mockduo serve`.
    pub fn start(scenario: Option<&str>, args: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", scenario, args)
    }

    /// As [`Mock::start`], where `listen` says.
    pub fn start_at(listen: &str, scenario: Option<&str>, args: &[&str]) -> Self {
        let state = tempfile::tempdir().expect("a folder for the mock's state");
        let mut command = Command::new(bins::mockduo());
        command.args(["serve", "--until-stdin-closes", "--listen", listen, "--state"]);
        command.arg(state.path());
        if let Some(text) = scenario {
            let file = state.path().join("scenario.toml");
            fs::write(&file, text).expect("the scenario is written");
            command.arg("--scenario").arg(file);
        }
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = Running(command.spawn().expect("mockduo starts"));
        let mut out = BufReader::new(child.0.stdout.take().expect("mockduo's standard output"));
        let mut first = String::new();
        out.read_line(&mut first).expect("mockduo speaks");
        let hello = serde_json::from_str(&first).unwrap_or_else(|e| {
            panic!("mockduo's first line {first:?}: {e}\nscenario: {scenario:?}")
        });
        let lines = Arc::default();
        let reader = Some(collect(out, Arc::clone(&lines)));
        Mock { hello, child, lines, reader, state }
    }

    /// With `me` as the only user, who has one phone and these further keys
    /// (`auto = "approve"`, `policy = "deny"`, …).
    pub fn with_me(keys: &str) -> Self {
        Self::start(Some(&user(me(), keys)), &[])
    }

    /// A config in `dir` that leads here, with autopush; its path.
    pub fn write_config(&self, dir: &Path) -> String {
        let Hello { host, port, ikey, skey, cafile } = &self.hello;
        let text = format!(
            "[duo]\nikey = {ikey:?}\nskey = {skey:?}\nhost = \"{host}:{port}\"\ncafile = {cafile:?}\nautopush = true\n"
        );
        let path = dir.join("pam_duo2.toml");
        fs::write(&path, text).expect("the config is written");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("its mode is set");
        path.display().to_string()
    }

    /// Taps the phone with these arguments of `mockduo decide`; what it complains of, if anything.
    pub fn decide(&self, args: &[&str]) -> String {
        let mut command = Command::new(bins::mockduo());
        command.arg("decide").arg("--state").arg(self.state.path()).args(args);
        let said = command.output().expect("mockduo decide runs");
        String::from_utf8_lossy(&said.stderr).into_owned()
    }

    /// The log's first line of this kind, as soon as there is one.
    pub fn await_event(&self, kind: &str) -> Value {
        self.await_nth(kind, 1)
    }

    /// The log's n-th line of this kind, counted from 1, as soon as there is one.
    pub fn await_nth(&self, kind: &str, nth: usize) -> Value {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(line) = self.nth(kind, nth) {
                return line;
            }
            assert!(Instant::now() < end, "no {kind} {nth} in {:#?}", self.locked());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The log's n-th line of this kind, counted from 1, if it is there.
    pub fn nth(&self, kind: &str, nth: usize) -> Option<Value> {
        self.locked().iter().filter(|line| line["event"] == kind).nth(nth - 1).cloned()
    }

    /// Ends the mock; everything that it saw.
    pub fn stop(mut self) -> Seen {
        self.end();
        Seen(self.locked().clone())
    }

    fn end(&mut self) {
        // SIGKILL would lose what is still in its buffers.
        let pid = self.child.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.0.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Value>> {
        self.lines.lock().expect("the log's reader did not fail")
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        if self.reader.is_some() {
            self.end();
        }
    }
}

/// A scenario with one user, whose phone can do everything.
pub fn user(name: &str, keys: &str) -> String {
    format!(
        "[[users]]\nname = {name:?}\n{keys}\n[[users.devices]]\nid = \"DPHONE00000000000001\"\nname = \"iPhone\"\nnumber = \"XXX-XXX-0100\"\n"
    )
}

fn collect(out: BufReader<ChildStdout>, lines: Arc<Mutex<Vec<Value>>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let value = serde_json::from_str(&line)
                .unwrap_or_else(|e| panic!("mockduo logged {line:?}, which is no JSON: {e}"));
            lines.lock().expect("nobody failed with the log in hand").push(value);
        }
    })
}

/// mockduo's log.
#[derive(Clone, Debug)]
pub struct Seen(pub Vec<Value>);

impl Seen {
    /// `METHOD path` of every request, in order.
    pub fn requests(&self) -> Vec<String> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        self.0
            .iter()
            .filter(|line| line["path"].is_string())
            .map(|line| format!("{} {}", text(line, "method"), text(line, "path")))
            .collect()
    }

    /// How many requests went to this path.
    pub fn count(&self, path: &str) -> usize {
        self.0.iter().filter(|line| line["path"] == path).count()
    }

    /// How many factors were asked for, by the client's address (`PAM_RHOST`). A request that the
    /// service refuses, for its date perhaps, asks for none.
    pub fn factors(&self) -> BTreeMap<&str, usize> {
        let mut factors = BTreeMap::new();
        let asked = self.0.iter().filter(|line| line["path"] == "/auth/v2/auth");
        for line in asked.filter(|line| line["status"] == 200) {
            *factors.entry(line["params"]["ipaddr"].as_str().unwrap_or_default()).or_default() += 1;
        }
        factors
    }

    /// The transactions that were decided with an allow.
    pub fn allowed(&self) -> BTreeSet<&str> {
        let decided = self.events("decided").into_iter();
        decided
            .filter(|line| line["result"] == "allow")
            .filter_map(|line| line["txid"].as_str())
            .collect()
    }

    /// Whom each preauth was about.
    pub fn asked(&self) -> Vec<&str> {
        let preauths = self.0.iter().filter(|line| line["path"] == "/auth/v2/preauth");
        preauths.map(|line| line["params"]["username"].as_str().unwrap_or_default()).collect()
    }

    /// How many pushes went out.
    pub fn pushes(&self) -> usize {
        self.events("push").len()
    }

    /// TCP connections that were accepted.
    pub fn connections(&self) -> usize {
        self.events("connect").len()
    }

    /// TLS handshakes that were completed.
    pub fn handshakes(&self) -> usize {
        self.events("tls").len()
    }

    /// The log's lines of one kind.
    pub fn events(&self, kind: &str) -> Vec<&Value> {
        self.0.iter().filter(|line| line["event"] == kind).collect()
    }
}
