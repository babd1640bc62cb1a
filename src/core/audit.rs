//! What the log says, as pure text.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

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
    /// The service is out and `failmode = "secure"` does not let in.
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

impl fmt::Display for Entry {
    /// ```text
    /// Successful Duo login for 'alice' from 192.0.2.7: service=sshd outcome=allow …
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for '{}'", self.headline.words(), in_words(&self.user))?;
        if let Some(from) = present(self.from.as_deref()) {
            // A word: a host name of the client's own making must not go on with the sentence.
            write!(f, " from {}", in_words(from).replace(' ', "?"))?;
        }
        f.write_str(":")?;
        let config = self.config.as_ref().map(|path| path.to_string_lossy());
        let fields = [
            ("service", Some(self.service.as_str())),
            ("outcome", Some(self.outcome)),
            ("account", self.account.as_deref()),
            ("asked", self.asked.as_deref()),
            ("factor", self.factor),
            ("device", self.device.as_deref()),
            ("txid", self.txid.as_deref()),
            ("ms", Some(&*self.took.as_millis().to_string())),
            ("config", config.as_deref()),
            ("failmode", self.failmode),
            // The longest and the least ours: if the line must be cut, then this.
            ("reason", self.reason.as_deref()),
        ];
        for (key, value) in fields {
            if let Some(value) = present(value) {
                write!(f, " {}", log_field(key, value))?;
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

/// A field with nothing in it says nothing.
fn present(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.is_empty())
}

/// A name for the human half of the line. Log filters read `for '([^']*)' from (\S+)`, so a quote in
/// a name would let whoever types `x' from 192.0.2.1` have another address blocked; and they read
/// `outcome=(\w+)`, so an equals sign would let a name say its own outcome before the true one.
fn in_words(name: &str) -> String {
    Text::line(name, Size::NAME).as_str().replace(['\'', '"', '\\', '='], "?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry() -> Entry {
        Entry {
            headline: Headline::Failed,
            user: "alice".into(),
            account: None,
            asked: None,
            from: Some("192.0.2.7".into()),
            service: "sshd".into(),
            outcome: "deny",
            reason: Some("Login request denied.".into()),
            factor: Some("push"),
            device: Some("DPFZRS9FB0D46QFTM891".into()),
            txid: Some("45f7c92b".into()),
            took: Duration::from_millis(2315),
            config: Some("/etc/duo/pam_duo2.toml".into()),
            failmode: Some("secure"),
        }
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
