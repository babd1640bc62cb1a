//! A configuration that is valid by construction.
//!
//! - [`options`]: every option, once
//! - [`open`]: the ownership rule, for this file and those it names
//! - [`toml`], [`ini`]: text to [`Draft`](draft::Draft) to [`Config`]
//! - [`diagnostic`], [`source`]: mistakes as `path:line:column`, with the line and a caret
//! - `reveal`: what of the file may be seen there
//! - [`ConfigError`]: all that is wrong; nothing of a broken file leaves this module otherwise

pub mod diagnostic;
pub mod draft;
mod encoding;
mod error;
pub mod ini;
pub mod open;
pub mod option;
pub mod options;
mod proxy;
mod reveal;
pub mod source;
mod suggest;
mod syntax;
pub mod toml;
mod value;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

pub use error::ConfigError;
pub use proxy::Proxy;
pub(crate) use reveal::sentence;

pub use crate::core::groups::Groups;
pub use crate::core::policy::{
    Announce, Autopush, Exempt, Failmode, Keys, Pushinfo, Signature, SuSubject,
};
pub use crate::core::username::{Gecos, Rules};

/// Where the file is unless the PAM line names it: the first of these that is there. Ours, that of
/// Duo's own module, and where Debian's package of that has it.
pub const DEFAULT_PATHS: [&str; 3] =
    ["/etc/duo/pam_duo2.toml", "/etc/duo/pam_duo.conf", "/etc/security/pam_duo.conf"];
/// The largest configuration file, in bytes.
pub const LARGEST: usize = 64 * 1024;

/// A configuration, and what the admin should know although it can be used.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub config: Config,
    /// One line each, as `path:line:column: warning: …`.
    pub warnings: Vec<String>,
}

/// Warnings that are kept; the rest are counted. Each login logs them.
const MOST_WARNINGS: usize = 50;

impl Loaded {
    fn new(config: Config, mut warnings: Vec<String>) -> Self {
        let more = warnings.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            warnings.truncate(MOST_WARNINGS);
            let path = diagnostic::clean(&config.origin.to_string_lossy());
            warnings.push(format!("{path}: warning: and {more} more warnings"));
        }
        Self { config, warnings }
    }
}

/// Reads one file for one PAM service: TOML if its name ends in `.toml`, otherwise INI.
///
/// # Errors
/// Everything that is wrong with it, at once. There is no configuration then, not even its
/// failmode.
pub fn load(path: &Path, service: &str) -> Result<Loaded, ConfigError> {
    parse(path, service, contents(path))
}

/// Reads the first of these files that is there, and no other. Returns which, `None` if all are
/// absent. Only a file that is truly absent (`ENOENT` behind folders that all pass the rule)
/// leads to the next one: whatever else keeps one from being read is a broken configuration.
pub fn load_first(
    paths: &[&Path],
    service: &str,
) -> (Option<PathBuf>, Result<Loaded, ConfigError>) {
    for path in paths {
        match contents(path) {
            Err(error) if error.problem == open::Problem::Absent => {}
            contents => return (Some((*path).to_owned()), parse(path, service, contents)),
        }
    }
    (None, Err(ConfigError::all_absent(paths)))
}

type Contents = Result<Zeroizing<Vec<u8>>, open::OpenError>;

fn contents(path: &Path) -> Contents {
    open::read(path, open::Access::Private, LARGEST)
}

fn parse(path: &Path, service: &str, contents: Contents) -> Result<Loaded, ConfigError> {
    let bytes = contents.map_err(|error| ConfigError::from_open(&error))?;
    if path.extension() == Some(OsStr::new("toml")) {
        toml::parse(&bytes, path, service, &System)
    } else {
        ini::parse(&bytes, path, &System)
    }
}

/// The files of this machine.
struct System;

impl toml::Files for System {
    fn private(&self, path: &Path, max: usize) -> Result<Zeroizing<Vec<u8>>, open::OpenError> {
        open::read(path, open::Access::Private, max)
    }

    fn public(&self, path: &Path) -> Result<(), open::OpenError> {
        open::check(path, open::Access::Public)
    }
}

/// What is configured for one PAM service.
#[derive(Clone, Debug)]
pub struct Config {
    pub keys: Keys,
    pub host: ServiceHost,
    pub failmode: Failmode,
    pub autopush: Autopush,
    pub announce: Announce,
    /// Ask in the account phase too?
    pub account: bool,
    /// How the host is treated, by the name of a [`Profile`](crate::core::host::Profile); `None`: by
    /// its PAM service.
    pub profile: Option<&'static str>,
    /// When the host ends the login, counted from its process's start; `None`: as its profile has it.
    pub login_grace: Option<Duration>,
    pub pushinfo: Pushinfo,
    /// Draw the address where to enrol?
    pub enroll_qr: bool,
    /// Rounds before giving up, 1 to 3.
    pub prompts: u8,
    /// For all network and waiting until `/auth` is answered.
    pub timeout: Duration,
    /// CAs to trust instead of the system's.
    pub cafile: Option<PathBuf>,
    pub signature: Signature,
    /// Asked for every connection to the service; `None` connects directly.
    pub proxy: Option<Proxy>,
    /// Who is asked; `None`: everyone.
    pub groups: Option<Groups>,
    /// What the host is told of the others.
    pub exempt: Exempt,
    pub su_subject: SuSubject,
    /// From an account to its name at the service.
    pub usernames: Rules,
    /// The name comes out of the GECOS field instead (`pam_duo.conf` only).
    pub gecos: Option<Gecos>,
    /// The file that ruled; for the log.
    pub origin: PathBuf,
}

/// Where the service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceHost {
    /// Lower-case host name or address literal (IPv6 without brackets); what is verified.
    pub name: String,
    pub port: u16,
}

impl ServiceHost {
    /// The name as in a URL, in the `Host` header and in a signature: an IPv6 address in brackets.
    #[must_use]
    pub fn in_url(&self) -> String {
        if self.name.contains(':') { format!("[{}]", self.name) } else { self.name.clone() }
    }
}
