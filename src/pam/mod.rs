//! Entry points, conversation and system calls: the only folder with `unsafe`.
//!
//! What a core dump shows: our panics are caught and so never dump, secrets are wiped as soon as they are not needed, and
//! those that are needed to the end are kept out of it ([`undumped`]).

// The rest of the crate denies it; each block here says why it is sound.
#![allow(unsafe_code)]

pub mod accounts;
pub mod args;
pub mod conversation;
pub mod entry;
pub mod environment;
#[cfg(test)]
mod fake_host;
pub mod grace;
pub mod handle;
pub mod journal;
mod lock;
pub mod panic;
pub mod passed;
pub mod peer;
pub mod resolver;
pub mod signals;
pub mod started;
pub mod sys;
pub mod syslog;
pub mod undumped;
