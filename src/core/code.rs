//! PAM's return codes.

use super::host::Phase;

/// PAM's return codes that the module uses (`pam(3)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Success,
    AuthErr,
    PermDenied,
    AuthinfoUnavail,
    MaxTries,
    ServiceErr,
    SystemErr,
    UserUnknown,
    /// "The application should exit immediately" (`pam_authenticate(3)`).
    Abort,
    /// Neither a yes nor a no: for a user who is exempt, where the admin wants it so.
    Ignore,
}

impl Code {
    /// Says no; `PAM_IGNORE` leaves it to others.
    #[must_use]
    pub fn refuses(self) -> bool {
        !matches!(self, Self::Success | Self::Ignore)
    }

    /// Translates the code for the account phase: that this user may not come in now is `PAM_PERM_DENIED`.
    /// `pam_sm_acct_mgmt(3)` has no `PAM_AUTHINFO_UNAVAIL`, `PAM_MAXTRIES` or `PAM_ABORT`, and stacks forgive
    /// the first where a directory is out; `PAM_AUTH_ERR` makes sudo ask whether the account is locked.
    #[must_use]
    pub fn in_phase(self, phase: Phase) -> Self {
        use Code::{Abort, AuthErr, AuthinfoUnavail, MaxTries, PermDenied};
        match (phase, self) {
            (Phase::Account, AuthErr | AuthinfoUnavail | MaxTries | Abort) => PermDenied,
            (_, code) => code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_phase_says_no_in_its_own_codes_and_never_changes_a_yes() {
        use Code::{
            Abort, AuthErr, AuthinfoUnavail, Ignore, MaxTries, PermDenied, ServiceErr, Success,
            SystemErr, UserUnknown,
        };
        for code in [Success, Ignore, PermDenied, ServiceErr, SystemErr, UserUnknown] {
            assert_eq!(code.in_phase(Phase::Account), code);
        }
        for code in [AuthErr, AuthinfoUnavail, MaxTries, Abort] {
            assert_eq!(code.in_phase(Phase::Account), PermDenied);
            assert_eq!(code.in_phase(Phase::Auth), code);
        }
    }
}
