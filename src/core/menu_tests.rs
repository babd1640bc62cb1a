use proptest::prelude::*;

use super::*;
use crate::core::any_reply::replies;
use crate::core::host::{Call, Phase, profile};
use crate::core::reply::{Preauth, preauth};
use crate::core::request::Factor;

pub(super) fn host(service: &str) -> Profile {
    profile(service, None, Call { terminal: true, silent: false, phase: Phase::Auth })
}

pub(super) fn device(id: &str, name: &str, able: &[&str]) -> Device {
    Device {
        id: id.into(),
        display_name: Some(name.into()),
        capabilities: able.iter().map(|able| (*able).to_owned()).collect(),
        ..Device::default()
    }
}

fn two_phones() -> Menu {
    let devices = vec![
        device("D1", "iPhone", &["auto", "push", "phone", "sms"]),
        Device { number: Some("XXX-0199".into()), ..device("D2", "Büro", &["auto", "push"]) },
        device("D3", "token", &["mobile_otp"]),
    ];
    Menu::of(&Offer { devices, ..Offer::default() })
}

fn server_menu() -> Menu {
    let factors = [("default", "push1"), ("1", "push1"), ("2", "phone1"), ("10", "sms1")];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
    let prompt = ServerPrompt { text: "Their menu: ".into(), factors };
    Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() })
}

pub(super) fn sends(menu: &Menu, typed: &str) -> Option<Factor> {
    match menu.pick(&Secret::new(typed.into())) {
        Pick::Choice(choice) => Some(choice.factor(None, None)),
        Pick::NotUnderstood => None,
    }
}

fn push(device: &str) -> Factor {
    Factor::Push { device: device.into(), pushinfo: None, txid: None }
}

#[test]
fn a_terminal_shows_a_line_for_each_way() {
    assert_eq!(
        two_phones().prompt(&host("login"), "demo").as_str(),
        "Duo login for demo\n\n 1. Push to iPhone\n 2. Push to Büro\n 3. Call iPhone\n \
         4. Text new passcodes to iPhone\n\nPasscode or option (1-4) [1]: "
    );
}

#[test]
fn a_label_gets_one_line() {
    let prompt = two_phones().prompt(&host("cockpit"), "demo");
    assert_eq!(
        prompt.as_str(),
        "Duo: 1 = push to iPhone, 2 = push to Buro, 3 = call iPhone, \
         4 = text passcodes to iPhone, or type a passcode"
    );
}

#[test]
fn a_number_a_name_and_nothing_at_all_pick_a_choice() {
    let menu = two_phones();
    for typed in ["1", " 1 ", "01", "001", "push", "PUSH1", "pu sh 1", "", "  "] {
        assert_eq!(sends(&menu, typed), Some(push("D1")), "{typed:?}");
    }
    assert_eq!(sends(&menu, "push2"), Some(push("D2")));
    assert_eq!(sends(&menu, "phone"), Some(Factor::Phone { device: "D1".into() }));
    assert_eq!(sends(&menu, "sms"), Some(Factor::Sms { device: "D1".into() }));
}

#[test]
fn a_slip_is_not_sent_and_a_passcode_is() {
    let menu = two_phones();
    for slip in
        ["0", "5", "99", "push3", "phone2", "push0", "x", "y\u{7f}", "push1x", "auto", "SMS 9"]
    {
        assert_eq!(sends(&menu, slip), None, "{slip:?}");
    }
    for code in ["123456", "000001", "cccjgjgkhcbbirdrfdnlnghhfgrtnnlgedjlftrbdeut"] {
        assert_eq!(sends(&menu, code), Some(Factor::Passcode(Secret::new(code.into()))));
    }
}

#[test]
fn the_services_menu_is_answered_in_its_own_words() {
    let menu = server_menu();
    let prompt = |name: &str| {
        let answer = Secret::new(name.into());
        Some(Factor::Prompt { answer, pushinfo: None, txid: None })
    };
    assert_eq!(menu.prompt(&host("login"), "demo").as_str(), "Their menu: ");
    assert_eq!(sends(&menu, ""), prompt("push1"));
    assert_eq!(sends(&menu, "2"), prompt("phone1"));
    assert_eq!(sends(&menu, "10"), prompt("sms1"));
    assert_eq!(sends(&menu, "1234567"), prompt("1234567"));
    assert_eq!(
        menu.prompt(&host("cockpit"), "demo").as_str(),
        "Duo: 1 = push, 2 = call, 10 = text passcodes, or type a passcode"
    );
}

#[test]
fn with_both_forms_the_devices_word_the_menu_and_the_menu_is_sent() {
    let prompt = ServerPrompt {
        text: "theirs".into(),
        factors: [("1".to_owned(), "push2".to_owned())].into(),
    };
    let devices = vec![device("D1", "old", &["push"]), device("D2", "new", &["push"])];
    let menu = Menu::of(&Offer { devices, prompt: Some(prompt), verified: None });
    assert!(menu.prompt(&host("login"), "demo").as_str().contains("1. Push to new"));
    assert!(matches!(sends(&menu, "1"), Some(Factor::Prompt { answer, .. })
        if answer.expose() == "push2"));
}

#[test]
fn a_way_that_is_not_a_push_is_never_the_first_push() {
    let devices = vec![device("D1", "desk", &["auto", "phone"])];
    let menu = Menu::of(&Offer { devices, ..Offer::default() });
    assert_eq!(menu.first_push(), None);
    assert!(menu.service_default().is_some());
}

#[test]
fn a_device_without_an_id_is_no_way() {
    let menu =
        Menu::of(&Offer { devices: vec![device("", "ghost", &["push"])], ..Offer::default() });
    assert_eq!(menu.prompt(&host("login"), "demo").as_str(), "Duo login for demo\nPasscode: ");
    assert_eq!(sends(&menu, ""), None);
}

#[test]
fn a_factor_name_of_the_service_goes_before_our_own_count() {
    let factors = [("1", "push1"), ("2", "verified_push1"), ("3", "push2"), ("4", "phone2")];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
    let prompt = ServerPrompt { text: "theirs".into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    let answer = |typed: &str| match sends(&menu, typed) {
        Some(Factor::Prompt { answer, .. }) => answer.expose().to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(answer("push2"), "push2");
    assert_eq!(answer("phone"), "phone2");
    assert_eq!(answer("phone1"), "None");
}

#[test]
fn a_push_is_named_alike_where_the_service_wants_it_verified() {
    let factors = [("1", "verified_push1"), ("2", "phone1"), ("3", "verified_push2")];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned())).into();
    let prompt = ServerPrompt { text: "Their menu: ".into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    for (typed, name) in [
        ("push", "verified_push1"),
        ("push2", "verified_push2"),
        ("Verified_Push2", "verified_push2"),
        ("phone1", "phone1"),
    ] {
        let Some(Factor::Prompt { answer, .. }) = sends(&menu, typed) else { panic!("{typed}") };
        assert_eq!(answer.expose(), name, "{typed}");
    }
    assert_eq!(sends(&menu, "push3"), None);
}

#[test]
fn beside_a_token_the_passcode_is_the_answer_to_the_services_menu() {
    let prompt = ServerPrompt { text: "Passcode: ".into(), factors: [].into() };
    let devices = vec![device("D3", "token", &["mobile_otp"])];
    let menu = Menu::of(&Offer { devices, prompt: Some(prompt), ..Offer::default() });
    let Some(Factor::Prompt { answer, .. }) = sends(&menu, "123456") else { panic!("{menu:?}") };
    assert_eq!(answer.expose(), "123456");
}

#[test]
fn a_menu_without_choices_does_not_hide_the_devices() {
    let prompt = ServerPrompt { text: "theirs".into(), factors: [].into() };
    let devices = vec![device("D1", "iPhone", &["push"])];
    let menu = Menu::of(&Offer { devices, prompt: Some(prompt), verified: None });
    assert_eq!(sends(&menu, "1"), Some(push("D1")));
}

#[test]
fn a_way_that_is_not_known_is_shown_by_its_own_name_and_is_no_passcode() {
    let factors = [("1".to_owned(), "desktop1".to_owned())].into();
    let prompt = ServerPrompt { text: "theirs".into(), factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    for typed in ["1", "desktop1", "Desktop 1"] {
        let Pick::Choice(choice) = menu.pick(&Secret::new(typed.into())) else { panic!("{typed}") };
        assert_eq!((choice.kind, choice.device.as_str()), (Kind::Other, "desktop1"), "{typed}");
    }
}

/// What looks like a factor's name, to a service that is lenient about white space and case.
fn nearly_a_name() -> impl Strategy<Value = String> {
    let name = proptest::sample::select(vec!["push", "verified_push", "phone", "sms", "auto"]);
    let space = "[ \\t\\u{a0}\\u{1c}\\u{200b}+_.]{0,2}";
    let parts = (name, "[0-9]{0,2}", proptest::collection::vec(space, 16));
    parts.prop_map(|(name, digits, spaces)| {
        let typed = format!("{name}{digits}");
        let spaced = typed.chars().zip(spaces.iter().cycle());
        let loud = spaced.map(|(c, space)| format!("{space}{}", c.to_ascii_uppercase()));
        loud.collect::<Vec<_>>().concat()
    })
}

proptest! {
    #[test]
    fn no_name_of_a_factor_is_ever_sent_as_a_passcode(typed in nearly_a_name()) {
        for menu in [two_phones(), server_menu()] {
            if let Pick::Choice(choice) = menu.pick(&Secret::new(typed.clone())) {
                prop_assert_ne!(choice.kind, Kind::Passcode, "{}", typed);
            }
        }
    }

    #[test]
    fn no_answer_panics_and_none_becomes_another_users_device(typed in any::<String>()) {
        for menu in [two_phones(), server_menu()] {
            match sends(&menu, &typed) {
                None => {}
                Some(Factor::Push { device, .. }) => prop_assert!(device == "D1" || device == "D2"),
                Some(Factor::Phone { device } | Factor::Sms { device }) => {
                    prop_assert_eq!(device, "D1");
                }
                Some(Factor::Passcode(code) | Factor::Prompt { answer: code, .. }) => {
                    prop_assert!(!code.expose().is_empty());
                }
            }
        }
    }
}

/// What an offer has to send to: ids of devices, and names in the service's menu.
fn known(offer: &Offer) -> Vec<String> {
    let names = offer.prompt.iter().flat_map(|prompt| prompt.factors.values());
    offer.devices.iter().map(|device| &device.id).chain(names).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_offered_and_typed_only_what_was_offered_or_typed_is_sent(
        [reply, ..] in replies(),
        typed in prop_oneof!["[0-9]{0,11}", "(push|phone|sms|Push)[0-9]{0,25}", any::<String>()],
    ) {
        let Ok(Preauth::Auth(offer)) = preauth(&reply) else { return Ok(()) };
        let menu = Menu::of(&offer);
        for service in ["login", "cockpit"] {
            let lines = service == "login";
            let prompt = menu.prompt(&host(service), "demo");
            prop_assert!(prompt.as_str().len() <= Size::PROMPT.bytes());
            prop_assert!(lines || prompt.in_ascii().as_str().is_ascii(), "{:?}", prompt);
            prop_assert!(lines || !prompt.as_str().contains('\n'), "{:?}", prompt);
        }
        prop_assert!(menu.first_push().is_none_or(Choice::is_push));
        let own: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let known = known(&offer);
        match sends(&menu, &typed) {
            None => {}
            Some(Factor::Push { device, .. } | Factor::Phone { device } | Factor::Sms { device }) => {
                prop_assert!(!device.is_empty() && known.contains(&device), "{:?}", device);
            }
            Some(Factor::Passcode(code)) => prop_assert_eq!(code.expose(), own),
            Some(Factor::Prompt { answer, .. }) => {
                let answer = answer.expose();
                prop_assert!(answer == own || known.iter().any(|name| name == answer), "{}", answer);
            }
        }
    }
}
