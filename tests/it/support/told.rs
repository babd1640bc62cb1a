//! What a login told: pamtalk's report, readable in a test.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One run of pamtalk.
#[derive(Debug, Deserialize)]
pub struct Told {
    pub turns: Vec<Turn>,
    /// The most memory that was ever resident, in KiB: before the first transaction, and after the last.
    /// Zero from a host in C, which does not look.
    #[serde(default)]
    pub floor_kib: u64,
    #[serde(default)]
    pub peak_kib: u64,
    pub sigint: Option<Sigint>,
    pub before: Option<Hygiene>,
    pub after: Option<Hygiene>,
    /// Lines that reached /dev/log; always empty without [`super::Login::logged`].
    #[serde(default)]
    pub log: Vec<String>,
    /// Those of them that tell of a factor that goes out; they are not in `log`.
    #[serde(default)]
    pub sending: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Turn {
    pub calls: Vec<Returned>,
    pub messages: Vec<Message>,
    pub answers_left: usize,
}

#[derive(Debug, Deserialize)]
pub struct Returned {
    pub name: String,
    /// Milliseconds.
    pub ms: f64,
}

#[derive(Debug, Deserialize)]
pub struct Message {
    pub style: String,
    pub text: String,
    /// Milliseconds since the transaction began.
    pub ms: f64,
    pub answer: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Sigint {
    pub pending: bool,
    pub handled: u32,
}

/// The host process at one moment.
#[derive(Debug, Deserialize)]
pub struct Hygiene {
    pub fds: BTreeMap<u32, String>,
    pub cwd: String,
    pub status: BTreeMap<String, String>,
    pub limits: String,
    pub locale: String,
    pub environment: Vec<String>,
    pub children: String,
    pub rss_kib: u64,
}

impl Told {
    fn first(&self) -> &Returned {
        &self.turns[0].calls[0]
    }

    /// The name of the first call's return code.
    pub fn code(&self) -> &str {
        &self.first().name
    }

    /// The names of all return codes, of all turns, in order.
    pub fn codes(&self) -> Vec<&str> {
        self.turns.iter().flat_map(|t| &t.calls).map(|c| c.name.as_str()).collect()
    }

    /// How long the first call took, in milliseconds.
    pub fn ms(&self) -> f64 {
        self.first().ms
    }

    /// Everything that was shown, in order.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.turns.iter().flat_map(|t| &t.messages)
    }

    /// The texts of one style (`text_info`, `error_msg`, `prompt_echo_on`, `prompt_echo_off`).
    pub fn texts(&self, style: &str) -> Vec<&str> {
        self.messages().filter(|m| m.style == style).map(|m| m.text.as_str()).collect()
    }

    /// Did the user read this, upper and lower case alike?
    pub fn said(&self, part: &str) -> bool {
        let part = part.to_lowercase();
        self.messages().any(|m| m.text.to_lowercase().contains(&part))
    }

    /// The one log line with `part` in it.
    ///
    /// # Panics
    /// When there is none, or more than one.
    pub fn log_line(&self, part: &str) -> &str {
        let found: Vec<_> = self.log.iter().filter(|line| line.contains(part)).collect();
        assert_eq!(found.len(), 1, "one line with {part:?} in {:#?}", self.log);
        found[0]
    }
}

/// The code of a refusal in this service, where a plain host is told `plain`: it ends sudo.
pub fn refusal(service: &str, plain: &'static str) -> &'static str {
    if service.starts_with("sudo") { "PAM_ABORT" } else { plain }
}
