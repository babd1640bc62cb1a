//! The times that run in a login, and which of them is over first.

use std::time::Duration;

use super::{FACTOR_BUDGET, Plan};
use crate::core::host::Prompts;

/// A factor that is sent with less than this left is sent for nothing.
const TOO_LATE: Duration = Duration::from_secs(5);
/// For the one poll that tells how a factor ended.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// With less than this left, who is asked is told how long.
const SAY_SO: Duration = Duration::from_secs(90);
/// What a host that bears no silence still grants a service before a factor is out, whatever was
/// spent before: no budget may be so short that every service looks dead in it.
const LEAST_BUDGET: Duration = Duration::from_secs(5);

/// How long something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// What was waited for the network or in a pause.
    pub waited: Duration,
    /// The same, and all that was spent in a conversation.
    pub whole: Duration,
}

#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(super) struct Times {
    /// Left of the budget that runs now. It does not run at a prompt.
    budget: Duration,
    /// For how long the host bears to hear nothing, and has.
    silence: Option<Duration>,
    silent: Duration,
    /// Until the login has to be over.
    until_deadline: Option<Duration>,
    /// Of the pause that is being made.
    pause: Duration,
    /// Since the last request was sent.
    pub(super) took: Duration,
}

impl Plan {
    /// `timeout`, as far as the host bears to hear nothing. Before `/auth` is answered there is
    /// nothing to ask about that would keep the login alive, so that the service is given up while
    /// the host still shows why, and does not say in its own words that it lost patience.
    #[must_use]
    pub fn budget(&self) -> Duration {
        self.bearable(self.silent)
    }

    /// The same after a prompt was answered.
    pub(super) fn fresh_budget(&self) -> Duration {
        self.bearable(Duration::ZERO)
    }

    fn bearable(&self, silent: Duration) -> Duration {
        let bearable = self.host.silence.map(|silence| silence.saturating_sub(silent));
        let bearable = bearable.map_or(Duration::MAX, |bearable| bearable.max(LEAST_BUDGET));
        self.timeout.min(bearable)
    }
}

impl Times {
    pub(super) fn of(plan: &Plan) -> Self {
        let asks = plan.host.prompts == Prompts::Shown;
        Self {
            budget: plan.budget(),
            silence: plan.host.silence.filter(|_| asks),
            silent: plan.silent,
            until_deadline: plan.deadline,
            pause: Duration::ZERO,
            took: Duration::ZERO,
        }
    }

    pub(super) fn pass(&mut self, spent: Spent, was_asked: bool) {
        self.budget = self.budget.saturating_sub(spent.waited);
        self.silent = if was_asked { Duration::ZERO } else { self.silent + spent.whole };
        self.until_deadline = self.until_deadline.map(|left| left.saturating_sub(spent.whole));
        self.pause = self.pause.saturating_sub(spent.whole);
        // A reply may have lain there for as long as a prompt was open.
        self.took += if was_asked { spent.whole } else { spent.waited };
    }

    pub(super) fn begin(&mut self, budget: Duration) {
        self.budget = budget;
    }

    /// Goes on with a factor that waited while another was tried. If its time went by meanwhile, how it
    /// ended is still asked.
    pub(super) fn go_back_to(&mut self, budget: Duration) {
        self.budget = budget.max(LAST_LOOK);
    }

    /// Left of the budget, whatever else is over first.
    pub(super) fn budget(&self) -> Duration {
        self.budget
    }

    /// What may still be waited, if nobody has to be asked meanwhile.
    pub(super) fn left(&self) -> Duration {
        self.until_deadline.map_or(self.budget, |left| left.min(self.budget))
    }

    /// Until something other than a reply has to be looked after.
    pub(super) fn patience(&self, can_ask: bool) -> Duration {
        let silence = self.silence.filter(|_| can_ask);
        silence.map_or(self.left(), |silence| silence.saturating_sub(self.silent).min(self.left()))
    }

    /// Is there a prompt before a factor runs out, whatever else happens?
    pub(super) fn will_speak(&self) -> bool {
        self.silence.is_some() && self.cut_short(FACTOR_BUDGET).is_none()
    }

    /// Has the host heard nothing for as long as it bears?
    pub(super) fn must_speak(&self) -> bool {
        self.silence.is_some_and(|silence| self.silent >= silence)
    }

    /// Is the time of the whole login over?
    pub(super) fn is_over(&self) -> bool {
        self.until_deadline.is_some_and(|left| left.is_zero())
    }

    pub(super) fn is_too_late_to_send(&self) -> bool {
        self.until_deadline.is_some_and(|left| left < TOO_LATE)
    }

    /// For how long a factor that lives so long can be answered, if the login ends before it does:
    /// in seconds, of which five more or less are not worth counting.
    pub(super) fn cut_short(&self, lives: Duration) -> Option<u64> {
        self.until_deadline.filter(|left| *left < lives).map(fives)
    }

    /// In how many seconds the login ends, where that is soon.
    pub(super) fn ends_soon(&self) -> Option<u64> {
        self.until_deadline.filter(|left| *left < SAY_SO).map(fives)
    }

    pub(super) fn begin_pause(&mut self, pause: Duration) {
        self.pause = pause;
    }

    pub(super) fn pause(&self) -> Duration {
        self.pause
    }
}

/// Rounded down to a multiple of five, but not to nothing.
fn fives(left: Duration) -> u64 {
    match left.as_secs() {
        seconds @ 0..5 => seconds,
        seconds => seconds / 5 * 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending_in(seconds: u64) -> Times {
        Times {
            budget: Duration::ZERO,
            silence: None,
            silent: Duration::ZERO,
            until_deadline: Some(Duration::from_secs(seconds)),
            pause: Duration::ZERO,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn what_is_just_enough_time_is_enough() {
        assert!(ending_in(4).is_too_late_to_send() && !ending_in(5).is_too_late_to_send());
        let minute = Duration::from_secs(60);
        assert_eq!(
            (ending_in(60).cut_short(minute), ending_in(59).cut_short(minute)),
            (None, Some(55))
        );
        assert_eq!((ending_in(90).ends_soon(), ending_in(89).ends_soon()), (None, Some(85)));
    }

    #[test]
    fn seconds_are_rounded_down_and_never_promised() {
        for (left, said) in [(4, 4), (5, 5), (9, 5), (48, 45), (60, 60)] {
            assert_eq!(fives(Duration::from_secs(left)), said);
        }
    }
}
