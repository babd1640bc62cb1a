//! What a service offers and what a person types: a preauth reply's `response`, a NUL, the answer.

use crate::core::choice::{Choice, Kind};
use crate::core::host::{Call, Phase, names, profile};
use crate::core::menu::{Menu, Pick};
use crate::core::reply::{self, HttpReply, Offer, Preauth};
use crate::core::request::Factor;
use crate::core::screen::Screen;
use crate::core::secret::Secret;
use crate::core::text::Size;

pub fn target(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (response, answer) = data.split_at(at);
    let answer = String::from_utf8_lossy(answer.get(1..).unwrap_or_default());
    let body = [b"{\"stat\":\"OK\",\"response\":", response, b"}"].concat();
    let said = HttpReply { status: 200, date: None, retry_after: None, body };
    let Ok(Preauth::Auth(offer)) = reply::preauth(&said) else { return };
    let menu = Menu::of(&offer);
    match menu.pick(&Secret::new(answer.clone().into_owned())) {
        Pick::NotUnderstood => {}
        Pick::Choice(choice) if choice.kind == Kind::Passcode => is_a_passcode(&choice, &answer),
        Pick::Choice(choice) => is_offered(&choice, &offer),
    }
    for choice in menu.first_push().into_iter().chain(menu.service_default()) {
        is_offered(choice, &offer);
    }
    assert!(menu.first_push().is_none_or(Choice::is_push));
    for name in names() {
        for terminal in [true, false] {
            let call = Call { terminal, silent: false, phase: Phase::Auth };
            let host = profile("", Some(name), call);
            let prompt = Screen::new(host).prompt(&menu.prompt(&host, &answer));
            assert!(!prompt.is_empty() || offer.prompt.is_some(), "{offer:?}");
            assert!(prompt.as_str().len() <= Size::PROMPT.bytes());
            assert!(super::is_clean(prompt.as_str()), "{prompt:?}");
        }
    }
}

/// It is what was typed, and nothing that a service could take for the name of a factor.
fn is_a_passcode(choice: &Choice, answer: &str) {
    let sent = match choice.factor(None, None) {
        Factor::Passcode(sent) | Factor::Prompt { answer: sent, txid: None, .. } => sent,
        other => panic!("{other:?} for a passcode"),
    };
    let typed: String = answer.chars().filter(|c| !c.is_whitespace()).collect();
    assert_eq!(sent.expose(), typed);
    assert!(typed.len() > 3 && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    assert!(typed.as_bytes()[0].is_ascii_alphanumeric());
    let typed = typed.to_ascii_lowercase();
    for name in ["push", "verified_push", "phone", "sms", "auto"] {
        assert!(!typed.starts_with(name), "{typed}");
    }
}

/// Only what the service has offered is ever sent, and to a device only what it can.
fn is_offered(choice: &Choice, offer: &Offer) {
    let (device, capability) = match choice.factor(None, None) {
        Factor::Push { device, .. } => (device, "push"),
        Factor::Phone { device } => (device, "phone"),
        Factor::Sms { device } => (device, "sms"),
        Factor::Prompt { answer, .. } => {
            let names = offer.prompt.as_ref().map(|prompt| &prompt.factors).expect("a menu");
            assert!(names.values().any(|name| name == answer.expose()), "{choice:?}");
            return;
        }
        Factor::Passcode(_) => panic!("a passcode that nobody typed: {choice:?}"),
    };
    let can = |known: &reply::Device| {
        known.id == device && known.capabilities.iter().any(|able| able == capability)
    };
    assert!(!device.is_empty() && offer.devices.iter().any(can), "{choice:?}");
}
