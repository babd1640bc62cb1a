//! What the log says, as pure text.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::host::Phase;
use super::text::{Size, Text, log_field};

/// The first words of a verdict's line, as admins' log filters know them from `pam_duo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Headline {
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
    Error,
    Warning,
    Info,
    Debug,
}

/// One login, as its line in the log tells it. Nothing in it need be clean: showing it cleans it.
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
    /// One word: `allow`, `deny`, `fraud`, `timeout`, …
    pub outcome: &'static str,
    /// In words, perhaps the service's own.
    pub reason: Option<String>,
    pub factor: Option<&'static str>,
    pub device: Option<String>,
    pub txid: Option<String>,
    /// From the entry point to the verdict.
    pub took: Duration,
    /// The configuration file that ruled; `None` when there was none to be had.
    pub config: Option<PathBuf>,
    pub failmode: Option<&'static str>,
    /// Through which proxy, as `name:port`: what cannot be reached is then this, or beyond it.
    pub proxy: Option<String>,
}

impl Headline {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Successful => "Successful Duo login",
            Self::Failed => "Failed Duo login",
            Self::Skipped => "Skipped Duo login",
            Self::Aborted => "Aborted Duo login",
            Self::Failsafe => "Failsafe Duo login",
            Self::Failsecure => "Failsecure Duo login",
            Self::Error => "Error in Duo login",
        }
    }

    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Successful | Self::Skipped => Level::Info,
            Self::Failed | Self::Aborted | Self::Failsafe | Self::Failsecure => Level::Warning,
            Self::Error => Level::Error,
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
        let fields = [
            (None, "DUO_USER", Some(Cow::Borrowed(self.user.as_str()))),
            (None, "DUO_FROM", borrowed(self.from.as_ref())),
            (Some("service"), "DUO_SERVICE", Some(Cow::Borrowed(self.service.as_str()))),
            (Some("outcome"), "DUO_RESULT", Some(Cow::Borrowed(self.outcome))),
            (Some("phase"), "DUO_PHASE", phase.map(Cow::Borrowed)),
            (Some("account"), "DUO_ACCOUNT", borrowed(self.account.as_ref())),
            (Some("asked"), "DUO_ASKED", borrowed(self.asked.as_ref())),
            (Some("factor"), "DUO_FACTOR", self.factor.map(Cow::Borrowed)),
            (Some("device"), "DUO_DEVICE", borrowed(self.device.as_ref())),
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
        write!(f, "{} for '{}'", self.headline.words(), in_words(&self.user))?;
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::core) fn entry() -> Entry {
        Entry {
            headline: Headline::Failed,
            user: "alice".into(),
            account: None,
            asked: None,
            from: Some("192.0.2.7".into()),
            service: "sshd".into(),
            phase: Phase::Auth,
            outcome: "deny",
            reason: Some("Login request denied.".into()),
            factor: Some("push"),
            device: Some("DPFZRS9FB0D46QFTM891".into()),
            txid: Some("45f7c92b".into()),
            took: Duration::from_millis(2315),
            config: Some("/etc/duo/pam_duo2.toml".into()),
            failmode: Some("secure"),
            proxy: None,
        }
    }

    #[test]
    fn the_proxy_is_named_before_the_reason() {
        let entry = Entry { proxy: Some("proxy.example:3128".into()), ..entry() };
        let line = entry.to_string();
        assert!(line.contains(" failmode=secure proxy=proxy.example:3128 reason="), "{line}");
    }

    #[test]
    fn a_denial_reads_as_pam_duo_s_and_says_the_rest_in_fields() {
        assert_eq!(
            entry().to_string(),
            "Failed Duo login for 'alice' from 192.0.2.7: service=sshd outcome=deny \
             factor=push device=DPFZRS9FB0D46QFTM891 txid=45f7c92b ms=2315 \
             config=/etc/duo/pam_duo2.toml failmode=secure reason=\"Login request denied.\""
        );
    }

    #[test]
    fn the_account_phase_is_named_behind_the_outcome() {
        let entry = Entry { phase: Phase::Account, ..entry() };
        assert!(entry.to_string().contains(": service=sshd outcome=deny phase=account factor="));
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let entry = Entry {
            headline: Headline::Error,
            from: Some(String::new()),
            outcome: "config",
            reason: None,
            factor: None,
            device: None,
            txid: None,
            config: None,
            failmode: None,
            ..entry()
        };
        assert_eq!(
            entry.to_string(),
            "Error in Duo login for 'alice': service=sshd outcome=config ms=2315"
        );
    }

    #[test]
    fn a_user_name_cannot_point_a_log_filter_at_another_address() {
        let entry = Entry { user: "x' from 192.0.2.66: \"".into(), ..entry() };
        let line = entry.to_string();
        assert!(
            line.starts_with("Failed Duo login for 'x? from 192.0.2.66: ?' from 192.0.2.7: "),
            "{line}"
        );
    }

    #[test]
    fn a_host_name_cannot_add_a_field() {
        let entry = Entry { from: Some("h: outcome=allow".into()), ..entry() };
        assert!(entry.to_string().contains("from h:?outcome?allow: service="));
    }

    #[test]
    fn a_diagnostic_becomes_one_log_line_per_line() {
        let lines = log_lines("a.toml:3:1: no\n\n   |\n 3 | x = \u{1b}[1m1\n");
        let lines: Vec<&str> = lines.iter().map(Text::as_str).collect();
        assert_eq!(lines, ["a.toml:3:1: no", "   |", " 3 | x = 1"]);
    }

    proptest! {
        #[test]
        fn an_entry_is_one_clean_line(
            user in "(outcome=|allow|'|\"| from |.){0,9}",
            from in any::<Option<String>>(),
            reason in any::<Option<String>>(),
            device in any::<Option<String>>(),
        ) {
            let line = Entry { user, from, reason, device, ..entry() }.to_string();
            prop_assert!(!line.chars().any(char::is_control));
            let (_, after) = line.split_once("outcome=").unwrap_or_default();
            prop_assert!(after.starts_with("deny "), "{}", line);
        }

        #[test]
        fn every_log_line_is_short(text in any::<String>()) {
            for line in log_lines(&text) {
                prop_assert!(line.as_str().len() <= Size::LOG_LINE.bytes());
            }
        }
    }
}
