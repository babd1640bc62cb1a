//! Time: milliseconds since 1970 as a parameter of everything that decides, and spans as people write them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, de::Error as _};

/// Milliseconds since the Unix epoch.
pub type Millis = u64;

/// The longest span, and how far a clock may be off, in seconds: a hundred years. Whatever is made of it is still a date.
const CENTURY: u64 = 100 * 366 * 86_400;

/// The wall clock read once, then carried on by the monotonic one: a stepped system clock must not expire a push.
#[derive(Debug)]
pub struct Clock {
    base: Millis,
    start: Instant,
}

impl Clock {
    pub fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { base: millis(since), start: Instant::now() }
    }

    pub fn now(&self) -> Millis {
        self.base + millis(self.start.elapsed())
    }
}

pub fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// `now` moved by a signed number of seconds, never below the epoch.
pub fn shifted(now: Millis, seconds: i64) -> Millis {
    now.saturating_add_signed(seconds.saturating_mul(1000))
}

/// The `Date` header (IMF-fixdate) of a moment.
pub fn http_date(now: Millis) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(now))
}

/// A request date in seconds since the epoch; `GMT` and RFC 2822's `-0000`, `+0000` are taken.
pub fn parse_date(text: &str) -> Option<i64> {
    let (head, zone) = text.trim().rsplit_once(' ')?;
    if !matches!(zone, "GMT" | "UTC" | "-0000" | "+0000") {
        return None;
    }
    let at = httpdate::parse_http_date(&format!("{head} GMT")).ok()?;
    i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Reads `250ms`, `2s`, `5m`, `1h`, `30d`.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let number: u64 = digits
        .parse()
        .map_err(|_| format!("`{text}` is no time span like 250ms, 2s, 5m, 1h or 30d"))?;
    let scale = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(format!("`{text}` needs a unit: ms, s, m, h or d")),
    };
    number
        .checked_mul(scale)
        .filter(|span| *span <= CENTURY * 1000)
        .map(Duration::from_millis)
        .ok_or_else(|| format!("`{text}` is too long"))
}

/// A [`Duration`] written as in [`parse_span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    pub const fn secs(n: u64) -> Self {
        Self(Duration::from_secs(n))
    }

    pub fn millis(self) -> Millis {
        millis(self.0)
    }
}

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_span(text).map(Span)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Reads seconds by which a clock is off.
///
/// # Errors
/// More than a hundred years.
pub fn offset<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let seconds = i64::deserialize(from)?;
    if seconds.unsigned_abs() > CENTURY {
        return Err(D::Error::custom(format!(
            "a clock that is {seconds} s off: at most {CENTURY}"
        )));
    }
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_with_their_unit_and_nothing_else() {
        assert_eq!(parse_span("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_span("30d"), Ok(Duration::from_secs(30 * 86_400)));
        for bad in [
            "",
            "5",
            "s",
            "5 s",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "99999999999999999d",
            "36601d",
        ] {
            assert!(parse_span(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_two_ways_to_write_utc_are_the_same_moment() {
        let want = Some(1_345_569_558);
        assert_eq!(parse_date("Tue, 21 Aug 2012 17:19:18 -0000"), want);
        assert_eq!(parse_date("Tue, 21 Aug 2012 17:19:18 GMT"), want);
        assert_eq!(parse_date("Tue, 21 Aug 2012 17:19:18 +0200"), None);
        assert_eq!(parse_date("yesterday"), None);
    }

    #[test]
    fn a_date_is_written_as_http_wants_it() {
        assert_eq!(http_date(1_345_569_558_000), "Tue, 21 Aug 2012 17:19:18 GMT");
        assert_eq!(shifted(1000, -5), 0);
    }
}
