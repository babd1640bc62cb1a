//! `pam_duo2`: a PAM module that asks a person's phone before it lets them in, over the
//! [Duo Auth API](https://duo.com/docs/authapi).
//!
//! What decides is pure, what touches the world is at the edge, and arrows point inward:
//!
//! ```text
//!                  pam::entry ──► attempt ──► login (the flow) ──► core: machine · sign · reply · menu · verdict
//!  libpam ◄─ pam       │               ▲  ports: Host, Api, Clock, Audit
//!  network ◄─ api      └── the edges implement them; core knows none of them
//! ```
//!
//! - [`pam`]: entry points, conversation, system calls; the only folder with `unsafe`
//! - [`attempt`]: one login from end to end: edges built, flow run, verdict shown and logged
//! - `remembered`: what a call leaves on the host's handle for the next one
//! - `subject`: whom a login is asked about, and whether at all
//! - [`login`]: the flow, a short loop around the machine
//! - [`ports`]: what the flow needs from the world
//! - [`core`]: every decision, without I/O, clock or environment
//! - [`config`]: a configuration that is valid by construction
//! - [`api`]: one connection to the service, one wait, one deadline
//! - [`audit`]: the log

// `scripts/mutants.sh` builds these hundreds of times, and only these.
pub mod config;
pub mod core;
mod descriptor;
pub mod login;
pub mod ports;

#[cfg(not(mutants))]
pub mod api;
#[cfg(not(mutants))]
pub mod attempt;
#[cfg(not(mutants))]
pub mod audit;
#[cfg(not(mutants))]
mod errno;
#[cfg(all(any(test, fuzzing), not(mutants)))]
#[path = "../tests/fuzz/mod.rs"]
pub mod fuzz;
#[cfg(not(mutants))]
pub mod pam;
#[cfg(not(mutants))]
mod remembered;
#[cfg(not(mutants))]
mod spare;
#[cfg(not(mutants))]
mod subject;
