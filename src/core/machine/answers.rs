//! What each reply of the service does to the login.

use std::time::{Duration, SystemTime};

use super::asking::Asked;
use super::retry::{self, span};
use super::verified::code_word;
use super::waiting::Pending;
use super::{FACTOR_BUDGET, Machine, Next, words};
use crate::core::choice::Kind;
use crate::core::failure::{Failure, Outage};
use crate::core::host::{Info, Prompts};
use crate::core::reply::{self, Auth, AuthResult, HttpReply, Preauth, Problem, RetryAfter, Status};
use crate::core::request::{Call, TextPrompt};
use crate::core::verdict::Outcome;

impl Machine {
    pub(super) fn replied(&mut self, reply: &HttpReply, wall: SystemTime, took: Duration) -> Next {
        let read = match &self.call {
            Some(Call::Preauth { .. }) => reply::preauth(reply).map(|said| self.preauth_says(said)),
            Some(Call::Auth { .. }) => reply::auth(reply).map(|said| self.auth_says(said)),
            Some(Call::Status { txid }) => {
                reply::status(reply, txid).map(|said| self.status_says(said, took))
            }
            None => Err(Problem::Unintelligible("a reply that nobody asked for".to_owned())),
        };
        read.unwrap_or_else(|problem| self.problem(problem, reply.date, wall, took))
    }

    fn preauth_says(&mut self, said: Preauth) -> Next {
        match said {
            Preauth::Allow => Next::End(Outcome::Bypassed),
            Preauth::Deny { message } => Next::End(Outcome::Refused(message)),
            Preauth::Enroll { message, portal } => {
                Next::End(Outcome::NotEnrolled { message, portal })
            }
            Preauth::Auth(offer) => self.offered(offer),
        }
    }

    fn auth_says(&mut self, said: Auth) -> Next {
        // The factor is out: its own budget runs, and the next round's starts afresh after it.
        if self.aside.is_none() {
            self.times.begin(FACTOR_BUDGET);
        }
        match said {
            Auth::Ended(status) => self.status_says(status, Duration::ZERO),
            Auth::Started(txid) => {
                self.trace.txid = Some(txid);
                if let Some(words) = self.code_to_read() {
                    return self.ask_to_read(&words);
                }
                self.tell_sent();
                self.poll()
            }
        }
    }

    /// Not where it would be seen with the prompt that says the same, and no sooner.
    fn tell_sent(&mut self) {
        let Some(choice) = &self.pending.choice else { return };
        let is_late = self.plan.host.info == Info::HeldBack && self.times.will_speak();
        let code = self.pending.code.as_deref();
        let words = words::sent(choice, code, &self.plan.host, &self.times);
        if let Some(words) = words.filter(|_| !is_late) {
            self.tell(&words);
        }
    }

    /// Asks how the transaction stands, or the person first, if the host is about to lose patience.
    pub(super) fn poll(&mut self) -> Next {
        let Some(txid) = self.trace.txid.clone() else { return waiting_for_nothing() };
        let call = Call::Status { txid };
        self.pausing = false;
        self.call = Some(call.clone());
        if self.must_ask_still() { self.ask_still() } else { self.exchange(call) }
    }

    fn status_says(&mut self, said: Status, took: Duration) -> Next {
        match said.result {
            AuthResult::Allow => Next::End(Outcome::Approved),
            AuthResult::Waiting => {
                let pause = self.retry.before_next_poll(took);
                if let Some(words) = self.code_in(&said) {
                    return self.ask_to_read(&words);
                }
                self.tell_progress(&said);
                self.poll_after(pause)
            }
            AuthResult::Deny => self.denied(said),
        }
    }

    /// The service's own words while it waits, each once. That a push is out was said already; but a
    /// number in those words may be the code that a verified push wants. Where that was told, they are
    /// not to take its place in a dialog, unless they bring another.
    fn tell_progress(&mut self, said: &Status) {
        let phone_asks = matches!(said.status.as_str(), "pushed" | "calling" | "answered");
        self.pending.phone_asked |= phone_asks;
        let Some(message) = said.message.as_deref() else { return };
        let has_code = match &self.pending {
            Pending { code: Some(_), choice: Some(choice), .. } => {
                code_word(message, &choice.device).is_some()
            }
            _ => message.contains(|c: char| c.is_ascii_digit()),
        };
        let told = said.status == "pushed" && !has_code || self.says_the_code_again(message);
        if !told && self.pending.shown.as_deref() != Some(message) {
            self.tell(message);
            self.pending.shown = Some(message.to_owned());
        }
    }

    fn denied(&mut self, said: Status) -> Next {
        let kind = self.pending.choice.as_ref().map(|choice| choice.kind);
        self.refused.extend(self.pending.choice.clone().filter(|own| own.kind == Kind::Passcode));
        let phone_asked = self.pending.phone_asked;
        if said.status != "sent" {
            let words = said.message.as_deref().filter(|words| !words.trim().is_empty());
            self.trace.said = words.or(Some(&said.status)).map(str::to_owned);
        }
        match (said.status.as_str(), kind) {
            ("fraud", _) => Next::End(Outcome::Fraud),
            ("locked_out", _) => Next::End(Outcome::LockedOut(said.message)),
            _ if self.aside.is_some() && !phone_asked => {
                self.back(about_a_passcode(said.message.as_deref()))
            }
            ("sent", _) => self.sent(said.message.as_deref()),
            ("timeout", _) => self.ran_out(),
            (_, Some(Kind::Passcode)) if !phone_asked => {
                self.tell(about_a_passcode(said.message.as_deref()));
                self.ask_again(Outcome::RoundsUsedUp)
            }
            // A refusal is not asked about again. One that no person gave is told in its own words.
            (status, _) => Next::End(Outcome::Denied(said.message.filter(|_| status != "deny"))),
        }
    }

    fn ran_out(&mut self) -> Next {
        if self.aside.is_some() {
            return self.back("There is no answer about that passcode.");
        }
        // Where no other way is offered, the verdict says it.
        if self.rounds_left > 0 && self.plan.host.prompts == Prompts::Shown {
            self.tell("Nobody answered in time.");
        }
        self.ask_again(Outcome::TimedOut)
    }

    /// New passcodes are on their way; asking for them the first time costs no try.
    fn sent(&mut self, message: Option<&str>) -> Next {
        if self.free_sms > 0 {
            self.free_sms -= 1;
            self.rounds_left = self.rounds_left.saturating_add(1);
        }
        self.tell(message.unwrap_or("New passcodes are on their way."));
        self.ask_again(Outcome::RoundsUsedUp)
    }

    fn poll_after(&mut self, pause: Option<Duration>) -> Next {
        let next = self.poll();
        match pause {
            // The call is known now; it is made when the pause is over.
            Some(pause) if matches!(next, Next::Exchange(..)) => self.pause(pause),
            _ => next,
        }
    }

    /// A poll that the service does not answer. One long poll ran out (Auth API reference,
    /// "`/auth_status`"); or, at once after a person took their time at a prompt, the transaction is
    /// no longer known.
    fn no_answer_to_poll(&mut self, took: Duration) -> Next {
        if self.asked != Asked::Factor && retry::is_quick(took) {
            return self.ran_out();
        }
        let pause = self.retry.before_next_poll(took);
        self.poll_after(pause)
    }

    /// A reply that is not the answer.
    fn problem(
        &mut self,
        problem: Problem,
        date: Option<SystemTime>,
        wall: SystemTime,
        took: Duration,
    ) -> Next {
        match (problem, &self.call) {
            (Problem::RateLimited(after), _) => self.rate_limited(after, date, wall),
            (Problem::ServerError(status), _) => {
                self.failed(Failure::Outage(Outage::ServerError(status)))
            }
            (Problem::ClockOff(date), _) if self.retry.correct_clock(date, wall) => self.repeat(),
            (Problem::ClockOff(_), _) => Next::End(Outcome::ClockOff),
            (Problem::KeysRefused(why), _) => Next::End(Outcome::KeysRefused(why)),
            (Problem::BadParameter(_), Some(Call::Status { .. })) => self.no_answer_to_poll(took),
            (
                Problem::BadParameter(name),
                Some(Call::Preauth { text_prompt: TextPrompt::Ask, .. }),
            ) if name.contains("text_prompt") => {
                self.text_prompt = TextPrompt::Omit;
                self.preauth()
            }
            (Problem::BadParameter(name), _) => {
                let why = format!("the service refuses a parameter: {name}");
                Next::End(Outcome::Unintelligible(why))
            }
            (Problem::Unintelligible(why), _) => Next::End(Outcome::Unintelligible(why)),
        }
    }

    fn rate_limited(
        &mut self,
        after: Option<RetryAfter>,
        date: Option<SystemTime>,
        wall: SystemTime,
    ) -> Next {
        let told = after.map(|after| span(after, date, wall));
        match self.retry.after_rate_limit(told, self.plan.jitter, self.times.left()) {
            Some(pause) => {
                let seconds = pause.as_secs_f32().ceil();
                self.tell(&format!("The service is busy; trying again in {seconds} s."));
                self.pause(pause)
            }
            None if self.aside.is_some() => self.back("The service is busy."),
            None => Next::End(Outcome::RateLimited),
        }
    }
}

/// Why a passcode was refused: in the service's words where they are about one ("has already been
/// used"); others speak of a request that nobody saw.
fn about_a_passcode(message: Option<&str>) -> &str {
    let says_so = |words: &&str| words.to_ascii_lowercase().contains("passcode");
    message.filter(says_so).unwrap_or("That passcode was not accepted.")
}

fn waiting_for_nothing() -> Next {
    let why = "waiting, but no transaction to wait for".to_owned();
    Next::End(Outcome::Unintelligible(why))
}
