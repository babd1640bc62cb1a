//! Applications that answer by themselves, with the same for ever.

use super::codes::{AT_ONCE, at, deaf};
use super::*;

/// An application that answers by itself gives the same for ever; the service locks the account.
#[test]
fn a_refused_passcode_is_not_sent_again_in_the_same_login() {
    let plan = Plan { rounds: 4, ..plan() };
    let ran = run_with(
        plan,
        [
            preauth(TOKEN),
            Expect::Ask("Passcode", Some("000000")),
            started("A"),
            status("deny", "deny", "Incorrect passcode."),
            Expect::Info("Incorrect passcode."),
            Expect::Ask("Passcode", Some(" 000 000")),
            Expect::Info("That passcode was tried before; type another one."),
            Expect::Ask("Passcode", Some("000001")),
            started("B"),
            status("deny", "deny", "Incorrect passcode."),
            Expect::Info("Incorrect passcode."),
            Expect::Ask("Passcode", Some("000000")),
            Expect::Info("That passcode was tried before"),
        ],
    );
    assert_eq!(ran.outcome, Outcome::RoundsUsedUp);
    assert_eq!(ran.auths().len(), 2);
}

/// Dovecot and nginx answer each prompt with echo by the user's name.
#[test]
fn an_answer_that_is_the_users_name_is_none() {
    let plan = || Plan { autopush: Autopush::Off, ..plan() };
    for (offer, name) in [(PHONE, "demo"), (TOKEN, "demo"), (MENU, " DEMO42\n")] {
        let echoes = ["demo", "DEMO42"].map(|name| Secret::new(name.to_owned())).into();
        let plan = Plan { echoes, ..plan() };
        let ran = run_with(plan, [preauth(offer), Expect::Ask("", Some(name))]);
        let Outcome::NoConversation(Some(why), _) = ran.outcome else {
            panic!("{:?}", ran.outcome)
        };
        assert!(why.contains("name"), "{why}");
        assert!(ran.auths().is_empty());
    }
}

#[test]
fn who_is_called_as_a_choice_can_choose_it() {
    for (name, offer) in [("push", PHONE), ("1", PHONE), ("push1", MENU)] {
        let echoes = vec![Secret::new(name.to_owned())];
        let plan = Plan { echoes, autopush: Autopush::Off, ..plan() };
        let asked = [preauth(offer), Expect::Ask("", Some(name)), started("T1")];
        let ends = [Expect::Info("Push sent"), status("allow", "allow", "")];
        let ran = run_with(plan, asked.into_iter().chain(ends));
        assert_eq!(ran.outcome, Outcome::Approved, "{name}");
    }
}

/// At a prompt of a factor that is out, too, it is nobody who answers.
#[test]
fn a_name_does_not_say_that_somebody_still_waits() {
    for host in deaf() {
        let plan = Plan { echoes: vec![Secret::new("demo".to_owned())], ..at(host, AT_ONCE) };
        let asked = Expect::Ask("Type 417 there, then press Enter here: ", Some("demo"));
        let ran = run_with(plan, [preauth(VERIFIED), started("T1"), asked]);
        assert!(matches!(ran.outcome, Outcome::NoConversation(Some(_), _)), "{:?}", ran.outcome);
    }
}
