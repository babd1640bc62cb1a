//! privately: runs a command in a mount namespace of its own, for tests and demonstrations that
//! need their own `/etc/pam.d`, `/etc/passwd` or `/dev/log` and cannot touch the machine's: what is
//! not replaced of /etc is read-only.
//!
//! `privately --bind DIR:/etc/pam.d --log FILE -- pamtester sudo demo authenticate`
//!
//! Nothing is to be undone afterwards: the namespace ends with the last process in it. Needs
//! root (a user namespace would do without, but makes /etc belong to nobody, and then a
//! careful module refuses its config). Without --log the command takes this program's place.
//! Exit status: the command's, or 125 for our own failure.

mod log;
mod mounts;

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};

use clap::Parser;

/// A command in a mount namespace of its own.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Put SRC in the place of DST, which must exist unless it is a folder (repeatable)
    #[arg(long = "bind", value_name = "SRC:DST")]
    binds: Vec<mounts::Bind>,
    /// Give the command a /dev/log of its own and append what arrives to FILE, a line each,
    /// with the priority, and control characters as \xNN
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Put DIR in the place of journald's folder of sockets (/run/systemd/journal), and let
    /// /dev/log lead to its `dev-log`
    #[arg(long, value_name = "DIR", conflicts_with = "log")]
    journal: Option<PathBuf>,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(status) => exit_code(status),
        Err(why) => {
            eprintln!("privately: {why}");
            ExitCode::from(125)
        }
    }
}

fn run(args: &Args) -> Result<ExitStatus, String> {
    mounts::leave_the_shared_namespace()?;
    mounts::protect_etc()?;
    for bind in &args.binds {
        bind.mount()?;
    }
    if let Some(dir) = &args.journal {
        mounts::journal(dir)?;
    }
    let (program, arguments) = args.command.split_first().ok_or("no command")?;
    let mut command = Command::new(program);
    command.args(arguments);
    let Some(file) = &args.log else {
        return Err(format!("{program}: {}", command.exec()));
    };
    let collector = log::Collector::start(file)?;
    let status = spawn(command);
    collector.finish()?;
    status.map_err(|e| format!("{program}: {e}"))
}

fn spawn(mut child: Command) -> io::Result<ExitStatus> {
    #[allow(unsafe_code)] // what std says it takes to run code between fork and exec
    // SAFETY: one system call, which allocates nothing and takes no lock.
    unsafe {
        child.pre_exec(mounts::die_with_parent)
    };
    child.status()
}

/// A shell's convention: 128 and the signal for a command that was killed.
fn exit_code(status: ExitStatus) -> ExitCode {
    let number = status.code().or_else(|| Some(128 + status.signal()?));
    ExitCode::from(number.and_then(|n| u8::try_from(n).ok()).unwrap_or(125))
}
