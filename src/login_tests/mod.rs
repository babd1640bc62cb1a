//! The flow against a scripted world: a strict queue of expected events. What is out of order fails,
//! and so does what is left over. Time is what the script says it takes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::*;
use crate::core::failure::{Failure, Local, Outage};
use crate::core::host::{self, Call as HostCall, Phase};
use crate::core::machine::stepped;
use crate::core::policy::{Announce, Autopush, Failmode};
use crate::core::reply::{HttpReply, RetryAfter};
use crate::core::request::{Call, Factor, Request, TextPrompt};
use crate::core::secret::Secret;
use crate::core::text::Text;
use crate::ports::{Gone, NoAnswer};

/// One thing that has to happen next.
enum Expect {
    /// A request for this path, answered after so many seconds.
    Call(&'static str, f64, Answer),
    /// A wait with nothing in flight, of about so many seconds.
    Pause(f64),
    /// An info message that contains this.
    Info(&'static str),
    /// A prompt that contains this, answered so, after an hour: no budget may run meanwhile.
    Ask(&'static str, Option<&'static str>),
    /// A prompt that contains this and fails, for this reason.
    AskGone(&'static str, Gone),
    /// The whole of a prompt, answered so after so many seconds.
    Prompt(&'static str, f64, &'static str),
}

enum Answer {
    Json(u16, String),
    With(HttpReply),
    Fails(Failure),
    /// Nothing comes within the budget; asked why, the transport says this.
    Hangs(Failure),
    Cancelled,
    PeerGone,
}

#[derive(Default)]
struct Script {
    left: VecDeque<Expect>,
    calls: Vec<Request>,
    elapsed: Duration,
    in_flight: bool,
    /// Does the log say that a factor goes out?
    is_told: bool,
    /// The reply that is under way, and when it comes.
    coming: Option<(Duration, Answer)>,
    hangs: Option<Failure>,
    gone: Option<Gone>,
}

impl Script {
    fn next(&mut self, what: &str) -> Expect {
        self.left.pop_front().unwrap_or_else(|| panic!("nothing more was expected, but: {what}"))
    }
}

struct Fake(Rc<RefCell<Script>>, Instant);

impl Host for Fake {
    fn info(&mut self, text: &Text) {
        match self.0.borrow_mut().next(text.as_str()) {
            Expect::Info(part) => assert!(text.as_str().contains(part), "{text:?} has no {part:?}"),
            _ => panic!("unexpected info {text:?}"),
        }
    }

    fn error(&mut self, text: &Text) {
        panic!("the flow shows no errors, the verdict does: {text:?}");
    }

    fn ask(&mut self, text: &Text) -> Result<Secret, NoAnswer> {
        let mut script = self.0.borrow_mut();
        match script.next(text.as_str()) {
            Expect::Ask(part, answer) => {
                assert!(text.as_str().contains(part), "{text:?} has no {part:?}");
                script.elapsed += Duration::from_secs(3600);
                answer.map(|typed| Secret::new(typed.to_owned())).ok_or(NoAnswer::Nobody)
            }
            Expect::AskGone(part, why) => {
                assert!(text.as_str().contains(part), "{text:?} has no {part:?}");
                script.gone = Some(why);
                Err(NoAnswer::Nobody)
            }
            Expect::Prompt(words, takes, typed) => {
                assert_eq!(text.as_str(), words);
                script.elapsed += Duration::from_secs_f64(takes);
                Ok(Secret::new(typed.to_owned()))
            }
            _ => panic!("unexpected prompt {text:?}"),
        }
    }
}

impl Api for Fake {
    fn send(&mut self, request: &Request) {
        let mut script = self.0.borrow_mut();
        let is_told = std::mem::take(&mut script.is_told);
        assert_eq!(is_told, matches!(request.call, Call::Auth { .. }), "a line before each factor");
        script.calls.push(request.clone());
        script.in_flight = true;
        script.coming = None;
    }

    fn next(&mut self, until: Instant) -> Wake {
        let mut script = self.0.borrow_mut();
        let now = script.elapsed;
        let patience = until.duration_since(self.1 + now);
        if std::mem::take(&mut script.in_flight) {
            let sent = script.calls.last().unwrap().call.endpoint().1;
            let Expect::Call(path, takes, answer) = script.next(sent) else {
                panic!("unexpected call {sent}")
            };
            assert_eq!(path, sent);
            script.coming = Some((now + Duration::from_secs_f64(takes), answer));
        }
        let Some((at, answer)) = script.coming.take() else {
            let Expect::Pause(about) = script.next("pause") else { panic!("unexpected pause") };
            assert!((patience.as_secs_f64() - about).abs() < 1.0, "{patience:?} is not {about}");
            script.elapsed += patience;
            return Wake::Tick;
        };
        if let (Answer::Hangs(why), _) | (Answer::Fails(why), true) = (&answer, at > now + patience)
        {
            script.hangs = Some(why.clone());
        }
        if matches!(answer, Answer::Hangs(_)) || at > now + patience {
            script.elapsed += patience;
            script.coming = Some((at, answer));
            return Wake::Tick;
        }
        // It may have come while a prompt was open.
        script.elapsed = script.elapsed.max(at);
        match answer {
            Answer::Json(status, body) => Wake::Reply(HttpReply {
                status,
                date: None,
                retry_after: None,
                body: body.into_bytes(),
            }),
            Answer::With(reply) => Wake::Reply(reply),
            Answer::Fails(why) | Answer::Hangs(why) => Wake::Failed(why),
            Answer::Cancelled => Wake::Cancelled,
            Answer::PeerGone => Wake::PeerGone,
        }
    }

    fn look(&mut self) -> Option<Gone> {
        self.0.borrow().gone
    }

    fn give_up(&mut self) -> Failure {
        let mut script = self.0.borrow_mut();
        script.coming = None;
        script.hangs.take().expect("gave up although nothing hangs")
    }
}

impl Audit for Fake {
    fn debug(&mut self, text: &str) {
        assert!(!text.contains("123456"), "a passcode in the log: {text}");
    }

    fn sending(&mut self, trace: &Trace) {
        assert!(!format!("{trace:?}").contains("123456"), "a passcode in the log: {trace:?}");
        assert!(trace.factor.is_some() && trace.txid.is_none(), "{trace:?}");
        assert!(!std::mem::replace(&mut self.0.borrow_mut().is_told, true), "one line for each");
    }
}

impl Clock for Fake {
    fn now(&self) -> Instant {
        self.1 + self.0.borrow().elapsed
    }

    fn wall(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_000_000) + self.0.borrow().elapsed
    }
}

/// A call for authentication, by a host with a terminal.
const TERMINAL: HostCall = HostCall { terminal: true, silent: false, phase: Phase::Auth };

fn plan() -> Plan {
    stepped::plan("login")
}

struct Ran {
    outcome: Outcome,
    trace: Trace,
    calls: Vec<Request>,
    elapsed: Duration,
}

impl Ran {
    fn auths(&self) -> Vec<&Factor> {
        self.calls
            .iter()
            .filter_map(|request| match &request.call {
                Call::Auth { factor, .. } => Some(factor),
                _ => None,
            })
            .collect()
    }
}

fn run_with(plan: Plan, script: impl IntoIterator<Item = Expect>) -> Ran {
    let script =
        Rc::new(RefCell::new(Script { left: script.into_iter().collect(), ..Script::default() }));
    let base = Instant::now();
    let fake = || Fake(Rc::clone(&script), base);
    let (mut host, mut api, mut audit, clock) = (fake(), fake(), fake(), fake());
    let (outcome, trace) =
        run(plan, &mut World { host: &mut host, api: &mut api, clock: &clock, audit: &mut audit });
    let mut script = script.borrow_mut();
    assert!(script.left.is_empty(), "{} expected things did not happen", script.left.len());
    Ran { outcome, trace, calls: std::mem::take(&mut script.calls), elapsed: script.elapsed }
}

fn run_ok(script: impl IntoIterator<Item = Expect>) -> Ran {
    run_with(plan(), script)
}

const PREAUTH: &str = "/auth/v2/preauth";
const AUTH: &str = "/auth/v2/auth";
const STATUS: &str = "/auth/v2/auth_status";

const PHONE: &str = r#"{"result":"auth","status_msg":"","devices":[{"device":"DP1","type":"phone",
    "display_name":"iPhone","number":"XXX-XXX-0123","capabilities":["auto","push","sms","phone"]}]}"#;
const TOKEN: &str = r#"{"result":"auth","devices":[{"device":"DH1","type":"token","capabilities":["mobile_otp"]}]}"#;
const MENU: &str = r#"{"result":"auth","prompt":{"text":"Pick:\n 1. Push\n 2. Call\nPasscode or option (1-2): ",
    "factors":{"default":"push1","1":"push1","2":"phone1"}}}"#;
const VERIFIED: &str = r#"{"result":"auth","txid":"V1","verification_code":"417","expiration":1,
    "devices":[{"device":"DP1","display_name":"iPhone","capabilities":["push"]}]}"#;

fn ok(response: &str) -> Answer {
    Answer::Json(200, format!(r#"{{"stat":"OK","response":{response}}}"#))
}

fn fail(code: u32) -> Answer {
    let body =
        format!(r#"{{"stat":"FAIL","code":{code},"message":"m","message_detail":"text_prompt"}}"#);
    Answer::Json(u16::try_from(code / 100).unwrap(), body)
}

fn preauth(response: &str) -> Expect {
    Expect::Call(PREAUTH, 0.1, ok(response))
}

fn started(txid: &str) -> Expect {
    Expect::Call(AUTH, 0.1, ok(&format!(r#"{{"txid":"{txid}"}}"#)))
}

fn status(result: &str, status: &str, message: &str) -> Expect {
    status_after(3.0, result, status, message)
}

fn status_after(seconds: f64, result: &str, status: &str, message: &str) -> Expect {
    let body = format!(r#"{{"result":"{result}","status":"{status}","status_msg":"{message}"}}"#);
    Expect::Call(STATUS, seconds, ok(&body))
}

/// An info that a factor is out; not on a host that asks about it before anybody would see that.
fn told(host: &host::Profile, words: &'static str) -> Option<Expect> {
    let is_late = host.info == host::Info::HeldBack && host.silence.is_some();
    (!is_late).then_some(Expect::Info(words))
}

fn busy(after: Option<RetryAfter>) -> Answer {
    let body = br#"{"stat":"FAIL","code":42901,"message":"Too many requests"}"#.to_vec();
    Answer::With(HttpReply { status: 429, date: None, retry_after: after, body })
}

fn refused() -> Failure {
    Failure::Outage(Outage::ConnectRefused)
}

mod announce;
mod codes;
mod codes_in_words;
mod factors;
mod faults;
mod grace;
mod nobody_to_ask;
mod still_passcodes;
mod still_waiting;
