//! The statuses of a transaction, and what each means for the one who waits.

use serde::Serialize;

/// As in the API reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Calling,
    Answered,
    Pushed,
    PushFailed,
    Timeout,
    Fraud,
    Deny,
    LockedOut,
    Sent,
    Allow,
    Bypass,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calling => "calling",
            Self::Answered => "answered",
            Self::Pushed => "pushed",
            Self::PushFailed => "push_failed",
            Self::Timeout => "timeout",
            Self::Fraud => "fraud",
            Self::Deny => "deny",
            Self::LockedOut => "locked_out",
            Self::Sent => "sent",
            Self::Allow => "allow",
            Self::Bypass => "bypass",
        }
    }

    /// `waiting`, `allow` or `deny`.
    pub fn result(self) -> &'static str {
        match self {
            Self::Calling | Self::Answered | Self::Pushed | Self::PushFailed => "waiting",
            Self::Allow | Self::Bypass => "allow",
            _ => "deny",
        }
    }

    pub fn is_final(self) -> bool {
        self.result() != "waiting"
    }

    pub fn message(self) -> &'static str {
        match self {
            Self::Calling => "Dialing your phone...",
            Self::Answered => {
                "Your phone was answered: press a key to log in, or # to report fraud."
            }
            Self::Pushed => "Pushed a login request to your device...",
            Self::PushFailed => "The login request could not be sent to your device.",
            Self::Timeout => "Login timed out.",
            Self::Fraud => "Login request was reported as fraudulent.",
            Self::Deny => "Login request denied.",
            Self::LockedOut => "Your account is locked out due to repeated failures.",
            Self::Sent => "New SMS passcodes sent.",
            Self::Allow => "Success. Logging you in...",
            Self::Bypass => "Success (bypass). Logging you in...",
        }
    }
}
