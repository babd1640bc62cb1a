//! Rate and percentiles of many logins.

use std::time::Duration;

/// How long each login took, sorted, and how long all of them.
#[derive(Debug)]
pub struct Figures {
    took: Vec<Duration>,
    all: Duration,
}

impl Figures {
    pub const HEAD: &str = "  pending   logins/s    median ms   99th pct ms    slowest ms";

    pub fn of(mut took: Vec<Duration>, all: Duration) -> Self {
        took.sort_unstable();
        Self { took, all }
    }

    /// Logins per second.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^52 logins")]
    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.all.as_secs_f64()
    }

    /// The time that `percent` of the logins were not slower than, in milliseconds (nearest rank).
    fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.took.len() * percent).div_ceil(100).max(1);
        self.took.get(rank - 1).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
    }

    pub fn row(&self, pending: usize) -> String {
        let [median, high, slowest] = [50, 99, 100].map(|percent| self.percentile(percent));
        format!("{pending:>9} {:>10.0} {median:>12.2} {high:>13.2} {slowest:>13.2}", self.rate())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hundred() -> Figures {
        Figures::of((1..=100).rev().map(Duration::from_millis).collect(), Duration::from_secs(4))
    }

    #[test]
    fn the_99th_percentile_of_a_hundred_is_the_slowest_but_one() {
        let figures = hundred();
        assert!((figures.percentile(50) - 50.0).abs() < 1e-6);
        assert!((figures.percentile(99) - 99.0).abs() < 1e-6);
        assert!((figures.percentile(100) - 100.0).abs() < 1e-6);
        assert!((figures.rate() - 25.0).abs() < 1e-6);
    }

    #[test]
    fn a_row_stands_below_its_heads() {
        assert_eq!(hundred().row(1000).len(), Figures::HEAD.len());
    }
}
