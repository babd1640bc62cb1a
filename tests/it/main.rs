//! The built module through the system's libpam, against mockduo.
//!
//! `user` needs no rights and runs in `make test-user` too; `needs_root` needs root, for a private
//! mount namespace with an /etc/pam.d, an /etc/passwd and a /dev/log of its own; `failures` has tests
//! of either kind. Nothing here skips itself: what is missing fails and says what to run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test fails

mod answers;
#[path = "../certificates/mod.rs"]
mod certificates;
mod failures;
mod hostile;
mod needs_root;
mod support;
mod user;
