//! What the service says, as types.

use std::time::{Duration, SystemTime};

/// A whole HTTP reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    pub status: u16,
    /// The `Date` header, where it parses.
    pub date: Option<SystemTime>,
    /// `Retry-After` or `X-Retry-After` as it came.
    pub retry_after: Option<RetryAfter>,
    /// At most 64 KiB.
    pub body: Vec<u8>,
}

/// When to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    Seconds(Duration),
    At(SystemTime),
}
