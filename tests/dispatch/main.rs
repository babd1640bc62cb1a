//! What the shipped stacks let in, whatever their other modules return: a simulation of libpam that
//! follows every way through them, and that is itself compared with libpam.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test fails

mod agrees;
mod bad;
mod claims;
mod libpam;
mod random;
mod replay;
#[path = "../it/support/shared.rs"]
mod shared;
mod shipped;
mod sim;
#[path = "../it/support/stacks.rs"]
mod stacks;
