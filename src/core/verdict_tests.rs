use super::*;

/// In a process that the system has started.
fn verdict(outcome: &Outcome, failmode: Option<Failmode>, class: Class) -> Verdict {
    super::verdict(outcome, failmode, StartedBy::System, class)
}

#[path = "verdict_reason_tests.rs"]
mod reasons;

const OUTAGES: [Outage; 13] = [
    Outage::ConnectRefused,
    Outage::ConnectTimedOut,
    Outage::NetworkUnreachable,
    Outage::HostUnreachable,
    Outage::NoSuchName,
    Outage::ResolverFailed,
    Outage::ResolverLate,
    Outage::Silent,
    Outage::Cut,
    Outage::ServerError(503),
    Outage::ProxySilent,
    Outage::ProxyCut,
    Outage::ProxyError(503),
];

/// The position of an outcome in [`every_outcome`]; a new variant does not compile until it has one.
fn position(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Approved => 0,
        Outcome::Bypassed => 1,
        Outcome::Denied(_) => 2,
        Outcome::Fraud => 3,
        Outcome::TimedOut => 4,
        Outcome::LockedOut(_) => 5,
        Outcome::Refused(_) => 6,
        Outcome::NotEnrolled { .. } => 7,
        Outcome::RoundsUsedUp => 8,
        Outcome::Lost(_) => 9,
        Outcome::RateLimited => 10,
        Outcome::KeysRefused(_) => 11,
        Outcome::ClockOff => 12,
        Outcome::Untrusted(Untrusted::Proxy(_)) => 22,
        Outcome::Untrusted(_) => 13,
        Outcome::Unintelligible(_) => 14,
        Outcome::Local(_) => 15,
        Outcome::NoConversation(..) => 16,
        Outcome::Cancelled => 17,
        Outcome::PeerGone => 18,
        Outcome::UserUnknown => 19,
        Outcome::ConfigBroken(_) => 20,
        Outcome::BadArgument(_) => 21,
        Outcome::NoName(_) => 23,
        Outcome::Exempt { answer: Exempt::Success, .. } => 24,
        Outcome::Exempt { answer: Exempt::Ignore, .. } => 25,
        Outcome::PassedBefore { how: How::Approved, .. } => 26,
        Outcome::PassedBefore { how: How::Bypassed, .. } => 27,
        Outcome::GraceOver => 28,
        Outcome::UserChanged => 29,
        Outcome::Unreachable(outage) => 30 + outage_position(*outage),
    }
}

fn outage_position(outage: Outage) -> usize {
    match outage {
        Outage::ConnectRefused => 0,
        Outage::ConnectTimedOut => 1,
        Outage::NetworkUnreachable => 2,
        Outage::HostUnreachable => 3,
        Outage::NoSuchName => 4,
        Outage::ResolverFailed => 5,
        Outage::ResolverLate => 6,
        Outage::Silent => 7,
        Outage::Cut => 8,
        Outage::ServerError(_) => 9,
        Outage::ProxySilent => 10,
        Outage::ProxyCut => 11,
        Outage::ProxyError(_) => 12,
    }
}

pub(in crate::core) fn every_outcome() -> Vec<Outcome> {
    let why = || "why".to_owned();
    let mut outcomes = vec![
        Outcome::Approved,
        Outcome::Bypassed,
        Outcome::Denied(Some(why())),
        Outcome::Fraud,
        Outcome::TimedOut,
        Outcome::LockedOut(Some(why())),
        Outcome::Refused(None),
        Outcome::NotEnrolled { message: Some("Enrol".into()), portal: Some("https://p".into()) },
        Outcome::RoundsUsedUp,
        Outcome::Lost(Outage::Cut),
        Outcome::RateLimited,
        Outcome::KeysRefused(why()),
        Outcome::ClockOff,
        Outcome::Untrusted(Untrusted::TooLarge),
        Outcome::Unintelligible(why()),
        Outcome::Local(Local::NoMemory),
        Outcome::NoConversation(Some("why"), FactorChosen::NotYet),
        Outcome::Cancelled,
        Outcome::PeerGone,
        Outcome::UserUnknown,
        Outcome::ConfigBroken(why()),
        Outcome::BadArgument(why()),
        Outcome::Untrusted(Untrusted::Proxy(why())),
        Outcome::NoName(why()),
        Outcome::Exempt { answer: Exempt::Success, rule: why() },
        Outcome::Exempt { answer: Exempt::Ignore, rule: why() },
        Outcome::PassedBefore { how: How::Approved, ago: Duration::from_secs(3) },
        Outcome::PassedBefore { how: How::Bypassed, ago: Duration::from_secs(3) },
        Outcome::GraceOver,
        Outcome::UserChanged,
    ];
    outcomes.extend(OUTAGES.map(Outcome::Unreachable));
    outcomes
}

#[test]
fn these_tests_know_every_outcome() {
    let positions: Vec<usize> = every_outcome().iter().map(position).collect();
    assert_eq!(positions, (0..43).collect::<Vec<_>>());
}

const FAILMODES: [Option<Failmode>; 3] = [None, Some(Failmode::Secure), Some(Failmode::Safe)];
const CLASSES: [Class; 4] = [Class::Plain, Class::Retries, Class::Sudo, Class::Cockpit];

#[test]
fn the_door_opens_for_five_reasons_and_no_other() {
    let mut opened = 0;
    for outcome in every_outcome() {
        for failmode in FAILMODES {
            for class in CLASSES {
                let verdict = verdict(&outcome, failmode, class);
                let named = match &outcome {
                    Outcome::Approved | Outcome::Bypassed | Outcome::PassedBefore { .. } => true,
                    Outcome::Unreachable(_) => failmode == Some(Failmode::Safe),
                    Outcome::Exempt { answer, .. } => *answer == Exempt::Success,
                    _ => false,
                };
                assert_eq!(verdict.code == Code::Success, named, "{outcome:?} {failmode:?}");
                opened += u32::from(named);
            }
        }
    }
    // Approved, bypassed, exempt, and each of the first two before, under each failmode; each outage
    // under "safe"; for each class.
    assert_eq!(opened, 4 * (3 + 3 + 3 + 2 * 3 + 13));
}

#[test]
fn an_outage_opens_no_door_that_a_person_has_built() {
    for outcome in every_outcome() {
        for failmode in FAILMODES {
            for class in CLASSES {
                let by = |started_by| super::verdict(&outcome, failmode, started_by, class);
                let (system, person) = (by(StartedBy::System), by(StartedBy::Person));
                let Outcome::Unreachable(outage) = outcome else {
                    assert_eq!(person, system, "{failmode:?}: only an outage is another thing");
                    continue;
                };
                let secure =
                    super::verdict(&outcome, Some(Failmode::Secure), StartedBy::System, class);
                let why = match failmode {
                    Some(Failmode::Safe) => format!("{outage}{NOT_SAFE}"),
                    _ => outage.to_string(),
                };
                assert_eq!(person, Verdict { reason: Some(why), ..secure });
                let read = person.message.as_ref().map(Text::as_str);
                assert_eq!(read, Some("Cannot reach the two-factor service."));
            }
        }
    }
}

#[test]
fn cockpit_is_told_permission_denied_after_a_message_it_can_show() {
    for outcome in every_outcome() {
        let verdict = verdict(&outcome, Some(Failmode::Secure), Class::Cockpit);
        let silent = matches!(
            outcome,
            Outcome::UserUnknown
                | Outcome::Cancelled
                | Outcome::PeerGone
                | Outcome::Bypassed
                | Outcome::PassedBefore { .. }
                | Outcome::Exempt { .. }
        );
        assert_eq!(verdict.message.is_none(), silent, "{outcome:?}");
        if !silent && verdict.code != Code::Success {
            assert_eq!(verdict.code, Code::PermDenied, "{outcome:?}");
        }
    }
}

#[test]
fn sudo_asks_again_only_where_a_second_try_may_help() {
    let again = [Code::AuthErr, Code::PermDenied, Code::MaxTries, Code::AuthinfoUnavail];
    let mut asked_again = Vec::new();
    for outcome in every_outcome() {
        let verdict = verdict(&outcome, Some(Failmode::Secure), Class::Sudo);
        if again.contains(&verdict.code) {
            asked_again.push(verdict.name);
        }
    }
    asked_again.dedup();
    // Of these, the signal that cancelled the login ends sudo whatever it is told.
    assert_eq!(asked_again, ["timeout", "unreachable", "cancelled", "peer_gone", "unreachable"]);
    let code = |outcome| verdict(&outcome, None, Class::Sudo).code;
    for outcome in [Outcome::Denied(None), Outcome::Fraud, Outcome::RoundsUsedUp] {
        assert_eq!(code(outcome), Code::Abort);
    }
    assert_eq!(code(Outcome::UserUnknown), Code::UserUnknown);
    let exempt = |answer| Outcome::Exempt { answer, rule: String::new() };
    assert_eq!(code(exempt(Exempt::Ignore)), Code::Ignore);
}

#[test]
fn each_outcome_has_the_code_that_pam_gives_its_meaning() {
    let code = |outcome| verdict(&outcome, Some(Failmode::Secure), Class::Plain).code;
    assert_eq!(code(Outcome::Denied(None)), Code::AuthErr);
    assert_eq!(code(Outcome::LockedOut(None)), Code::PermDenied);
    assert_eq!(code(Outcome::Unreachable(Outage::Silent)), Code::AuthinfoUnavail);
    assert_eq!(code(Outcome::KeysRefused(String::new())), Code::AuthinfoUnavail);
    let refused = || Outcome::Untrusted(Untrusted::Proxy("the proxy refuses".into()));
    assert_eq!(code(refused()), Code::AuthinfoUnavail);
    assert_eq!(verdict(&refused(), Some(Failmode::Safe), Class::Plain).name, "proxy");
    assert_eq!(code(Outcome::Local(Local::NoThread)), Code::SystemErr);
    assert_eq!(code(Outcome::ConfigBroken(String::new())), Code::ServiceErr);
    assert_eq!(code(Outcome::RoundsUsedUp), Code::AuthErr);
}

/// Every one of them could be another push, or a login that cannot succeed.
#[test]
fn sshd_and_login_begin_again_only_where_nothing_was_sent_and_another_try_may_help() {
    let mut again = Vec::new();
    for outcome in every_outcome() {
        for failmode in FAILMODES {
            let verdict = verdict(&outcome, failmode, Class::Retries);
            if !matches!(verdict.code, Code::Success | Code::Ignore | Code::MaxTries) {
                again.push(verdict.name);
            }
        }
    }
    again.sort_unstable();
    again.dedup();
    assert_eq!(again, ["cancelled", "no_answer", "peer_gone", "unreachable", "user_unknown"]);
    let code = |outcome| verdict(&outcome, Some(Failmode::Secure), Class::Retries).code;
    assert_eq!(code(Outcome::Unreachable(Outage::Cut)), Code::AuthinfoUnavail);
    let unread = Outcome::NoConversation(None, FactorChosen::Yes);
    for sent in [Outcome::TimedOut, Outcome::Lost(Outage::Cut), Outcome::Denied(None), unread] {
        assert_eq!(code(sent), Code::MaxTries);
    }
}

#[test]
fn what_is_broken_is_told_to_the_log_and_not_to_the_person() {
    let verdict = verdict(&Outcome::KeysRefused("40103 secret detail".into()), None, Class::Plain);
    assert!(!verdict.message.unwrap().as_str().contains("secret detail"));
    assert_eq!(verdict.reason.as_deref(), Some("40103 secret detail"));
}

#[test]
fn the_enrolment_address_is_said_once() {
    let said = |message: &str| {
        let outcome = Outcome::NotEnrolled {
            message: Some(message.to_owned()),
            portal: Some("https://e.example/p".to_owned()),
        };
        verdict(&outcome, None, Class::Plain).message.unwrap().to_string()
    };
    assert_eq!(said("Please enrol at").matches("https://e.example/p").count(), 1);
    assert_eq!(said("Go to https://e.example/p now").matches("https://e.example/p").count(), 1);
}

/// Hosts that hold infos back lose what was said in one; an error message they show.
#[test]
fn the_services_words_for_a_refusal_stand_in_the_error_message() {
    let outcome = Outcome::Denied(Some("Your address is not allowed.".into()));
    let message = verdict(&outcome, None, Class::Cockpit).message.unwrap();
    assert_eq!(message.as_str(), "The login request was denied. Your address is not allowed.");
}

#[test]
fn a_talkative_service_does_not_push_the_enrolment_address_out() {
    let portal = format!("https://e.example/{}", "x".repeat(300));
    let outcome =
        Outcome::NotEnrolled { message: Some("enrol ".repeat(1000)), portal: Some(portal.clone()) };
    assert!(verdict(&outcome, None, Class::Plain).message.unwrap().as_str().ends_with(&portal));
}

#[test]
fn a_failure_before_the_factor_may_be_an_outage_and_after_it_never() {
    let outage = || Failure::Outage(Outage::Silent);
    let before = Outcome::of_failure(outage(), FactorChosen::NotYet);
    let opens = |outcome: &Outcome| opens(outcome, Some(Failmode::Safe), StartedBy::System);
    assert!(opens(&before).is_some());
    let after = Outcome::of_failure(outage(), FactorChosen::Yes);
    assert!(opens(&after).is_none());
    for failure in [Failure::Local(Local::NoThread), Failure::Untrusted(Untrusted::TooLarge)] {
        let outcome = Outcome::of_failure(failure, FactorChosen::NotYet);
        assert!(opens(&outcome).is_none());
    }
}

#[test]
fn a_user_who_is_exempt_is_said_to_be_skipped_and_by_which_rule() {
    for (answer, code) in [(Exempt::Success, Code::Success), (Exempt::Ignore, Code::Ignore)] {
        for class in CLASSES {
            let outcome = Outcome::Exempt { answer, rule: "no group".to_owned() };
            let verdict = verdict(&outcome, Some(Failmode::Secure), class);
            assert_eq!(
                (verdict.code, verdict.headline, verdict.name),
                (code, Headline::Skipped, "exempt")
            );
            assert_eq!(verdict.reason.as_deref(), Some("no group"));
            assert_eq!(verdict.message, None);
        }
    }
}

#[test]
fn nothing_but_an_exemption_is_ever_ignored() {
    for outcome in every_outcome() {
        for failmode in FAILMODES {
            for class in CLASSES {
                let ignored = verdict(&outcome, failmode, class).code == Code::Ignore;
                let exempt = matches!(outcome, Outcome::Exempt { answer: Exempt::Ignore, .. });
                assert!(!ignored || exempt, "{outcome:?}");
            }
        }
    }
}

#[test]
fn a_login_that_passed_before_says_how_and_when() {
    let verdict = |how| {
        let outcome = Outcome::PassedBefore { how, ago: Duration::from_millis(12_900) };
        verdict(&outcome, Some(Failmode::Secure), Class::Retries)
    };
    let approved = verdict(How::Approved);
    assert_eq!((approved.headline, approved.name), (Headline::Skipped, "earlier"));
    assert_eq!(approved.message, None);
    assert_eq!(approved.reason.as_deref(), Some("approved 12 s ago, in this login"));
    let bypassed = verdict(How::Bypassed).reason;
    assert_eq!(bypassed.as_deref(), Some("let in by the service's policy 12 s ago, in this login"));
}
