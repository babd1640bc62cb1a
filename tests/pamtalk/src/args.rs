//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, ValueEnum};

use crate::script::Answer;
use crate::sys::Limit;

/// One PAM login with a scripted conversation, told as one JSON object.
#[derive(Parser)]
#[command(version)]
#[allow(clippy::struct_excessive_bools)] // command line switches are what they are
pub struct Args {
    /// Folder of service files, in place of /etc/pam.d
    #[arg(long)]
    pub confdir: Option<PathBuf>,
    /// PAM service name, which is also the service file's name
    #[arg(long)]
    pub service: String,
    /// Who logs in (left out: the module has to ask)
    #[arg(long)]
    pub user: Option<String>,
    /// `PAM_RHOST`
    #[arg(long)]
    pub rhost: Option<String>,
    /// `PAM_TTY`
    #[arg(long)]
    pub tty: Option<String>,
    /// `PAM_RUSER`
    #[arg(long)]
    pub ruser: Option<String>,
    /// `NAME=VALUE` in the PAM environment, as sshd sets `SSH_CONNECTION` (repeatable).
    /// `PAM_AUTHTOK=…` sets that item when `pam_set_items.so` (`pam_wrapper`) stands in the stack:
    /// libpam lets no application set it
    #[arg(long = "pam-env", value_name = "NAME=VALUE")]
    pub pam_env: Vec<String>,
    /// An answer for the next prompt (repeatable): a text, or `@after MS TEXT` (answer late),
    /// `@from FILE` (what is in the file, once it is there), `@fail` (`PAM_CONV_ERR`), `@null`
    /// (no text), `@@TEXT` (a text that begins with @).
    /// When there are none left, prompts fail with `PAM_CONV_ERR`
    #[arg(long = "answer", value_name = "TEXT", allow_hyphen_values = true)]
    pub answers: Vec<Answer>,
    /// Each message into this file as it comes, for somebody who acts upon it before the login ends
    #[arg(long, value_name = "FILE")]
    pub tell: Option<PathBuf>,
    /// No conversation function at all, as in cron
    #[arg(long)]
    pub no_conv: bool,
    /// The conversation fails for every message
    #[arg(long)]
    pub conv_fails: bool,
    /// Messages that are no prompts succeed without a response array, as some hosts do it
    #[arg(long)]
    pub bare_info: bool,
    /// `PAM_SILENT` in every call
    #[arg(long)]
    pub silent: bool,
    /// The calls to make, in order, on one handle; a failed one does not end the list. `user=NAME`,
    /// `service=NAME` or `rhost=NAME` between two calls sets that item, as login does it with the user
    #[arg(long = "call", value_delimiter = ',', default_value = "authenticate")]
    pub calls: Vec<Step>,
    /// Whole transactions, start to end, each with the script from its beginning
    #[arg(long, default_value_t = 1)]
    pub repeat: u32,
    /// So many threads, each with handles of its own, make the transactions at the same time
    #[arg(long, default_value_t = 1, value_name = "THREADS")]
    pub at_once: u32,
    /// Descriptors to close first, as some hosts do (0,1,2)
    #[arg(long, value_delimiter = ',', value_name = "FD")]
    pub close_fds: Vec<i32>,
    /// Soft limit for the time of the login: `nofile=4`, `nproc=1`, `as=BYTES`, `stack=BYTES` (repeatable)
    #[arg(long = "rlimit", value_name = "NAME=N")]
    pub limits: Vec<Limit>,
    /// SIGINT to this process after so many milliseconds, blocked and with a handler, as sudo has it
    #[arg(long, value_name = "MS")]
    pub sigint_after: Option<u64>,
    /// With `--sigint-after`: handler, but not blocked, as in sudo's account phase
    #[arg(long, requires = "sigint_after")]
    pub sigint_open: bool,
    /// Hold a TCP connection from `--rhost 127.0.0.1`, whose far end goes away after so many
    /// milliseconds, as when an ssh client is killed
    #[arg(long, value_name = "MS")]
    pub peer_gone_after: Option<u64>,
    /// Report the process before the first and after the last transaction
    #[arg(long)]
    pub hygiene: bool,
}

/// One thing that an application does with its handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Call(Call),
    /// This item gets this value.
    Set(&'static str, String),
}

impl FromStr for Step {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.split_once('=') {
            None => <Call as ValueEnum>::from_str(word, false).map(Step::Call),
            Some((name, value)) => CHANGED
                .into_iter()
                .find(|known| *known == name)
                .map(|name| Step::Set(name, value.to_owned()))
                .ok_or_else(|| format!("{name}: expected {}", CHANGED.join(", "))),
        }
    }
}

/// The items that can change between two calls.
const CHANGED: [&str; 3] = ["user", "service", "rhost"];

/// The calls that an application can make on a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Call {
    Authenticate,
    Setcred,
    AcctMgmt,
    OpenSession,
    CloseSession,
    Chauthtok,
}

impl Call {
    /// The name on the command line and in the report.
    pub fn name(self) -> &'static str {
        match self {
            Call::Authenticate => "authenticate",
            Call::Setcred => "setcred",
            Call::AcctMgmt => "acct_mgmt",
            Call::OpenSession => "open_session",
            Call::CloseSession => "close_session",
            Call::Chauthtok => "chauthtok",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_call_or_an_item_and_nothing_else() {
        assert_eq!("acct_mgmt".parse(), Ok(Step::Call(Call::AcctMgmt)));
        assert_eq!("user=a=b".parse(), Ok(Step::Set("user", "a=b".to_owned())));
        for word in ["acct", "tty=x", "=", ""] {
            assert!(word.parse::<Step>().is_err(), "{word}");
        }
    }
}
