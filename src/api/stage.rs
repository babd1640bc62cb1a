//! How far the way to the service has got.

use rustix::event::{PollFd, PollFlags};

use super::dial::Dial;
use super::link::Link;
use super::resolve::Lookup;
use super::tunnel::Tunnel;
use crate::core::failure::{Failure, Local, Outage};

pub enum Stage {
    /// No connection, and nothing on the way to one.
    Apart,
    Resolving(Lookup),
    Dialling(Dial),
    /// Connected to the proxy, which has not yet opened the way.
    Tunnelling(Box<Tunnel>),
    /// Connected; the request has been given to the link, or there is none.
    Linked(Box<Link>),
}

impl Stage {
    /// What to wait for, first the one that the stage itself is ready by.
    pub fn poll_fds(&self, outstanding: bool) -> Vec<PollFd<'_>> {
        match self {
            Self::Resolving(lookup) => vec![PollFd::from_borrowed_fd(lookup.fd(), PollFlags::IN)],
            Self::Dialling(dial) => dial.poll_fds(),
            Self::Tunnelling(tunnel) => {
                vec![PollFd::from_borrowed_fd(tunnel.fd(), tunnel.interest())]
            }
            Self::Linked(link) if outstanding => {
                vec![PollFd::from_borrowed_fd(link.fd(), link.interest())]
            }
            Self::Apart | Self::Linked(_) => Vec::new(),
        }
    }

    /// The failure that a budget which ends in this stage is evidence of.
    pub fn late(self) -> Failure {
        match self {
            Self::Resolving(lookup) => lookup.late(),
            Self::Dialling(dial) => dial.give_up(),
            Self::Tunnelling(_) => Failure::Outage(Outage::ProxySilent),
            Self::Linked(_) => Failure::Outage(Outage::Silent),
            // Nothing was outstanding, so nothing can be said of the service.
            Self::Apart => Failure::Local(Local::NothingAsked),
        }
    }
}
