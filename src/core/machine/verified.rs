//! Verified pushes: the person types a code on the phone, so the code has to be seen first.
//!
//! It comes with preauth or, in the service's own menu, in its words while the push waits. Here, and
//! nowhere else, it is decided whether it goes into an info or into a prompt.

use super::{Machine, Next};
use crate::core::choice::Kind;
use crate::core::host::Info;
use crate::core::reply::{Status, Verified};
use crate::core::text::{Size, Text};

/// Prompts with a code for one factor. No budget runs while one is open, so a service that goes on
/// finding new words must not be able to go on asking.
pub(super) const CODE_PROMPTS: u8 = 3;

/// Does the service want its pushes verified?
#[derive(Debug)]
pub(super) enum Verification {
    NotAsked,
    /// A code that no push has used yet.
    Fresh(Verified),
    /// The next push needs a new code from preauth.
    Used,
}

/// What the open prompt, or the last one, is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Which factor, or a passcode: the answer counts.
    Factor,
    /// To type a code on the phone: any answer says that it was read.
    ToReadTheCode,
}

impl Machine {
    /// A code lives for a minute, and reading a menu may take longer: the next push gets a new one.
    pub(super) fn renew_code(&mut self) {
        if matches!(self.verified, Verification::Fresh(_)) {
            self.verified = Verification::Used;
        }
    }

    /// The code has to be read before the push can be approved. Where an info is not seen in time,
    /// it stands in a prompt as soon as the push is out.
    pub(super) fn announce_code(&mut self) {
        let Verification::Fresh(verified) =
            std::mem::replace(&mut self.verified, Verification::Used)
        else {
            return;
        };
        if self.plan.host.info == Info::AtOnce {
            self.tell(&format!("Type this code on your phone: {}", verified.code));
        } else {
            self.code = Some(verified.code);
        }
    }

    /// Shows the code in a prompt. The answer means nothing: the same transaction goes on after it,
    /// and is decided on the phone.
    pub(super) fn ask_to_read(&mut self, words: &str) -> Next {
        self.asked = Asked::ToReadTheCode;
        self.code_prompts = self.code_prompts.saturating_sub(1);
        Next::Ask(Text::lines(words, Size::PROMPT))
    }

    /// What [`Self::tell_sent`] says, and the code that it wants.
    pub(super) fn sent_with(&self, code: &str) -> String {
        let charset = self.plan.host.charset;
        match self.choice.as_ref().map(|choice| choice.called(charset)).unwrap_or_default() {
            "" => format!("Push sent. Type {code} on your phone, then press Enter here: "),
            device => format!("Push sent to {device}. Type {code} there, then press Enter here: "),
        }
    }

    /// The prompt that shows the code in the service's words (the `text_prompt` form), where an info
    /// would not be seen in time; once for each wording.
    pub(super) fn code_in(&mut self, said: &Status) -> Option<String> {
        let choice = self.choice.as_ref().filter(|_| self.plan.host.info != Info::AtOnce)?;
        let message = said.message.as_deref().map(str::trim)?;
        let wanted = match choice.kind {
            Kind::VerifiedPush => {
                message.replace(&choice.device, "").contains(|c: char| c.is_ascii_digit())
            }
            Kind::Push | Kind::Other => has_code(message, &choice.device),
            _ => false,
        };
        if !wanted || self.code_prompts == 0 || self.shown.as_deref() == said.message.as_deref() {
            return None;
        }
        let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
        let words = format!("{message}{end} Then press Enter here: ");
        self.shown.clone_from(&said.message);
        Some(words)
    }
}

/// Is there a word of three to six digits, as codes of verified pushes are, that is not part of the
/// device's own name? A service may verify a push that it calls a plain one, or by a name of its own.
fn has_code(message: &str, device: &str) -> bool {
    message
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| (3..=6).contains(&word.len()))
        .any(|word| word.bytes().all(|byte| byte.is_ascii_digit()) && !device.contains(word))
}
