//! When a call may be made once more, and when it may not.

use std::time::{Duration, SystemTime};

use crate::core::reply::RetryAfter;

/// Never come back sooner than this, whatever the service says.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest wait that we choose ourselves (Auth API reference, "Rate limiting").
const LONGEST: Duration = Duration::from_secs(32);
/// Polls that may be lost in a row.
const LOST_POLLS: u8 = 3;
/// A poll that is answered sooner than this did not wait.
const QUICK: Duration = Duration::from_millis(500);
/// Quick answers in a row that are still no reason to slow down: `pushed`, then the decision.
const QUICK_POLLS: u8 = 3;

/// A machine without a battery for its clock wakes up in 1970; ours may be there (seconds).
const LARGEST_SKEW: i64 = 100 * 366 * 86_400;

/// What was tried already.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(super) struct Retry {
    skew: Option<i64>,
    rate_limited: u32,
    lost_polls: u8,
    quick_polls: u8,
}

impl Retry {
    /// Seconds between this machine's clock and the service's, as far as it is known.
    pub(super) fn skew(&self) -> i64 {
        self.skew.unwrap_or(0)
    }

    /// Learns the service's time, once; a time that is a century away is nobody's.
    pub(super) fn correct_clock(&mut self, theirs: Option<SystemTime>, ours: SystemTime) -> bool {
        let Some(theirs) = theirs.filter(|_| self.skew.is_none()) else { return false };
        let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        let skew = match theirs.duration_since(ours) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        };
        self.skew = Some(skew).filter(|skew| skew.abs() <= LARGEST_SKEW);
        self.skew.is_some()
    }

    /// Was there a 429? Whoever logs in may have provoked it, and with it how little time is left.
    pub(super) fn was_rate_limited(&self) -> bool {
        self.rate_limited > 0
    }

    /// How long to wait after a 429, or `None` if that is longer than `left`.
    pub(super) fn after_rate_limit(
        &mut self,
        told: Option<Duration>,
        jitter: Duration,
        left: Duration,
    ) -> Option<Duration> {
        let backoff = SHORTEST.saturating_mul(1 << self.rate_limited.min(5)).min(LONGEST);
        self.rate_limited += 1;
        let pause = told.unwrap_or(backoff + jitter.min(SHORTEST)).max(SHORTEST);
        (pause < left).then_some(pause)
    }

    /// A poll without a reply may be sent again, a few times in a row.
    pub(super) fn after_lost_poll(&mut self, left: Duration) -> Option<Duration> {
        self.lost_polls += 1;
        (self.lost_polls < LOST_POLLS && SHORTEST < left).then_some(SHORTEST)
    }

    /// The pause before the next poll: none, unless the service does not hold polls back.
    pub(super) fn before_next_poll(&mut self, took: Duration) -> Option<Duration> {
        self.lost_polls = 0;
        self.quick_polls = if is_quick(took) { self.quick_polls.saturating_add(1) } else { 0 };
        (self.quick_polls > QUICK_POLLS).then_some(SHORTEST)
    }
}

/// Was the answer there before anybody can have waited for something?
pub(super) fn is_quick(took: Duration) -> bool {
    took < QUICK
}

/// `Retry-After` as a span from the service's own present, if it told that, else from ours.
pub(super) fn span(after: RetryAfter, theirs: Option<SystemTime>, ours: SystemTime) -> Duration {
    match after {
        RetryAfter::Seconds(seconds) => seconds,
        RetryAfter::At(at) => at.duration_since(theirs.unwrap_or(ours)).unwrap_or_default(),
    }
}
