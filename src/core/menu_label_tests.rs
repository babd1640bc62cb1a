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

/// Cockpit's page shows what another machine's sshd asks, and makes one paragraph of it.
#[test]
fn sshds_menu_reads_well_where_its_lines_run_together() {
    let phone = phone("D1", "iPhone", "XXX-0100", &["push", "phone"]);
    let menu = Menu::of(&Offer { devices: vec![phone], ..Offer::default() });
    let prompt = menu.prompt(&host("sshd"), "demo");
    assert_eq!(
        prompt.as_str(),
        "Duo login for demo:\n\n 1. Push to iPhone (XXX-0100);\n 2. Call XXX-0100.\n\n\
         Passcode or option (1-2) [1]: "
    );
    let prompt = Menu::of(&Offer::default()).prompt(&host("sshd"), "demo");
    assert_eq!(prompt.as_str(), "Duo login for demo:\nPasscode: ");
}

/// As the service calls a phone: its number is in its name.
fn phone(id: &str, name: &str, number: &str, able: &[&str]) -> Device {
    let display_name = Some(format!("{name} ({number})"));
    Device {
        display_name,
        name: Some(name.into()),
        number: Some(number.into()),
        ..device(id, name, able)
    }
}

fn line(devices: Vec<Device>) -> String {
    let menu = Menu::of(&Offer { devices, ..Offer::default() });
    menu.prompt(&host("cockpit"), "demo").in_ascii().to_string()
}

#[test]
fn a_label_names_the_only_phone_once_and_says_no_number() {
    let all = ["push", "phone", "sms"];
    assert_eq!(
        line(vec![phone("D1", "iPhone", "XXX-0100", &all)]),
        "Duo: 1 = push to iPhone, 2 = call, 3 = text passcodes, or type a passcode"
    );
    let nameless = Device { number: Some("XXX-0100".into()), ..device("D1", "", &all) };
    assert_eq!(
        line(vec![nameless]),
        "Duo: 1 = push to XXX-0100, 2 = call, 3 = text passcodes, or type a passcode"
    );
    let gothic = phone("D1", "\u{10330}", "XXX-0100", &all);
    let called = "1 = push to XXX-0100, 2 = call,";
    assert!(line(vec![gothic.clone()]).contains(called), "{}", line(vec![gothic]));
}

#[test]
fn a_label_says_which_of_several_phones_each_way_means() {
    let able = ["push", "phone"];
    assert_eq!(
        line(vec![
            phone("D1", "iPhone", "XXX-0100", &able),
            phone("D2", "B\u{fc}ro", "XXX-0200", &able),
        ]),
        "Duo: 1 = push to iPhone, 2 = push to Buro, 3 = call iPhone, 4 = call Buro, or type a passcode"
    );
    assert_eq!(
        line(vec![
            phone("D1", "iPhone", "XXX-0100", &["push", "sms"]),
            phone("D2", "iPhone", "XXX-0200", &able),
        ]),
        "Duo: 1 = push to iPhone (XXX-0100), 2 = push to iPhone (XXX-0200), 3 = call iPhone, \
         4 = text passcodes to iPhone, or type a passcode"
    );
    // The phone that rings is not the one that gets the push.
    assert_eq!(
        line(vec![
            phone("D1", "iPad", "XXX-0100", &["push"]),
            phone("D2", "desk", "XXX-0200", &["phone"]),
        ]),
        "Duo: 1 = push to iPad, 2 = call desk, or type a passcode"
    );
}

#[test]
fn a_label_says_what_an_empty_answer_means_where_it_is_not_the_first_way() {
    let factors = [("1", "phone1"), ("2", "push1"), ("default", "push1")];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
    let prompt = ServerPrompt { text: "theirs".into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    assert_eq!(
        menu.prompt(&host("cockpit"), "demo").as_str(),
        "Duo: 1 = call, Enter or 2 = push, or type a passcode"
    );
    // The first need not be number one.
    let factors = [("2", "push1"), ("3", "phone1"), ("default", "push1")];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
    let prompt = ServerPrompt { text: "theirs".into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    assert_eq!(
        menu.prompt(&host("cockpit"), "demo").as_str(),
        "Duo: 2 = push, 3 = call, or type a passcode"
    );
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
    let text = "Login for demo\n\n 1. Duo Push to iPhone\r\n 2) Duo Push to Buro\n 10. \u{1b}[1m\n\nOption: ";
    let prompt = ServerPrompt { text: text.into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    assert_eq!(
        menu.prompt(&host("cockpit"), "demo").as_str(),
        "Duo: 1 = Duo Push to iPhone, 2 = Duo Push to Buro, 10 = call, or type a passcode"
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

#[test]
fn a_push_is_told_in_short_on_a_page_and_in_full_where_that_says_which_phone() {
    let called = |devices: Vec<Device>, service| {
        let menu = Menu::of(&Offer { devices, ..Offer::default() });
        menu.first_push().map(|choice| choice.called_on(&host(service)).to_owned())
    };
    let mine = phone("D1", "iPhone", "XXX-0100", &["push"]);
    let other = phone("D2", "iPhone", "XXX-0200", &["push"]);
    let (short, full) = (Some("iPhone".to_owned()), Some("iPhone (XXX-0100)".to_owned()));
    assert_eq!(called(vec![mine.clone()], "cockpit"), short);
    assert_eq!(called(vec![mine.clone()], "login"), full);
    assert_eq!(called(vec![mine, other], "cockpit"), full);
    // Nothing stands in these brackets.
    let bare = device("D1", "iPhone ()", &["push"]);
    assert_eq!(called(vec![bare], "cockpit").as_deref(), Some("iPhone ()"));
}

#[test]
fn devices_that_nothing_tells_apart_are_called_as_they_are() {
    let same = |id| device(id, "iPhone", &["push"]);
    let menu = Menu::of(&Offer { devices: vec![same("D1"), same("D2")], ..Offer::default() });
    let prompt = menu.prompt(&host("login"), "demo");
    assert!(prompt.as_str().contains("1. Push to iPhone\n 2. Push to iPhone\n"), "{prompt}");
    // What is left of either name is its number already.
    let gothic = |id| Device { number: Some("0100".into()), ..device(id, "\u{10330}", &["push"]) };
    let menu = Menu::of(&Offer { devices: vec![gothic("D1"), gothic("D2")], ..Offer::default() });
    let ascii = Profile { charset: Charset::Ascii, ..host("login") };
    let prompt = menu.prompt(&ascii, "demo");
    assert!(prompt.as_str().contains("1. Push to 0100\n 2. Push to 0100\n"), "{prompt}");
}
