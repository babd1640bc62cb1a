//! The `text_prompt` form: a menu in one string, and what its entries stand for.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::scenario::{DeviceKind, DeviceSpec};
use crate::state::User;

/// One entry: the name that the client sends back, what it does, and with which device.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    pub name: String,
    pub factor: &'static str,
    pub device: &'a DeviceSpec,
    words: String,
}

/// Everything that a user's phones can do, in the order of the menu.
pub fn choices(user: &User) -> Vec<Choice<'_>> {
    let phones = user.spec.devices.iter().filter(|d| d.kind == DeviceKind::Phone).zip(1..);
    phones.flat_map(|(device, number)| of_phone(user, device, number)).collect()
}

fn of_phone<'a>(user: &User, device: &'a DeviceSpec, number: u32) -> Vec<Choice<'a>> {
    let title = device.title();
    let push = if user.spec.verified_push { "verified_push" } else { "push" };
    let kinds = [
        ("push", push, format!("Duo Push to {title}")),
        ("phone", "phone", format!("Phone call to {title}")),
        ("sms", "sms", format!("SMS passcodes to {title}")),
    ];
    let able = kinds.into_iter().filter(|(factor, ..)| device.can(factor));
    able.map(|(factor, prefix, words)| Choice {
        name: format!("{prefix}{number}"),
        factor,
        device,
        words,
    })
    .collect()
}

/// The `prompt` object of `preauth`.
pub fn prompt(user: &User) -> Value {
    let choices = choices(user);
    let mut text = format!("Duo two-factor login for {}\n\n", user.spec.name);
    text.push_str("Enter a passcode or select one of the following options:\n\n");
    let mut factors = Map::new();
    if let Some(first) = choices.first() {
        factors.insert("default".to_owned(), json!(first.name));
    }
    for (choice, number) in choices.iter().zip(1..) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, " {number}. {}", choice.words);
        factors.insert(number.to_string(), json!(choice.name));
    }
    let _ = match choices.len() {
        0 => write!(text, "\nPasscode: "),
        1 => write!(text, "\nPasscode or option (1-1): "),
        last => write!(text, "\nPasscode or option (1-{last}): "),
    };
    json!({"text": text, "factors": factors})
}

/// Whether a `prompt` parameter is a menu entry rather than something secret that was typed.
pub fn is_factor_name(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < text.len() && ["push", "phone", "sms", "verified_push"].contains(&name)
}
