//! Faults: which call goes wrong, and how. The file's flat tables become one [`Effect`] each, or an error with its line.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::endpoints::Endpoint;

/// One thing that goes wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "super::fault_table::RawFault")]
pub struct Fault {
    /// What the log calls it.
    pub name: String,
    pub on: On,
    pub when: When,
    /// Only calls about this user (calls that carry a name).
    pub user: Option<String>,
    /// Whether the call is carried out before its reply is spoilt.
    pub handled: bool,
    pub delay: Option<Duration>,
    /// Seconds by which the service's clock is off during the call.
    pub clock: i64,
    pub headers: BTreeMap<String, String>,
    pub set: BTreeMap<String, Value>,
    pub remove: Vec<String>,
    pub effect: Effect,
}

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Call(Endpoint),
    AnyCall,
    /// Before the TLS handshake.
    Accept,
    /// After it, before the first request.
    Handshake,
}

/// Which calls are meant; the count is per endpoint (per connection for `accept` and `handshake`), from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    Every,
    Each(Vec<u64>),
    From(u64),
    Between(u64, u64),
}

impl When {
    pub fn covers(&self, n: u64) -> bool {
        match self {
            Self::Every => true,
            Self::Each(list) => list.contains(&n),
            Self::From(first) => n >= *first,
            Self::Between(first, last) => (*first..=*last).contains(&n),
        }
    }
}

/// What is done to the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the delay, the clock or the changed fields are the fault.
    Plain,
    Status {
        status: u16,
        body: String,
        content_type: String,
        retry: Retry,
    },
    Code {
        code: u32,
        message: Option<String>,
        detail: Option<String>,
        retry: Retry,
    },
    Redirect {
        to: String,
        status: u16,
    },
    /// A body of about this many bytes.
    Huge(usize),
    Cut(CutPoint),
    /// The reply up to there, then silence on an open connection.
    Stall(StallPoint),
    /// The reply at this many bytes per second.
    Drip(u32),
    Framing(Framing),
    /// These bytes as they stand, then the end of the connection.
    Raw(String),
    /// No reply, and the connection stays.
    Silent,
    /// `auth_status` says `waiting` at once, without looking.
    Waits,
    Twist(Twist),
}

/// A `Retry-After` to send along; the header's name and text.
pub type Retry = Option<(RetryHeader, String)>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum RetryHeader {
    #[default]
    #[serde(rename = "Retry-After")]
    Standard,
    #[serde(rename = "X-Retry-After")]
    Prefixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutPoint {
    /// Nothing of the reply is sent.
    Before,
    Head,
    Body,
    /// Nothing is sent and TCP is reset.
    Reset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StallPoint {
    /// In the middle of the head.
    Head,
    /// In the middle of the body.
    Body,
}

/// Replies whose length can be read in two ways, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    TwoLengths,
    LengthAndChunked,
    GzipChunked,
    PlusChunkSize,
    BadLength,
    NoLength,
}

/// A reply that is well framed but not what the reference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Twist {
    BadJson,
    Html,
    Empty,
    UnknownResult,
    UnknownStatus,
    WrongTypes,
    NotObject,
}

impl Effect {
    /// The key that asks for it, which is also its name in the log.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Plain => "changed",
            Self::Status { .. } => "status",
            Self::Code { .. } => "code",
            Self::Redirect { .. } => "redirect",
            Self::Huge(_) => "huge",
            Self::Cut(_) => "cut",
            Self::Stall(_) => "stall",
            Self::Drip(_) => "drip",
            Self::Framing(_) => "framing",
            Self::Raw(_) => "raw",
            Self::Silent => "silent",
            Self::Waits => "waits",
            Self::Twist(_) => "reply",
        }
    }
}
