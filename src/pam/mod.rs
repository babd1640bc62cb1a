//! Entry points, conversation and system calls: the only folder with `unsafe`.
//!
//! What is not done here, on purpose: `prctl(PR_SET_DUMPABLE)` would keep keys out of core dumps, but
//! changes the host (who may trace it, who owns its `/proc`). The kernel does not dump setuid hosts
//! (`fs.suid_dumpable` 0 or 2), our panics are caught and so never dump, and secrets are wiped as soon
//! as they are not needed.

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
pub mod panic;
pub mod passed;
pub mod peer;
pub mod resolver;
pub mod signals;
pub mod sys;
pub mod syslog;
