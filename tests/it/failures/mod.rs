//! What goes wrong, and how it must end: a table of rows, each played through the built module under
//! either failmode and from either format of the config, and `docs/failure-modes.md`, which is
//! written from it.
//!
//! Each row is a test of its own name: `user` plays it without a log, one failmode from each format;
//! `needs_root` plays all four in a private namespace with the log read back.

#[macro_use]
mod rows;
mod chains;
mod deadlines;
mod document;
mod ends;
mod hostile;
mod memory;
mod names;
mod peers;
mod play;
mod proxies;
mod row;
mod takes;

pub use peers::full_backlog;
