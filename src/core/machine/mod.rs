//! The login as a machine: an event goes in, what to say and what to do next comes out.
//!
//! preauth → factor → auth → status → outcome. Time is what the caller says was spent.

mod answers;
#[cfg(test)]
mod properties;
mod retry;
mod verified;

use std::time::{Duration, SystemTime};

use super::choice::Choice;
use super::failure::{Failure, Outage};
use super::host::Profile;
use super::menu::{Menu, Pick};
use super::reply::{self, HttpReply};
use super::request::{Call, Request, Subject, TextPrompt, Txid};
use super::secret::Secret;
use super::text::{Size, Text};
use super::verdict::{FactorChosen, Outcome};
use crate::core::policy::{Announce, Autopush, Failmode};
use retry::Retry;
use verified::{Asked, CODE_PROMPTS, Verification};

/// How long one factor may take, from the moment it was sent: a push lives 60 s.
pub const FACTOR_BUDGET: Duration = Duration::from_secs(65);

/// What is known before the service is asked.
#[derive(Clone, Debug)]
pub struct Plan {
    pub subject: Subject,
    pub autopush: Autopush,
    /// Tries before giving up.
    pub rounds: u8,
    pub pushinfo: Option<String>,
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
    pub say: Vec<Text>,
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
pub struct Machine {
    plan: Plan,
    trace: Trace,
    say: Vec<Text>,
    /// The call in flight, or the one to repeat after a pause.
    call: Option<Call>,
    pausing: bool,
    retry: Retry,
    /// Left of the budget that runs now.
    left: Duration,
    rounds_left: u8,
    free_sms: u8,
    chosen: FactorChosen,
    menu: Menu,
    choice: Option<Choice>,
    verified: Verification,
    /// How the login ends when no round is left.
    otherwise: Outcome,
    shown: Option<String>,
    /// A code that is told together with the push that wants it.
    code: Option<String>,
    asked: Asked,
    /// Prompts with a code that this factor may still have.
    code_prompts: u8,
    /// Does the service know `text_prompt`?
    text_prompt: TextPrompt,
    /// Has the service said that a phone rings or shows a request?
    phone_asked: bool,
}

impl Machine {
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            trace: Trace::default(),
            say: Vec::new(),
            call: None,
            pausing: false,
            retry: Retry::default(),
            left: plan.timeout,
            rounds_left: plan.rounds,
            free_sms: 1,
            chosen: FactorChosen::NotYet,
            menu: Menu::of(&reply::Offer::default()),
            choice: None,
            verified: Verification::NotAsked,
            otherwise: Outcome::RoundsUsedUp,
            shown: None,
            code: None,
            asked: Asked::Factor,
            code_prompts: CODE_PROMPTS,
            text_prompt: TextPrompt::Ask,
            phone_asked: false,
            plan,
        }
    }

    /// What the log tells beside the outcome.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// One step; `spent` is the time since the last one that was not spent in a conversation.
    pub fn step(&mut self, event: Event, spent: Duration) -> Step {
        self.left = self.left.saturating_sub(spent);
        let next = match event {
            Event::Start => self.preauth(),
            Event::Reply(reply, wall) => self.replied(&reply, wall, spent),
            Event::Failed(failure) => self.failed(failure),
            Event::Tick if self.pausing => self.repeat(),
            Event::Tick => Next::GiveUp,
            Event::Answer(answer) => self.answered(&answer),
            Event::NoAnswer => Next::End(self.unanswered()),
            Event::Cancelled => Next::End(Outcome::Cancelled),
            Event::PeerGone => Next::End(Outcome::PeerGone),
        };
        Step { say: std::mem::take(&mut self.say), next }
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
        let request = Request { call: call.clone(), skew: self.retry.skew() };
        self.call = Some(call);
        Next::Exchange(Box::new(request), self.left)
    }

    /// The same call once more; only ever after a whole reply said so, or for a poll.
    fn repeat(&mut self) -> Next {
        match self.call.clone() {
            Some(call) => self.exchange(call),
            None => Next::End(Outcome::Unintelligible("nothing to repeat".to_owned())),
        }
    }

    /// Puts the menu to the person, if a try is left.
    fn ask(&mut self) -> Next {
        if self.rounds_left == 0 {
            return Next::End(self.otherwise.clone());
        }
        self.rounds_left -= 1;
        self.call = None;
        self.asked = Asked::Factor;
        Next::Ask(self.menu.prompt(&self.plan.host, &self.plan.subject.username))
    }

    /// The last try came to nothing; `otherwise` is how it ends if there is no other.
    fn ask_again(&mut self, otherwise: Outcome) -> Next {
        self.otherwise = otherwise;
        self.left = self.plan.timeout;
        self.ask()
    }

    fn answered(&mut self, answer: &Secret) -> Next {
        if self.asked == Asked::ToReadTheCode {
            return self.poll();
        }
        match self.menu.pick(answer) {
            Pick::Choice(choice) => {
                if choice.may_push() {
                    self.renew_code();
                }
                self.start(choice)
            }
            Pick::NotUnderstood => {
                self.tell("That is neither one of the choices nor a passcode.");
                self.ask_again(Outcome::RoundsUsedUp)
            }
        }
    }

    /// Sends the factor. From here on nothing but an allow lets in.
    fn start(&mut self, choice: Choice) -> Next {
        self.chosen = FactorChosen::Yes;
        self.trace = Trace::default();
        self.phone_asked = false;
        let push = choice.may_push();
        let txid = match &self.verified {
            Verification::Fresh(verified) if push => Some(verified.txid.clone()),
            Verification::Used if push => {
                self.choice = Some(choice);
                return self.preauth();
            }
            _ => None,
        };
        self.code = None;
        self.code_prompts = CODE_PROMPTS;
        if txid.is_some() {
            self.announce_code();
        }
        self.trace.factor = Some(choice.kind.word());
        self.trace.device = Some(choice.device.clone()).filter(|device| !device.is_empty());
        let pushinfo = self.plan.pushinfo.clone();
        let factor = choice.factor(pushinfo, txid);
        self.choice = Some(choice);
        self.shown = None;
        self.exchange(Call::Auth { subject: self.plan.subject.clone(), factor })
    }

    fn tell(&mut self, text: &str) {
        let text = Text::lines(text.trim(), Size::MESSAGE);
        if !text.is_empty() {
            self.say.push(text);
        }
    }

    /// There is no reply. A poll may be asked again; everything else is over.
    fn failed(&mut self, failure: Failure) -> Next {
        let polling = matches!(self.call, Some(Call::Status { .. }));
        match failure {
            // The factor's whole budget is gone, and a service that is silent now offers no other.
            Failure::Outage(_) if polling && self.left.is_zero() => Next::End(Outcome::TimedOut),
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
        match self.retry.after_lost_poll(self.left) {
            Some(pause) => self.pause(pause),
            None => Next::End(Outcome::Lost(outage)),
        }
    }

    /// The person did not answer: a factor that ran out before is the better reason.
    fn unanswered(&self) -> Outcome {
        match self.otherwise {
            Outcome::TimedOut => Outcome::TimedOut,
            _ => Outcome::NoConversation,
        }
    }

    fn pause(&mut self, pause: Duration) -> Next {
        self.pausing = true;
        Next::Pause(pause)
    }
}
