//! Plays a case and compares what was sent, asked and told.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::case::{Answer, Case, Form};
use crate::support::{Format, Login, Mock, Seen, Told, me};

/// Plays the case of this name. A service with a menu of its own is what Duo's module lives on, so
/// there each host has its turn, two of them with Duo's file.
pub fn plays(cases: &[(&str, Case)], name: &str, form: Form) {
    let case = &cases.iter().find(|(case, _)| *case == name).expect("a case of this name").1;
    let services: &[&str] = match form {
        // How sshd shows a code is no matter of this table: it may take a prompt more.
        Form::Prompt if case.user.contains("verified_push") => &["login", "sudo"],
        Form::Prompt => &["login", "sshd", "sudo"],
        _ => &["login"],
    };
    // Those that wait do so together.
    if case.server.is_empty() {
        for service in services {
            compare(case, name, form, service);
        }
    } else {
        thread::scope(|scope| {
            for service in services {
                scope.spawn(move || compare(case, name, form, service));
            }
        });
    }
}

fn compare(case: &Case, name: &str, form: Form, service: &str) {
    let format =
        if form == Form::Prompt && service != "login" { Format::Ini } else { Format::Toml };
    let (told, seen) = play(case, form, service, format);
    let what = format!("{name}, {form:?}, {service}, {format:?}: {told:#?}\n{seen:#?}");
    assert_eq!(told.code(), case.ends.code(service), "{what}");
    assert_eq!(told.turns[0].answers_left, case.left, "answers left: {what}");
    let asked = told.texts("prompt_echo_on");
    assert_eq!(asked.len(), case.answers.len() - case.left, "prompts: {what}");
    menus(case, form, &asked, &what);
    reads(case, &told, &what);
    sent(case, form, &seen, &what);
}

/// Plays a case once.
pub fn play(case: &Case, form: Form, service: &str, format: Format) -> (Told, Seen) {
    let mock = Mock::start(Some(&scenario(case, form)), &[]);
    let dir = tempfile::tempdir().expect("a folder for text messages");
    let told = thread::scope(|scope| {
        let mut login = Login::new(&mock).option("autopush", "false");
        login = login.service(service).format(format);
        // sshd has an address and a name for its terminal that is none; the others have a terminal.
        login = match service {
            "sshd" => login.pamtalk(["--rhost", "192.0.2.7", "--tty", "ssh"]),
            _ => login.pamtalk(["--tty", "/dev/pts/3"]),
        };
        for (key, value) in case.options {
            login = login.option(key, value);
        }
        for answer in case.answers {
            login = login.pamtalk_args(&["--answer", &typed(*answer, form, &dir)]);
        }
        let running = scope.spawn(move || login.run());
        let texts = case.answers.iter().filter_map(|answer| match answer {
            Answer::Texted(nth) => Some(*nth),
            Answer::Types(_) | Answer::Number { .. } => None,
        });
        for nth in texts {
            // Who is not asked for it needs no message either.
            while !running.is_finished() && !deliver(&mock, &dir, nth) {
                thread::sleep(Duration::from_millis(20));
            }
        }
        running.join().expect("a login")
    });
    (told, mock.stop())
}

/// mockduo's scenario; the user is whoever runs the tests.
pub fn scenario(case: &Case, form: Form) -> String {
    let Case { server, user, devices, faults, .. } = case;
    let form = form.word();
    format!(
        "[server]\nform = {form:?}\n{server}\n[[users]]\nname = {:?}\n{user}\n{devices}\n{faults}",
        me()
    )
}

/// The answer as pamtalk takes it.
fn typed(answer: Answer, form: Form, dir: &TempDir) -> String {
    match (answer, form) {
        (Answer::Types(text), _)
        | (Answer::Number { devices: text, .. }, Form::Devices)
        | (Answer::Number { prompt: text, .. }, Form::Prompt | Form::Both) => text.to_owned(),
        (Answer::Texted(nth), _) => format!("@from {}", text_message(dir.path(), nth).display()),
    }
}

fn text_message(dir: &Path, nth: usize) -> std::path::PathBuf {
    dir.join(format!("message{nth}"))
}

/// Puts the n-th message where the person reads it, if it has been sent; in one piece, so that no
/// half of it is typed.
fn deliver(mock: &Mock, dir: &TempDir, nth: usize) -> bool {
    let Some(message) = mock.nth("sms", nth) else { return false };
    let draft = dir.path().join("draft");
    fs::write(&draft, message["codes"][0].as_str().expect("a passcode")).expect("it is written");
    fs::rename(draft, text_message(dir.path(), nth)).expect("it is put in place");
    true
}

/// Who has a menu of its own shows that, and who has none gets ours with what the phones are called.
fn menus(case: &Case, form: Form, asked: &[&str], what: &str) {
    if !case.devices.contains("DPHONE") {
        assert!(asked.iter().all(|text| text.ends_with("Passcode: ")), "a token's prompt: {what}");
        return;
    }
    let theirs = "Enter a passcode or select one of the following options";
    for text in asked {
        assert_eq!(text.contains(theirs), form == Form::Prompt, "whose menu? {what}");
        assert!(text.contains("iPhone") || text.contains("XXX-XXX-0100"), "the phone: {what}");
    }
}

/// Each claim in its turn, wherever the host is shown it.
fn reads(case: &Case, told: &Told, what: &str) {
    let mut messages = told.messages();
    for claim in case.reads {
        assert!(messages.any(|message| message.text.contains(claim)), "reads {claim:?}: {what}");
    }
}

/// What the person reads while a busy service is waited for.
pub const BUSY: &str = "The service is busy; trying again in";

/// Every `/auth`, and what of it reached a person.
fn sent(case: &Case, form: Form, seen: &Seen, what: &str) {
    let auths = seen.0.iter().filter(|line| line["path"] == "/auth/v2/auth");
    // What the service was too busy for was not carried out; each is followed by one more.
    let (busy, auths): (Vec<&Value>, Vec<&Value>) = auths.partition(|line| line["status"] == 429);
    assert_eq!(!busy.is_empty(), case.reads.contains(&BUSY), "429: {what}");
    assert_eq!(auths.len(), case.sent.len(), "how many /auth: {what}");
    for (line, sent) in auths.iter().zip(case.sent) {
        assert_eq!(line["status"], 200, "the service takes it: {what}");
        let params = &line["params"];
        for (name, value) in sent.params(form) {
            assert_eq!(params[name].as_str(), value.as_deref(), "{name} of {sent:?}: {what}");
        }
        assert_eq!(params["txid"].is_string(), sent.carries_txid(form), "{sent:?}: {what}");
        assert_eq!(params["async"], "1", "{what}");
        assert_eq!(params["username"], me(), "{what}");
    }
    let text = |event: &Value, key: &str| event[key].as_str().unwrap_or_default().to_owned();
    let reached: Vec<_> = seen
        .events("push")
        .iter()
        .map(|event| (text(event, "kind"), text(event, "device")))
        .collect();
    let expected = case.sent.iter().filter_map(|sent| sent.reaches());
    let expected: Vec<_> = expected.map(|(kind, device)| (kind.to_owned(), device)).collect();
    assert_eq!(reached, expected, "what reaches a person: {what}");
}
