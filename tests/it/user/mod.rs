//! What needs no rights.

mod attacker;
mod guest;
mod harness;
mod pamtester;
mod symbols;
mod verdicts;
mod wire;
