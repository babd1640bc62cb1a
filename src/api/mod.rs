//! One connection to the service: resolver, dial, TLS, framing, and the only wait.
//!
//! - [`wait`]: the one `poll(2)`, and what ends it besides a reply
//! - [`resolve`], [`dial`]: from a name to a connected socket; [`interfaces`]: is there a network at all
//! - [`tunnel`]: `CONNECT`, where there is a proxy
//! - [`link`]: TLS on it, one request at a time; [`framing`] and [`strict`]: HTTP/1.1 in it
//! - [`trust`], [`pem`]: whose certificates are believed
//! - [`provider`]: the cryptography
//! - [`stage`]: how far that has got; [`client`]: all of it as the flow's [`Api`](crate::ports::Api)
#![forbid(unsafe_code)]

mod client;
mod dial;
pub(crate) mod framing;
mod interfaces;
pub(crate) mod link;
pub(crate) mod pem;
mod provider;
mod resolve;
mod stage;
mod strict;
pub(crate) mod trust;
pub(crate) mod tunnel;
mod wait;

pub use client::Client;
pub use wait::Watch;
