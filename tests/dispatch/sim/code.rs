//! What a module can return.

use std::fmt;

/// libpam's names, in the order of its numbers (`_pam_token_returns` in `pam_tokens.h`).
const NAMES: [&str; 32] = [
    "success",
    "open_err",
    "symbol_err",
    "service_err",
    "system_err",
    "buf_err",
    "perm_denied",
    "auth_err",
    "cred_insufficient",
    "authinfo_unavail",
    "user_unknown",
    "maxtries",
    "new_authtok_reqd",
    "acct_expired",
    "session_err",
    "cred_unavail",
    "cred_expired",
    "cred_err",
    "no_module_data",
    "conv_err",
    "authtok_err",
    "authtok_recover_err",
    "authtok_lock_busy",
    "authtok_disable_aging",
    "try_again",
    "ignore",
    "abort",
    "authtok_expired",
    "module_unknown",
    "bad_item",
    "conv_again",
    "incomplete",
];

/// A return code, by its number. One that libpam does not know is kept as it came.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub i32);

impl Code {
    pub const SUCCESS: Code = Code(0);
    pub const PERM_DENIED: Code = Code(6);
    pub const AUTH_ERR: Code = Code(7);
    pub const NEW_AUTHTOK_REQD: Code = Code(12);
    pub const IGNORE: Code = Code(25);
    pub const MODULE_UNKNOWN: Code = Code(28);
    pub const INCOMPLETE: Code = Code(31);

    /// What libpam says when nothing was decided (`PAM_MUST_FAIL_CODE`).
    pub const MUST_FAIL: Code = Code::PERM_DENIED;

    /// How many codes libpam knows.
    pub const COUNT: usize = NAMES.len();

    /// Every code that libpam knows, and one on either side of them.
    pub fn all() -> impl Iterator<Item = Code> {
        (-1..=33).map(Code)
    }

    /// The place in a table of actions; `None` for a code that libpam does not know.
    pub fn index(self) -> Option<usize> {
        usize::try_from(self.0).ok().filter(|&index| index < Code::COUNT)
    }

    /// The code whose name `text` begins with, and the rest.
    pub fn prefix_of(text: &str) -> Option<(Code, &str)> {
        let found = (0..).zip(NAMES).find_map(|(n, name)| Some((n, text.strip_prefix(name)?)));
        found.map(|(number, rest)| (Code(number), rest))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.index() {
            Some(index) => f.write_str(NAMES[index]),
            None => write!(f, "{}", self.0),
        }
    }
}
