//! What must hold of a login, whatever happens in it: for the random logins, for the fuzzer, and for
//! those that are enumerated.

pub(crate) mod alphabet;
mod history;
mod seen;

use super::waiting::{CODE_PROMPTS, STILL_PROMPTS};
use super::*;
use crate::core::host::Prompts;
use crate::core::started::StartedBy;
use crate::core::verdict::{Opening, opens};

pub(crate) use history::{History, is_beyond_plain, plain_result, plain_txid};
pub(crate) use seen::{MANY, Seen, play};

/// What happens next, where it may. What the machine waits for says which part of it counts.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) happens: Happens,
    /// Of the time that is allowed, in thousandths.
    pub(crate) takes: u32,
    /// What the person types, if asked.
    pub(crate) answer: Option<String>,
    /// And how many seconds that takes.
    pub(crate) thinks: u64,
}

#[derive(Clone, Debug)]
pub(crate) enum Happens {
    /// To preauth, auth or status, whichever is asked.
    Reply([HttpReply; 3]),
    Failed(Failure),
    Late,
    Cancelled,
    PeerGone,
}

/// What must hold of a login that was played.
pub(crate) fn holds(plan: &Plan, seen: &Seen) {
    lets_in_for_a_reason(plan, seen);
    let factors = bounds_of(plan, &seen.history);
    // Each factor may want a code to be read, however often the service changes its words, and
    // each may take longer than the host is patient.
    let rounds = plan.rounds + 1;
    let prompts = rounds * (1 + CODE_PROMPTS + STILL_PROMPTS) + plan.rounds;
    assert!(seen.asked <= prompts, "{} prompts in {rounds} rounds", seen.asked);
    assert!(seen.waited <= longest(plan, factors), "{:?}", seen.waited);
    keeps_the_hosts_times(plan, seen);
}

/// How often a factor may be sent; returns how many there can be.
pub(crate) fn bounds_of(plan: &Plan, history: &History) -> u8 {
    // Asking for new passcodes the first time costs no round.
    let rounds = plan.rounds + 1;
    assert!(history.phones <= rounds, "{} phones in {rounds} rounds", history.phones);
    assert!(history.passcodes <= plan.rounds, "{} passcodes", history.passcodes);
    // As many of them as rounds may be tried while a factor is out.
    let factors = rounds + plan.rounds;
    assert!(history.factors <= factors, "{} factors in {rounds} rounds", history.factors);
    factors
}

/// What a login of so many factors may wait in all.
pub(crate) fn longest(plan: &Plan, factors: u8) -> Duration {
    // A poll is asked once more, or paused for, up to a second after its budget.
    (plan.timeout + FACTOR_BUDGET + Duration::from_secs(2)) * u32::from(factors)
}

fn keeps_the_hosts_times(plan: &Plan, seen: &Seen) {
    if plan.host.prompts == Prompts::Refused {
        assert_eq!(seen.asked, 0);
    } else if let Some(silence) = plan.host.silence {
        // However long the host had heard nothing, a service gets its five seconds.
        let most = silence.max(plan.silent + Duration::from_secs(5));
        assert!(seen.longest_silence <= most, "{:?} of {most:?}", seen.longest_silence);
    }
    if let Some(deadline) = plan.deadline {
        let most = deadline + seen.longest_prompt;
        assert!(seen.whole <= most, "{:?} of {most:?}", seen.whole);
    }
}

fn lets_in_for_a_reason(plan: &Plan, seen: &Seen) {
    let Some(outcome) = &seen.outcome else {
        panic!("no end after {MANY} steps: {seen:?}");
    };
    for started_by in [StartedBy::System, StartedBy::Person] {
        let reason = reason(outcome, plan.failmode, started_by);
        // Not the other way round: what says `allow` may be wrong elsewhere.
        let history = &seen.history;
        let due = reason.is_none() || reason == history.may_open(plan.failmode, started_by);
        assert!(due, "{started_by:?}: {seen:?}");
    }
}

/// Why this outcome lets in, in the words of [`History::may_open`].
pub(crate) fn reason(
    outcome: &Outcome,
    failmode: Failmode,
    started_by: StartedBy,
) -> Option<&'static str> {
    match opens(outcome, Some(failmode), started_by)? {
        Opening::Approval => Some("allow"),
        Opening::Policy => Some("bypass"),
        Opening::Failsafe(_) => Some("unreachable"),
        opening @ (Opening::Exemption | Opening::Earlier(_)) => {
            panic!("{opening:?} is decided before the machine is asked")
        }
    }
}
