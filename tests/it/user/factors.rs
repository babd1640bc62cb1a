//! What a person has to type, on the phone or at the prompt.

use std::fs;
use std::path::Path;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::support::{Login, Mock};

/// The six digits that stand in this file of messages, as soon as they do.
fn code_in(told: &Path) -> String {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let text = fs::read_to_string(told).unwrap_or_default();
        let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6);
        if let Some(code) = digits {
            return code.to_owned();
        }
        assert!(Instant::now() < end, "no code in {text:?}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_verified_push_is_approved_with_the_code_that_the_user_reads_and_no_other() {
    let mock = Mock::with_me("verified_push = true\nform = \"devices\"");
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("told");
    let told = thread::scope(|scope| {
        let path = file.display().to_string();
        let mock = &mock;
        let login = scope.spawn(move || Login::new(mock).pamtalk(["--tell", &path]).run());
        let code = code_in(&file);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let refused = mock.decide(&["approve", "--code", wrong]);
        assert!(refused.contains("wrong code"), "{wrong} for {code}: {refused}");
        assert_eq!(mock.decide(&["approve", "--code", &code]), "");
        login.join().expect("a login")
    });
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let seen = mock.stop();
    assert_eq!((seen.pushes(), seen.count("/auth/v2/auth")), (1, 1));
    assert_eq!(seen.events("push")[0]["needs_code"], true);
    assert_eq!(seen.events("decided")[0]["by"], "web");
}

#[test]
fn a_service_with_a_menu_of_its_own_takes_a_number_or_gets_its_push_at_once() {
    for (autopush, asked) in [("false", 1), ("true", 0)] {
        let mock = Mock::with_me("form = \"prompt\"\nauto = \"approve\"");
        let told = Login::new(&mock).option("autopush", autopush).answers(["1"]).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        let prompts = told.texts("prompt_echo_on");
        assert_eq!(prompts.len(), asked, "{told:?}");
        let own = "select one of the following options";
        assert!(prompts.iter().all(|text| text.contains(own)), "{told:?}");
        let seen = mock.stop();
        assert_eq!(seen.pushes(), 1, "autopush = {autopush}");
        let auth = seen.0.iter().find(|line| line["path"] == "/auth/v2/auth").expect("a push");
        assert_eq!(auth["params"]["prompt"], "push1", "{auth}");
    }
}

#[test]
fn a_passcode_that_came_by_text_message_lets_the_user_in() {
    let mock = Mock::with_me("");
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("passcode");
    let told = thread::scope(|scope| {
        let answer = format!("@from {}", file.display());
        let mock = &mock;
        let login = scope.spawn(move || {
            let login = Login::new(mock).option("autopush", "false").option("prompts", "1");
            login.answers(["sms", &answer]).run()
        });
        let message = mock.await_event("sms");
        // In one piece, so that no half of it is typed.
        let draft = dir.path().join("draft");
        fs::write(&draft, message["codes"][0].as_str().expect("a passcode"))
            .expect("it is written");
        fs::rename(draft, &file).expect("it is put in place");
        login.join().expect("a login")
    });
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(told.texts("prompt_echo_on").len(), 2, "{told:?}");
    let seen = mock.stop();
    assert_eq!((seen.pushes(), seen.count("/auth/v2/auth")), (0, 2));
}

#[test]
fn wrong_passcodes_lock_the_account_and_the_right_one_comes_too_late() {
    let mock = Mock::with_me("passcodes = [\"123456\"]\nlockout_after = 2");
    let login = || Login::new(&mock).option("autopush", "false").option("prompts", "3");
    let locked = login().answers(["654321", "654320", "123456"]).run();
    assert_eq!(locked.code(), "PAM_PERM_DENIED", "{locked:?}");
    assert!(locked.said("locked out"), "{locked:?}");
    assert_eq!((locked.texts("prompt_echo_on").len(), locked.turns[0].answers_left), (2, 1));
    let later = login().answers(["123456"]).run();
    assert_eq!(later.code(), "PAM_PERM_DENIED", "{later:?}");
    assert_eq!(later.turns[0].answers_left, 1, "nothing is asked any more: {later:?}");
    let seen = mock.stop();
    assert_eq!((seen.count("/auth/v2/preauth"), seen.count("/auth/v2/auth")), (2, 2));
}
