//! The transport as the flow sees it: `send`, `next`, `give_up`.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use super::dial::{self, Dial, Progress};
use super::framing::{self, Http1, authority};
use super::interfaces;
use super::link::{Link, Loss, Turn, brief};
use super::resolve::{self, Lookup};
use super::stage::Stage;
use super::trust;
use super::tunnel::{self, Tunnel};
use super::wait::{Ready, Watch, wait};
use crate::config::{Config, Keys, Proxy, ServiceHost, Signature};
use crate::core::failure::{Failure, Local};
use crate::core::request::Request;
use crate::core::sign::{self, WireRequest};
use crate::ports::{Api, Clock, Gone, Wake};

/// The service, over one kept-alive connection.
pub struct Client<'c> {
    keys: Keys,
    signature: Signature,
    host: ServiceHost,
    /// Who is connected to in its place, each time, and asked for it.
    proxy: Option<Proxy>,
    cafile: Option<PathBuf>,
    watch: Watch,
    clock: &'c dyn Clock,
    /// Made before the first connection and kept: one reading of the trust store per login.
    tls: Option<Arc<ClientConfig>>,
    /// What the one resolution of this login has found: the proxy where there is one, else the service.
    addresses: Option<Vec<SocketAddr>>,
    stage: Stage,
    /// The request whose reply is outstanding.
    request: Option<WireRequest>,
}

/// A step that is over.
enum Step {
    /// The next one can begin at once.
    On,
    /// Nothing to do before something is ready, or this time has come.
    Wait(Option<Instant>),
    Done(Wake),
}

impl<'c> Client<'c> {
    /// Takes what it needs of the configuration. Nothing is opened, asked or sent before a request.
    #[must_use]
    pub fn new(config: &Config, watch: Watch, clock: &'c dyn Clock) -> Self {
        Self {
            keys: config.keys.clone(),
            signature: config.signature,
            host: config.host.clone(),
            proxy: config.proxy.clone(),
            cafile: config.cafile.clone(),
            watch,
            clock,
            tls: None,
            addresses: None,
            stage: Stage::Apart,
            request: None,
        }
    }

    /// Does what can be done without waiting, then waits once.
    fn drive(&mut self, until: Instant) -> Wake {
        let mut ready = Vec::new();
        loop {
            let wake_at = match self.step(&ready) {
                Step::On => {
                    ready.clear();
                    continue;
                }
                Step::Done(wake) => return wake,
                Step::Wait(wake_at) => wake_at,
            };
            let sooner = wake_at.map_or(until, |at| at.min(until));
            let mut fds = self.stage.poll_fds(self.request.is_some());
            let woken = wait(&mut fds, sooner, &self.watch);
            ready = dial::readiness(&fds);
            drop(fds);
            match woken {
                Ready::Tick if sooner < until => {}
                Ready::Io if Instant::now() < until => {}
                // What is here already is taken, however late it is; it is not waited for.
                Ready::Io | Ready::Tick => {
                    return match self.last_look(&ready) {
                        Some(wake) => wake,
                        None => Wake::Tick,
                    };
                }
                Ready::Cancelled => return Wake::Cancelled,
                Ready::PeerGone => return Wake::PeerGone,
                Ready::Failed(local) => return self.fail(Failure::Local(local)),
            }
        }
    }

    fn last_look(&mut self, ready: &[bool]) -> Option<Wake> {
        if !ready.contains(&true) {
            return None;
        }
        match self.step(ready) {
            Step::Done(wake) => Some(wake),
            Step::On | Step::Wait(_) => None,
        }
    }

    fn step(&mut self, ready: &[bool]) -> Step {
        if self.request.is_none() {
            return Step::Wait(None);
        }
        let is_ready = ready.first() == Some(&true);
        match std::mem::replace(&mut self.stage, Stage::Apart) {
            Stage::Apart => self.start(),
            Stage::Resolving(lookup) if is_ready => match lookup.finish() {
                Ok(addresses) => self.dial(addresses),
                Err(failure) => Step::Done(self.fail(failure)),
            },
            Stage::Resolving(lookup) => self.rest(Stage::Resolving(lookup), None),
            Stage::Dialling(mut dial) => match dial.advance(ready, Instant::now()) {
                Progress::Connected(fd) => self.connected(fd),
                Progress::Waiting => {
                    let wake_at = dial.wake_at();
                    self.rest(Stage::Dialling(dial), wake_at)
                }
                Progress::Failed(failure) => Step::Done(self.fail(failure)),
            },
            Stage::Tunnelling(tunnel) => self.tunnel(tunnel, is_ready),
            Stage::Linked(link) if link.is_free() => self.reuse(link),
            Stage::Linked(link) => self.turn(link, is_ready),
        }
    }

    fn rest(&mut self, stage: Stage, wake_at: Option<Instant>) -> Step {
        self.stage = stage;
        Step::Wait(wake_at)
    }

    /// From nothing to the first thing that takes time.
    fn start(&mut self) -> Step {
        // Before anything is asked of anybody: it may fail, and takes time.
        if let Err(failure) = self.tls() {
            return Step::Done(self.fail(failure));
        }
        if let Some(addresses) = &self.addresses {
            self.stage = Stage::Dialling(Dial::new(addresses));
            return Step::On;
        }
        // With a proxy the service's name is the proxy's to resolve: here nobody may know it.
        let (name, port) = match &self.proxy {
            Some(proxy) => (&proxy.name, proxy.port),
            None => (&self.host.name, self.host.port),
        };
        if let Some(address) = resolve::literal(name, port) {
            return self.dial(vec![address]);
        }
        match Lookup::start(name, port) {
            Ok(lookup) => self.rest(Stage::Resolving(lookup), None),
            Err(local) => Step::Done(self.fail(Failure::Local(local))),
        }
    }

    fn dial(&mut self, addresses: Vec<SocketAddr>) -> Step {
        self.stage = Stage::Dialling(Dial::new(&addresses));
        self.addresses = Some(addresses);
        Step::On
    }

    fn connected(&mut self, fd: OwnedFd) -> Step {
        let Some(proxy) = &self.proxy else {
            return self.link(fd);
        };
        self.stage = Stage::Tunnelling(Box::new(Tunnel::new(fd, proxy, &self.host)));
        Step::On
    }

    fn tunnel(&mut self, tunnel: Box<Tunnel>, readable: bool) -> Step {
        match tunnel.turn(readable) {
            tunnel::Turn::Waiting(tunnel) => self.rest(Stage::Tunnelling(tunnel), None),
            tunnel::Turn::Open(fd) => self.link(fd),
            tunnel::Turn::Failed(failure) => Step::Done(self.fail(failure)),
        }
    }

    fn link(&mut self, fd: OwnedFd) -> Step {
        let name = match ServerName::try_from(self.host.name.clone()) {
            Ok(name) => name,
            Err(error) => {
                let why = format!("{}: {}", self.host.name, brief(&error));
                return Step::Done(self.fail(Failure::Local(Local::Request(why))));
            }
        };
        match self.tls().and_then(|config| Link::open(fd, config, name)) {
            Ok(link) => self.begin(Box::new(link)),
            Err(failure) => Step::Done(self.fail(failure)),
        }
    }

    /// The connection that carried the last request, if it will carry one more.
    fn reuse(&mut self, mut link: Box<Link>) -> Step {
        if link.usable(Instant::now()) { self.begin(link) } else { Step::On }
    }

    fn begin(&mut self, mut link: Box<Link>) -> Step {
        match self.encode() {
            Ok((plain, framing)) => {
                link.begin(plain, framing);
                self.stage = Stage::Linked(link);
                Step::On
            }
            Err(failure) => Step::Done(self.fail(failure)),
        }
    }

    fn turn(&mut self, mut link: Box<Link>, readable: bool) -> Step {
        match link.turn(readable) {
            Turn::Waiting => self.rest(Stage::Linked(link), None),
            Turn::Reply(reply) => {
                self.request = None;
                self.stage = Stage::Linked(link);
                Step::Done(Wake::Reply(reply))
            }
            // The service closed a kept-alive connection just now: a new one can be no second push,
            // because not a byte has gone out. A new one is not `Kept`, so this happens once.
            Turn::Failed(Failure::Outage(_), Loss::KeptAndUntouched) => Step::On,
            Turn::Failed(failure, _) => Step::Done(self.fail(failure)),
        }
    }

    fn fail(&mut self, failure: Failure) -> Wake {
        self.stage = Stage::Apart;
        self.request = None;
        Wake::Failed(failure)
    }

    /// An outage, unless this process has no network to see one in: a sandbox of the admin's, in which
    /// every service is unreachable for ever. Services on this machine need none.
    fn believe(&self, failure: Failure) -> Failure {
        let is_here = |addresses: &Vec<SocketAddr>| {
            addresses.iter().all(|address| address.ip().to_canonical().is_loopback())
        };
        match failure {
            Failure::Outage(_)
                if !self.addresses.as_ref().is_some_and(is_here) && !interfaces::are_there() =>
            {
                Failure::Local(Local::NoNetwork)
            }
            other => other,
        }
    }

    fn encode(&self) -> Result<(Zeroizing<Vec<u8>>, Http1), Failure> {
        let Some(request) = &self.request else {
            return Err(Failure::Local(Local::NothingAsked));
        };
        framing::encode(request, &authority(&self.host))
            .map_err(|why| Failure::Local(Local::Request(why)))
    }

    /// What connections are made with: made once.
    fn tls(&mut self) -> Result<Arc<ClientConfig>, Failure> {
        if let Some(config) = &self.tls {
            return Ok(Arc::clone(config));
        }
        let config = trust::client_config(self.cafile.as_deref())?;
        self.tls = Some(Arc::clone(&config));
        Ok(config)
    }
}

impl Api for Client<'_> {
    fn send(&mut self, request: &Request) {
        let now = self.clock.wall();
        let skewed = if request.skew >= 0 {
            now.checked_add(Duration::from_secs(request.skew.unsigned_abs()))
        } else {
            now.checked_sub(Duration::from_secs(request.skew.unsigned_abs()))
        };
        let date = sign::date(skewed.unwrap_or(SystemTime::UNIX_EPOCH));
        let wire =
            sign::wire(self.signature, &self.keys, &self.host.in_url(), &date, &request.call);
        if self.request.replace(wire).is_some() {
            // Its reply would come first on this connection; a resolution serves either.
            if let Stage::Linked(_) = self.stage {
                self.stage = Stage::Apart;
            }
        }
    }

    fn next(&mut self, until: Instant) -> Wake {
        match self.drive(until) {
            Wake::Failed(failure) => Wake::Failed(self.believe(failure)),
            other => other,
        }
    }

    fn look(&mut self) -> Option<Gone> {
        match wait(&mut Vec::new(), Instant::now(), &self.watch) {
            Ready::Cancelled => Some(Gone::Cancelled),
            Ready::PeerGone => Some(Gone::PeerGone),
            // It has come to nothing that a poll would not find again.
            Ready::Io | Ready::Tick | Ready::Failed(_) => None,
        }
    }

    fn give_up(&mut self) -> Failure {
        self.request = None;
        let failure = std::mem::replace(&mut self.stage, Stage::Apart).late();
        self.believe(failure)
    }
}

#[cfg(test)]
mod tests;
