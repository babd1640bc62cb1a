//! What goes out to a host, and in which form: the one place that applies its [`Profile`] to words.

use super::host::{Charset, Info, Profile};
use super::text::{Size, Text};

/// One host, as far as words go.
#[derive(Debug)]
pub struct Screen {
    info: Info,
    charset: Charset,
    /// Infos that wait for a prompt to stand in.
    waiting: Vec<Text>,
}

impl Screen {
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { info: profile.info, charset: profile.charset, waiting: Vec::new() }
    }

    /// The info message to send now, if there is one.
    pub fn info(&mut self, text: &Text) -> Option<Text> {
        match self.info {
            Info::AtOnce | Info::HeldBack => Some(self.shown(text)),
            Info::InPrompt => {
                self.waiting.push(text.clone());
                None
            }
            Info::Silenced => None,
        }
    }

    /// An error message; hosts show it whatever they do with infos.
    #[must_use]
    pub fn error(&self, text: &Text) -> Text {
        self.shown(text)
    }

    /// A prompt, after what waited for it.
    pub fn prompt(&mut self, text: &Text) -> Text {
        let mut words = text.to_string();
        // The prompt itself is never what is cut: the oldest infos go first.
        for info in self.waiting.drain(..).rev() {
            if info.as_str().len() + 1 + words.len() > Size::PROMPT.bytes() {
                break;
            }
            words.insert(0, '\n');
            words.insert_str(0, info.as_str());
        }
        self.shown(&Text::lines(&words, Size::PROMPT))
    }

    fn shown(&self, text: &Text) -> Text {
        match self.charset {
            Charset::Unicode => text.clone(),
            Charset::Ascii => text.in_ascii(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::host::{Call, Phase, profile};

    fn text(words: &str) -> Text {
        Text::lines(words, Size::PROMPT)
    }

    fn screen(service: &str, terminal: bool) -> Screen {
        Screen::new(profile(service, None, Call { terminal, silent: false, phase: Phase::Auth }))
    }

    #[test]
    fn a_host_that_shows_or_holds_back_gets_each_message_by_itself() {
        for service in ["login", "sshd"] {
            let mut screen = screen(service, true);
            assert_eq!(screen.info(&text("Zoë: no.")), Some(text("Zoë: no.")), "{service}");
            assert_eq!(screen.prompt(&text("Passcode: ")), text("Passcode: "), "{service}");
        }
    }

    #[test]
    fn without_a_terminal_sudo_asks_with_all_that_was_to_be_said_and_says_it_once() {
        let mut screen = screen("sudo", false);
        assert_eq!(screen.info(&text("Push sent.")), None);
        assert_eq!(screen.info(&text("Nobody answered in time.")), None);
        let asked = "Push sent.\nNobody answered in time.\nPasscode: ";
        assert_eq!(screen.prompt(&text("Passcode: ")), text(asked));
        assert_eq!(screen.prompt(&text("Passcode: ")), text("Passcode: "));
    }

    #[test]
    fn a_prompt_is_whole_however_much_was_to_be_said_before_it() {
        let mut screen = screen("sudo", false);
        for number in 0..10 {
            screen.info(&Text::lines(&format!("{number} {}", "x".repeat(1000)), Size::MESSAGE));
        }
        let asked = screen.prompt(&text("Type 417, then press Enter here: "));
        assert!(asked.as_str().starts_with("6 x"), "the newest that have room: {asked}");
        assert!(asked.as_str().ends_with("x\nType 417, then press Enter here: "), "{asked}");
    }

    #[test]
    fn what_has_room_before_a_prompt_to_the_last_byte_is_said() {
        let prompt = text("Passcode: ");
        for (more, is_said) in [(0, true), (1, false)] {
            let mut screen = screen("sudo", false);
            let room = Size::PROMPT.bytes() - 1 - prompt.as_str().len();
            let info = text(&"x".repeat(room + more));
            screen.info(&info);
            let all = if is_said { text(&format!("{info}\n{prompt}")) } else { prompt.clone() };
            assert_eq!(screen.prompt(&prompt), all);
        }
    }

    #[test]
    fn silence_swallows_infos_and_nothing_else() {
        let mut screen = Screen::new(profile(
            "login",
            None,
            Call { terminal: true, silent: true, phase: Phase::Auth },
        ));
        assert_eq!(screen.info(&text("Push sent.")), None);
        assert_eq!(screen.prompt(&text("Passcode: ")), text("Passcode: "));
        assert_eq!(screen.error(&text("Denied.")), text("Denied."));
    }

    #[test]
    fn a_host_of_ascii_gets_nothing_else_of_any_kind() {
        let mut screen = screen("cockpit", false);
        let words = text("Zoë’s Телефон…");
        let ascii = text("Zoe's Telefon...");
        assert_eq!(screen.info(&words), Some(ascii.clone()));
        assert_eq!(screen.error(&words), ascii);
        assert_eq!(screen.prompt(&words), ascii);
    }
}
