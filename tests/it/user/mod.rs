//! What needs no rights.

mod account;
mod attacker;
mod dump;
mod factors;
pub mod guest;
mod harness;
mod ini;
mod memcheck;
mod pamtester;
mod proxy;
mod shown;
mod symbols;
mod threads;
mod verdicts;
mod wire;
