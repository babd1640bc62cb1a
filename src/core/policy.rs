//! What the admin decides, as far as decisions depend on it.

use super::secret::Secret;

/// The integration's keys.
#[derive(Clone, Debug)]
pub struct Keys {
    pub ikey: String,
    pub skey: Secret,
}

/// What happens when the service cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failmode {
    /// Nobody gets in.
    Secure,
    /// Who passed the first factor gets in.
    Safe,
}

impl Failmode {
    /// As the configuration and the log write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::Safe => "safe",
        }
    }
}

/// Who is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Autopush {
    /// The user chooses.
    Off,
    /// The first device that can take a push gets it at once.
    FirstPushDevice,
    /// The service's `default` factor, whatever it is (`pam_duo.conf`).
    ServiceDefault,
}

/// What the phone is told of a login, besides the name that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushinfo {
    Nothing,
    /// Who wants in, where and from where, but no command line, which may hold a password
    /// (`pam_duo.conf`, whose `pushinfo` is about the command only).
    AllButTheCommand,
    Everything,
}

/// When the person learns of a push that nobody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announce {
    /// When it is out, in the host's own time.
    Sent,
    /// In a prompt, before it is sent.
    Prompt,
}

/// How requests are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// Version 2, HMAC-SHA-1, form bodies.
    V2Sha1,
    /// Version 2, HMAC-SHA-512, form bodies.
    V2Sha512,
    /// Version 5, HMAC-SHA-512, JSON bodies.
    V5,
}

/// What the host is told of a user whom `groups` exempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exempt {
    /// `PAM_SUCCESS`: the module's part is done.
    Success,
    /// `PAM_IGNORE`: the rest of the stack decides.
    Ignore,
}

/// Who is asked when somebody becomes root by su.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuSubject {
    /// Who called su.
    Caller,
    /// Root.
    Target,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failmode_is_logged_as_it_is_written() {
        assert_eq!([Failmode::Secure, Failmode::Safe].map(Failmode::word), ["secure", "safe"]);
    }
}
