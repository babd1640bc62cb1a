//! What a menu calls each choice, so that nobody picks the wrong phone.

use super::tests::{device, host};
use super::*;

#[test]
fn a_device_whose_name_is_lost_in_ascii_is_called_by_its_number() {
    let gothic = Device { number: Some("XXX-0199".into()), ..device("D1", "\u{10330}", &["push"]) };
    let menu = Menu::of(&Offer { devices: vec![gothic], ..Offer::default() });
    let label = "1 = push to XXX-0199, or type a passcode";
    assert!(menu.prompt(&host("cockpit"), "demo").as_str().ends_with(label));
    assert!(menu.prompt(&host("login"), "demo").as_str().contains("1. Push to \u{10330}\n"));
}

#[test]
fn devices_that_are_called_alike_are_told_apart_by_their_numbers() {
    let numbered = |id, name, number: &str| Device {
        number: Some(number.into()),
        ..device(id, name, &["push", "phone"])
    };
    let offer = |first, second| Offer {
        devices: vec![numbered("D1", first, "XXX-0100"), numbered("D2", second, "XXX-0200")],
        ..Offer::default()
    };
    let menu = Menu::of(&offer("iPhone", "iPhone"));
    let prompt = menu.prompt(&host("login"), "demo");
    assert!(prompt.as_str().contains("1. Push to iPhone (XXX-0100)\n"), "{prompt}");
    assert!(prompt.as_str().contains("2. Push to iPhone (XXX-0200)\n"), "{prompt}");
    assert!(prompt.as_str().contains("3. Call XXX-0100\n"), "{prompt}");
    // They differ on a terminal, and not where only ASCII arrives.
    let menu = Menu::of(&offer("Zoë", "Zoe"));
    let prompt = menu.prompt(&host("login"), "demo");
    assert!(prompt.as_str().contains("1. Push to Zoë\n 2. Push to Zoe\n"), "{prompt}");
    let prompt = menu.prompt(&host("cockpit"), "demo").in_ascii();
    let both = "1 = push to Zoe (XXX-0100), 2 = push to Zoe (XXX-0200), 3 = call";
    assert!(prompt.as_str().contains(both), "{prompt}");
}

#[test]
fn a_name_that_is_empty_does_not_hide_another() {
    let phone = Device { name: Some("iPhone".into()), ..device("D1", " ", &["push"]) };
    let menu = Menu::of(&Offer { devices: vec![phone], ..Offer::default() });
    let prompt = menu.prompt(&host("login"), "demo");
    assert!(prompt.as_str().contains("1. Push to iPhone\n"), "{prompt}");
}

#[test]
fn a_label_words_a_menu_without_devices_as_the_service_does() {
    let factors = [("1", "push1"), ("2", "push2"), ("10", "phone1")];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
    let text = "Login for demo\n\n 1. Duo Push to iPhone\r\n 2) Duo Push to Büro\n 10. \u{1b}[1m\n\nOption: ";
    let prompt = ServerPrompt { text: text.into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    assert_eq!(
        menu.prompt(&host("cockpit"), "demo").as_str(),
        "Duo: Enter or 1 = Duo Push to iPhone, 2 = Duo Push to Büro, 10 = call, or type a passcode"
    );
}

/// A tablet takes pushes only, and a service may count all devices or those that can be called.
#[test]
fn a_phone_whose_number_may_mean_two_is_called_what_the_service_calls_it() {
    let numbered = |id, number: &str, able: &[&str]| Device {
        number: Some(number.into()),
        ..device(id, id, able)
    };
    let menu = |names: &[(&str, &str)]| {
        let factors = names.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned()));
        let text = "\n 1. Duo Push to tablet\n 2. Phone call to 0200\n 3. Phone call to 0300\n";
        let prompt = ServerPrompt { text: text.into(), factors: factors.collect() };
        let devices = vec![
            numbered("tablet", "", &["push"]),
            numbered("D2", "0200", &["phone"]),
            numbered("D3", "0300", &["phone"]),
        ];
        let menu = Menu::of(&Offer { devices, prompt: Some(prompt), verified: None });
        menu.prompt(&host("login"), "demo").to_string()
    };
    let all = menu(&[("default", "push1"), ("1", "push1"), ("2", "phone2"), ("3", "phone3")]);
    let words = " 1. Push to tablet\n 2. Phone call to 0200\n 3. Call 0300\n\nPasscode or option (1-3) [1]: ";
    assert!(all.ends_with(words), "{all}");
    let callable = menu(&[("default", "push1"), ("1", "push1"), ("2", "phone1"), ("3", "phone2")]);
    let words = " 1. Push to tablet\n 2. Call 0200\n 3. Phone call to 0300\n\nPasscode or option (1-3) [1]: ";
    assert!(callable.ends_with(words), "{callable}");
}
