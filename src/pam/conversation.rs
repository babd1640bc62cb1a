//! [`Host`] over the host's conversation function (`pam_conv(3)`).

use std::ffi::{c_int, c_void};
use std::ptr;

use pam::constants::{
    PAM_ERROR_MSG, PAM_PROMPT_ECHO_ON, PAM_TEXT_INFO, PamMessageStyle, PamResultCode,
};
use pam::conv::Conv;
use pam::items::{AuthTok, ItemType};
use pam::module::PamHandle;
use pam::secret::SecretBytes;

use super::signals::{self, Held};
use crate::core::host::{Infos, Profile, Unanswered};
use crate::core::screen::Screen;
use crate::core::secret::Secret;
use crate::core::text::Text;
use crate::ports::{Host, NoAnswer};

/// Bytes of an answer that are looked at: libpam's own limit, `PAM_MAX_RESP_SIZE`.
const MAX_ANSWER: usize = 512;

/// `struct pam_conv` as far as it is looked at.
#[repr(C)]
struct RawConv {
    function: *const c_void,
}

#[link(name = "pam")]
unsafe extern "C" {
    fn pam_get_item(handle: *const PamHandle, item: c_int, value: *mut *const c_void) -> c_int;
}

/// Does the host have a conversation function? cron has none, nor has Cockpit where the browser came
/// with a certificate. (pam-bindings tells that from a refusal only by sending something.)
#[must_use]
pub fn is_there(handle: &PamHandle) -> bool {
    let mut item = ptr::null();
    // SAFETY: the handle is libpam's own and alive; `item` has room for the pointer.
    let code = unsafe { pam_get_item(handle, ItemType::Conv as c_int, &raw mut item) };
    // SAFETY: libpam gives null or its own copy of the host's pam_conv, whose first member is the
    // function's pointer, and which stays as it is while the module does not set that item.
    let conv = unsafe { item.cast::<RawConv>().as_ref() };
    code == PamResultCode::PAM_SUCCESS as c_int && conv.is_some_and(|conv| !conv.function.is_null())
}

/// The person who logs in, through the host.
pub struct Conversation<'a> {
    handle: &'a PamHandle,
    held: &'a Held,
    screen: Screen,
    profile: Profile,
}

impl<'a> Conversation<'a> {
    #[must_use]
    pub fn new(handle: &'a PamHandle, profile: Profile, held: &'a Held) -> Self {
        Self { handle, held, screen: Screen::new(profile), profile }
    }

    /// The item is read anew each time: a host may exchange it while it answers. `None` is any way
    /// of not answering: no conversation (cron has none), a refusal, no response array, a host that
    /// its signal would end before it comes to that.
    fn send(&self, style: PamMessageStyle, text: &Text) -> Option<SecretBytes> {
        let conversation = self.handle.get_item::<Conv<'_>>().ok()??;
        self.held.released(|| conversation.send(style, text.as_str()).ok())??
    }
}

impl Conversation<'_> {
    /// Why a prompt failed. sudo takes the signal for itself, and only fails; whether it is pending
    /// in another host, the flow sees.
    fn no_answer(&self) -> NoAnswer {
        match self.profile.unanswered {
            Unanswered::Cancelled => NoAnswer::Cancelled,
            Unanswered::Nobody => NoAnswer::Nobody,
        }
    }
}

impl Host for Conversation<'_> {
    fn info(&mut self, text: &Text) {
        if let Some(text) = self.screen.info(text) {
            // Nothing comes back from a message, and pam-bindings calls a missing array an error.
            let _ = match self.profile.infos {
                Infos::AsErrors => self.send(PAM_ERROR_MSG, &text),
                Infos::Told | Infos::OnStdout => self.send(PAM_TEXT_INFO, &text),
            };
        }
    }

    fn error(&mut self, text: &Text) {
        let _ = self.send(PAM_ERROR_MSG, &self.screen.error(text));
    }

    fn ask(&mut self, text: &Text) -> Result<Secret, NoAnswer> {
        let text = self.screen.prompt(text);
        // Somebody who wants out is not asked.
        if signals::pending() {
            return Err(NoAnswer::Cancelled);
        }
        let answer = self.send(PAM_PROMPT_ECHO_ON, &text).ok_or_else(|| self.no_answer())?;
        Ok(as_text(answer.as_bytes()))
    }
}

/// The password that an earlier module took (`PAM_AUTHTOK`), as an answer of the same bytes is read.
#[must_use]
pub fn password(handle: &PamHandle) -> Option<Secret> {
    let item = handle.get_item::<AuthTok<'_>>().ok()??;
    Some(as_text(item.as_bytes()))
}

/// An answer as text. What is not UTF-8 becomes `U+FFFD`, which is in no passcode and in no name of a
/// factor: a wrong answer, not an error. One that is too long is cut, and is a wrong answer as well.
fn as_text(bytes: &[u8]) -> Secret {
    let bytes = &bytes[..bytes.len().min(MAX_ANSWER)];
    // Large enough for the worst case, so that no half-filled copy stays behind in freed memory.
    let mut text = String::with_capacity(bytes.len() * char::REPLACEMENT_CHARACTER.len_utf8());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::host::{Call, Phase, profile};
    use crate::core::text::Size;
    use crate::pam::fake_host::{FakeHost, Reaction};

    fn terminal() -> Profile {
        profile("login", None, Call { terminal: true, silent: false, phase: Phase::Auth })
    }

    fn silenced() -> Profile {
        profile("login", None, Call { terminal: true, silent: true, phase: Phase::Auth })
    }

    fn text(words: &str) -> Text {
        Text::line(words, Size::MESSAGE)
    }

    fn with(reactions: &[Reaction]) -> FakeHost {
        FakeHost::new(Some(c"alice"), reactions)
    }

    #[test]
    fn each_kind_of_message_has_its_style() {
        let held = Held::not_yet();
        let mut host = with(&[Reaction::Shown, Reaction::Shown, Reaction::Answer(b"123456")]);
        let mut conversation = Conversation::new(host.handle(), terminal(), &held);
        conversation.info(&text("Pushed."));
        conversation.error(&text("Denied."));
        let answer = conversation.ask(&text("Passcode: "));
        assert_eq!(answer.as_ref().map(Secret::expose), Ok("123456"));
        assert_eq!(
            host.seen(),
            [(4, "Pushed.".into()), (3, "Denied.".into()), (2, "Passcode: ".to_owned())]
        );
    }

    #[test]
    fn a_host_that_shows_nothing_is_no_failure() {
        let held = Held::not_yet();
        let mut host = with(&[Reaction::NoArray, Reaction::Refused, Reaction::Answer(b"1")]);
        let mut conversation = Conversation::new(host.handle(), terminal(), &held);
        conversation.info(&text("Pushed."));
        conversation.error(&text("Careful."));
        assert!(conversation.ask(&text("? ")).is_ok());
        assert_eq!(host.seen().len(), 3);
    }

    #[test]
    fn silence_takes_the_info_and_leaves_the_rest() {
        let held = Held::not_yet();
        let mut host = with(&[Reaction::Shown, Reaction::Answer(b"1")]);
        let mut conversation = Conversation::new(host.handle(), silenced(), &held);
        conversation.info(&text("Pushed."));
        conversation.error(&text("Careful."));
        assert!(conversation.ask(&text("? ")).is_ok());
        assert_eq!(host.seen(), [(3, "Careful.".into()), (2, "? ".to_owned())]);
    }

    #[test]
    fn no_answer_is_told_from_an_empty_one() {
        for reaction in [Reaction::Shown, Reaction::NoArray, Reaction::Refused] {
            let held = Held::not_yet();
            let mut host = with(std::slice::from_ref(&reaction));
            let answer = Conversation::new(host.handle(), terminal(), &held).ask(&text("? "));
            assert_eq!(answer, Err(NoAnswer::Nobody), "{reaction:?}");
        }
        let held = Held::not_yet();
        let mut host = with(&[Reaction::Answer(b"")]);
        let answer = Conversation::new(host.handle(), terminal(), &held).ask(&text("? "));
        assert_eq!(answer.as_ref().map(Secret::expose), Ok(""));
    }

    #[test]
    fn without_a_conversation_nothing_is_shown_and_nobody_answers() {
        let held = Held::not_yet();
        let mut host = FakeHost::mute(c"alice");
        let mut conversation = Conversation::new(host.handle(), terminal(), &held);
        conversation.info(&text("Pushed."));
        conversation.error(&text("Denied."));
        assert_eq!(conversation.ask(&text("? ")), Err(NoAnswer::Nobody));
        assert!(!is_there(host.handle()));
        assert!(is_there(with(&[]).handle()), "a host that refuses has one");
    }

    #[test]
    fn an_answer_comes_as_typed() {
        assert_eq!(as_text(b"123456").expose(), "123456");
        assert_eq!(as_text("zoë ".as_bytes()).expose(), "zoë ");
    }

    #[test]
    fn what_is_not_utf_8_is_a_wrong_answer() {
        assert_eq!(as_text(b"push\xff").expose(), "push\u{fffd}");
    }

    #[test]
    fn a_long_answer_is_cut_even_within_a_character() {
        let mut long = vec![b'1'; MAX_ANSWER - 1];
        long.extend("ë".as_bytes());
        let answer = as_text(&long);
        assert!(answer.expose().ends_with("1\u{fffd}"));
        assert_eq!(as_text(&[0xFF; 4096]).expose().chars().count(), MAX_ANSWER);
    }

    #[test]
    fn a_host_without_room_for_infos_reads_them_in_the_prompt() {
        let held = Held::not_yet();
        let mut host = with(&[Reaction::Answer(b"1")]);
        let detached =
            profile("sudo", None, Call { terminal: false, silent: true, phase: Phase::Auth });
        let mut conversation = Conversation::new(host.handle(), detached, &held);
        conversation.info(&text("Push sent."));
        assert!(conversation.ask(&text("? ")).is_ok());
        assert_eq!(host.seen(), [(2, "Push sent.\n? ".to_owned())]);
    }

    #[test]
    fn infos_of_su_go_to_standard_error_where_its_output_is_no_terminal() {
        let held = Held::not_yet();
        let mut host = with(&[Reaction::Shown]);
        let call = Call { terminal: true, silent: false, phase: Phase::Auth };
        let su = profile("su", None, call).redirected(true);
        Conversation::new(host.handle(), su, &held).info(&text("Pushed."));
        assert_eq!(host.seen(), [(3, "Pushed.".to_owned())]);
    }

    #[test]
    fn a_prompt_that_fails_on_sudos_terminal_was_cancelled() {
        let held = Held::not_yet();
        let sudo = profile("sudo", None, Call { terminal: true, silent: true, phase: Phase::Auth });
        let mut host = with(&[Reaction::Refused, Reaction::Answer(b"1")]);
        let mut conversation = Conversation::new(host.handle(), sudo, &held);
        assert_eq!(conversation.ask(&text("? ")), Err(NoAnswer::Cancelled));
        assert!(conversation.ask(&text("? ")).is_ok());
    }
}
