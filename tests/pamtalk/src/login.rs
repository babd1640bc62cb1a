//! A host's part: start, items, calls, end; as often as asked.

use std::cell::RefCell;
use std::ffi::{CString, c_int};
use std::os::unix::ffi::OsStrExt;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use serde::Serialize;

use crate::args::{Args, Call, Step};
use crate::codes::{self, SUCCESS};
use crate::ffi::{ESTABLISH_CRED, Handle, SERVICE_ITEMS, SILENT};
use crate::hygiene::{self, Hygiene};
use crate::later::{Peer, Sigint, SigintSeen};
use crate::sys;
use crate::talk::{Message, Talk, millis};

/// The whole report.
#[derive(Serialize)]
pub struct Told {
    /// One for each `--repeat` of each of the threads `--at-once`.
    turns: Vec<Turn>,
    /// The most memory that was ever resident, in KiB: before the first transaction, and after the last.
    floor_kib: u64,
    peak_kib: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sigint: Option<SigintSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Hygiene>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Hygiene>,
}

/// One transaction.
#[derive(Serialize)]
struct Turn {
    calls: Vec<Returned>,
    messages: Vec<Message>,
    /// Answers that nobody asked for.
    answers_left: usize,
}

/// What one call returned.
#[derive(Serialize)]
struct Returned {
    call: &'static str,
    code: c_int,
    name: &'static str,
    ms: f64,
}

impl Told {
    pub fn all_succeeded(&self) -> bool {
        self.turns.iter().flat_map(|turn| &turn.calls).all(|call| call.code == SUCCESS)
    }
}

/// Runs every transaction. `Err` is for what is not PAM's doing.
pub fn run(args: &Args) -> Result<Told, String> {
    let io = |e: std::io::Error| format!("cannot set the scene: {e}");
    let sigint =
        args.sigint_after.map(|ms| Sigint::after(ms, args.sigint_open)).transpose().map_err(io)?;
    let peer = args.peer_gone_after.map(Peer::until).transpose().map_err(io)?;
    if args.hygiene {
        sys::open_log();
    }
    let before = args.hygiene.then(Hygiene::take).transpose().map_err(io)?;
    let floor_kib = hygiene::peak().map_err(io)?;
    let limits = sys::limit(&args.limits).map_err(io)?;
    let turns = turns(args)?;
    limits.lift().map_err(io)?;
    let peak_kib = hygiene::peak().map_err(io)?;
    let after = before.as_ref().map(Hygiene::settled).transpose().map_err(io)?;
    drop(peer);
    Ok(Told { turns, floor_kib, peak_kib, sigint: sigint.map(Sigint::finish), before, after })
}

/// All transactions, in a thread only if there is to be more than one.
fn turns(args: &Args) -> Result<Vec<Turn>, String> {
    let repeated = || (0..args.repeat).map(|_| turn(args)).collect::<Result<Vec<_>, _>>();
    if args.at_once == 1 {
        return repeated();
    }
    thread::scope(|scope| {
        let threads: Vec<_> = (0..args.at_once).map(|_| scope.spawn(repeated)).collect();
        let ended = |thread: ScopedJoinHandle<_>| thread.join().map_err(|_| "a thread panicked")?;
        threads.into_iter().map(ended).try_fold(Vec::new(), |mut all, turns| {
            all.append(&mut turns?);
            Ok(all)
        })
    })
}

fn turn(args: &Args) -> Result<Turn, String> {
    let talk = RefCell::new(Talk::new(args));
    let calls = calls(args, &talk)?;
    let (messages, answers_left) = talk.into_inner().finish();
    Ok(Turn { calls, messages, answers_left })
}

fn calls(args: &Args, talk: &RefCell<Talk>) -> Result<Vec<Returned>, String> {
    let service = c_string(&args.service)?;
    let user = args.user.as_deref().map(c_string).transpose()?;
    let confdir = args
        .confdir
        .as_deref()
        .map(|dir| CString::new(dir.as_os_str().as_bytes()).map_err(|e| e.to_string()))
        .transpose()?;
    let began = Instant::now();
    let mut handle = match Handle::start(&service, user.as_deref(), confdir.as_deref(), talk) {
        Ok(handle) => handle,
        Err(code) => return Ok(vec![returned("start", code, began)]),
    };
    set_items(args, &mut handle)?;
    let mut told = Vec::with_capacity(args.calls.len());
    for step in &args.calls {
        let call = match step {
            Step::Call(call) => call,
            Step::Set(name, value) => {
                set_item(&mut handle, name, value)?;
                continue;
            }
        };
        talk.borrow_mut().enter(call.name());
        let began = Instant::now();
        let code = handle.call(*call, flags(args, *call));
        told.push(returned(call.name(), code, began));
    }
    Ok(told)
}

fn set_items(args: &Args, handle: &mut Handle) -> Result<(), String> {
    for (name, value) in [("rhost", &args.rhost), ("tty", &args.tty), ("ruser", &args.ruser)] {
        if let Some(value) = value {
            set_item(handle, name, value)?;
        }
    }
    for pair in &args.pam_env {
        refuse(pair, handle.put_env(c_string(pair)?.as_c_str()))?;
    }
    Ok(())
}

fn set_item(handle: &mut Handle, name: &str, value: &str) -> Result<(), String> {
    let known = SERVICE_ITEMS.into_iter().find(|(known, _)| *known == name);
    let (_, item) = known.ok_or_else(|| format!("{name}: no such item"))?;
    refuse(name, handle.set_item(item, c_string(value)?.as_c_str()))
}

fn refuse(what: &str, code: c_int) -> Result<(), String> {
    match code {
        SUCCESS => Ok(()),
        code => Err(format!("libpam refused {what}: {}", codes::name(code))),
    }
}

fn flags(args: &Args, call: Call) -> c_int {
    let silent = if args.silent { SILENT } else { 0 };
    let own = if matches!(call, Call::Setcred) { ESTABLISH_CRED } else { 0 };
    silent | own
}

fn returned(call: &'static str, code: c_int, began: Instant) -> Returned {
    Returned { call, code, name: codes::name(code), ms: millis(began) }
}

fn c_string(text: &str) -> Result<CString, String> {
    CString::new(text).map_err(|e| format!("{text:?}: {e}"))
}
