//! A service that means harm: it has a certificate that is believed, or one that is not, and says what
//! no other would.

mod config;
pub mod crumbs;
pub mod hello;
mod openssl;
pub mod records;
pub mod service;

use std::io;

pub use service::{Counted, Peer, Standing};

/// How it means harm.
#[derive(Clone, Copy, Debug)]
pub enum Hostile {
    /// A chain of this kind (`tests/certificates`), before a service that allows everything.
    Shows(&'static str),
    /// TLS in this way, and then this.
    Says(Setup, fn(&mut Peer) -> io::Result<()>),
    /// No TLS but this, after the client's first message.
    Speaks(fn(&mut Counted, &hello::Client) -> io::Result<()>),
    /// `openssl s_server` with these arguments.
    OpenSsl(&'static [&'static str]),
    /// The same with a key of RSA, of 2048 bits or of 1024, in a certificate that is fine.
    OpenSslRsa(bool, &'static [&'static str]),
}

/// What of TLS is not as usual.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub version: Version,
    /// Is the client asked for a certificate?
    pub clients: Clients,
    /// How many session tickets are sent after the handshake of TLS 1.3.
    pub tickets: usize,
    /// How many bytes the client may send with its first message, on a later connection.
    pub early_data: u32,
    /// Does the server speak before the client's handshake is over?
    pub half_rtt: bool,
}

/// The versions that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    Any,
    /// Only this one, with the one suite that [`records::Hand`] knows.
    V12,
    V13,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    NotAsked,
    Asked,
    Required,
}

pub const USUAL: Setup = Setup {
    version: Version::Any,
    clients: Clients::NotAsked,
    tickets: 2,
    early_data: 0,
    half_rtt: false,
};

/// Nothing may be left to be sent when keys are taken out of rustls, hence no tickets.
pub const TLS13: Setup = Setup { version: Version::V13, tickets: 0, ..USUAL };
pub const TLS12: Setup = Setup { version: Version::V12, tickets: 0, ..USUAL };

impl Hostile {
    pub fn stand(self) -> Standing {
        match self {
            Hostile::Shows(what) => service::shows(what),
            Hostile::Says(setup, script) => service::says(setup, script),
            Hostile::Speaks(script) => service::speaks(script),
            Hostile::OpenSsl(arguments) => openssl::serve(arguments),
            Hostile::OpenSslRsa(enough, arguments) => openssl::with_rsa(enough, arguments),
        }
    }
}
