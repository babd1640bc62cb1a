//! One JSON line for each thing that happens, on stdout or in a file.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::endpoints::is_factor_name;
use crate::params::Params;

/// Parameters whose values let someone in.
const SECRET: [&str; 4] = ["passcode", "skey", "trusted_device_token", "activation_code"];

/// How long the end of the program waits for a reader of the log.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many lines wait for a reader that stands still; what comes then is only counted.
const WAITING: usize = 100_000;

/// The log. A reader that has gone away is no reason to stop serving, so errors of writing are dropped.
pub struct Log {
    sink: Sink,
    clock: Clock,
}

/// A file takes a line at once, so that who has a reply finds its line there. A pipe or terminal whose reader stands still
/// would hold up the service with it: its lines wait in a queue.
enum Sink {
    File(Mutex<File>),
    Queue(Queue),
}

struct Queue {
    sender: Sender<Item>,
    waiting: Arc<AtomicUsize>,
    dropped: AtomicUsize,
}

enum Item {
    Line(String),
    /// Answered when all lines before it are written.
    Done(Sender<()>),
}

/// What is written, behind the moment of it.
#[derive(Serialize)]
struct Stamped<'a, T> {
    t: f64,
    #[serde(flatten)]
    what: &'a T,
}

impl Log {
    /// # Errors
    /// The log file cannot be opened for appending, or stdout is closed.
    pub fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let file = match path {
            None => File::from(std::io::stdout().as_fd().try_clone_to_owned()?),
            Some(path) => File::options().create(true).append(true).open(path)?,
        };
        Self::to(file)
    }

    fn to(file: File) -> std::io::Result<Self> {
        let sink = if file.metadata()?.is_file() {
            Sink::File(Mutex::new(file))
        } else {
            let (sender, queue) = channel();
            let waiting = Arc::new(AtomicUsize::new(0));
            let left = Arc::clone(&waiting);
            std::thread::spawn(move || write_queue(file, &queue, &left));
            Sink::Queue(Queue { sender, waiting, dropped: AtomicUsize::new(0) })
        };
        Ok(Self { sink, clock: Clock::new() })
    }

    /// Writes an object with the time (Unix seconds), its members in their own order.
    pub fn line(&self, what: &impl Serialize) {
        let Some(text) = self.stamped(what) else { return };
        match &self.sink {
            Sink::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = file.write_all(text.as_bytes());
            }
            Sink::Queue(queue) => {
                if queue.waiting.load(Relaxed) >= WAITING {
                    queue.dropped.fetch_add(1, Relaxed);
                } else {
                    self.tell_dropped(queue);
                    queue.line(text);
                }
            }
        }
    }

    /// One line of text. What is logged here has plain names for keys, so that nothing of it fails.
    fn stamped(&self, what: &impl Serialize) -> Option<String> {
        let t = seconds(self.clock.now());
        let mut text = serde_json::to_string(&Stamped { t, what }).ok()?;
        text.push('\n');
        Some(text)
    }

    /// A line in the place of those that were dropped.
    fn tell_dropped(&self, queue: &Queue) {
        let lines = queue.dropped.swap(0, Relaxed);
        if lines > 0 {
            let text = self.stamped(&json!({"event": "dropped", "lines": lines}));
            queue.line(text.unwrap_or_default());
        }
    }

    /// Waits until all is written, but not for a reader that stands still.
    pub fn finish(&self) {
        if let Sink::Queue(queue) = &self.sink {
            self.tell_dropped(queue);
            let (done, told) = channel();
            let _ = queue.sender.send(Item::Done(done));
            let _ = told.recv_timeout(PATIENCE);
        }
    }
}

impl Queue {
    fn line(&self, text: String) {
        self.waiting.fetch_add(1, Relaxed);
        let _ = self.sender.send(Item::Line(text));
    }
}

fn write_queue(mut file: File, queue: &Receiver<Item>, waiting: &AtomicUsize) {
    while let Ok(item) = queue.recv() {
        match item {
            Item::Line(text) => {
                waiting.fetch_sub(1, Relaxed);
                let _ = file.write_all(text.as_bytes());
            }
            Item::Done(done) => drop(done.send(())),
        }
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log")
    }
}

/// Milliseconds fit a double exactly for longer than anyone will run this.
#[allow(clippy::cast_precision_loss, reason = "exact below 2^53 milliseconds, the year 287396")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

/// Parameters as the log shows them.
pub fn redacted(params: &Params) -> Value {
    let show = |(name, value): &(String, String)| {
        let typed = ["prompt", "auto"].contains(&name.as_str()) && !is_factor_name(value);
        let hide = typed || SECRET.contains(&name.as_str());
        (name.clone(), json!(if hide { "[redacted]" } else { value }))
    };
    Value::Object(params.0.iter().map(show).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_someone_in_is_not_logged() {
        let shown = redacted(&Params::from_form(
            "username=demo&passcode=123456&prompt=123456&auto=654321&trusted_device_token=t&factor=prompt",
        ));
        let want = json!({"username": "demo", "factor": "prompt", "passcode": "[redacted]",
            "prompt": "[redacted]", "auto": "[redacted]", "trusted_device_token": "[redacted]"});
        assert_eq!(shown, want);
    }

    #[test]
    fn lines_that_nobody_reads_are_dropped_in_the_end_and_counted() {
        let (out, reader) = std::os::unix::net::UnixStream::pair().unwrap();
        let log = Log::to(File::from(std::os::fd::OwnedFd::from(out))).unwrap();
        let all = WAITING + 20_000;
        for n in 0..all {
            log.line(&json!({ "n": n }));
        }
        let Sink::Queue(queue) = &log.sink else { panic!("a socket is no file") };
        assert!(queue.waiting.load(Relaxed) <= WAITING);
        let reader = std::thread::spawn(move || std::io::read_to_string(reader).unwrap());
        while queue.waiting.load(Relaxed) > 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        log.line(&json!({"n": "last"}));
        log.finish();
        drop(log);
        let text = reader.join().unwrap();
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.last().unwrap()["n"], "last");
        let written = lines.iter().filter(|line| line["n"].is_u64()).count();
        assert!((WAITING..all).contains(&written), "{written}");
        let dropped = lines.iter().filter(|line| line["event"] == "dropped");
        let dropped: u64 = dropped.map(|line| line["lines"].as_u64().unwrap()).sum();
        assert_eq!(written as u64 + dropped, all as u64);
    }

    #[test]
    fn a_menu_entry_is_no_secret() {
        for name in ["push1", "phone2", "sms1", "verified_push12"] {
            assert_eq!(redacted(&Params::from_form(&format!("prompt={name}")))["prompt"], name);
        }
        for typed in ["push", "1", "correct horse", "push1x"] {
            assert_eq!(
                redacted(&Params::from_form(&format!("prompt={typed}")))["prompt"],
                "[redacted]"
            );
        }
    }
}
