//! What the shipped stacks let in, whatever their other modules return: a simulation of libpam that
//! follows every way through them, and that is itself compared with libpam.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test fails

mod agrees;
mod libpam;
mod random;
mod sim;
