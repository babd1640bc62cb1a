//! What is said about a factor, by what the host can write.

use super::FACTOR_BUDGET;
use super::times::Times;
use crate::core::choice::{Choice, Kind};
use crate::core::host::{MenuForm, Profile};
use crate::core::text::{Size, Text};

/// How a prompt ends: a label of one line is a sentence, on a terminal the answer follows it.
fn end(host: &Profile) -> &'static str {
    match host.menu {
        MenuForm::Lines | MenuForm::PunctuatedLines => ": ",
        MenuForm::OneLine => ".",
    }
}

/// Says that the factor is out, with the code that a verified push wants; `None` where there is nothing
/// to look at.
pub(super) fn sent(
    choice: &Choice,
    code: Option<&str>,
    host: &Profile,
    times: &Times,
) -> Option<String> {
    let within = within(times);
    if let Some(code) = code {
        return Some(format!("{}{within}.", code_after_sent(code, choice, host)));
    }
    let words = match (choice.kind, choice.called_on(host)) {
        (Kind::Push | Kind::VerifiedPush, "") => {
            format!("Push sent. Approve it on your phone{within}.")
        }
        (Kind::Push | Kind::VerifiedPush, device) => {
            format!("Push sent to {device}. Approve it there{within} to log in.")
        }
        (Kind::Phone, device) if within.is_empty() => format!("Calling {}.", or_phone(device)),
        (Kind::Phone, device) => format!("Calling {}. Answer it{within}.", or_phone(device)),
        (Kind::Sms | Kind::Passcode | Kind::Other, _) => return None,
    };
    Some(words)
}

/// The same, and the code that a verified push wants.
pub(super) fn sent_with(code: &str, choice: &Choice, host: &Profile, times: &Times) -> String {
    let within = within(times);
    let shown = code_after_sent(code, choice, host);
    format!("{shown}{within}, then press Enter here: ")
}

fn code_after_sent(code: &str, choice: &Choice, host: &Profile) -> String {
    match choice.called_on(host) {
        "" => format!("Push sent. Type {code} on your phone"),
        device => format!("Push sent to {device}. Type {code} there"),
    }
}

/// Before anything is sent: what Enter sends.
pub(super) fn announced(choice: &Choice, host: &Profile) -> String {
    let device = or_phone(choice.called_on(host));
    let sends = match choice.kind {
        Kind::Push | Kind::VerifiedPush => format!("send a push to {device}"),
        Kind::Phone => format!("have {device} called"),
        Kind::Sms | Kind::Passcode | Kind::Other => choice.label(host.charset),
    };
    let verb = if matches!(choice.kind, Kind::Other) { "for" } else { "to" };
    format!("Press Enter {verb} {sends}, or type a passcode{}", end(host))
}

/// What the person of a factor that is out may do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    /// Only say that they are still there.
    Wait,
    TypeAPasscode,
}

/// That a factor is waited for. `wanted` is the code of a verified push.
pub(super) fn still(choice: &Choice, wanted: &Wanted, host: &Profile, may: May) -> String {
    let out = match (choice.kind, choice.called_on(host), wanted) {
        (_, _, Wanted::InWords(words)) => sentence(words),
        (Kind::Phone, device, _) => format!("Calling {}. ", or_phone(device)),
        (Kind::Push | Kind::VerifiedPush, _, Wanted::Code(code)) => {
            format!("{}. ", code_after_sent(code, choice, host))
        }
        (_, _, Wanted::Code(code)) => format!("Type {code} on your phone. "),
        (Kind::Push | Kind::VerifiedPush, "", _) => "Push sent. ".to_owned(),
        (Kind::Push | Kind::VerifiedPush, device, _) => format!("Push sent to {device}. "),
        (Kind::Passcode, ..) => "Passcode sent. ".to_owned(),
        (Kind::Sms | Kind::Other, ..) => String::new(),
    };
    format!("{out}Still waiting: {}", asked(host, may))
}

/// That `why` a passcode came to nothing, and the factor before it is waited for.
pub(super) fn still_after(
    why: &str,
    choice: &Choice,
    wanted: &Wanted,
    host: &Profile,
    may: May,
) -> String {
    let factor = match (choice.kind, choice.called_on(host)) {
        (Kind::Push | Kind::VerifiedPush, "") => " for the push".to_owned(),
        (Kind::Push | Kind::VerifiedPush, device) => format!(" for the push to {device}"),
        (Kind::Phone, "") => " for the call".to_owned(),
        (Kind::Phone, device) => format!(" for the call to {device}"),
        (Kind::Sms | Kind::Passcode | Kind::Other, _) => String::new(),
    };
    let code = match wanted {
        Wanted::Code(code) => format!(" (type {code} there)"),
        Wanted::InWords(words) => format!(" ({})", clipped(words).as_str().trim_end_matches('.')),
        Wanted::Nothing => String::new(),
    };
    format!("{}Still waiting{factor}{code}: {}", sentence(why), asked(host, may))
}

/// The code that a verified push wants, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Nothing,
    Code(String),
    /// Somewhere in the service's own words.
    InWords(String),
}

fn asked(host: &Profile, may: May) -> String {
    let passcode = if may == May::TypeAPasscode { ", or type a passcode" } else { "" };
    format!("press Enter{passcode}{}", end(host))
}

/// The words with a full stop and room for more.
pub(super) fn sentence(words: &str) -> String {
    let words = clipped(words);
    let stop = if words.as_str().ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{words}{stop} ")
}

/// Cuts the service's words, so that a prompt has room for its question.
fn clipped(words: &str) -> Text {
    Text::lines(words.trim(), Size::MESSAGE)
}

fn or_phone(device: &str) -> &str {
    if device.is_empty() { "your phone" } else { device }
}

/// Where the login ends before the factor does.
fn within(times: &Times) -> String {
    times.cut_short(FACTOR_BUDGET).map_or_else(String::new, |left| format!(" within {left} s"))
}
