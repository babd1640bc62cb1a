//! A configuration that is valid by construction.

use std::path::PathBuf;
use std::time::Duration;

use crate::core::secret::Secret;

/// What is configured for one PAM service.
#[derive(Clone, Debug)]
pub struct Config {
    pub keys: Keys,
    pub host: ServiceHost,
    pub failmode: Failmode,
    pub autopush: Autopush,
    /// Tell the phone service, user, origin, host and command?
    pub pushinfo: bool,
    /// Rounds before giving up, 1 to 3.
    pub prompts: u8,
    /// For all network and waiting until `/auth` is answered.
    pub timeout: Duration,
    /// CAs to trust instead of the system's.
    pub cafile: Option<PathBuf>,
    pub signature: Signature,
    /// The file that ruled; for the log.
    pub origin: PathBuf,
}

/// The integration's keys.
#[derive(Clone, Debug)]
pub struct Keys {
    pub ikey: String,
    pub skey: Secret,
}

/// Where the service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceHost {
    /// Lower-case host name or address literal (IPv6 without brackets); what is signed and verified.
    pub name: String,
    pub port: u16,
}

/// What happens when the service cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failmode {
    /// Nobody gets in.
    Secure,
    /// Who passed the first factor gets in.
    Safe,
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
