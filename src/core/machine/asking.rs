//! Which factor: what goes out unasked, what is asked about it, and what the answers mean.

use super::verified::Verification;
use super::{Machine, Next, words};
use crate::core::choice::{Choice, Kind};
use crate::core::host::Prompts;
use crate::core::menu::{Menu, Pick};
use crate::core::policy::{Announce, Autopush};
use crate::core::reply::Offer;
use crate::core::secret::Secret;
use crate::core::text::{Size, Text};
use crate::core::verdict::Outcome;

/// What the open prompt, or the last one, is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Which factor, or a passcode.
    Factor,
    /// The same, and Enter means this one.
    ToSend(Box<Choice>),
    /// To type a code on the phone.
    ToReadTheCode,
    /// Only whether the person is still there.
    StillWaiting,
}

/// Words for a passcode that was refused before. It is not sent again: an application that answers by
/// itself gives the same one for ever, and the service locks the account.
pub(super) const TRIED: &str = "That passcode was tried before; type another one.";

impl Machine {
    pub(super) fn offered(&mut self, offer: Offer) -> Next {
        self.menu = Menu::of(&offer);
        let again = matches!(self.verified, Verification::Used);
        if let Some(verified) = offer.verified {
            self.verified = Verification::Fresh(verified);
        } else if again {
            // A verified push is never followed by a plain one.
            let why = "preauth has no new code for a verified push".to_owned();
            return Next::End(Outcome::Unintelligible(why));
        }
        if let Some(choice) = self.pending.choice.take().filter(|_| again) {
            return self.start(choice);
        }
        match self.unasked().cloned() {
            Some(choice) if self.plan.host.prompts == Prompts::Refused => {
                self.start_without_prompts(choice)
            }
            Some(choice) if self.plan.announce == Announce::Prompt => self.ask_to_send(choice),
            Some(choice) => {
                self.rounds_left = self.rounds_left.saturating_sub(1);
                self.start(choice)
            }
            None => self.ask(),
        }
    }

    /// What is sent without asking which. Where nobody can be asked there is no other way.
    fn unasked(&self) -> Option<&Choice> {
        match (self.plan.autopush, self.plan.host.prompts) {
            (Autopush::FirstPushDevice, _) | (Autopush::Off, Prompts::Refused) => {
                self.menu.first_push()
            }
            (Autopush::Off, Prompts::Shown) => None,
            (Autopush::ServiceDefault, _) => self.menu.service_default(),
        }
    }

    fn start_without_prompts(&mut self, choice: Choice) -> Next {
        let why = if self.plan.announce == Announce::Prompt {
            "nobody can be asked here, and `announce` is \"prompt\""
        } else if choice.kind == Kind::Sms {
            "nobody can be asked here for the passcode that a text message brings"
        } else if self.has_unreadable_code(&choice) {
            "nobody could read the code of a verified push here"
        } else {
            self.rounds_left = 0;
            return self.start(choice);
        };
        Next::End(Outcome::NoConversation(Some(why), self.chosen))
    }

    /// Says in a prompt what Enter sends, before it is sent.
    fn ask_to_send(&mut self, choice: Choice) -> Next {
        let words = words::announced(&choice, &self.plan.host);
        self.ask_about(Asked::ToSend(Box::new(choice)), Text::lines(&words, Size::PROMPT))
    }

    /// Puts the menu to the person, if a try is left.
    fn ask(&mut self) -> Next {
        let menu = self.menu.prompt(&self.plan.host, &self.plan.subject.username);
        self.ask_about(Asked::Factor, menu)
    }

    fn ask_about(&mut self, asked: Asked, words: Text) -> Next {
        if self.plan.host.prompts == Prompts::Refused {
            let why = "nobody can be asked here, and no device takes a push";
            return Next::End(Outcome::NoConversation(Some(why), self.chosen));
        }
        // A round that cost nothing, for a text message, is no further passcode.
        if self.rounds_left == 0 || self.passcodes_left == 0 {
            return Next::End(self.otherwise.clone());
        }
        self.rounds_left -= 1;
        self.call = None;
        self.asked = asked;
        // What was chosen is not sent with the little that a slow preauth has left: a push would go out
        // whose answer nobody waits for.
        self.times.begin(self.plan.fresh_budget());
        if let Some(seconds) = self.times.ends_soon() {
            self.tell(&format!("This login ends in {seconds} s."));
        }
        Next::Ask(words)
    }

    /// The last try came to nothing; `otherwise` is how it ends if there is no other.
    pub(super) fn ask_again(&mut self, otherwise: Outcome) -> Next {
        if self.plan.host.prompts == Prompts::Refused {
            return Next::End(otherwise);
        }
        self.otherwise = otherwise;
        self.ask()
    }

    pub(super) fn answered(&mut self, answer: &Secret) -> Next {
        if self.is_echo(answer) {
            let why = "the answer was the user's own name or password";
            return Next::End(self.unanswered(Some(why)));
        }
        match std::mem::replace(&mut self.asked, Asked::Factor) {
            Asked::ToSend(choice) if answer.expose().trim().is_empty() => self.begin(*choice),
            Asked::Factor | Asked::ToSend(_) => self.answered_menu(answer),
            asked @ (Asked::ToReadTheCode | Asked::StillWaiting) => {
                self.asked = asked;
                self.answered_waiting(answer)
            }
        }
    }

    /// The person did not answer: a factor that ran out before is the better reason.
    pub(super) fn unanswered(&self, why: Option<&'static str>) -> Outcome {
        match self.otherwise {
            Outcome::TimedOut => Outcome::TimedOut,
            _ => Outcome::NoConversation(why, self.chosen),
        }
    }

    fn answered_menu(&mut self, answer: &Secret) -> Next {
        let why = match self.menu.pick(answer) {
            Pick::Choice(choice) if self.refused.contains(&choice) => TRIED,
            Pick::Choice(choice) => return self.begin(choice),
            Pick::NotUnderstood => "That is neither one of the choices nor a passcode.",
        };
        self.tell(why);
        self.ask_again(Outcome::RoundsUsedUp)
    }

    /// Recognises an answer that the application gave by itself. Dovecot and nginx answer each prompt
    /// with the user's name, Cockpit's bridge with the password. A choice of the menu stays one, for
    /// whoever is called `push`.
    fn is_echo(&self, answer: &Secret) -> bool {
        let picked = self.menu.pick(answer);
        !matches!(picked, Pick::Choice(choice) if choice.kind != Kind::Passcode)
            && self.plan.echoes.iter().any(|echo| echo.looks_like(answer))
    }

    /// What was chosen in a prompt, which may have been open for long.
    fn begin(&mut self, choice: Choice) -> Next {
        if choice.may_push() {
            self.renew_code();
        }
        self.start(choice)
    }
}
