//! What the log says, as pure text.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::glyph::{Glyph, classify};
use super::host::Phase;
use super::text::{Size, Text, log_field};

/// The first words of a line. Those of a verdict are as admins' log filters know them from `pam_duo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Headline {
    /// A factor is about to go out. Not a verdict, and worded so that filters for verdicts pass it by.
    Sending,
    /// The service said allow.
    Successful,
    /// Denied by the person or by the service.
    Failed,
    /// No second factor was asked for.
    Skipped,
    /// Refused before or instead of a factor: not enrolled, locked out, the person went away.
    Aborted,
    /// The service is out and `failmode = "safe"` lets in.
    Failsafe,
    /// The service is out, and nobody is let in for that.
    Failsecure,
    /// Configuration, keys, certificate or this machine.
    Error,
}

/// How grave a line of the log is (`syslog(3)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error = 3,
    Warning = 4,
    Info = 6,
    Debug = 7,
}

/// A line about one login: its verdict, or that a factor goes out. Nothing in it need be clean:
/// showing it cleans it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub headline: Headline,
    /// `PAM_USER`, the account that is logged in to.
    pub user: String,
    /// The account that is asked, where that is another one (su asks the caller).
    pub account: Option<String>,
    /// The name that the service was asked about, where that is not `user`.
    pub asked: Option<String>,
    /// `PAM_RHOST`, or else the terminal.
    pub from: Option<String>,
    /// The PAM service.
    pub service: String,
    pub phase: Phase,
    /// The verdict in one word: `allow`, `deny`, `fraud`, `timeout`, …
    pub outcome: Option<&'static str>,
    /// In words, perhaps the service's own.
    pub reason: Option<String>,
    pub factor: Option<&'static str>,
    pub device: Option<String>,
    pub txid: Option<String>,
    /// From the entry point to this line.
    pub took: Duration,
    /// The configuration file that ruled; `None` when there was none to be had.
    pub config: Option<PathBuf>,
    pub failmode: Option<&'static str>,
    /// Through which proxy, as `name:port`: what cannot be reached is then this, or beyond it.
    pub proxy: Option<String>,
}

impl Headline {
    /// Its words, its level, and its `MESSAGE_ID`: made once with `systemd-id128 new`, never changed.
    #[must_use]
    pub fn parts(self) -> (&'static str, Level, &'static str) {
        use Level::{Error, Info, Warning};
        match self {
            Self::Sending => ("Sending Duo factor", Info, "c0b67f57d3a7454f817effe699454376"),
            Self::Successful => ("Successful Duo login", Info, "2671a20d9b3643a7a13655b2fe302ba1"),
            Self::Failed => ("Failed Duo login", Warning, "0ebd12e1226341ae8e6eb838ed93d9ad"),
            Self::Skipped => ("Skipped Duo login", Info, "0e1e3da1697c47459a1ffdbac81d9527"),
            Self::Aborted => ("Aborted Duo login", Warning, "ff5291e4e7a546e2ad38f6ee35bc3d22"),
            Self::Failsafe => ("Failsafe Duo login", Warning, "ec265470cea9408cb4e1363fe1625dce"),
            Self::Failsecure => {
                ("Failsecure Duo login", Warning, "cd7e634c5fcc4393aa2d6764ed3c339d")
            }
            Self::Error => ("Error in Duo login", Error, "667dddaec059445babc21fed6f30ce50"),
        }
    }
}

fn borrowed(value: Option<&String>) -> Option<Cow<'_, str>> {
    value.map(|value| Cow::Borrowed(value.as_str()))
}

/// One thing that is known of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name behind the sentence of the line; `None` where the sentence itself says it.
    pub key: Option<&'static str>,
    /// Its name in the journal.
    pub journal: &'static str,
    /// As it came: nothing in it need be clean.
    pub value: Cow<'a, str>,
}

impl Entry {
    /// All that is known, in the order of the line: the one list for the line and for the journal.
    #[must_use]
    pub fn fields(&self) -> Vec<Field<'_>> {
        let config = self.config.as_ref().map(|path| path.to_string_lossy());
        // The usual one goes without saying.
        let phase = (self.phase != Phase::Auth).then(|| self.phase.word());
        // A name that the sentence had to change is said once more, exactly.
        let user = (in_words(&self.user) != self.user).then_some("user");
        let fields = [
            (None, "DUO_FROM", borrowed(self.from.as_ref())),
            (Some("service"), "DUO_SERVICE", Some(Cow::Borrowed(self.service.as_str()))),
            (Some("outcome"), "DUO_RESULT", self.outcome.map(Cow::Borrowed)),
            (Some("phase"), "DUO_PHASE", phase.map(Cow::Borrowed)),
            (user, "DUO_USER", Some(exact(&self.user))),
            (Some("account"), "DUO_ACCOUNT", self.account.as_deref().map(exact)),
            (Some("asked"), "DUO_ASKED", self.asked.as_deref().map(exact)),
            (Some("factor"), "DUO_FACTOR", self.factor.map(Cow::Borrowed)),
            (Some("device"), "DUO_DEVICE", self.device.as_deref().map(exact)),
            (Some("txid"), "DUO_TXID", borrowed(self.txid.as_ref())),
            (Some("ms"), "DUO_MS", Some(Cow::Owned(self.took.as_millis().to_string()))),
            (Some("config"), "DUO_CONFIG", config),
            (Some("failmode"), "DUO_FAILMODE", self.failmode.map(Cow::Borrowed)),
            (Some("proxy"), "DUO_PROXY", borrowed(self.proxy.as_ref())),
            // The longest and the least ours: if the line must be cut, then this.
            (Some("reason"), "DUO_REASON", borrowed(self.reason.as_ref())),
        ];
        let known = fields.into_iter().filter_map(|(key, journal, value)| {
            // A field with nothing in it says nothing.
            let value = value.filter(|value| !value.is_empty())?;
            Some(Field { key, journal, value })
        });
        known.collect()
    }
}

impl fmt::Display for Entry {
    /// ```text
    /// Successful Duo login for 'alice' from 192.0.2.7: service=sshd outcome=allow …
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for '{}'", self.headline.parts().0, in_words(&self.user))?;
        if let Some(from) = self.from.as_deref().filter(|from| !from.is_empty()) {
            // A word: a host name of the client's own making must not go on with the sentence.
            write!(f, " from {}", in_words(from).replace(' ', "?"))?;
        }
        f.write_str(":")?;
        for field in self.fields() {
            if let Some(key) = field.key {
                write!(f, " {}", log_field(key, &field.value))?;
            }
        }
        Ok(())
    }
}

/// A text as the lines that go to the log: clean, none empty, each at most [`Size::LOG_LINE`].
#[must_use]
pub fn log_lines(text: &str) -> Vec<Text> {
    text.lines()
        .map(|line| Text::line(line.trim_end(), Size::LOG_LINE))
        .filter(|line| !line.is_empty())
        .collect()
}

/// A name for the human half of the line. Log filters read `for '([^']*)' from (\S+)`, so a quote in
/// a name would let whoever types `x' from 192.0.2.1` have another address blocked; and they read
/// `outcome=(\w+)`, so an equals sign would let a name say its own outcome before the true one.
fn in_words(name: &str) -> String {
    Text::line(name, Size::NAME).as_str().replace(['\'', '"', '\\', '='], "?")
}

/// A name so that no other reads the same, up to [`Size::FIELD`]: a character that cleaning would drop
/// or replace is written `\u{…}`, and so is an equals sign, for there may be no true `outcome=` before it.
fn exact(name: &str) -> Cow<'_, str> {
    let is_clean = Text::line(name, Size::FIELD).as_str() == name;
    if is_clean && !name.contains('=') && !name.contains("\\u{") {
        return Cow::Borrowed(name);
    }
    let is_plain = |c: char| !matches!(c, '\\' | '=') && classify(c) == Glyph::Plain;
    let written = |c: char| if is_plain(c) { c.into() } else { c.escape_unicode().to_string() };
    name.chars().map(written).collect()
}

#[cfg(test)]
#[path = "audit_tests.rs"]
pub(super) mod tests;
