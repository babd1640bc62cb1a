//! What a host's handle remembers of a second factor that was passed, and for whom it counts.

use std::time::Duration;

use super::host::Phase;

/// For how long it counts, suspended time included. As long as sudo remembers a password; a login
/// that takes longer between two of its own questions is another one.
pub const VALID: Duration = Duration::from_secs(5 * 60);

/// Whom a login is for, and from where. All of it has to be the same again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// `PAM_USER`
    pub user: String,
    /// The PAM service.
    pub service: String,
    /// `PAM_RHOST`
    pub rhost: Option<String>,
    /// The name that the service was asked about.
    pub asked: String,
    /// Which service that is, and which integration there: another one has a policy of its own.
    pub integration: String,
}

/// Why the door opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Approved with a factor.
    Approved,
    /// The service's policy asked for none.
    Bypassed,
}

/// A second factor that was passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub login: Login,
    pub how: How,
    /// The transaction that was approved.
    pub txid: Option<String>,
    /// When, since the machine was started.
    pub at: Duration,
    /// Has another authentication counted it already?
    pub counted: bool,
}

impl Passed {
    /// How long ago it was, if it counts for `login` in this phase at `now` (since the machine was
    /// started). `None`: it is somebody else's, from elsewhere, too old, used up, or from a time that
    /// has not come yet.
    #[must_use]
    pub fn counts(&self, login: &Login, phase: Phase, now: Duration) -> Option<Duration> {
        let used_up = match phase {
            Phase::Auth => self.counted,
            Phase::Account => false,
        };
        let ago = now.checked_sub(self.at)?;
        (self.login == *login && !used_up && ago < VALID).then_some(ago)
    }

    /// The same, once an authentication has counted it: the account phase still may, but no third one.
    #[must_use]
    pub fn used_up(self) -> Self {
        Self { counted: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    fn login() -> Login {
        Login {
            user: "alice".into(),
            service: "sshd".into(),
            rhost: Some("192.0.2.7".into()),
            asked: "alice".into(),
            integration: "DIXX@api.example".into(),
        }
    }

    fn passed() -> Passed {
        Passed { login: login(), how: How::Approved, txid: None, at: NOW, counted: false }
    }

    #[test]
    fn the_same_login_counts_it_until_five_minutes_are_over() {
        for phase in [Phase::Auth, Phase::Account] {
            let after =
                |seconds| passed().counts(&login(), phase, NOW + Duration::from_secs_f64(seconds));
            assert_eq!(after(0.0), Some(Duration::ZERO));
            assert_eq!(after(299.0), Some(Duration::from_secs(299)));
            assert_eq!(after(300.0), None);
            assert_eq!(after(1e9), None);
        }
    }

    #[test]
    fn nobody_else_counts_it() {
        let others = [
            Login { user: "bob".into(), ..login() },
            Login { service: "login".into(), ..login() },
            Login { rhost: None, ..login() },
            Login { rhost: Some("192.0.2.8".into()), ..login() },
            Login { asked: "bob".into(), ..login() },
            Login { integration: "DIYY@api.example".into(), ..login() },
            Login { user: "Alice".into(), ..login() },
        ];
        for other in others {
            for phase in [Phase::Auth, Phase::Account] {
                assert_eq!(passed().counts(&other, phase, NOW), None, "{other:?}");
            }
        }
    }

    #[test]
    fn a_stamp_from_the_future_counts_for_nothing() {
        for at in [NOW + Duration::from_nanos(1), Duration::MAX] {
            let passed = Passed { at, ..passed() };
            assert_eq!(passed.counts(&login(), Phase::Account, NOW), None);
        }
    }

    #[test]
    fn once_counted_only_the_account_phase_counts_it() {
        let used_up = passed().used_up();
        assert_eq!(used_up.counts(&login(), Phase::Auth, NOW), None);
        assert_eq!(used_up.counts(&login(), Phase::Account, NOW), Some(Duration::ZERO));
        assert_eq!(used_up.at, passed().at, "and it grows no younger");
    }
}
