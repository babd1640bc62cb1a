//! The phone that answers by itself: `approve=2s`.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::clock::{Millis, Span};

/// What a person can tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Approve,
    Deny,
    Fraud,
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "approve" => Ok(Self::Approve),
            "deny" => Ok(Self::Deny),
            "fraud" => Ok(Self::Fraud),
            _ => Err(format!("`{text}` is none of approve, deny, fraud")),
        }
    }
}

/// Whether and when pushes and calls are answered without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auto {
    Off,
    After(Answer, Duration),
}

impl Auto {
    /// The answer and the moment of it, for something sent at `now`.
    pub fn due(self, now: Millis) -> Option<(Answer, Millis)> {
        match self {
            Self::Off => None,
            Self::After(answer, delay) => Some((answer, now + crate::clock::millis(delay))),
        }
    }
}

impl FromStr for Auto {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (answer, delay) = text.split_once('=').unwrap_or((text, "0s"));
        Ok(Self::After(answer.parse()?, delay.parse::<Span>()?.0))
    }
}

impl<'de> Deserialize<'de> for Auto {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_or_without_a_delay() {
        assert_eq!("off".parse(), Ok(Auto::Off));
        assert_eq!("deny".parse(), Ok(Auto::After(Answer::Deny, Duration::ZERO)));
        assert_eq!("approve=2s".parse(), Ok(Auto::After(Answer::Approve, Duration::from_secs(2))));
        for bad in ["", "allow=1s", "approve=", "approve=2", "off=1s"] {
            assert!(bad.parse::<Auto>().is_err(), "{bad}");
        }
    }
}
