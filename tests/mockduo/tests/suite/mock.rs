//! A running `mockduo serve`, its first line, and its log as it grows.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_mockduo");

type Lines = Arc<(Mutex<Vec<Value>>, Condvar)>;

pub struct Mock {
    child: Child,
    pub dir: TempDir,
    pub hello: Value,
    lines: Lines,
    pipe: Option<BufReader<ChildStdout>>,
}

impl Mock {
    pub fn start(args: &[&str]) -> Self {
        Self::in_dir(TempDir::new().unwrap(), args)
    }

    pub fn with_scenario(scenario: &str, args: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("scenario.toml");
        std::fs::write(&file, scenario).unwrap();
        let mut all = vec!["--scenario", file.to_str().unwrap()];
        all.extend(args);
        Self::in_dir(dir, &all)
    }

    /// One whose log goes into a pipe that nobody empties.
    pub fn unread(dir: TempDir, args: &[&str]) -> Self {
        let (mut mock, out) = Self::launch(dir, args);
        mock.pipe = Some(out);
        mock
    }

    pub fn in_dir(dir: TempDir, args: &[&str]) -> Self {
        let (mock, out) = Self::launch(dir, args);
        let sink = Arc::clone(&mock.lines);
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                sink.0
                    .lock()
                    .unwrap()
                    .push(serde_json::from_str(&line).expect("every line is JSON"));
                sink.1.notify_all();
            }
        });
        mock
    }

    fn launch(dir: TempDir, args: &[&str]) -> (Self, BufReader<ChildStdout>) {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--until-stdin-closes", "--listen", "127.0.0.1:0", "--state"]);
        command.arg(dir.path()).args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let hello = serde_json::from_str(&first).expect("the first line is JSON");
        (Self { child, dir, hello, lines: Lines::default(), pipe: None }, out)
    }

    pub fn text(&self, key: &str) -> String {
        self.hello[key].as_str().unwrap_or_else(|| panic!("{key} in {}", self.hello)).to_owned()
    }

    pub fn port(&self) -> u16 {
        u16::try_from(self.hello["port"].as_u64().unwrap()).unwrap()
    }

    pub fn log(&self) -> Vec<Value> {
        self.lines.0.lock().unwrap().clone()
    }

    /// The first line of the log that fits, as soon as there is one.
    pub fn await_line(&self, fits: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + Duration::from_secs(10);
        let mut lines = self.lines.0.lock().unwrap();
        loop {
            if let Some(line) = lines.iter().find(|line| fits(line)) {
                return line.clone();
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no such line in {lines:#?}");
            lines = self.lines.1.wait_timeout(lines, left).unwrap().0;
        }
    }

    pub fn run(&self, command: &str, args: &[&str]) -> Output {
        let mut run = Command::new(PROGRAM);
        run.arg(command).arg("--state").arg(self.dir.path()).args(args).output().unwrap()
    }

    pub fn decide(&self, args: &[&str]) -> Output {
        self.run("decide", args)
    }

    /// Closes its standard input, as the end of this program would, and gives the exit code.
    pub fn abandon(&mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        self.child.wait().unwrap().code()
    }

    /// Sends SIGTERM and gives the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
