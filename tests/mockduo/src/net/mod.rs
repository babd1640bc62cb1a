//! The API's side of the network: accept, TLS, requests, replies.

mod connection;
mod listener;
mod reply;
mod service;
pub mod tls;

use std::sync::Arc;
use std::time::Duration;

pub use listener::listen;
pub use reply::Reply;

use crate::clock::{Millis, shifted};
use crate::endpoints::Endpoint;
use crate::faults::Faults;
use crate::gate::Keys;
use crate::hub::Hub;
use crate::scenario::PollEnd;

/// Everything that a connection needs.
#[derive(Debug)]
pub struct Service {
    pub hub: Arc<Hub>,
    pub keys: Keys,
    pub faults: Faults,
    /// Calls that this integration may not make.
    pub forbidden: Vec<Endpoint>,
    /// How long one `auth_status` is held.
    pub poll: Duration,
    pub poll_end: PollEnd,
    /// Seconds by which the service's clock is off.
    pub clock_offset: i64,
    /// A connection without a request for this long is closed.
    pub idle_close: Option<Duration>,
}

impl Service {
    /// The time that the service believes in, moved further by a fault.
    fn believed(&self, fault_offset: i64) -> Millis {
        shifted(self.hub.now(), self.clock_offset.saturating_add(fault_offset))
    }
}
