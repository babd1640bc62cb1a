//! The login as a machine: an event goes in, what to say and what to do next comes out.
//!
//! preauth → factor → auth → status → outcome. Time is what the caller says was spent.

mod answers;
mod asking;
#[cfg(test)]
mod borders;
#[cfg(test)]
mod exhaustive;
#[cfg(test)]
mod properties;
mod retry;
#[cfg(test)]
pub(crate) mod stepped;
mod times;
mod verified;
mod waiting;
#[cfg(any(test, fuzzing))]
pub(crate) mod witness;
mod words;

use std::time::{Duration, SystemTime};

use super::choice::{Choice, Kind};
use super::failure::{Failure, Outage};
use super::host::Profile;
use super::menu::Menu;
use super::reply::{self, HttpReply};
use super::request::{Call, Request, Subject, TextPrompt, Txid};
use super::secret::Secret;
use super::text::{Size, Text};
use super::verdict::{FactorChosen, Outcome};
use crate::core::policy::{Announce, Autopush, Failmode};
use asking::Asked;
use retry::Retry;
pub use times::Spent;
use times::Times;
use verified::Verification;
use waiting::{Aside, Pending};

/// How long one factor may take, from the moment it was sent: a push lives 60 s.
pub const FACTOR_BUDGET: Duration = Duration::from_secs(65);

/// What is known before the service is asked.
#[derive(Clone, Debug)]
pub struct Plan {
    pub subject: Subject,
    /// Answers of an application that asks nobody: the user's names and the password.
    pub echoes: Vec<Secret>,
    pub autopush: Autopush,
    /// Tries before giving up.
    pub rounds: u8,
    pub pushinfo: Option<String>,
    /// The one that rules in this process.
    pub failmode: Failmode,
    /// For all network and waiting until `/auth` is answered.
    pub timeout: Duration,
    /// How the host shows what is said.
    pub host: Profile,
    pub announce: Announce,
    /// For how long the host has heard nothing already.
    pub silent: Duration,
    /// When the login has to be over, counted from now; `None`: when the budgets are.
    pub deadline: Option<Duration>,
    /// Up to a second, added to each wait that the service did not set, so that a fleet does not
    /// come back all at once.
    pub jitter: Duration,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    Start,
    /// A reply, and this machine's wall clock when it came.
    Reply(HttpReply, SystemTime),
    Failed(Failure),
    /// The time that [`Next`] allowed is over.
    Tick,
    Answer(Secret),
    NoAnswer,
    Cancelled,
    PeerGone,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this, and wait for its reply for that long.
    Exchange(Box<Request>, Duration),
    /// Wait for that long for the reply to the request in flight, which was sent before.
    Await(Duration),
    /// Wait for that long, with nothing in flight.
    Pause(Duration),
    /// Ask the person.
    Ask(Text),
    /// The budget is used up: learn from the transport where it hangs.
    GiveUp,
    End(Outcome),
}

/// What to tell the person, then what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// One message: a dialog shows only the last of several.
    pub say: Option<Text>,
    pub next: Next,
}

/// What the log tells beside the outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub factor: Option<&'static str>,
    pub device: Option<String>,
    pub txid: Option<Txid>,
    /// The service's own words for a refusal.
    pub said: Option<String>,
}

/// One login.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub struct Machine {
    plan: Plan,
    trace: Trace,
    say: Option<Text>,
    /// The call in flight, or the one to repeat after a pause.
    call: Option<Call>,
    in_flight: bool,
    pausing: bool,
    retry: Retry,
    times: Times,
    rounds_left: u8,
    free_sms: u8,
    /// Passcodes that may still be tried, wherever they are typed.
    passcodes_left: u8,
    /// Passcodes that the service has refused.
    refused: Vec<Choice>,
    chosen: FactorChosen,
    menu: Menu,
    pending: Pending,
    /// What [`Self::pending`] was, while a passcode is tried in its place.
    aside: Option<Box<Aside>>,
    verified: Verification,
    /// How the login ends when no round is left.
    otherwise: Outcome,
    asked: Asked,
    /// Does the service know `text_prompt`?
    text_prompt: TextPrompt,
}

impl Machine {
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            trace: Trace::default(),
            say: None,
            call: None,
            in_flight: false,
            pausing: false,
            retry: Retry::default(),
            times: Times::of(&plan),
            rounds_left: plan.rounds,
            free_sms: 1,
            passcodes_left: plan.rounds,
            refused: Vec::new(),
            chosen: FactorChosen::NotYet,
            menu: Menu::of(&reply::Offer::default()),
            pending: Pending::new(None),
            aside: None,
            verified: Verification::NotAsked,
            otherwise: Outcome::RoundsUsedUp,
            asked: Asked::Factor,
            text_prompt: TextPrompt::Ask,
            plan,
        }
    }

    /// What the log tells beside the outcome.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// One step; `spent` is the time since the last one.
    pub fn step(&mut self, event: Event, spent: Spent) -> Step {
        let was_asked = matches!(event, Event::Answer(_) | Event::NoAnswer);
        self.times.pass(spent, was_asked);
        if let Some(aside) = &mut self.aside {
            aside.budget = aside.budget.saturating_sub(spent.waited);
        }
        self.in_flight &= !matches!(event, Event::Reply(..) | Event::Failed(_));
        let next = match event {
            Event::Start => self.preauth(),
            Event::Reply(reply, wall) => self.replied(&reply, wall, self.times.took),
            Event::Failed(failure) => self.failed(failure),
            Event::Tick => self.tick(),
            Event::Answer(_) | Event::NoAnswer if self.times.is_over() => {
                Next::End(Outcome::GraceOver)
            }
            Event::Answer(answer) => self.answered(&answer),
            Event::NoAnswer => Next::End(self.unanswered(None)),
            Event::Cancelled => Next::End(Outcome::Cancelled),
            Event::PeerGone => Next::End(Outcome::PeerGone),
        };
        let next = match next {
            Next::End(outcome) => Next::End(outcome),
            // Whoever logs in decides how much of this time is left for the service, so that it is
            // never an outage.
            _ if self.times.is_over() => Next::End(Outcome::GraceOver),
            next => next,
        };
        self.in_flight |= matches!(next, Next::Exchange(..));
        Step { say: std::mem::take(&mut self.say), next }
    }

    /// A time is over: the first of them decides.
    fn tick(&mut self) -> Next {
        let is_used_up = self.times.budget().is_zero();
        if self.must_ask_still() && !is_used_up {
            return self.ask_still();
        }
        let pause = self.times.pause();
        match (self.pausing, is_used_up) {
            (true, false) if !pause.is_zero() => self.pause(pause),
            (true, false) => self.repeat(),
            (true, true) => self.too_late_to_repeat(),
            (false, false) if self.in_flight && !self.patience().is_zero() => {
                Next::Await(self.patience())
            }
            _ => Next::GiveUp,
        }
    }

    /// Until something other than a reply has to be looked after.
    fn patience(&self) -> Duration {
        self.times.patience(self.can_ask_still())
    }

    fn preauth(&mut self) -> Next {
        self.exchange(Call::Preauth {
            subject: self.plan.subject.clone(),
            text_prompt: self.text_prompt,
            failmode: match self.plan.failmode {
                Failmode::Safe => "open",
                Failmode::Secure => "closed",
            },
        })
    }

    fn exchange(&mut self, call: Call) -> Next {
        self.pausing = false;
        self.times.took = Duration::ZERO;
        let request = Request { call: call.clone(), skew: self.retry.skew() };
        self.call = Some(call);
        Next::Exchange(Box::new(request), self.patience())
    }

    /// The same call once more; only ever after a whole reply said so, or for a poll.
    fn repeat(&mut self) -> Next {
        match self.call.clone() {
            Some(Call::Auth { .. }) if self.times.is_too_late_to_send() => {
                Next::End(Outcome::GraceOver)
            }
            Some(call) => self.exchange(call),
            None => Next::End(Outcome::Unintelligible("nothing to repeat".to_owned())),
        }
    }

    /// After a pause that took too long (the machine was suspended), a push would not be waited for.
    fn too_late_to_repeat(&mut self) -> Next {
        match self.call {
            _ if self.aside.is_some() => self.back("The service is busy."),
            Some(Call::Status { .. }) => Next::End(Outcome::TimedOut),
            _ => Next::End(Outcome::RateLimited),
        }
    }

    /// Sends the factor. From here on nothing but an allow lets in.
    fn start(&mut self, choice: Choice) -> Next {
        if self.times.is_too_late_to_send() {
            return Next::End(Outcome::GraceOver);
        }
        self.chosen = FactorChosen::Yes;
        self.passcodes_left -= u8::from(choice.kind == Kind::Passcode).min(self.passcodes_left);
        self.trace = Trace::default();
        let push = choice.may_push();
        let txid = match &self.verified {
            Verification::Fresh(verified) if push => Some(verified.txid.clone()),
            Verification::Used if push => {
                self.pending = Pending::new(Some(choice));
                return self.preauth();
            }
            _ => None,
        };
        self.trace.factor = Some(choice.kind.word());
        self.trace.device = Some(choice.device.clone()).filter(|device| !device.is_empty());
        let pushinfo = self.plan.pushinfo.clone();
        let factor = choice.factor(pushinfo, txid.clone());
        self.pending = Pending::new(Some(choice));
        if txid.is_some() {
            self.note_code();
        }
        self.exchange(Call::Auth { subject: self.plan.subject.clone(), factor })
    }

    fn tell(&mut self, text: &str) {
        let said = self.say.take().map(|said| format!("{said}\n")).unwrap_or_default();
        let text = Text::lines(&format!("{said}{}", text.trim()), Size::MESSAGE);
        self.say = Some(text).filter(|text| !text.is_empty());
    }

    /// There is no reply. A poll may be asked again; everything else is over.
    fn failed(&mut self, failure: Failure) -> Next {
        let polling = matches!(self.call, Some(Call::Status { .. }));
        match failure {
            // The push may still be approved.
            Failure::Outage(_) if self.aside.is_some() => {
                self.back("There is no answer about that passcode.")
            }
            // The factor's whole budget is gone, and a service that is silent now offers no other.
            Failure::Outage(_) if polling && self.times.budget().is_zero() => {
                Next::End(Outcome::TimedOut)
            }
            Failure::Outage(outage) if polling => self.poll_failed(outage),
            Failure::Outage(_)
                if self.chosen == FactorChosen::NotYet && self.retry.was_rate_limited() =>
            {
                Next::End(Outcome::RateLimited)
            }
            failure => Next::End(Outcome::of_failure(failure, self.chosen)),
        }
    }

    fn poll_failed(&mut self, outage: Outage) -> Next {
        match self.retry.after_lost_poll(self.times.left()) {
            Some(pause) => self.pause(pause),
            None => Next::End(Outcome::Lost(outage)),
        }
    }

    fn pause(&mut self, pause: Duration) -> Next {
        self.pausing = true;
        self.times.begin_pause(pause);
        Next::Pause(pause.min(self.patience()))
    }
}
