//! Names of Linux-PAM's return codes and message styles (`security/_pam_types.h`).

use std::ffi::c_int;

pub const SUCCESS: c_int = 0;
pub const BUF_ERR: c_int = 5;
pub const CONV_ERR: c_int = 19;

const NAMES: [&str; 32] = [
    "PAM_SUCCESS",
    "PAM_OPEN_ERR",
    "PAM_SYMBOL_ERR",
    "PAM_SERVICE_ERR",
    "PAM_SYSTEM_ERR",
    "PAM_BUF_ERR",
    "PAM_PERM_DENIED",
    "PAM_AUTH_ERR",
    "PAM_CRED_INSUFFICIENT",
    "PAM_AUTHINFO_UNAVAIL",
    "PAM_USER_UNKNOWN",
    "PAM_MAXTRIES",
    "PAM_NEW_AUTHTOK_REQD",
    "PAM_ACCT_EXPIRED",
    "PAM_SESSION_ERR",
    "PAM_CRED_UNAVAIL",
    "PAM_CRED_EXPIRED",
    "PAM_CRED_ERR",
    "PAM_NO_MODULE_DATA",
    "PAM_CONV_ERR",
    "PAM_AUTHTOK_ERR",
    "PAM_AUTHTOK_RECOVERY_ERR",
    "PAM_AUTHTOK_LOCK_BUSY",
    "PAM_AUTHTOK_DISABLE_AGING",
    "PAM_TRY_AGAIN",
    "PAM_IGNORE",
    "PAM_ABORT",
    "PAM_AUTHTOK_EXPIRED",
    "PAM_MODULE_UNKNOWN",
    "PAM_BAD_ITEM",
    "PAM_CONV_AGAIN",
    "PAM_INCOMPLETE",
];

/// The constant's name, or `PAM_UNKNOWN_CODE` for a number that Linux-PAM does not know.
pub fn name(code: c_int) -> &'static str {
    usize::try_from(code).ok().and_then(|at| NAMES.get(at).copied()).unwrap_or("PAM_UNKNOWN_CODE")
}

/// What a message asks for.
#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    PromptEchoOff,
    PromptEchoOn,
    ErrorMsg,
    TextInfo,
    Unknown,
}

impl Style {
    pub fn of(number: c_int) -> Self {
        match number {
            1 => Style::PromptEchoOff,
            2 => Style::PromptEchoOn,
            3 => Style::ErrorMsg,
            4 => Style::TextInfo,
            _ => Style::Unknown,
        }
    }

    /// Only these get an answer.
    pub fn is_prompt(self) -> bool {
        matches!(self, Style::PromptEchoOff | Style::PromptEchoOn)
    }
}
