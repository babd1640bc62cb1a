//! What the person sees, in each host, before anything is decided.

use std::fs;
use std::path::Path;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::support::mock::user;
use crate::support::{Login, Mock, Told, me, refusal};

/// What a host tells its modules.
#[derive(Clone, Copy)]
struct Host {
    service: &'static str,
    tty: Option<&'static str>,
    rhost: Option<&'static str>,
    silent: bool,
    /// Are infos seen before the next prompt?
    at_once: bool,
}

const LOGIN: Host =
    Host { service: "login", tty: Some("tty1"), rhost: None, silent: false, at_once: true };
const SUDO: Host = Host { service: "sudo", tty: Some("/dev/pts/0"), silent: true, ..LOGIN };
/// It sets an empty `PAM_TTY` then.
const SUDO_WITHOUT_TERMINAL: Host = Host { tty: Some(""), at_once: false, ..SUDO };
const SSHD: Host = Host {
    service: "sshd",
    tty: Some("ssh"),
    rhost: Some("192.0.2.7"),
    silent: false,
    at_once: false,
};
const COCKPIT: Host = Host { service: "cockpit", tty: None, ..SSHD };

const HOSTS: [Host; 8] = [
    LOGIN,
    Host { service: "polkit-1", tty: None, ..LOGIN },
    Host { silent: true, at_once: false, ..LOGIN },
    SUDO,
    SUDO_WITHOUT_TERMINAL,
    Host { service: "sudo-i", tty: None, ..SUDO_WITHOUT_TERMINAL },
    SSHD,
    COCKPIT,
];

impl Host {
    fn login(self, mock: &Mock) -> Login {
        let mut login = Login::new(mock).service(self.service);
        for (name, value) in [("--tty", self.tty), ("--rhost", self.rhost)] {
            login = login.pamtalk_args(&value.map_or(vec![], |value| vec![name, value]));
        }
        login.pamtalk_args(if self.silent { &["--silent"] } else { &[] })
    }
}

/// The code, six digits, that follows those already seen in this file of messages.
fn next_code(told: &Path, seen: &[String]) -> String {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let text = fs::read_to_string(told).unwrap_or_default();
        let mut codes = text.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 6);
        if let Some(code) = codes.find(|code| !seen.iter().any(|old| old == code)) {
            return code.to_owned();
        }
        assert!(Instant::now() < end, "no code in {text:?}");
        sleep(Duration::from_millis(10));
    }
}

/// A login whose person approves with the code that is on the screen, after `skipped` others that
/// they let run out, and only then answers the prompt that it may stand in.
fn approve_with_the_code(mock: &Mock, login: Login, skipped: usize) -> (Told, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let (file, answer) = (dir.path().join("told"), dir.path().join("answer"));
    thread::scope(|scope| {
        let tell = file.display().to_string();
        let last = format!("@from {}", answer.display());
        let login = login.pamtalk_args(&["--tell", &tell, "--answer", &last]);
        let login = scope.spawn(move || login.run());
        let mut codes: Vec<String> = Vec::new();
        for _ in 0..=skipped {
            codes.push(next_code(&file, &codes));
        }
        let code = codes.last().expect("a code").clone();
        // The code is on the screen when the push is out, or a moment later.
        assert_eq!(mock.decide(&["approve", "--code", &code, "--wait", "5s"]), "");
        fs::write(&answer, "").expect("Enter is pressed");
        (login.join().expect("a login"), code)
    })
}

#[test]
fn the_code_of_a_verified_push_is_read_before_the_approval_in_every_host() {
    for host in HOSTS {
        for form in ["devices", "prompt"] {
            for menu in [false, true] {
                let mock = Mock::with_me(&format!("verified_push = true\nform = {form:?}"));
                let mut login = host.login(&mock).option("autopush", &(!menu).to_string());
                if menu {
                    login = login.answers(["1"]);
                }
                let (told, code) = approve_with_the_code(&mock, login, 0);
                let what = format!("{} {:?} {form} menu: {menu}", host.service, host.tty);
                assert_eq!(told.code(), "PAM_SUCCESS", "{what}: {told:?}");
                let shown: Vec<&str> = told
                    .messages()
                    .filter(|message| message.text.contains(&code))
                    .map(|message| message.style.as_str())
                    .collect();
                let style = if host.at_once { "text_info" } else { "prompt_echo_on" };
                assert_eq!(shown, [style], "{what}: {told:?}");
                let asked = usize::from(menu) + usize::from(!host.at_once);
                assert_eq!(told.texts("prompt_echo_on").len(), asked, "{what}: {told:?}");
                let seen = mock.stop();
                assert_eq!(seen.count("/auth/v2/auth"), 1, "{what}");
                assert_eq!(seen.events("push")[0]["needs_code"], true, "{what}");
                assert_eq!(seen.events("decided")[0]["by"], "web", "{what}");
            }
        }
    }
}

/// polkit's dialogs, greeters and display managers show one info, the last.
#[test]
fn a_dialog_that_keeps_the_last_info_shows_the_code_until_the_approval() {
    for form in ["devices", "prompt"] {
        let mock = Mock::with_me(&format!("verified_push = true\nform = {form:?}"));
        let polkit = Host { service: "polkit-1", tty: None, ..LOGIN };
        let (told, code) = approve_with_the_code(&mock, polkit.login(&mock), 0);
        let infos = told.texts("text_info");
        let [.., last, "Approved."] = infos[..] else { panic!("{form}: {told:?}") };
        assert!(last.contains(&code), "{form}: {told:?}");
        if form == "devices" {
            let sent = format!("Push sent to XXX-XXX-0100. Type {code} there.");
            assert_eq!(infos, [&sent, "Approved."]);
        }
    }
}

#[test]
fn a_second_push_shows_its_own_code_where_the_first_ran_out_at_the_prompt() {
    for host in [SSHD, COCKPIT, SUDO_WITHOUT_TERMINAL] {
        for form in ["devices", "prompt"] {
            let keys = format!("verified_push = true\nform = {form:?}");
            let mock = Mock::start(Some(&user(me(), &keys)), &["--push-ttl", "2s"]);
            let login = host.login(&mock).answers(["", "1"]);
            let (told, code) = approve_with_the_code(&mock, login, 1);
            let what = format!("{} {form}", host.service);
            assert_eq!(told.code(), "PAM_SUCCESS", "{what}: {told:?}");
            let prompts = told.texts("prompt_echo_on");
            assert_eq!(prompts.len(), 3, "{what}: {told:?}");
            assert!(!prompts[0].contains(&code) && prompts[2].contains(&code), "{what}: {told:?}");
            assert!(told.said("Nobody answered in time."), "{what}: {told:?}");
            let seen = mock.stop();
            assert!(seen.events("push").iter().all(|push| push["needs_code"] == true), "{what}");
            assert_eq!(seen.pushes(), 2, "{what}");
        }
    }
}

#[test]
fn who_cannot_be_shown_the_code_is_denied_after_one_push() {
    for host in [SSHD, COCKPIT, SUDO_WITHOUT_TERMINAL] {
        for how in [&["--no-conv"][..], &["--conv-fails"], &["--answer", "@null"], &[]] {
            let mock = Mock::with_me("verified_push = true\nform = \"devices\"");
            let told = host.login(&mock).pamtalk_args(how).run();
            let denied = match host.service {
                "cockpit" => "PAM_PERM_DENIED",
                service => refusal(service, "PAM_AUTH_ERR"),
            };
            assert_eq!(told.code(), denied, "{} {how:?}: {told:?}", host.service);
            assert!(told.ms() < 5000.0, "{told:?}");
            assert_eq!(mock.stop().count("/auth/v2/auth"), 1, "{} {how:?}", host.service);
        }
    }
}

#[test]
fn sudo_without_a_terminal_says_in_its_prompts_what_it_would_else_write_to_its_output() {
    let mock = Mock::with_me("passcodes = [\"123456\"]");
    for (host, infos) in [(SUDO, true), (SUDO_WITHOUT_TERMINAL, false)] {
        let login = host.login(&mock).option("autopush", "false");
        let told = login.answers(["654321", "123456"]).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert_eq!(!told.texts("text_info").is_empty(), infos, "{told:?}");
        let prompts = told.texts("prompt_echo_on");
        assert!(!prompts[0].contains("not accepted"), "{told:?}");
        assert_eq!(prompts[1].starts_with("That passcode was not accepted.\n"), !infos, "{told:?}");
        assert!(told.said("not accepted"), "{told:?}");
    }
}

/// A user whose phone has letters of its own.
fn with_letters(keys: &str) -> String {
    user(me(), keys).replace("name = \"iPhone\"", "display_name = \"Zoë’s Телефон\"")
}

#[test]
fn cockpit_gets_every_kind_of_text_in_ascii_and_a_terminal_as_it_is() {
    for (host, name) in [(COCKPIT, "Zoe's Telefon"), (LOGIN, "Zoë’s Телефон")] {
        let mock = Mock::start(Some(&with_letters("auto = \"approve\"")), &[]);
        // With so little time Cockpit, too, is told in an info that the push is out, and until when.
        let login = host.login(&mock).option("autopush", "false").option("login_grace", "60");
        let told = login.answers(["1"]).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert!(told.texts("prompt_echo_on")[0].contains(name), "{told:?}");
        assert!(told.texts("text_info").iter().any(|text| text.contains(name)), "{told:?}");
        let plain = told.messages().all(|message| message.text.is_ascii());
        assert_eq!(plain, host.service == "cockpit", "{told:?}");
        let refused = "policy = \"deny\"\nstatus_msg = \"Das Büro weiß mehr…\"";
        let mock = Mock::start(Some(&with_letters(refused)), &[]);
        let told = host.login(&mock).run();
        assert_eq!(told.code(), refusal(host.service, "PAM_PERM_DENIED"), "{told:?}");
        let words = if plain { "Das Buro weiss mehr..." } else { "Das Büro weiß mehr…" };
        assert!(told.texts("error_msg")[0].contains(words), "{told:?}");
    }
}

/// Who must enrol, at a portal with this address.
fn unenrolled(portal: &str) -> Mock {
    let scenario = format!("[server]\nenroll_portal_url = {portal:?}\n");
    Mock::start(Some(&(scenario + &user(me(), "policy = \"enroll\""))), &[])
}

#[test]
fn where_to_enrol_is_said_in_every_host_and_drawn_on_terminals_on_request() {
    let mock = unenrolled("https://enroll.example/portal?code=");
    let address = format!("https://enroll.example/portal?code={}", me());
    for host in HOSTS {
        for wanted in [false, true] {
            let told = host.login(&mock).option("enroll_qr", &wanted.to_string()).run();
            assert_eq!(told.code(), refusal(host.service, "PAM_PERM_DENIED"), "{told:?}");
            let errors = told.texts("error_msg");
            assert_eq!(errors.len(), 1, "{told:?}");
            assert_eq!(errors[0].matches(&address).count(), 1, "{told:?}");
            let rows = told.texts("text_info");
            let drawn = wanted && host.at_once && host.tty.is_some();
            assert_eq!(!rows.is_empty(), drawn, "{} {wanted}: {told:?}", host.service);
            let square = |row: &&str| row.chars().count().div_ceil(2) == rows.len();
            assert!(rows.iter().all(square), "{told:?}");
            assert!(rows.iter().all(|row| row.len() <= 512), "PAM_MAX_MSG_SIZE: {told:?}");
            let last = told.messages().last().expect("a message");
            assert_eq!(last.style, "error_msg", "the address stays in sight: {told:?}");
        }
    }
}

#[test]
fn an_address_that_is_no_https_is_said_and_not_drawn() {
    let mock = unenrolled("http://enroll.example/portal?code=");
    let told = LOGIN.login(&mock).option("enroll_qr", "true").run();
    assert_eq!(told.code(), "PAM_MAXTRIES", "{told:?}");
    assert!(told.said("http://enroll.example/portal?code="), "{told:?}");
    assert_eq!(told.messages().count(), 1, "{told:?}");
}
