//! A program or library that has one call of a login fail, and logins with it: one, or each of many faults.

use std::path::Path;
use std::process::ExitStatus;
use std::sync::Mutex;

use super::call::{Call, report};
use super::judge::judge;
use super::trial::{Ended, Fault, Manner, Scene, Stage};
use crate::needs_root::needs_root;
use crate::support::{Login, Told};

/// Seconds after which a login counts as one that hangs: longer than every budget in it together.
const HANGS: &str = "60";

/// Behind everybody else's: others measure how long they were made to wait.
const LAST: [&str; 3] = ["nice", "-n", "19"];

/// A login as a tool needs it, and the words around its host.
pub type Prepared = (Login, Vec<String>);

pub struct Tool {
    /// So that this fault (or none) happens, and the report is written to this file.
    pub prepare: fn(Login, Option<&Fault>, &Path) -> Prepared,
    /// A login makes more calls than so many.
    pub least: usize,
}

impl Tool {
    /// One login.
    pub fn play(
        &self,
        stage: &Stage,
        fault: Option<&Fault>,
        (scene, manner): (Scene, Manner),
        path: &Path,
    ) -> Ended {
        let (login, address) = stage.login(manner, scene);
        let (login, within) = (self.prepare)(login, fault, path);
        // What an earlier login has left there is not this one's.
        let _ = std::fs::remove_file(path);
        // One in which nothing fails has to come to its end, and there are few of these.
        let before = if fault.is_some() { &LAST[..] } else { &[] };
        let (status, told, errors, log) = run(login, before, &within);
        let hit = report(path).into_iter().find(|call| call.failed);
        let fault = fault.cloned().unwrap_or_else(Fault::none);
        Ended { fault, manner, address, status, told, errors, log, hit }
    }

    /// The calls of a login in which nothing fails.
    pub fn calls(&self, stage: &Stage, scene: Scene) -> Vec<Call> {
        needs_root();
        let path = tempfile::NamedTempFile::new().expect("a file for the report");
        let ended = self.play(stage, None, (scene, Manner::Approved), path.path());
        let told = ended.told.as_ref().expect("a login");
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?} {}", ended.errors);
        let calls = report(path.path());
        assert!(calls.len() > self.least, "a login makes more calls than these: {calls:#?}");
        calls
    }

    /// A login with each of the faults in each of the manners, and what must hold of all of them.
    pub fn try_all(&self, faults: &[Fault], stage: Stage, manners: &[Manner]) {
        let ended = each(faults, manners, |fault, manner, path| {
            self.play(&stage, Some(fault), (fault.scene, manner), path)
        });
        judge(&ended, &stage.strike());
    }
}

/// Runs a login with `before` and `within` around the host; what it wrote, and the log.
fn run(
    login: Login,
    before: &[&str],
    within: &[String],
) -> (ExitStatus, Option<Told>, String, Vec<String>) {
    let mut words = [before, &["timeout", "--signal=KILL", HANGS]].concat();
    words.extend(within.iter().map(String::as_str));
    let (said, log) = login.within(&words).output();
    let errors = String::from_utf8_lossy(&said.stderr).into_owned();
    (said.status, serde_json::from_slice(&said.stdout).ok(), errors, log)
}

/// Each of the faults in each of the manners, several at a time.
fn each(
    faults: &[Fault],
    manners: &[Manner],
    play: impl Fn(&Fault, Manner, &Path) -> Ended + Sync,
) -> Vec<Ended> {
    let plays = faults.iter().flat_map(|fault| manners.iter().map(move |&manner| (fault, manner)));
    let queue = Mutex::new(plays);
    let ended = Mutex::new(Vec::new());
    let folder = tempfile::tempdir().expect("a folder for reports");
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (queue, ended, play) = (&queue, &ended, &play);
            let report = folder.path().join(worker.to_string());
            scope.spawn(move || {
                loop {
                    let next = queue.lock().expect("nobody panics with it").next();
                    let Some((fault, manner)) = next else { break };
                    let end = play(fault, manner, &report);
                    ended.lock().expect("nobody panics with it").push(end);
                }
            });
        }
    });
    ended.into_inner().expect("nobody panics with it")
}
