//! The reference: who may be let in, and what may be sent, from what happened alone. It knows no
//! state of the machine's and none of the types that replies are read into.

use serde_json::Value;

use crate::core::choice::Kind;
use crate::core::failure::Failure;
use crate::core::policy::Failmode;
use crate::core::reply::HttpReply;
use crate::core::request::{Call, Factor, Txid};
use crate::core::started::StartedBy;

/// What has happened so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct History {
    /// The call that was made last, until something has come of it.
    in_flight: Option<Endpoint>,
    last: Last,
    factor: Choosing,
    rate_limited: bool,
    /// Is there a reason to send a factor that no `/auth` has used yet?
    due: Due,
    /// The transactions that `/auth` has begun.
    begun: Vec<String>,
    /// `/auth` requests, without those that a whole reply told to send again.
    pub(crate) factors: u8,
    /// Those of them with a passcode, and those that make a phone ring.
    pub(crate) passcodes: u8,
    pub(crate) phones: u8,
    sent: Sent,
    /// The passcode of the last `/auth`, and those that a reply to theirs has refused.
    typed: Option<String>,
    refused: Vec<String>,
    /// Has the application answered by itself? Then nothing is sent any more.
    echoed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Endpoint {
    Preauth,
    Auth,
    Status,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Last {
    #[default]
    Nothing,
    /// A whole reply that says `allow`.
    Allow(Endpoint),
    /// To this there was no reply, or a 5xx.
    Outage(Endpoint),
}

/// How far a factor may have been chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Choosing {
    #[default]
    NotYet,
    /// A person has been asked.
    Asked,
    Chosen,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Due {
    #[default]
    Nothing,
    /// A choice, of a person or of preauth's: one `/auth`.
    Factor,
    /// The last `/auth` was not carried out: the same once more.
    Again,
}

/// What the last `/auth` was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Sent {
    passcode: bool,
    phone: bool,
}

impl History {
    /// A request goes out; `kind` is the word that the log has for its factor.
    pub(crate) fn sends(&mut self, call: &Call, kind: Option<&str>) {
        assert!(!self.echoed, "{call:?} after an answer that was none: {self:?}");
        match call {
            Call::Preauth { .. } => {
                // Once somebody has answered a menu, preauth is for the code of what they chose.
                if self.factor == Choosing::Asked {
                    self.factor = Choosing::Chosen;
                }
                self.in_flight = Some(Endpoint::Preauth);
            }
            Call::Auth { factor, .. } => {
                assert_ne!(self.due, Due::Nothing, "{factor:?} that nobody chose: {self:?}");
                let passcode = kind == Some(Kind::Passcode.word());
                self.typed = typed(factor).filter(|_| passcode);
                let again = self.typed.as_ref().is_some_and(|code| self.refused.contains(code));
                assert!(!again, "a refused passcode once more: {self:?}");
                let sent = Sent { passcode, phone: asks_a_phone(factor) };
                assert!(self.due == Due::Factor || sent == self.sent, "another one is repeated");
                self.due = Due::Nothing;
                self.factor = Choosing::Chosen;
                self.sent = sent;
                self.count(1);
                self.in_flight = Some(Endpoint::Auth);
            }
            Call::Status { txid: Txid(txid) } => {
                assert!(self.begun.contains(txid), "{txid} is none of ours: {self:?}");
                self.in_flight = Some(Endpoint::Status);
            }
        }
        self.last = Last::Nothing;
    }

    fn count(&mut self, by: i8) {
        self.factors = self.factors.saturating_add_signed(by);
        self.passcodes = self.passcodes.saturating_add_signed(by * i8::from(self.sent.passcode));
        self.phones = self.phones.saturating_add_signed(by * i8::from(self.sent.phone));
    }

    /// A whole reply has come.
    pub(crate) fn replied(&mut self, reply: &HttpReply) {
        let Some(to) = self.in_flight.take() else { panic!("a reply to nothing: {self:?}") };
        self.due = Due::Nothing;
        self.last = match plain_result(reply).as_deref() {
            Some("allow") => Last::Allow(to),
            _ if (500..600).contains(&reply.status) => Last::Outage(to),
            _ => Last::Nothing,
        };
        let code = plain_code(reply);
        self.rate_limited |= code / 100 == 429;
        match to {
            Endpoint::Preauth if plain_result(reply).as_deref() == Some("auth") => {
                self.due = Due::Factor;
            }
            Endpoint::Auth if is_not_carried_out(reply) => {
                self.due = Due::Again;
                self.count(-1);
            }
            Endpoint::Auth => {
                let refused = plain_result(reply).is_some_and(|result| result == "deny");
                self.refused.extend(self.typed.take().filter(|_| refused));
                self.begun.extend(plain_txid(reply).filter(|t| !self.begun.contains(t)));
            }
            Endpoint::Preauth | Endpoint::Status => {}
        }
    }

    pub(crate) fn failed(&mut self, failure: &Failure) {
        let to = self.in_flight.take();
        self.last = match (failure, to) {
            (Failure::Outage(_), Some(to)) => Last::Outage(to),
            (Failure::Outage(_) | Failure::Local(_) | Failure::Untrusted(_), _) => Last::Nothing,
        };
    }

    /// A person has answered a prompt.
    pub(crate) fn answered(&mut self) {
        self.factor = self.factor.max(Choosing::Asked);
        self.due = Due::Factor;
        self.last = Last::Nothing;
    }

    /// The application has answered a prompt by itself, with the user's name.
    pub(crate) fn echoed(&mut self) {
        self.echoed = true;
        self.nothing();
    }

    /// The time is over, or whoever logs in has gone.
    pub(crate) fn nothing(&mut self) {
        self.last = Last::Nothing;
    }

    /// Why a login that ends now lets in.
    pub(crate) fn may_open(
        &self,
        failmode: Failmode,
        started_by: StartedBy,
    ) -> Option<&'static str> {
        match self.last {
            Last::Allow(Endpoint::Preauth) => Some("bypass"),
            Last::Allow(Endpoint::Auth | Endpoint::Status) => Some("allow"),
            Last::Outage(Endpoint::Preauth)
                if failmode == Failmode::Safe
                    && started_by == StartedBy::System
                    && self.factor != Choosing::Chosen
                    && !self.rate_limited =>
            {
                Some("unreachable")
            }
            Last::Outage(_) | Last::Nothing => None,
        }
    }

    /// Has a whole reply just told to send the same `/auth` again?
    pub(crate) fn is_due_again(&self) -> bool {
        self.due == Due::Again
    }
}

fn asks_a_phone(factor: &Factor) -> bool {
    match factor {
        Factor::Push { .. } | Factor::Phone { .. } => true,
        Factor::Prompt { answer, .. } => {
            ["push", "phone"].iter().any(|word| answer.expose().contains(word))
        }
        Factor::Sms { .. } | Factor::Passcode(_) => false,
    }
}

/// The typed answer, if it goes out as it is.
fn typed(factor: &Factor) -> Option<String> {
    match factor {
        Factor::Passcode(code) | Factor::Prompt { answer: code, .. } => {
            Some(code.expose().to_owned())
        }
        Factor::Push { .. } | Factor::Phone { .. } | Factor::Sms { .. } => None,
    }
}

/// 429, or 40105 for the clock: only after these may an `/auth` be sent again.
fn is_not_carried_out(reply: &HttpReply) -> bool {
    let code = plain_code(reply);
    !(500..600).contains(&reply.status)
        && (code / 100 == 429 || code == 40105 || reply.status == 429)
        && plain(reply).is_none()
}

/// The `response` of a reply that is a good one, read without any of the module's own types.
fn plain(reply: &HttpReply) -> Option<Value> {
    let mut body: Value = serde_json::from_slice(&reply.body).ok()?;
    let good = reply.status == 200 && body.get("stat")? == "OK";
    Some(body.get_mut("response")?.take()).filter(|_| good)
}

/// Is it JSON that a `Value` cannot hold: too deep, a number too large, half a surrogate pair? What
/// is not looked at may be all of these.
pub(crate) fn is_beyond_plain(reply: &HttpReply) -> bool {
    serde_json::from_slice::<Value>(&reply.body).is_err()
        && std::str::from_utf8(&reply.body).is_ok()
        && serde_json::from_slice::<serde::de::IgnoredAny>(&reply.body).is_ok()
}

/// What this reply says about `result`.
pub(crate) fn plain_result(reply: &HttpReply) -> Option<String> {
    Some(plain(reply)?.get("result")?.as_str()?.to_owned())
}

pub(crate) fn plain_txid(reply: &HttpReply) -> Option<String> {
    Some(plain(reply)?.get("txid")?.as_str()?.to_owned())
}

/// The service's code for what went wrong; else as if it had none but the HTTP status.
fn plain_code(reply: &HttpReply) -> u64 {
    let read = || {
        let body: Value = serde_json::from_slice(&reply.body).ok()?;
        body.get("code").filter(|_| body.get("stat").is_some_and(|stat| stat == "FAIL"))?.as_u64()
    };
    read().unwrap_or(u64::from(reply.status) * 100)
}
