//! Devices or the service's own menu become one list of choices; an answer becomes one of them.
//!
//! Nothing else knows that the service has two forms of reply.

use zeroize::Zeroizing;

use super::ascii;
use super::choice::{Choice, Kind, PasscodeForm, Send, WAYS, can, is_able, prompt_choice};
use super::host::{Charset, MenuForm, Profile};
use super::reply::{Device, Offer, ServerPrompt};
use super::secret::Secret;
use super::text::{Size, Text};

/// What the person typed, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    Choice(Choice),
    /// Neither a choice nor anything that could be a passcode; nothing is sent.
    NotUnderstood,
}

/// Every way this person has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// In the order of their numbers, with the number.
    choices: Vec<(u32, Choice)>,
    /// The service's own idea of the first choice.
    default: Option<Choice>,
    /// The service's own text, where it did not say what the devices are.
    text: Option<String>,
    passcode: PasscodeForm,
}

impl Menu {
    #[must_use]
    pub fn of(offer: &Offer) -> Self {
        let menu = match &offer.prompt {
            // A menu with nothing in it, beside devices that can do something, is no menu. Where there
            // is nothing but a token, a passcode is all that can be typed, and who has a menu gets it
            // as the answer to that.
            Some(prompt) if !prompt.factors.is_empty() || !offer.devices.iter().any(is_able) => {
                Self::of_prompt(prompt, &offer.devices)
            }
            _ => Self::of_devices(&offer.devices),
        };
        menu.note_the_alike()
    }

    fn of_devices(devices: &[Device]) -> Self {
        let able = WAYS.iter().flat_map(|(kind, capability)| {
            devices
                .iter()
                .filter(move |device| can(device, capability))
                .map(|device| Choice::new(*kind, Some(device), Send::Device(device.id.clone())))
        });
        let choices = (1..).zip(able).collect();
        Self { choices, default: None, text: None, passcode: PasscodeForm::Documented }
    }

    fn of_prompt(prompt: &ServerPrompt, devices: &[Device]) -> Self {
        let choice = |factor: &String| prompt_choice(factor, devices);
        let mut choices: Vec<(u32, Choice)> = prompt
            .factors
            .iter()
            .filter_map(|(key, factor)| Some((key.parse().ok()?, choice(factor))))
            .collect();
        choices.sort_by_key(|(number, _)| *number);
        for (number, choice) in &mut choices {
            if choice.device.is_empty() || choice.kind == Kind::Other {
                choice.words = entry(&prompt.text, *number);
            }
        }
        Self {
            choices,
            default: prompt.factors.get("default").map(choice),
            text: devices.is_empty().then(|| prompt.text.clone()),
            passcode: PasscodeForm::Prompt,
        }
    }

    /// The first device that can take a push.
    #[must_use]
    pub fn first_push(&self) -> Option<&Choice> {
        self.default.iter().chain(self.ways()).find(|choice| choice.is_push())
    }

    /// What the service would do by itself: its `default` factor, else the first choice.
    #[must_use]
    pub fn service_default(&self) -> Option<&Choice> {
        self.default.iter().chain(self.ways()).next()
    }

    /// The choices, without their numbers.
    fn ways(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().map(|(_, choice)| choice)
    }

    /// The prompt, for a host with this much room.
    #[must_use]
    pub fn prompt(&self, host: &Profile, user: &str) -> Text {
        match (host.menu, &self.text) {
            (MenuForm::OneLine, _) => self.one_line(host.charset),
            (_, Some(text)) => Text::asking_in_words(text, &self.more()),
            (MenuForm::Lines, None) => self.lines(user, host.charset, PLAIN),
            (MenuForm::PunctuatedLines, None) => self.lines(user, host.charset, PUNCTUATED),
        }
    }

    fn lines(&self, user: &str, charset: Charset, [colon, semicolon, stop]: [&str; 3]) -> Text {
        let user = Text::line(user, Size::NAME);
        let Some((last, _)) = self.choices.last() else {
            return Text::lines(&format!("Duo login for {user}{colon}\nPasscode: "), Size::PROMPT);
        };
        let mut head = format!("Duo login for {user}{colon}\n\n");
        let ways = self.choices.iter().zip(self.labels(charset)).map(|((number, _), label)| {
            format!("{} {number}. {}", std::mem::take(&mut head), capitalised(&label))
        });
        let ways: Vec<String> = ways.collect();
        let range = if *last == 1 { "1".to_owned() } else { format!("1-{last}") };
        let default = self.default_number().map_or_else(String::new, |n| format!(" [{n}]"));
        let question = format!("{stop}\n\nPasscode or option ({range}){default}: ");
        Text::asking(&ways, &format!("{semicolon}\n"), &self.more(), &question)
    }

    /// Row in place of the choices that a prompt has no room for. Their numbers and names can be typed.
    fn more(&self) -> String {
        self.choices
            .last()
            .map_or_else(String::new, |(last, _)| format!(" … and more, up to {last}"))
    }

    /// The number of the choice that an empty answer means.
    fn default_number(&self) -> Option<u32> {
        let default = self.service_default()?;
        let found = self.choices.iter().find(|(_, choice)| choice.send == default.send);
        found.map(|(number, _)| *number)
    }

    /// What to call each choice. Two devices of one name, or of two that this host writes alike, are
    /// told apart by their numbers.
    fn labels(&self, charset: Charset) -> Vec<String> {
        let short: Vec<String> = self.ways().map(|choice| choice.label(charset)).collect();
        let alike = |label: &str| {
            short.iter().filter(|l| written(l, charset) == written(label, charset)).count() > 1
        };
        let labels = short.iter().zip(self.ways()).map(|(label, choice)| {
            if alike(label) { choice.told_apart(label, charset) } else { label.clone() }
        });
        labels.collect()
    }

    /// Understands an answer: a number of the menu, `push`, `phone2`, a passcode; an empty one is the
    /// service's default, else the first choice; our own prompt says which unless it is
    /// the first. White space means nothing anywhere in it.
    #[must_use]
    pub fn pick(&self, answer: &Secret) -> Pick {
        let mut typed = Zeroizing::new(String::with_capacity(answer.expose().len()));
        typed.extend(answer.expose().chars().filter(|c| !c.is_whitespace()));
        if typed.is_empty() {
            return self.service_default().cloned().map_or(Pick::NotUnderstood, Pick::Choice);
        }
        let chosen = self.by_number(&typed).or_else(|| self.by_factor_name(&typed));
        if let Some(choice) = chosen.or_else(|| self.by_name(&typed)) {
            return Pick::Choice(choice.clone());
        }
        if is_choice_like(&typed) || !may_be_a_passcode(&typed) {
            return Pick::NotUnderstood;
        }
        let send = Send::Typed(Secret::new(typed.to_string()), self.passcode);
        Pick::Choice(Choice::new(Kind::Passcode, None, send))
    }

    fn by_number(&self, typed: &str) -> Option<&Choice> {
        let wanted: u32 = typed.parse().ok()?;
        // "001" may be typed, but "000001" is a passcode.
        if typed.len() > MAX_CHOICE_DIGITS {
            return None;
        }
        self.choices.iter().find(|(number, _)| *number == wanted).map(|(_, choice)| choice)
    }

    /// `push` is the first push, `push2` the second; in the service's own menu a number is its own.
    fn by_name(&self, typed: &str) -> Option<&Choice> {
        let (word, nth) = split_name(typed)?;
        let numbered = typed.ends_with(|c: char| c.is_ascii_digit());
        if numbered && self.passcode == PasscodeForm::Prompt {
            return None;
        }
        self.ways().filter(|choice| choice.kind.word() == word).nth(nth.checked_sub(1)?)
    }

    /// What the service itself calls a choice of its menu. `push2` is also `verified_push2`: a person
    /// need not know that the service wants its pushes verified.
    fn by_factor_name(&self, typed: &str) -> Option<&Choice> {
        let named = |prefix: &'static str| {
            self.ways().find(move |choice| match &choice.send {
                Send::FactorName(name) => {
                    name.strip_prefix(prefix).is_some_and(|rest| rest.eq_ignore_ascii_case(typed))
                }
                Send::Device(_) | Send::Typed(..) => false,
            })
        };
        named("").or_else(|| named("verified_"))
    }
}

/// What stands at the end of the first line, of each choice, and of the last one.
const PLAIN: [&str; 3] = [""; 3];
const PUNCTUATED: [&str; 3] = [":", ";", "."];

/// More digits than this are a passcode, not a number of the menu.
const MAX_CHOICE_DIGITS: usize = 3;

/// `push2` → (`push`, 2), for the words that name a way.
fn split_name(typed: &str) -> Option<(&'static str, usize)> {
    let typed = typed.to_ascii_lowercase();
    let word = typed.trim_end_matches(|c: char| c.is_ascii_digit());
    let known = ["push", "phone", "sms"].into_iter().find(|known| *known == word)?;
    let digits = &typed[word.len()..];
    let nth = if digits.is_empty() { Some(1) } else { digits.parse().ok() };
    nth.map(|nth| (known, nth))
}

/// Passcodes are digits, modhex, perhaps letters in groups. Whatever else a service might trim or
/// forgive on the way to the name of a factor is none.
fn may_be_a_passcode(typed: &str) -> bool {
    typed.starts_with(|c: char| c.is_ascii_alphanumeric())
        && typed.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// A slip of the finger in the menu must not cost a try at the service, and nothing that the service
/// could read as the name of a factor is ever sent as a passcode: the push it asks for would say
/// nothing of who wants in. (No passcode begins so: they are digits or modhex.)
fn is_choice_like(typed: &str) -> bool {
    let typed = typed.to_ascii_lowercase();
    let named = ["push", "verified_push", "phone", "sms", "auto"];
    typed.chars().count() <= MAX_CHOICE_DIGITS || named.iter().any(|name| typed.starts_with(name))
}

/// The words of one entry in a menu of lines: ` 2. Phone call to XXX-XXX-0100`.
fn entry(text: &str, number: u32) -> Option<String> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix(&number.to_string())?.strip_prefix(['.', ')']))
        .map(|words| Text::line(words.trim(), Size::NAME).to_string())
        .find(|words| !words.is_empty())
}

/// Label in the characters that the host shows.
fn written(label: &str, charset: Charset) -> String {
    match charset {
        Charset::Unicode => label.to_owned(),
        Charset::Ascii => ascii::written(label),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[path = "menu_line.rs"]
mod line;

#[cfg(test)]
#[path = "menu_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "menu_label_tests.rs"]
mod label_tests;

#[cfg(test)]
#[path = "menu_room_tests.rs"]
mod room_tests;
