//! A prompt that has no room for all choices leaves out whole ones, and never the question.

use proptest::prelude::*;

use super::tests::{device, host, sends};
use super::*;
use crate::core::request::Factor;

/// So many devices, each with every way.
fn phones(names: &[String]) -> Menu {
    let phone = |(id, name): (usize, &String)| Device {
        number: Some(format!("XXX-XXX-{id:04}")),
        ..device(&format!("D{id}"), name, &["push", "phone", "sms"])
    };
    let devices = names.iter().enumerate().map(phone).collect();
    Menu::of(&Offer { devices, ..Offer::default() })
}

#[test]
fn forty_phones_leave_the_question_whole_and_say_that_there_are_more() {
    let names: Vec<String> = (1..=40).map(|n| format!("Phone {n} of the help desk")).collect();
    let menu = phones(&names);
    for (service, more, question) in [
        ("login", "\n … and more, up to 120\n\n", "\n\nPasscode or option (1-120) [1]: "),
        ("sshd", ";\n … and more, up to 120.\n\n", "\n\nPasscode or option (1-120) [1]: "),
        ("cockpit", ", ... and more, up to 120, or", ", or type a passcode"),
    ] {
        let prompt = menu.prompt(&host(service), "demo").in_ascii().to_string();
        let prompt = if service == "cockpit" { prompt } else { prompt.replace("...", "…") };
        assert!(prompt.contains(more) && prompt.ends_with(question), "{service}: {prompt}");
    }
    assert_eq!(sends(&menu, "120"), Some(Factor::Sms { device: "D39".into() }));
    assert_eq!(sends(&menu, "phone40"), Some(Factor::Phone { device: "D39".into() }));
}

#[test]
fn a_long_menu_of_the_services_own_keeps_its_question() {
    let lines: Vec<String> = (1..=200).map(|n| format!(" {n}. Duo Push to phone {n}\n")).collect();
    let factors = (1..=200).map(|n| (n.to_string(), format!("push{n}"))).collect();
    let text = format!("Pick:\n\n{}\nPasscode or option (1-200): ", lines.concat());
    let prompt = ServerPrompt { text, factors };
    let menu = Menu::of(&Offer { prompt: Some(prompt), ..Offer::default() });
    let prompt = menu.prompt(&host("login"), "demo");
    let (rows, question) = prompt.as_str().rsplit_once('\n').unwrap();
    assert_eq!(question, "Passcode or option (1-200): ");
    let (rows, more) = rows.rsplit_once('\n').unwrap();
    assert_eq!(more, " … and more, up to 200");
    assert!(rows.lines().skip(2).all(|row| lines.contains(&format!("{row}\n"))), "{rows}");
}

proptest! {
    #[test]
    fn whatever_the_devices_are_called_no_line_is_cut_and_the_question_is_whole(
        names in proptest::collection::vec("\\PC{0,60}", 1..60),
        user in "\\PC{0,300}",
    ) {
        let menu = phones(&names);
        let last = 3 * names.len();
        let user = Text::line(&user, Size::NAME);
        for (service, head, between, end) in [
            ("login", format!("Duo login for {user}\n\n"), "\n", ""),
            ("sshd", format!("Duo login for {user}:\n\n"), ";\n", "."),
            ("cockpit", "Duo: ".to_owned(), ", ", ""),
        ] {
            let host = host(service);
            let is_line = host.menu == MenuForm::OneLine;
            let labels = if is_line { menu.short_labels(host.charset) } else { menu.labels(host.charset) };
            let row = |(number, label): (usize, String)| if is_line {
                format!("{number} = {label}")
            } else {
                format!(" {number}. {}", capitalised(&label))
            };
            let rows: Vec<String> = (1..).zip(labels).map(row).collect();
            let question = if is_line {
                ", or type a passcode".to_owned()
            } else {
                format!("{end}\n\nPasscode or option (1-{last}) [1]: ")
            };
            let space = if is_line { "" } else { " " };
            let whole = |count: usize| {
                let more = format!("{between}{space}… and more, up to {last}");
                let more = if count == last { "" } else { &more };
                format!("{head}{}{more}{question}", rows[..count].join(between))
            };
            let wanted = (1..=last).rev().map(whole).find(|text| text.len() <= Size::PROMPT.bytes());
            let prompt = menu.prompt(&host, user.as_str());
            prop_assert_eq!(Some(prompt.as_str()), wanted.as_deref());
            prop_assert!(host.charset == Charset::Unicode
                || prompt.in_ascii().as_str().ends_with(&question));
        }
    }
}
