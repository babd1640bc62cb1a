//! While a factor is waited for: a prompt before the host loses patience, and a passcode in its
//! answer. From here no push and no call is ever sent: whatever else is typed sends nothing.

use std::time::Duration;

use super::asking::TRIED;
use super::words::{self, May, Wanted};
use super::{Asked, Machine, Next, Trace};
use crate::core::choice::{Choice, Kind};
use crate::core::menu::Pick;
use crate::core::request::Call;
use crate::core::secret::Secret;
use crate::core::text::{Size, Text};
use crate::core::verdict::Outcome;

/// Prompts that only keep the host patient, for one factor. Its budget does not run while one is
/// open, so it cannot be what bounds them. A host that bears 15 s of silence needs no more.
pub(super) const STILL_PROMPTS: u8 = 5;
/// Prompts with a code for one factor: a service that goes on finding new words must not be able to
/// go on asking.
pub(super) const CODE_PROMPTS: u8 = 3;

/// A factor that is out, or about to be.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(super) struct Pending {
    pub(super) choice: Option<Choice>,
    /// The service's words that were told last.
    pub(super) shown: Option<String>,
    /// The code that was told for this push; the service's words that repeat it are no news.
    pub(super) code: Option<String>,
    /// The service's own words with a code in them, once they stood in a prompt.
    pub(super) code_words: Option<String>,
    pub(super) code_prompts: u8,
    still_prompts: u8,
    /// Has the service said that a phone rings or shows a request?
    pub(super) phone_asked: bool,
}

impl Pending {
    pub(super) fn new(choice: Option<Choice>) -> Self {
        Self {
            choice,
            shown: None,
            code: None,
            code_words: None,
            code_prompts: CODE_PROMPTS,
            still_prompts: STILL_PROMPTS,
            phone_asked: false,
        }
    }

    fn wanted(&self) -> Wanted {
        if let Some(code) = &self.code {
            return Wanted::Code(code.clone());
        }
        let Some(words) = &self.code_words else { return Wanted::Nothing };
        let device = self.choice.as_ref().map(|choice| choice.device.as_str()).unwrap_or_default();
        match super::verified::code_word(words, device) {
            Some(code) => Wanted::Code(code.to_owned()),
            None => Wanted::InWords(words.clone()),
        }
    }

    /// Is this the code that the phone wants?
    fn wants(&self, typed: &str) -> bool {
        let words = [&self.code, &self.code_words, &self.shown];
        let mut words = words.into_iter().flatten().flat_map(|words| digits_in(words));
        words.any(|word| word == typed)
    }
}

fn digits_in(words: &str) -> impl Iterator<Item = &str> {
    words.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() > 2)
}

/// The factor that waits while a passcode is tried in its place.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(super) struct Aside {
    pub(super) pending: Pending,
    pub(super) trace: Trace,
    pub(super) budget: Duration,
}

impl Machine {
    /// Is there a factor that the host could be told about?
    pub(super) fn can_ask_still(&self) -> bool {
        let waits = matches!(self.call, Some(Call::Status { .. })) && self.aside.is_none();
        waits && self.pending.still_prompts > 0
    }

    pub(super) fn must_ask_still(&self) -> bool {
        self.can_ask_still() && self.times.must_speak()
    }

    /// Asks before the host has heard nothing for too long. A poll in flight stays so.
    pub(super) fn ask_still(&mut self) -> Next {
        self.pending.still_prompts = self.pending.still_prompts.saturating_sub(1);
        let Some(choice) = &self.pending.choice else { return self.go_on() };
        let may = if choice.kind == Kind::Passcode { May::Wait } else { self.may() };
        let words = words::still(choice, &self.pending.wanted(), &self.plan.host, may);
        self.asked = Asked::StillWaiting;
        Next::Ask(Text::lines(&words, Size::PROMPT))
    }

    fn may(&self) -> May {
        if self.passcodes_left > 0 { May::TypeAPasscode } else { May::Wait }
    }

    /// Goes on waiting: for the reply to the poll in flight, else the pause that was begun, else with
    /// one poll more.
    fn go_on(&mut self) -> Next {
        let pause = self.times.pause();
        if self.in_flight {
            Next::Await(self.patience())
        } else if self.pausing && !pause.is_zero() {
            self.pause(pause)
        } else {
            self.poll()
        }
    }

    /// What was typed while a factor is out.
    pub(super) fn answered_waiting(&mut self, answer: &Secret) -> Next {
        let is_code = {
            let mut typed = zeroize::Zeroizing::new(String::with_capacity(answer.expose().len()));
            typed.extend(answer.expose().chars().filter(|c| !c.is_whitespace()));
            if typed.is_empty() {
                return self.go_on();
            }
            self.pending.wants(&typed)
        };
        let tried = self.pending.choice.as_ref().is_some_and(|own| own.kind == Kind::Passcode);
        match self.menu.pick(answer) {
            _ if is_code => self.tell("Type that code on the phone, not here."),
            Pick::Choice(choice) if self.refused.contains(&choice) => self.tell(TRIED),
            Pick::Choice(choice) if choice.kind == Kind::Passcode && !tried => {
                if self.passcodes_left > 0 {
                    return self.try_aside(choice);
                }
                self.tell("No more passcodes are taken in this login.");
            }
            _ => self.tell("That is no passcode. Nothing else is sent while this login waits."),
        }
        self.go_on()
    }

    /// One `/auth` with a passcode, while the push or the call stays out. Its allow lets in.
    fn try_aside(&mut self, choice: Choice) -> Next {
        if self.times.is_too_late_to_send() {
            return Next::End(Outcome::GraceOver);
        }
        // It is a try like one at the menu, and may be the last.
        self.rounds_left = self.rounds_left.saturating_sub(1);
        let pending = std::mem::replace(&mut self.pending, Pending::new(None));
        let trace = std::mem::take(&mut self.trace);
        self.aside = Some(Box::new(Aside { pending, trace, budget: self.times.budget() }));
        // One budget for `/auth` and its decision: nobody is asked in between.
        self.times.begin(self.plan.fresh_budget());
        self.start(choice)
    }

    /// Back to the factor that waits, after a passcode that came to nothing.
    pub(super) fn back(&mut self, why: &str) -> Next {
        let Some(aside) = self.aside.take() else { return self.go_on() };
        let Aside { pending, trace, budget } = *aside;
        self.pending = pending;
        self.trace = trace;
        self.times.go_back_to(budget);
        // Its poll was given up for the passcode.
        self.in_flight = false;
        self.pausing = false;
        let may = self.may();
        match &self.pending.choice {
            Some(choice) if may == May::TypeAPasscode => {
                let wanted = self.pending.wanted();
                let words = words::still_after(why, choice, &wanted, &self.plan.host, may);
                self.call = None;
                self.asked = Asked::StillWaiting;
                Next::Ask(Text::lines(&words, Size::PROMPT))
            }
            _ => {
                self.tell(why);
                self.poll()
            }
        }
    }
}
