//! The one table from (outcome, failmode, who started the process, host's class) to PAM code, message and log
//! line.
//!
//! Success is said in [`opens`] and nowhere else, for a reason that has a name.

use std::time::Duration;

use super::audit::Headline;
use super::code::Code;
use super::failure::{Failure, Local, Outage, Untrusted};
use super::host::Class;
use super::passed::How;
use super::started::StartedBy;
use super::text::{Size, Text};
use crate::core::policy::{Exempt, Failmode};

/// How a login ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service said `allow` after a factor.
    Approved,
    /// The service said `allow` in preauth: its policy lets this user in.
    Bypassed,
    /// `groups` has nobody ask this user; what the host is to be told, and the rule.
    Exempt { answer: Exempt, rule: String },
    /// The same login passed so long ago, and is not asked again.
    PassedBefore { how: How, ago: Duration },
    /// Denied by the person, or by the service: then with its words, if it has any.
    Denied(Option<String>),
    /// "It wasn't me."
    Fraud,
    /// The factor ran out before anyone answered.
    TimedOut,
    /// Too many failures; the service's own text.
    LockedOut(Option<String>),
    /// The service's policy shuts this user out; its text.
    Refused(Option<String>),
    /// The user must enrol first; the service's text and where to.
    NotEnrolled { message: Option<String>, portal: Option<String> },
    /// Every round was used up with wrong answers.
    RoundsUsedUp,
    /// No service, and no factor was chosen yet: the failmode decides, and who started the process.
    Unreachable(Outage),
    /// No service after a factor was chosen: nothing but an allow lets in.
    Lost(Outage),
    /// The service told us to come back later than we can wait.
    RateLimited,
    /// The service refuses the keys, or what they ask for.
    KeysRefused(String),
    /// This machine's clock is off, and one correction by the service's did not help or was not to
    /// be had.
    ClockOff,
    /// A certificate or a peer that is not to be trusted.
    Untrusted(Untrusted),
    /// A reply that says nothing we know.
    Unintelligible(String),
    /// This machine failed.
    Local(Local),
    /// There is nobody to ask, or no answer came; why, where that is known, and whether a factor had gone out.
    NoConversation(Option<&'static str>, FactorChosen),
    /// The host's time for the login was over.
    GraceOver,
    /// Ctrl-C, or another signal that ends the host.
    Cancelled,
    /// The client went away.
    PeerGone,
    /// The application's conversation exchanged `PAM_USER`: whoever was asked is not who would be let in.
    UserChanged,
    /// The system does not know the user.
    UserUnknown,
    /// There is no name that the service could be asked about; why.
    NoName(String),
    /// The configuration does not stand; the first mistake.
    ConfigBroken(String),
    /// An argument in the PAM stack that we do not know.
    BadArgument(String),
}

/// What is done about an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub code: Code,
    /// For the person; shown as an error unless the door opens.
    pub message: Option<Text>,
    pub headline: Headline,
    /// One word for the log.
    pub name: &'static str,
    /// Details for the log.
    pub reason: Option<String>,
}

/// Why a door opens. There is no other way to [`Code::Success`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Approved with a factor.
    Approval,
    /// Let in by the service's policy.
    Policy,
    /// The admin's `groups` exempts the user, and `exempt` says success.
    Exemption,
    /// This login passed a moment ago ([`Passed`](super::passed::Passed)).
    Earlier(How),
    /// The service is out, the admin wrote `failmode = "safe"`, and the system started the process.
    Failsafe(Outage),
}

/// Does this outcome let in, and why?
#[must_use]
pub fn opens(
    outcome: &Outcome,
    failmode: Option<Failmode>,
    started_by: StartedBy,
) -> Option<Opening> {
    match (outcome, failmode.map(|failmode| failmode.in_process_of(started_by))) {
        (Outcome::Approved, _) => Some(Opening::Approval),
        (Outcome::Bypassed, _) => Some(Opening::Policy),
        (Outcome::Exempt { answer: Exempt::Success, .. }, _) => Some(Opening::Exemption),
        (Outcome::PassedBefore { how, .. }, _) => Some(Opening::Earlier(*how)),
        (Outcome::Unreachable(outage), Some(Failmode::Safe)) => Some(Opening::Failsafe(*outage)),
        _ => None,
    }
}

/// The row of the table for `outcome`. Without a configuration there is no failmode.
#[must_use]
pub fn verdict(
    outcome: &Outcome,
    failmode: Option<Failmode>,
    started_by: StartedBy,
    class: Class,
) -> Verdict {
    let reason = reason(outcome);
    if let Some(opening) = opens(outcome, failmode, started_by) {
        let (headline, name, words) = opened(opening);
        let message = words.map(|words| Text::line(words, Size::MESSAGE));
        return Verdict { code: Code::Success, message, headline, name, reason };
    }
    let (code, headline, name, words) = refused(outcome);
    let code = for_class(code, outcome, class);
    // An outage that is refused under "safe" is one in such a process.
    let in_vain = matches!((outcome, failmode), (Outcome::Unreachable(_), Some(Failmode::Safe)));
    let reason = reason.map(|why| if in_vain { why + NOT_SAFE } else { why });
    let message = (!words.is_empty()).then(|| said(words, outcome));
    Verdict { code, message, headline, name, reason }
}

fn opened(opening: Opening) -> (Headline, &'static str, Option<&'static str>) {
    match opening {
        Opening::Approval => (Headline::Successful, "allow", Some("Approved.")),
        Opening::Policy => (Headline::Skipped, "bypass", None),
        Opening::Exemption => (Headline::Skipped, EXEMPT, None),
        Opening::Earlier(_) => (Headline::Skipped, "earlier", None),
        Opening::Failsafe(_) => (
            Headline::Failsafe,
            "unreachable",
            Some("Two-factor service unreachable; logging you in without it."),
        ),
    }
}

type Row = (Code, Headline, &'static str, &'static str);

/// Code for a plain host, first words and name for the log, words for the person.
fn refused(outcome: &Outcome) -> Row {
    use Code::{AuthErr, AuthinfoUnavail, Ignore, PermDenied, ServiceErr, SystemErr, UserUnknown};
    use Headline::{Aborted, Error, Failed, Failsecure, Skipped};
    match outcome {
        // A door that opens has no row here; were it to come to this, it stays shut.
        Outcome::Approved
        | Outcome::Bypassed
        | Outcome::PassedBefore { .. }
        | Outcome::Exempt { answer: Exempt::Success, .. } => (AuthErr, Error, "error", ""),
        // No refusal either: it says nothing.
        Outcome::Exempt { answer: Exempt::Ignore, .. } => (Ignore, Skipped, EXEMPT, ""),
        Outcome::Denied(_) => (AuthErr, Failed, "deny", "The login request was denied."),
        Outcome::Fraud => {
            (AuthErr, Failed, "fraud", "The login request was denied and reported as fraudulent.")
        }
        Outcome::TimedOut => (AuthErr, Failed, "timeout", "Nobody answered in time."),
        Outcome::RoundsUsedUp => (AuthErr, Failed, "rounds", "Too many failed tries."),
        Outcome::LockedOut(_) => (PermDenied, Aborted, "locked_out", "The account is locked out."),
        Outcome::Refused(_) => (PermDenied, Aborted, "refused", "Access is not allowed."),
        Outcome::NotEnrolled { .. } => {
            (PermDenied, Aborted, "not_enrolled", "A second factor must be set up first.")
        }
        Outcome::Unreachable(_) | Outcome::Lost(_) => {
            let words = "Cannot reach the two-factor service.";
            (AuthinfoUnavail, Failsecure, "unreachable", words)
        }
        Outcome::RateLimited => {
            let words = "Too many logins at once; try again in a minute.";
            (AuthinfoUnavail, Failed, "rate_limited", words)
        }
        Outcome::KeysRefused(_) => (AuthinfoUnavail, Error, "keys_refused", BROKEN),
        Outcome::ClockOff => (AuthinfoUnavail, Error, "clock_off", BROKEN),
        Outcome::Untrusted(Untrusted::Proxy(_)) => (AuthinfoUnavail, Error, "proxy", BROKEN),
        Outcome::Untrusted(_) => (AuthinfoUnavail, Error, "untrusted", BROKEN),
        Outcome::Unintelligible(_) => (AuthinfoUnavail, Error, "unintelligible", BROKEN),
        Outcome::Local(_) => (SystemErr, Error, "local", BROKEN),
        Outcome::ConfigBroken(_) => (ServiceErr, Error, "config", BROKEN),
        Outcome::BadArgument(_) => (ServiceErr, Error, "argument", BROKEN),
        Outcome::NoConversation(..) => {
            (AuthErr, Aborted, "no_answer", "The second factor needs an answer, and none came.")
        }
        Outcome::GraceOver => (AuthErr, Aborted, "grace_over", "The login took too long."),
        Outcome::Cancelled => (AuthErr, Aborted, "cancelled", ""),
        Outcome::PeerGone => (AuthErr, Aborted, "peer_gone", ""),
        Outcome::UserUnknown => (UserUnknown, Error, "user_unknown", ""),
        Outcome::UserChanged => (PermDenied, Error, "user_changed", BROKEN),
        Outcome::NoName(_) => {
            (PermDenied, Aborted, "no_name", "The second factor cannot be asked for this user.")
        }
    }
}

/// Why `safe` has not let in, behind the outage.
const NOT_SAFE: &str = "; failmode = safe does not apply: a person started this process";

/// One name in the log, whatever the host is told.
const EXEMPT: &str = "exempt";

/// The person cannot mend it and must not learn too much; the log says what is wrong.
const BROKEN: &str = "The second factor does not work on this machine; its administrator finds the reason in the log.";

/// The code that a host's class needs in place of a plain one. A refusal ends the login: whoever is asked
/// for the password again, or repeats a method untyped as ssh's clients do, sends a push each time.
fn for_class(code: Code, outcome: &Outcome, class: Class) -> Code {
    match class {
        _ if matches!(outcome, Outcome::UserUnknown | Outcome::Exempt { .. }) => code,
        Class::Cockpit => Code::PermDenied,
        Class::Sudo if !may_be_repeated(outcome, class) => Code::Abort,
        Class::Retries if !may_be_repeated(outcome, class) => Code::MaxTries,
        Class::Sudo | Class::Retries | Class::Plain => code,
    }
}

/// Tells the ends after which another try of the same login does no harm.
fn may_be_repeated(outcome: &Outcome, class: Class) -> bool {
    match outcome {
        // Nothing was sent, or nobody is left to ask again.
        Outcome::Unreachable(_) | Outcome::Cancelled | Outcome::PeerGone => true,
        // A person who has fetched the phone types the password again, and wants another push.
        Outcome::TimedOut | Outcome::Lost(_) => class == Class::Sudo,
        // sshd's method `password` fails every prompt; its client goes on with keyboard-interactive.
        Outcome::NoConversation(_, factor) => {
            class == Class::Retries && *factor == FactorChosen::NotYet
        }
        _ => false,
    }
}

/// Our words, then the service's own where it explains more than we can.
fn said(words: &str, outcome: &Outcome) -> Text {
    let more = match outcome {
        Outcome::Denied(message) | Outcome::LockedOut(message) | Outcome::Refused(message) => {
            message.clone()
        }
        Outcome::NotEnrolled { message, portal } => {
            // However much the service says, there is room for the address behind it.
            let message =
                message.as_deref().map(|said| Text::line(said.trim(), Size::FIELD).to_string());
            let parts: Vec<&str> = [message.as_deref(), portal.as_deref()]
                .into_iter()
                .flatten()
                .map(str::trim)
                .collect();
            // Many services put the address into the message already.
            match parts.as_slice() {
                [message, portal] if message.contains(portal) => Some((*message).to_owned()),
                parts => Some(parts.join(" ")),
            }
        }
        _ => None,
    };
    match more.as_deref().map(str::trim).filter(|more| !more.is_empty()) {
        Some(more) => Text::line(&format!("{words} {more}"), Size::MESSAGE),
        None => Text::line(words, Size::MESSAGE),
    }
}

/// Details that only the log gets.
fn reason(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::LockedOut(message) | Outcome::Refused(message) => message.clone(),
        Outcome::NotEnrolled { message, portal } => message.clone().or_else(|| portal.clone()),
        Outcome::Unreachable(outage) => Some(outage.to_string()),
        Outcome::Lost(outage) => Some(format!("{outage}, after the factor was chosen")),
        Outcome::KeysRefused(why)
        | Outcome::Unintelligible(why)
        | Outcome::ConfigBroken(why)
        | Outcome::BadArgument(why)
        | Outcome::NoName(why)
        | Outcome::Exempt { rule: why, .. } => Some(why.clone()),
        Outcome::ClockOff => {
            Some("the service refuses this machine's time, and its own did not help".to_owned())
        }
        Outcome::Untrusted(untrusted) => Some(untrusted.to_string()),
        Outcome::Local(local) => Some(local.to_string()),
        Outcome::PassedBefore { how, ago } => {
            let how = match how {
                How::Approved => "approved",
                How::Bypassed => "let in by the service's policy",
            };
            Some(format!("{how} {} s ago, in this login", ago.as_secs()))
        }
        Outcome::NoConversation(why, _) => why.map(str::to_owned),
        Outcome::UserChanged => Some("the application changed PAM_USER meanwhile".to_owned()),
        _ => None,
    }
}

impl Outcome {
    /// Did the service refuse a factor? Then its own words are the reason.
    #[must_use]
    pub fn is_refused_factor(&self) -> bool {
        matches!(self, Self::Denied(_) | Self::Fraud | Self::TimedOut | Self::RoundsUsedUp)
    }

    /// What a failure to get a reply means: before a factor was chosen it may be an outage.
    #[must_use]
    pub fn of_failure(failure: Failure, factor: FactorChosen) -> Self {
        match (failure, factor) {
            (Failure::Outage(outage), FactorChosen::NotYet) => Self::Unreachable(outage),
            (Failure::Outage(outage), FactorChosen::Yes) => Self::Lost(outage),
            (Failure::Local(local), _) => Self::Local(local),
            (Failure::Untrusted(untrusted), _) => Self::Untrusted(untrusted),
        }
    }
}

/// Was a factor chosen? From then on nothing but an allow from the service lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorChosen {
    NotYet,
    Yes,
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
pub(super) mod tests;
