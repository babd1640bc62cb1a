//! mockduo: a Duo-compatible service to test and demonstrate with.
//!
//! `state` decides and is told the time; `endpoints` word it as the Auth API does; `older` puts the API before that in front of them;
//! `gate` and `sign` admit requests; `net` listens and, where `faults` ask for it, writes replies by hand; `web` is the phone; `bench` loads a service with logins.

mod bench;
mod certs;
mod cli;
mod clock;
mod decide;
mod endpoints;
mod error;
mod faults;
mod files;
mod gate;
mod hub;
mod log;
mod net;
mod older;
mod params;
mod scenario;
mod serve;
mod sign;
mod state;
mod web;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(args) => serve::serve(&args),
        Command::Decide(args) => decide::decide(&args),
        Command::Activate(args) => decide::activate(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Check { file } => scenario::Scenario::load(&file).map(|_| ()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("mockduo: {why}");
            ExitCode::FAILURE
        }
    }
}
