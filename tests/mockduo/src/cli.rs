//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::clock::Span;
use crate::scenario::{Answer, Auto};

/// A Duo-compatible Auth API service to test and demonstrate with. It proves nobody's identity: never let a real login
/// depend on it.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the Auth API and the phone's page until a signal comes
    Serve(Serve),
    /// Tap the phone: answer a pending push
    Decide(Decide),
    /// Take an activation code: finish a user's enrolment
    Activate(Activate),
    /// Measure a service of its own under many logins, on this machine
    Bench(Bench),
    /// Read a scenario file and say what is wrong with it
    Check {
        /// The scenario file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Where the API listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Where the authority, the keys and the address of the phone are kept
    #[arg(long, value_name = "DIR")]
    pub state: PathBuf,
    /// Users, policies and faults (TOML)
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// The phone that answers by itself: approve=2s, deny=1s, fraud=1s or off
    #[arg(long)]
    pub auto: Option<Auto>,
    /// How long a push lives [default: 60s]
    #[arg(long, value_name = "SPAN")]
    pub push_ttl: Option<Span>,
    /// Where the phone's page listens (loopback), or off
    #[arg(long, default_value = "127.0.0.1:0")]
    pub web: Web,
    /// The request log; without it, stdout
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// A further name or address for the certificate
    #[arg(long, value_name = "NAME")]
    pub san: Vec<String>,
    /// End when standard input does: for tests, whose end by a signal must not leave a service behind
    #[arg(long, hide = true)]
    pub until_stdin_closes: bool,
    /// ChaCha20-Poly1305 alone: memcheck cannot follow ring's AES-GCM
    #[arg(long, hide = true)]
    pub chacha20: bool,
}

/// `--web`
#[derive(Clone, Copy, Debug)]
pub enum Web {
    Off,
    At(SocketAddr),
}

impl std::str::FromStr for Web {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse()
            .map(Self::At)
            .map_err(|_| format!("`{text}` is neither off nor an address like 127.0.0.1:0"))
    }
}

#[derive(Debug, Args)]
pub struct Decide {
    /// The directory of the running service
    #[arg(long, value_name = "DIR")]
    pub state: PathBuf,
    /// approve, deny or fraud
    pub answer: Answer,
    /// The push to answer; without it the newest one
    #[arg(long, value_name = "T", conflicts_with = "user")]
    pub txid: Option<String>,
    /// The newest push of this user
    #[arg(long, value_name = "U")]
    pub user: Option<String>,
    /// What the user types for a verified push
    #[arg(long, value_name = "NNN")]
    pub code: Option<String>,
    /// How long to wait for a push to appear
    #[arg(long, value_name = "SPAN", default_value = "10s")]
    pub wait: Span,
}

#[derive(Debug, Args)]
pub struct Activate {
    /// The directory of the running service
    #[arg(long, value_name = "DIR")]
    pub state: PathBuf,
    /// The user's id, as `/enroll` gave it
    pub user_id: String,
}

#[derive(Debug, Args)]
pub struct Bench {
    /// How many logins are made
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub logins: usize,
    /// How many of them at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = at_least_one)]
    pub parallel: usize,
    /// How many other people wait for their phones meanwhile
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub pending: usize,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|&number| number > 0)
        .ok_or_else(|| format!("`{text}` is no number above 0"))
}
