//! The scenario file: who is known, what the policies are, and what goes wrong when.

mod auto;
mod fault;
mod fault_table;
mod users;

use std::path::Path;

use serde::Deserialize;

pub use auto::{Answer, Auto};
pub use fault::{CutPoint, Effect, Fault, Framing, On, RetryHeader, StallPoint, Twist};
pub use users::{DeviceKind, DeviceSpec, Form, Policy, PushDelivery, UserSpec};

use crate::clock::Span;
use crate::sign::Scheme;

/// The whole file. Every key is described in `docs/mockduo.md`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    pub server: Server,
    pub users: Vec<UserSpec>,
    pub faults: Vec<Fault>,
}

/// Keys, policies and habits of the service as a whole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    pub ikey: Option<String>,
    pub skey: Option<String>,
    pub signatures: Vec<Scheme>,
    pub certificate: Certificate,
    pub tls: Option<Tls>,
    pub auto: Option<Auto>,
    pub push_ttl: Option<Span>,
    /// How long one `auth_status` is held.
    pub poll: Span,
    pub poll_end: PollEnd,
    pub form: Form,
    pub text_prompt: TextPrompt,
    pub unknown_user: UnknownUser,
    pub lockout_after: Option<u32>,
    pub rate_limit: Option<RateLimit>,
    pub forbidden: Vec<String>,
    /// Seconds by which the service's clock is off.
    #[serde(deserialize_with = "crate::clock::offset")]
    pub clock_offset: i64,
    pub idle_close: Option<Span>,
    pub enroll_portal_url: Option<String>,
    pub auto_enroll: Option<Span>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            ikey: None,
            skey: None,
            signatures: Scheme::ALL.to_vec(),
            certificate: Certificate::Good,
            tls: None,
            auto: None,
            push_ttl: None,
            poll: Span::secs(25),
            poll_end: PollEnd::Waiting,
            form: Form::Both,
            text_prompt: TextPrompt::Known,
            unknown_user: UnknownUser::Enroll,
            lockout_after: None,
            rate_limit: None,
            forbidden: Vec::new(),
            clock_offset: 0,
            idle_close: None,
            enroll_portal_url: None,
            auto_enroll: None,
        }
    }
}

/// Which certificate the listener shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certificate {
    Good,
    Expired,
    NotYetValid,
    SelfSigned,
    WrongName,
    UnknownCa,
}

/// The only protocol version offered; both when unset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Tls {
    #[serde(rename = "1.2")]
    V12,
    #[serde(rename = "1.3")]
    V13,
}

/// What a long poll that ran out answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum PollEnd {
    #[serde(rename = "waiting")]
    Waiting,
    #[serde(rename = "40002")]
    BadParameter,
}

/// What the service makes of `text_prompt=1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPrompt {
    Known,
    /// Answers as if it had not been sent.
    Ignored,
    /// Answers 40002 naming it.
    Unknown,
}

/// `preauth` of a user that is not in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownUser {
    Enroll,
    Deny,
    Allow,
}

/// At most `calls` of `/auth` per user in any `per`; then 42901.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    pub calls: usize,
    pub per: Span,
}

impl Scenario {
    /// Reads and checks a file; without users in it the usual `demo` is there.
    ///
    /// # Errors
    /// One text for the terminal: path, line, column, the line itself and what is wrong with it.
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(&text).map_err(|e| format!("{}: {e}", path.display()))
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let mut scenario: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        if scenario.users.is_empty() {
            scenario.users.push(UserSpec::demo());
        }
        scenario.check()?;
        Ok(scenario)
    }

    /// What holds only between parts of the file.
    fn check(&self) -> Result<(), String> {
        let mut names = std::collections::HashSet::new();
        let mut devices = std::collections::HashSet::new();
        for user in &self.users {
            for name in user.names() {
                if !names.insert(name.to_lowercase()) {
                    return Err(format!("two users answer to the name `{name}`"));
                }
            }
            for device in &user.devices {
                if !devices.insert(&device.id) {
                    return Err(format!("two devices have the id `{}`", device.id));
                }
            }
        }
        let known = crate::endpoints::Endpoint::NAMES;
        match self.server.forbidden.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(format!(
                "server.forbidden: no call is named `{name}`; there are {}",
                known.join(", ")
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
