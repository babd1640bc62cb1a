//! pamtalk: one PAM login with a scripted conversation, told as JSON.
//!
//! It does what a host does (start, items, the calls it is told to make, end), answers the
//! prompts out of a script, and prints one JSON object: every message with its style and time,
//! every call's return code and how long it took, and on request what the process looked like
//! before and after, so that a test can see what a module left behind.
//!
//! Exit status: 0 when every call returned `PAM_SUCCESS`, 1 when one did not, 2 for wrong usage.

mod args;
mod codes;
mod ffi;
mod hygiene;
mod later;
mod login;
mod script;
mod sys;
mod talk;

use std::fs::File;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("pamtalk: {why}");
            ExitCode::from(2)
        }
    }
}

/// Runs the login and prints what happened; `true` when every call succeeded.
fn run(args: &args::Args) -> Result<bool, String> {
    // The report's descriptor lies far above those the tests close or limit, and is close-on-exec.
    let report = sys::dup_high(1).map_err(|e| format!("cannot keep standard output: {e}"))?;
    sys::default_sigpipe();
    for fd in &args.close_fds {
        sys::close(*fd);
    }
    let told = login::run(args)?;
    let mut line = serde_json::to_vec(&told).map_err(|e| format!("cannot write JSON: {e}"))?;
    line.push(b'\n');
    File::from(report).write_all(&line).map_err(|e| format!("cannot write the report: {e}"))?;
    Ok(told.all_succeeded())
}
