//! `CONNECT` through a proxy: what comes between the socket and TLS (RFC 9110, 9.3.6).
//!
//! What a proxy says opens or shuts doors like this:
//!
//! - It says that it does not reach the service (502, 503, 504, and 500, which is tinyproxy's word
//!   for it), says nothing in time or hangs up: an outage, as if there were no proxy. Whoever runs
//!   the proxy can cause one anyway, by turning it off. Who logs in cannot by anything said to us,
//!   since no byte of what the proxy is told comes from there; but whoever can connect to the proxy
//!   can use up its connections, and that looks the same.
//! - Whatever else it says (407, 403, no HTTP at all) denies: it is up and does not do what the
//!   configuration wants of it. That lasts until an admin has seen it, and a door must not stand
//!   open for so long.
//!
//! Like the [`link`](super::link) it never waits: one read and one write in each turn.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use ureq_proto::http::{Response, StatusCode};
use ureq_proto::parser::try_parse_response;
use zeroize::Zeroizing;

use super::strict;
use crate::config::{Proxy, ServiceHost};
use crate::core::failure::{Failure, Outage, Untrusted};
use crate::core::text::{Size, Text};
use crate::errno;

/// For all bytes before the tunnel is open: the head of the reply and of each 1xx before it.
const BUDGET: usize = 8 * 1024;
/// More headers than a proxy has to say.
const HEADERS: usize = 64;

/// A connection to the proxy on its way to be one to the service.
pub struct Tunnel {
    fd: OwnedFd,
    /// Holds the credentials.
    out: Zeroizing<Vec<u8>>,
    written: usize,
    head: Vec<u8>,
    spent: usize,
    names: Names,
}

/// Who is spoken of in a failure.
struct Names {
    proxy: String,
    target: String,
    with_credentials: bool,
}

/// What one turn has brought.
pub enum Turn {
    Waiting(Box<Tunnel>),
    /// What is written to it now goes to the service.
    Open(OwnedFd),
    Failed(Failure),
}

impl Tunnel {
    /// On a connection to the proxy that is up; nothing is written before [`Tunnel::turn`].
    pub fn new(fd: OwnedFd, proxy: &Proxy, host: &ServiceHost) -> Self {
        let target = target(host);
        let names = Names {
            proxy: proxy.to_string(),
            target,
            with_credentials: proxy.credentials.is_some(),
        };
        let out = request(&names.target, proxy);
        Self { fd, out, written: 0, head: Vec::new(), spent: 0, names }
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// What to poll for.
    pub fn interest(&self) -> PollFlags {
        if self.written == self.out.len() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT }
    }

    /// One read where there is something to be read, then one write where there is something to say.
    pub fn turn(mut self: Box<Self>, readable: bool) -> Turn {
        let open = if readable { self.read() } else { Ok(false) };
        match open.and_then(|open| if open { Ok(true) } else { self.write().map(|()| false) }) {
            Ok(true) => Turn::Open(self.fd),
            Ok(false) => Turn::Waiting(self),
            Err(failure) => Turn::Failed(failure),
        }
    }

    fn write(&mut self) -> Result<(), Failure> {
        let rest = &self.out[self.written..];
        if rest.is_empty() {
            return Ok(());
        }
        match send(&self.fd, rest, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
            Ok(count) => {
                self.written += count;
                if self.written == self.out.len() {
                    // The credentials are wiped, and not kept for as long as the proxy takes.
                    (self.out, self.written) = (Zeroizing::default(), 0);
                }
                Ok(())
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(errno) => Err(lost(errno)),
        }
    }

    /// Is the tunnel open?
    fn read(&mut self) -> Result<bool, Failure> {
        let mut buffer = [0; 1024];
        match recv(&self.fd, &mut buffer, RecvFlags::DONTWAIT) {
            Ok((0, _)) => Err(Failure::Outage(Outage::ProxyCut)),
            Ok((count, _)) => self.take(&buffer[..count]),
            Err(Errno::AGAIN | Errno::INTR) => Ok(false),
            Err(errno) => Err(lost(errno)),
        }
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<bool, Failure> {
        while !bytes.is_empty() {
            let room = bytes.len().min(BUDGET - self.spent);
            let (taken, complete) = strict::take_head(&mut self.head, &bytes[..room])
                .map_err(|why| self.names.no_proxy(&why.to_string()))?;
            self.spent += taken;
            bytes = &bytes[taken..];
            if !complete {
                let over = !bytes.is_empty();
                return if over { Err(self.names.no_proxy("it does not end")) } else { Ok(false) };
            }
            let response = match try_parse_response::<HEADERS>(&self.head) {
                Ok(Some((used, response))) if used == self.head.len() => response,
                Ok(_) => return Err(self.names.no_proxy("two readings of where the head ends")),
                Err(error) => return Err(self.names.no_proxy(&error.to_string())),
            };
            self.head.clear();
            if self.names.judge(&response)? {
                // In TLS the client speaks first, and a reply that opens a tunnel has no body,
                // whatever length it claims: nobody whom we asked has said this.
                return if bytes.is_empty() {
                    Ok(true)
                } else {
                    Err(self.names.no_proxy("something follows it that nobody asked for"))
                };
            }
        }
        Ok(false)
    }
}

impl Names {
    /// Is the tunnel open after this reply? Not yet after a 1xx.
    fn judge(&self, response: &Response<()>) -> Result<bool, Failure> {
        let Self { proxy, target, with_credentials } = self;
        let status = response.status();
        let told = match status.as_u16() {
            101 => return Err(self.no_proxy("a change of protocol that nobody asked for")),
            100..=199 => return Ok(false),
            200..=299 => return Ok(true),
            // Whoever is asked for the service and cannot have it says one of these.
            code @ (500 | 502..=504) => return Err(Failure::Outage(Outage::ProxyError(code))),
            // 401 is tinyproxy's word for the second of them.
            401 | 407 => {
                let wants =
                    if *with_credentials { "wants other credentials" } else { "wants credentials" };
                format!("the proxy {proxy} {wants} ({})", ways(response))
            }
            _ => format!("the proxy {proxy} refuses the connection to {target} ({})", said(status)),
        };
        Err(refused(&told))
    }

    fn no_proxy(&self, why: &str) -> Failure {
        refused(&format!("the proxy {} gives no proper answer to CONNECT: {why}", self.proxy))
    }
}

/// The request's head: `CONNECT` with the credentials, if there are any.
fn request(target: &str, proxy: &Proxy) -> Zeroizing<Vec<u8>> {
    // To be encoded is the one thing that they are for.
    let credentials = proxy
        .credentials
        .as_ref()
        .map(|credentials| Zeroizing::new(BASE64.encode(credentials.expose())));
    let credentials = credentials.as_ref().map_or("", |text| text.as_str());
    // Sized once: a vector that grows leaves copies behind that nobody wipes.
    let mut out = Zeroizing::new(Vec::with_capacity(128 + 2 * target.len() + credentials.len()));
    let mut say = |text: &str| out.extend_from_slice(text.as_bytes());
    for text in ["CONNECT ", target, " HTTP/1.1\r\nHost: ", target, "\r\n"] {
        say(text);
    }
    if !credentials.is_empty() {
        for text in ["Proxy-Authorization: Basic ", credentials, "\r\n"] {
            say(text);
        }
    }
    say("\r\n");
    out
}

/// Host and port, which is never left out (RFC 9110, 9.3.6).
fn target(host: &ServiceHost) -> String {
    format!("{}:{}", host.in_url(), host.port)
}

/// The status with its usual name, not in the proxy's own words.
fn said(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(name) => format!("{} {name}", status.as_str()),
        None => status.as_str().to_owned(),
    }
}

/// The status and the schemes that the proxy would take, for an admin whose proxy knows no Basic.
fn ways(response: &Response<()>) -> String {
    let status = response.status();
    let offers = response.headers().get_all("proxy-authenticate");
    let schemes: Vec<&str> = offers
        .iter()
        .filter_map(|offer| offer.to_str().ok()?.split([' ', ',']).next())
        .filter(|scheme| !scheme.is_empty())
        .collect();
    if schemes.is_empty() {
        return status.as_str().to_owned();
    }
    format!("{}, it takes {}", status.as_str(), Text::line(&schemes.join(", "), Size::NAME))
}

fn refused(why: &str) -> Failure {
    Failure::Untrusted(Untrusted::Proxy(Text::line(why, Size::FIELD).to_string()))
}

/// A connection to the proxy that failed.
fn lost(errno: Errno) -> Failure {
    match errno::of_stream(errno) {
        Failure::Outage(Outage::Silent) => Failure::Outage(Outage::ProxySilent),
        Failure::Outage(_) => Failure::Outage(Outage::ProxyCut),
        other => other,
    }
}

#[cfg(test)]
mod tests;
