//! One row of the table: what happens, and all that must come of it.

use std::time::Duration;

use super::ends::{ALLOWED, Ends};
use super::hostile::Hostile;
use crate::support::ConfigFile;

/// What happens, and what must come of it under either failmode.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// For the table in the documentation.
    pub happens: &'static str,
    pub scene: Scene,
    /// More options of `[duo]`, with their values as TOML.
    pub options: &'static [(&'static str, &'static str)],
    /// More arguments of pamtalk.
    pub host: &'static [&'static str],
    pub ends: Ends,
    /// What the user reads before the end; `…` stands for any rest.
    pub reads: &'static [&'static str],
    /// How many of each call the service sees.
    pub preauths: usize,
    pub auths: usize,
    pub pushes: usize,
    /// May the connection end before the service has read what it was asked?
    pub unread: bool,
    /// The budget: the module is back within a second after it.
    pub budget: Duration,
}

/// Where it happens.
#[derive(Clone, Copy, Debug)]
pub enum Scene {
    /// mockduo with these faults: where, and the rest of the table as TOML.
    Service(&'static [(&'static str, &'static str)]),
    /// mockduo with these keys of `[server]`.
    Server(&'static str),
    /// Somebody who is no mockduo.
    Peer(Peer),
    /// A service that means harm.
    Hostile(Hostile),
    /// mockduo, and this is to be gone through.
    Proxied(Proxied),
    /// Nobody: this address, in a network namespace where this script ran. Root only.
    Network { script: &'static str, host: &'static str },
    /// A name that this name server is asked for. Root only.
    Names(NameServer),
    /// mockduo, and a config that is this much amiss.
    Config(Amiss),
    /// mockduo, and a line in the stack.
    Stack(&'static str),
    /// mockduo, and a user who is not in the system.
    UnknownUser,
    /// mockduo under a host name, for a user who may have one process and no thread. Root only.
    OneProcess,
}

/// What `http_proxy` leads to.
#[derive(Clone, Copy, Debug)]
pub enum Proxied {
    /// A real proxy with these lines of configuration, which is told these credentials
    /// (`user:password@`).
    Tinyproxy { conf: &'static str, credentials: &'static str, behind: Behind },
    /// Somebody who is no proxy.
    Peer(Peer),
}

/// What the proxy finds behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    Service,
    /// A port that is taken and not listened on.
    Nobody,
    /// A name that nobody has.
    Nowhere,
}

/// Somebody on loopback.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// A port that is taken and not listened on.
    Refuses,
    /// A listener that takes no more.
    FullBacklog,
    /// A multicast address: there is no way to connect to one.
    NoRoute,
    /// Waits for the first bytes, sends these, and closes.
    Says(&'static [u8]),
    /// Waits for the first bytes and resets.
    Resets,
    /// Sends these bytes again and again, one each tenth of a second.
    Drips(&'static [u8]),
}

/// How a name server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameServer {
    /// Its port is closed.
    Closed,
    Silent,
    /// Answers with this code (RFC 1035, 4.1.1) and no record.
    Says(u8),
}

/// What is wrong with the config.
#[derive(Clone, Copy, Debug)]
pub enum Amiss {
    File(ConfigFile),
    /// This text as TOML, in which `failmode = "safe"` has its place.
    Text(&'static str),
    /// This text as `pam_duo.conf`.
    Ini(&'static str),
    /// A `cafile` of this content; none: it is missing.
    CaFile(Option<&'static str>),
}

/// `timeout` in the rows' config, in seconds.
pub const TIMEOUT: u64 = 2;

/// A row to begin with: the service is asked once and nothing is sent.
pub const ROW: Row = Row {
    happens: "",
    scene: Scene::Service(&[]),
    options: &[],
    host: &[],
    ends: ALLOWED,
    reads: &[],
    preauths: 1,
    auths: 0,
    pushes: 0,
    unread: false,
    budget: Duration::from_secs(TIMEOUT),
};

/// Without a request.
pub const UNASKED: Row = Row { preauths: 0, ..ROW };

pub const SENT: &str = "Push sent to XXX-XXX-0100. Approve it there to log in.";

/// With a push that was sent. The factor has a budget of its own; none of these rows needs 4 s.
pub const PUSHED: Row =
    Row { auths: 1, pushes: 1, reads: &[SENT], budget: Duration::from_secs(4), ..ROW };
