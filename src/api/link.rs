//! TLS over one connected socket, and one request at a time on it.
//!
//! It never waits: the caller polls for [`Link::interest`], and each turn makes at most one read and
//! one write, so that the clock and the watch are looked at in between whatever the peer does.

use std::io::{self, BufRead, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, Error};
use zeroize::Zeroizing;

use super::framing::{self, End, Framing, Http1};
use super::trust;
use crate::core::failure::{Failure, Local, Outage, Untrusted};
use crate::core::reply::HttpReply;
use crate::errno;

/// A connection idle for longer may be about to be closed by the service, and a request on it lost.
const LONGEST_IDLE: Duration = Duration::from_secs(5);

/// Characters of a reason, for a line in a log.
const LONGEST_REASON: usize = 200;

/// For all bytes of TLS that one request may bring, handshake and tickets included. A reply that just
/// fits its budget does, with each byte in a record of its own.
const LONGEST_TALK: usize = 32 * framing::BUDGET;

/// Reads before a connection that never runs dry is not worth asking any more.
const LOOKS: usize = 8;

/// An encrypted connection to the service.
pub struct Link {
    fd: OwnedFd,
    tls: ClientConnection,
    /// Records that are not yet on the wire, and how much of them is.
    out: Vec<u8>,
    written: usize,
    exchange: Option<Exchange>,
    /// Bytes that were read since the last request began.
    heard: usize,
    /// Has it carried a request and its reply?
    kept: bool,
    /// What the peer has done to rule out another request.
    spoilt: bool,
    idle_since: Instant,
}

/// A request on its way, or its reply.
struct Exchange {
    /// Not yet encrypted; nothing may be before the handshake is over, and rustls would keep a copy.
    plain: Option<Zeroizing<Vec<u8>>>,
    framing: Http1,
    /// Has the kernel taken a byte of it?
    touched: bool,
}

/// What one turn has brought.
#[derive(Debug)]
pub enum Turn {
    Waiting,
    Reply(HttpReply),
    /// The connection is of no more use.
    Failed(Failure, Loss),
}

/// What has been lost with a connection that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It had carried a request before, and not a byte of this one was written.
    KeptAndUntouched,
    /// A new connection, or a request that the service may have seen.
    Other,
}

/// Takes bytes from the socket for rustls; never blocks, never waits.
struct Socket<'a>(BorrowedFd<'a>);

impl Read for Socket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(recv(self.0, buffer, RecvFlags::DONTWAIT)?.0)
    }
}

impl Link {
    /// Starts TLS; the handshake itself is driven by [`Link::turn`].
    pub fn open(
        fd: OwnedFd,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
    ) -> Result<Self, Failure> {
        let mut tls = ClientConnection::new(config, name).map_err(|error| of_tls(&error))?;
        // A request is written whole, into one flight.
        tls.set_buffer_limit(None);
        let idle_since = Instant::now();
        Ok(Self {
            fd,
            tls,
            out: Vec::new(),
            written: 0,
            exchange: None,
            heard: 0,
            kept: false,
            spoilt: false,
            idle_since,
        })
    }

    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// What to poll for.
    pub fn interest(&self) -> PollFlags {
        if self.out.is_empty() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT }
    }

    /// Is no reply outstanding on it?
    pub fn is_free(&self) -> bool {
        self.exchange.is_none()
    }

    /// May a request go out on this connection, which has carried another before? Reads what the
    /// peer has said meanwhile: new session tickets are harmless, an end or a word unasked is not.
    pub fn usable(&mut self, now: Instant) -> bool {
        if self.spoilt || !self.is_free() || now.duration_since(self.idle_since) > LONGEST_IDLE {
            return false;
        }
        for _ in 0..LOOKS {
            match self.receive() {
                Received::Nothing => return true,
                Received::Some => {}
                Received::End | Received::Failed(_) => return false,
            }
            match self.tls.process_new_packets() {
                Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
                Ok(_) | Err(_) => return false,
            }
        }
        false
    }

    /// Takes the next request; it goes out with the next turn in which the handshake is over.
    pub fn begin(&mut self, plain: Zeroizing<Vec<u8>>, framing: Http1) {
        self.heard = 0;
        self.exchange = Some(Exchange { plain: Some(plain), framing, touched: false });
    }

    /// One read where there is something to be read, then one write where there is something to say.
    pub fn turn(&mut self, readable: bool) -> Turn {
        if readable {
            match self.read() {
                Ok(None) => {}
                Ok(Some(reply)) => return self.finish(reply),
                Err(failure) => return self.fail(failure),
            }
        }
        match self.write() {
            Ok(()) => Turn::Waiting,
            Err(failure) => self.fail(failure),
        }
    }

    fn finish(&mut self, reply: HttpReply) -> Turn {
        // A reply to half a request leaves the other half in the way.
        self.spoilt |= !self.out.is_empty();
        self.exchange = None;
        self.kept = true;
        self.idle_since = Instant::now();
        Turn::Reply(reply)
    }

    fn fail(&mut self, failure: Failure) -> Turn {
        self.spoilt = true;
        let untouched = self.exchange.take().is_some_and(|exchange| !exchange.touched);
        Turn::Failed(
            failure,
            if self.kept && untouched { Loss::KeptAndUntouched } else { Loss::Other },
        )
    }

    /// Everything there is to say in one buffer and one `send(2)`: one packet where it fits, and no
    /// `writev(2)`, which could raise SIGPIPE in the host.
    fn write(&mut self) -> Result<(), Failure> {
        if !self.tls.is_handshaking() {
            if let Some(exchange) = &mut self.exchange {
                if let Some(plain) = exchange.plain.take() {
                    self.tls.writer().write_all(&plain).map_err(|error| of_io(&error))?;
                }
            }
        }
        self.collect()?;
        if self.out.is_empty() {
            return Ok(());
        }
        match self.flush() {
            Ok(()) | Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(errno) => Err(errno::of_stream(errno)),
        }
    }

    fn collect(&mut self) -> Result<(), Failure> {
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.out).map_err(|error| of_io(&error))?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Errno> {
        let rest = &self.out[self.written..];
        self.written += send(&self.fd, rest, SendFlags::NOSIGNAL | SendFlags::DONTWAIT)?;
        if let Some(exchange) = &mut self.exchange {
            exchange.touched |= exchange.plain.is_none();
        }
        if self.written == self.out.len() {
            self.out.clear();
            self.written = 0;
        }
        Ok(())
    }

    /// One read, and all that came of it before any error is spoken of.
    fn read(&mut self) -> Result<Option<HttpReply>, Failure> {
        let received = self.receive();
        if matches!(received, Received::Nothing) {
            return Ok(None);
        }
        let processed = self.tls.process_new_packets();
        let end = match &processed {
            Ok(state) if state.peer_has_closed() => End::Closed,
            _ => End::Open,
        };
        self.spoilt |=
            end == End::Closed || processed.is_err() || !matches!(received, Received::Some);
        if let Some(reply) = self.feed(end)? {
            return Ok(Some(reply));
        }
        if let Err(error) = processed {
            // Tell the peer why, as far as one write goes.
            let _ = self.collect();
            let _ = self.flush();
            return Err(of_tls(&error));
        }
        match received {
            Received::Failed(failure) => Err(failure),
            Received::End => Err(Failure::Outage(Outage::Cut)),
            Received::Some | Received::Nothing if end == End::Closed => {
                Err(Failure::Outage(Outage::Cut))
            }
            Received::Some | Received::Nothing => Ok(None),
        }
    }

    /// Gives what has been decrypted to the framing.
    fn feed(&mut self, end: End) -> Result<Option<HttpReply>, Failure> {
        let mut reader = self.tls.reader();
        loop {
            // An error here is the absence of plaintext, whose reason is told elsewhere.
            let plain = reader.fill_buf().unwrap_or_default();
            let Some(exchange) = self.exchange.as_mut().filter(|exchange| exchange.touched) else {
                return if plain.is_empty() { Ok(None) } else { Err(unasked()) };
            };
            let (used, reply) = exchange.framing.feed(plain, end).map_err(Failure::Untrusted)?;
            let (dry, surplus) = (plain.is_empty(), used < plain.len());
            reader.consume(used);
            if let Some(reply) = reply {
                let more = surplus || reader.fill_buf().is_ok_and(|more| !more.is_empty());
                self.spoilt |= more || !exchange.framing.keeps_alive();
                return Ok(Some(reply));
            }
            if dry {
                return Ok(None);
            }
        }
    }

    fn receive(&mut self) -> Received {
        match self.tls.read_tls(&mut Socket(self.fd.as_fd())) {
            Ok(0) => Received::End,
            Ok(count) => {
                self.heard += count;
                if self.heard > LONGEST_TALK {
                    return Received::Failed(Failure::Untrusted(Untrusted::TooLarge));
                }
                Received::Some
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Received::Nothing,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Received::Nothing,
            Err(error) => Received::Failed(of_io(&error)),
        }
    }
}

impl Drop for Link {
    /// Says goodbye as far as one write goes.
    fn drop(&mut self) {
        self.tls.send_close_notify();
        if self.collect().is_ok() && !self.out.is_empty() {
            let _ = self.flush();
        }
    }
}

enum Received {
    Nothing,
    Some,
    /// The stream ended, whatever TLS has said of it.
    End,
    Failed(Failure),
}

fn unasked() -> Failure {
    Failure::Untrusted(Untrusted::Http("a reply that nobody asked for".into()))
}

fn of_io(error: &io::Error) -> Failure {
    match Errno::from_io_error(error) {
        Some(errno) => errno::of_stream(errno),
        // rustls's own: more than it is ready to hold.
        None => Failure::Untrusted(Untrusted::Tls(brief(error))),
    }
}

/// What a failure of TLS says: of the certificate, or of the talk.
fn of_tls(error: &Error) -> Failure {
    match error {
        // rustls would show these as they are written in a program.
        Error::InvalidCertificate(CertificateError::Other(why)) => {
            Failure::Untrusted(Untrusted::Certificate(trust::words(&brief(why))))
        }
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => {
            Failure::Untrusted(Untrusted::Certificate(brief(error)))
        }
        Error::UnsupportedNameType
        | Error::FailedToGetRandomBytes
        | Error::FailedToGetCurrentTime => Failure::Local(Local::Request(brief(error))),
        other => Failure::Untrusted(Untrusted::Tls(brief(other))),
    }
}

/// What rustls says, without the hundreds of names that a stranger's certificate may have.
pub fn brief(error: &impl std::fmt::Display) -> String {
    error.to_string().chars().take(LONGEST_REASON).collect()
}
