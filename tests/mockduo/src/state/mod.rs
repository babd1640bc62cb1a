//! What the service knows, as a machine that is told the time: no clock, no sockets, no locks.

mod answer;
mod directory;
mod due;
mod enrolment;
mod event;
mod passcodes;
mod snapshot;
mod status;
#[cfg(test)]
mod tests;
mod transaction;
mod user;
mod verified;

use std::collections::{BTreeMap, HashMap, VecDeque};

pub use answer::{AnswerError, By};
pub use enrolment::EnrolStatus;
pub use event::Event;
pub use snapshot::Snapshot;
pub use status::Status;
pub use transaction::{Kind, NewTx, Poll, Tx, View};
pub use user::User;
pub use verified::fresh_code;

use crate::clock::Millis;
use crate::scenario::{Auto, Form, RateLimit, Scenario, TextPrompt, UnknownUser};
use due::Due;

/// How long the result of a transaction can be asked for.
const KEPT: Millis = 5 * 60_000;
/// How many ended transactions the history shows.
const HISTORY: usize = 100;

/// The policies of the service as a whole.
#[derive(Clone, Debug)]
pub struct Rules {
    pub auto: Auto,
    pub push_ttl: Millis,
    pub form: Form,
    pub text_prompt: TextPrompt,
    pub unknown_user: UnknownUser,
    pub lockout_after: Option<u32>,
    pub rate_limit: Option<RateLimit>,
    pub portal: String,
    pub auto_enroll: Option<Millis>,
}

/// Users, transactions, and what is due when.
#[derive(Debug)]
pub struct State {
    pub rules: Rules,
    users: BTreeMap<String, User>,
    txs: HashMap<String, Tx>,
    verifications: HashMap<String, verified::Verification>,
    enrolments: HashMap<String, enrolment::Enrolment>,
    due: Due,
    events: Vec<Event>,
    history: VecDeque<snapshot::Ended>,
}

impl State {
    /// `auto` and `push_ttl` are the command line's, already merged with the scenario's.
    pub fn new(scenario: &Scenario, auto: Auto, push_ttl: Millis) -> Self {
        let server = &scenario.server;
        let portal = "https://enroll.example/portal?code=".to_owned();
        let rules = Rules {
            auto,
            push_ttl,
            form: server.form,
            text_prompt: server.text_prompt,
            unknown_user: server.unknown_user,
            lockout_after: server.lockout_after,
            rate_limit: server.rate_limit,
            portal: server.enroll_portal_url.clone().unwrap_or(portal),
            auto_enroll: server.auto_enroll.map(crate::clock::Span::millis),
        };
        let users = scenario.users.iter().cloned().map(User::new);
        Self {
            rules,
            users: users.map(|user| (user.spec.name.clone(), user)).collect(),
            txs: HashMap::new(),
            verifications: HashMap::new(),
            enrolments: HashMap::new(),
            due: Due::default(),
            events: Vec::new(),
            history: VecDeque::new(),
        }
    }

    /// What happened since the last call, oldest first.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// When [`State::tick`] has something to do next.
    pub fn next_due(&self) -> Option<Millis> {
        self.due.next()
    }

    /// Does all that is due at `now`.
    pub fn tick(&mut self, now: Millis) {
        while let Some(item) = self.due.take(now) {
            match item {
                due::Item::Rings(txid) => self.phone_answered(&txid),
                due::Item::Auto(txid, answer) => self.auto_answer(now, &txid, answer),
                due::Item::Expires(txid) => self.expire(now, &txid),
                due::Item::Forget(txid) => drop(self.txs.remove(&txid)),
                due::Item::ForgetVerification(txid) => drop(self.verifications.remove(&txid)),
                due::Item::Enrol(user_id) => drop(self.activate(now, &user_id)),
            }
        }
    }
}

/// An identifier that nobody can guess.
fn fresh_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// `count` random decimal digits.
fn fresh_digits(count: usize) -> String {
    // The hexadecimal digits of one UUID's random part, folded to ten: good enough for codes of a test service.
    let bytes = uuid::Uuid::new_v4().into_bytes();
    bytes.iter().take(count).map(|byte| char::from(b'0' + byte % 10)).collect()
}
