//! Every decision, pure: no I/O, no clock, no environment.
#![forbid(unsafe_code)]

pub mod address;
#[cfg(test)]
pub(crate) mod any_reply;
pub mod ascii;
pub mod audit;
pub mod choice;
pub mod code;
pub mod command;
pub mod escape;
pub mod failure;
pub mod glyph;
pub mod groups;
pub mod host;
pub mod journal;
pub mod machine;
pub mod menu;
pub mod passed;
pub mod paste;
pub mod policy;
pub mod pushinfo;
pub mod qr;
pub mod reply;
pub mod request;
pub mod screen;
pub mod secret;
pub mod sign;
pub mod started;
pub mod text;
pub mod username;
pub mod verdict;
