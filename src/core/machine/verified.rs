//! Verified pushes: the person types a code on the phone, so the code has to be seen first.
//!
//! It comes with preauth or, in the service's own menu, in its words while the push waits. Here, and
//! nowhere else, it is decided whether it goes into an info or into a prompt.

use super::asking::Asked;
use super::words::{self, sentence};
use super::{Machine, Next};
use crate::core::choice::{Choice, Kind};
use crate::core::host::{Info, Prompts};
use crate::core::reply::{Status, Verified};
use crate::core::text::{Size, Text};

/// Does the service want its pushes verified?
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(super) enum Verification {
    NotAsked,
    /// A code that no push has used yet.
    Fresh(Verified),
    /// The next push needs a new code from preauth.
    Used,
}

impl Machine {
    /// A code lives for a minute, and reading a menu may take longer: the next push gets a new one.
    pub(super) fn renew_code(&mut self) {
        if matches!(self.verified, Verification::Fresh(_)) {
            self.verified = Verification::Used;
        }
    }

    /// Keeps the code of the push that goes out now. It is told in the message that says that the push
    /// is out; where an info is not seen in time, in a prompt.
    pub(super) fn note_code(&mut self) {
        if let Verification::Fresh(verified) =
            std::mem::replace(&mut self.verified, Verification::Used)
        {
            self.pending.code = Some(verified.code);
        }
    }

    /// The prompt with the code of a push that went out just now, where an info was not seen.
    pub(super) fn code_to_read(&self) -> Option<String> {
        let code = self.pending.code.as_ref().filter(|_| self.must_ask_to_read())?;
        let choice = self.pending.choice.as_ref()?;
        Some(words::sent_with(code, choice, &self.plan.host, &self.times))
    }

    fn must_ask_to_read(&self) -> bool {
        self.plan.host.info != Info::AtOnce && self.plan.host.prompts == Prompts::Shown
    }

    /// A push whose code could not be read before somebody has to type it is not sent.
    pub(super) fn has_unreadable_code(&self, choice: &Choice) -> bool {
        let seen = self.plan.host.info == Info::AtOnce || self.must_ask_to_read();
        let verified = matches!(self.verified, Verification::Fresh(_)) && choice.may_push();
        !seen && (verified || choice.kind == Kind::VerifiedPush)
    }

    /// Shows the code in a prompt. The answer means nothing: the same transaction goes on after it,
    /// and is decided on the phone.
    pub(super) fn ask_to_read(&mut self, words: &str) -> Next {
        self.asked = Asked::ToReadTheCode;
        self.pending.code_prompts = self.pending.code_prompts.saturating_sub(1);
        Next::Ask(Text::lines(words, Size::PROMPT))
    }

    /// The prompt that shows the code in the service's words (the `text_prompt` form), where an info
    /// would not be seen in time; once for each wording.
    pub(super) fn code_in(&mut self, said: &Status) -> Option<String> {
        let choice = self.pending.choice.as_ref().filter(|_| self.must_ask_to_read())?;
        let message = said.message.as_deref().map(str::trim)?;
        let wanted = match choice.kind {
            Kind::VerifiedPush => {
                message.replace(&choice.device, "").contains(|c: char| c.is_ascii_digit())
            }
            Kind::Push | Kind::Other => code_word(message, &choice.device).is_some(),
            _ => false,
        };
        let shown = self.pending.shown.as_deref() == said.message.as_deref();
        if !wanted || shown || self.pending.code_prompts == 0 || self.says_the_code_again(message) {
            return None;
        }
        let words = format!("{}Then press Enter here: ", sentence(message));
        self.pending.shown.clone_from(&said.message);
        self.pending.code_words = Some(message.to_owned());
        Some(words)
    }

    /// Has this push a code that was told, and is it in these words?
    pub(super) fn says_the_code_again(&self, message: &str) -> bool {
        let mut words = message.split(|c: char| !c.is_alphanumeric());
        self.pending.code.as_ref().is_some_and(|code| words.any(|word| word == code))
    }
}

/// A word of three to six digits, as codes of verified pushes are, that is not part of the device's
/// own name. A service may verify a push that it calls a plain one, or by a name of its own.
pub(super) fn code_word<'m>(message: &'m str, device: &str) -> Option<&'m str> {
    message
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| (3..=6).contains(&word.len()))
        .find(|word| word.bytes().all(|byte| byte.is_ascii_digit()) && !device.contains(word))
}
