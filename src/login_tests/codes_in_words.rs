//! A verified push in the service's own menu: the code comes in its words, while the push waits.

use super::codes::{AT_ONCE, CODE_IN_WORDS, at, deaf, host, polled, told_in_status, verified_menu};
use super::*;

#[test]
fn a_code_in_the_services_words_stands_in_a_prompt_once() {
    for host in deaf() {
        for (autopush, picked) in [(AT_ONCE, None), (Autopush::Off, Some("1"))] {
            let mut script = vec![preauth(&verified_menu())];
            script.extend(picked.map(|number| Expect::Ask("asscode", Some(number))));
            script.push(started("T1"));
            script.extend(told(&host, "Push sent"));
            script.extend([
                told_in_status(),
                Expect::Ask(
                    "code: 417. Enter it on your phone. Then press Enter here: ",
                    Some("x"),
                ),
                Expect::Info("no passcode"),
                told_in_status(),
                status("allow", "allow", ""),
            ]);
            let ran = run_with(at(host, autopush), script);
            assert_eq!(ran.outcome, Outcome::Approved, "{} {picked:?}", host.name);
            polled(&ran, "T1");
        }
    }
}

#[test]
fn a_later_round_shows_the_services_new_words() {
    for host in deaf() {
        let other = CODE_IN_WORDS.replace("417", "528");
        let mut script = vec![preauth(&verified_menu()), started("T1")];
        script.extend(told(&host, "Push sent"));
        script.extend([
            told_in_status(),
            Expect::Ask("417", Some("")),
            status_after(9.0, "deny", "timeout", ""),
            Expect::Info("Nobody answered"),
            Expect::Ask("asscode", Some("1")),
            started("T2"),
        ]);
        script.extend(told(&host, "Push sent"));
        script.extend([
            status("waiting", "pushed", &other),
            Expect::Ask("528", Some("")),
            status("allow", "allow", ""),
        ]);
        let ran = run_with(at(host, AT_ONCE), script);
        assert_eq!(ran.outcome, Outcome::Approved, "{}", host.name);
        let names = ran.auths().into_iter().map(|factor| match factor {
            Factor::Prompt { answer, .. } => answer.expose().to_owned(),
            other => format!("{other:?}"),
        });
        assert!(names.eq(["verified_push1", "verified_push1"]), "{}", host.name);
    }
}

#[test]
fn a_plain_name_with_a_code_in_the_words_is_no_reason_to_hide_it() {
    let ran = run_with(
        at(host("sshd"), AT_ONCE),
        [
            preauth(MENU),
            started("T1"),
            Expect::Info("Push sent"),
            status("waiting", "pushed", "Your code is (417)"),
            Expect::Ask("Your code is (417). Then press Enter here: ", Some("")),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_code_for_a_way_that_is_not_known_is_read_all_the_same() {
    for host in deaf() {
        let menu = MENU.replace("\"push1\"", "\"checked_push1\"");
        let ran = run_with(
            at(host, Autopush::Off),
            [
                preauth(&menu),
                Expect::Ask("asscode", Some("1")),
                started("T1"),
                told_in_status(),
                Expect::Ask("417", Some("")),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{}", host.name);
    }
}

#[test]
fn a_service_that_goes_on_finding_words_does_not_go_on_asking() {
    let ran = run_with(
        at(host("sshd"), AT_ONCE),
        [
            preauth(&verified_menu()),
            started("T1"),
            Expect::Info("Push sent"),
            status("waiting", "pushed", "Code: 1"),
            Expect::Ask("Code: 1", Some("")),
            status("waiting", "pushed", "Code: 2"),
            Expect::Ask("Code: 2", Some("")),
            status("waiting", "pushed", "Code: 3"),
            Expect::Ask("Code: 3", Some("")),
            status("waiting", "pushed", "Code: 4"),
            Expect::Info("Code: 4"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

/// A prompt more than there used to be would end logins that cannot be asked.
#[test]
fn numbers_that_are_no_code_ask_nothing() {
    let phone = PHONE.replace("iPhone", "Pixel 2024");
    for words in ["Pushed to Pixel 2024...", "Pushed to XXX-XXX-0123.", "Pushed to 5 devices"] {
        let ran = run_with(
            at(host("sshd"), AT_ONCE),
            [
                preauth(&phone),
                started("T1"),
                Expect::Info("Push sent"),
                status("waiting", "pushed", words),
                Expect::Info("Pushed to"),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{words}");
    }
}

/// Where an info is seen at once nothing has to be pressed, in no form and no round.
#[test]
fn a_terminal_tells_the_code_and_asks_nothing() {
    for service in ["login", "sudo", "polkit-1"] {
        let ran = run_with(
            at(host(service), Autopush::Off),
            [
                preauth(&verified_menu()),
                Expect::Ask("asscode", Some("1")),
                started("T1"),
                Expect::Info("Push sent"),
                told_in_status(),
                Expect::Info("417"),
                status_after(60.0, "deny", "timeout", ""),
                Expect::Info("Nobody answered"),
                Expect::Ask("asscode", Some("1")),
                started("T2"),
                Expect::Info("Push sent"),
                told_in_status(),
                Expect::Info("417"),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{service}");
    }
}
