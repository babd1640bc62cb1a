//! A scripted service: real TLS over loopback, and whatever behaviour a test writes down.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::pki::Identity;

/// What the server saw, counted.
#[derive(Default)]
pub struct Seen {
    pub connections: AtomicUsize,
    pub handshakes: AtomicUsize,
    pub requests: Mutex<Vec<String>>,
}

pub struct Server {
    pub address: SocketAddr,
    pub seen: Arc<Seen>,
    /// Tells when a script has come to its end.
    pub ended: Receiver<()>,
}

/// One accepted connection.
pub struct Peer {
    pub tls: StreamOwned<ServerConnection, TcpStream>,
    pub number: usize,
    seen: Arc<Seen>,
}

impl Server {
    /// Runs `script` once per connection, each in a thread, until the test's process ends.
    pub fn start(
        identity: &Identity,
        script: impl Fn(Peer) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(identity.server_config(rustls::ALL_VERSIONS), script)
    }

    pub fn start_with(
        config: ServerConfig,
        script: impl Fn(Peer) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let config = Arc::new(config);
        Self::raw(move |tcp, number, seen| {
            let tls = ServerConnection::new(Arc::clone(&config)).expect("a server's connection");
            script(Peer { tls: StreamOwned::new(tls, tcp), number, seen })
        })
    }

    /// Without TLS: the script has the socket itself.
    pub fn raw(
        script: impl Fn(TcpStream, usize, Arc<Seen>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        Self::raw_on(listener, script)
    }

    /// The same on a listener that is there already.
    pub fn raw_on(
        listener: TcpListener,
        script: impl Fn(TcpStream, usize, Arc<Seen>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Seen::default());
        let script = Arc::new(script);
        let (end, ended) = channel();
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                let number = shared.connections.fetch_add(1, Ordering::SeqCst);
                let (script, seen, end) = (Arc::clone(&script), Arc::clone(&shared), end.clone());
                thread::spawn(move || {
                    tcp.set_nodelay(true).ok();
                    tcp.set_read_timeout(Some(Duration::from_secs(30))).ok();
                    let _ = script(tcp, number, seen);
                    let _ = end.send(());
                });
            }
        });
        Self { address, seen, ended }
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub fn handshakes(&self) -> usize {
        self.seen.handshakes.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().expect("no test panics with it").clone()
    }
}

impl Peer {
    /// Completes the handshake, before any request.
    pub fn handshake(&mut self) -> io::Result<()> {
        while self.tls.conn.is_handshaking() {
            self.tls.conn.complete_io(&mut self.tls.sock)?;
        }
        self.seen.handshakes.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Reads one whole request; an error at the end of the connection.
    pub fn request(&mut self) -> io::Result<String> {
        if self.tls.conn.is_handshaking() {
            self.handshake()?;
        }
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let count = self.tls.read(&mut buffer)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            text.extend_from_slice(&buffer[..count]);
            if let Some(head) = text.windows(4).position(|w| w == b"\r\n\r\n") {
                let shown = String::from_utf8_lossy(&text).into_owned();
                let lower = shown.to_ascii_lowercase();
                let length = lower
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|rest| rest.split("\r\n").next())
                    .map_or(0, |digits| digits.parse::<usize>().expect("a length"));
                if text.len() >= head + 4 + length {
                    self.seen.requests.lock().expect("no test panics with it").push(shown.clone());
                    return Ok(shown);
                }
            }
        }
    }

    /// Sends bytes as they are, in one TLS record where they fit.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.tls.write_all(bytes.as_ref())?;
        self.tls.flush()
    }

    /// `close_notify` and the end of the stream.
    pub fn close(mut self) -> io::Result<()> {
        self.tls.conn.send_close_notify();
        self.tls.flush()?;
        self.tls.sock.shutdown(std::net::Shutdown::Write)
    }

    /// Answers every request alike until the client goes.
    pub fn answer_all(mut self, reply: &str) -> io::Result<()> {
        loop {
            self.request()?;
            self.say(reply)?;
        }
    }
}

/// A good reply with this body.
pub fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Waits until `true` or five seconds have passed.
pub fn eventually(mut holds: impl FnMut() -> bool) -> bool {
    for _ in 0..500 {
        if holds() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}
