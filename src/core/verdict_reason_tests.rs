//! What the log is told beside the verdict.

use super::*;

#[test]
fn the_log_is_told_why() {
    let why = || "why".to_owned();
    for (outcome, reason) in [
        (Outcome::Unreachable(Outage::Cut), Some("connection lost")),
        (Outcome::Lost(Outage::Cut), Some("connection lost, after the factor was chosen")),
        (Outcome::LockedOut(Some(why())), Some("why")),
        (Outcome::LockedOut(None), None),
        (Outcome::Refused(Some(why())), Some("why")),
        (Outcome::NotEnrolled { message: Some(why()), portal: None }, Some("why")),
        (
            Outcome::NotEnrolled { message: None, portal: Some("https://p".into()) },
            Some("https://p"),
        ),
        (Outcome::KeysRefused(why()), Some("why")),
        (Outcome::Unintelligible(why()), Some("why")),
        (Outcome::ConfigBroken(why()), Some("why")),
        (Outcome::BadArgument(why()), Some("why")),
        (Outcome::NoName(why()), Some("why")),
        (Outcome::Exempt { answer: Exempt::Ignore, rule: why() }, Some("why")),
        (
            Outcome::ClockOff,
            Some("the service refuses this machine's time, and its own did not help"),
        ),
        (Outcome::Untrusted(Untrusted::TooLarge), Some("reply too large")),
        (Outcome::Local(Local::NoMemory), Some("no memory on this machine")),
        (Outcome::NoConversation(Some("why"), FactorChosen::NotYet), Some("why")),
        (Outcome::NoConversation(None, FactorChosen::Yes), None),
        (Outcome::UserChanged, Some("the application changed PAM_USER meanwhile")),
        (Outcome::Denied(Some(why())), None),
        (Outcome::TimedOut, None),
    ] {
        let said = verdict(&outcome, Some(Failmode::Secure), Class::Plain).reason;
        assert_eq!(said.as_deref(), reason, "{outcome:?}");
    }
}

#[test]
fn only_these_are_refused_factors_whose_own_words_are_the_reason() {
    for outcome in every_outcome() {
        let refused = matches!(
            outcome,
            Outcome::Denied(_) | Outcome::Fraud | Outcome::TimedOut | Outcome::RoundsUsedUp
        );
        assert_eq!(outcome.is_refused_factor(), refused, "{outcome:?}");
    }
}
