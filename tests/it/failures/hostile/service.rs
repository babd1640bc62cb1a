//! A TLS server on loopback with a script for each connection, and what it saw.

use std::io::{self, BufReader, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::config::{config, good_chain, kind, pem};
use super::{Setup, USUAL, hello};
use crate::certificates::World;

/// What the server saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub connections: AtomicUsize,
    /// Those to the host that redirects and the like lead to.
    pub elsewhere: AtomicUsize,
    /// The request lines, in order.
    pub requests: Mutex<Vec<String>>,
    /// Bytes that the other side's kernel took.
    pub sent: AtomicUsize,
}

/// A server for as long as this lives.
#[derive(Debug)]
pub struct Standing {
    /// What goes into the config as `host`.
    pub host: String,
    /// What the client trusts, as PEM.
    pub trusted: String,
    pub seen: Arc<Seen>,
    _program: Option<Program>,
}

/// A program that ends with its server, and what it goes on to say.
#[derive(Debug)]
pub struct Program {
    pub child: Child,
    /// Held open: it would die of the next word.
    pub _output: BufReader<ChildStdout>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection.
pub struct Peer {
    pub tls: StreamOwned<ServerConnection, Counted>,
    /// Its number, from 0.
    pub number: usize,
    /// Where nobody may be led to.
    pub elsewhere: SocketAddr,
    seen: Arc<Seen>,
    heard: Vec<u8>,
}

/// A socket that counts what it is given.
#[derive(Debug)]
pub struct Counted {
    pub tcp: TcpStream,
    seen: Arc<Seen>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.read(buffer)
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.tcp.write(bytes)?;
        self.seen.sent.fetch_add(count, Ordering::SeqCst);
        Ok(count)
    }

    /// A flight of TLS is many pieces; they leave together.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let count = self.tcp.write_vectored(pieces)?;
        self.seen.sent.fetch_add(count, Ordering::SeqCst);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

pub fn shows(what: &str) -> Standing {
    let kind = kind(what);
    let shown = (kind.show)(World::get());
    let config = Arc::new(config(&shown, USUAL));
    let mut standing = serve(move |tcp, number, seen, elsewhere| {
        talk(&config, tcp, number, seen, elsewhere, Peer::allow)
    });
    standing.host = standing.host.replace("localhost", kind.host);
    standing.trusted = pem(&shown.anchors);
    standing
}

pub fn says(setup: Setup, script: fn(&mut Peer) -> io::Result<()>) -> Standing {
    let config = Arc::new(config(&good_chain(), setup));
    serve(move |tcp, number, seen, elsewhere| talk(&config, tcp, number, seen, elsewhere, script))
}

pub fn speaks(script: fn(&mut Counted, &hello::Client) -> io::Result<()>) -> Standing {
    serve(move |mut tcp, _, seen, _| {
        let client = hello::Client::read(&mut tcp)?;
        let mut counted = Counted { tcp: tcp.try_clone()?, seen };
        let said = script(&mut counted, &client);
        leave(&mut tcp);
        said
    })
}

fn talk(
    config: &Arc<ServerConfig>,
    tcp: TcpStream,
    number: usize,
    seen: Arc<Seen>,
    elsewhere: SocketAddr,
    script: fn(&mut Peer) -> io::Result<()>,
) -> io::Result<()> {
    let tls = ServerConnection::new(Arc::clone(config)).expect("a server's connection");
    let counted = Counted { tcp, seen: Arc::clone(&seen) };
    let tls = StreamOwned::new(tls, counted);
    let mut peer = Peer { tls, number, elsewhere, seen, heard: Vec::new() };
    let said = script(&mut peer);
    leave(&mut peer.tls.sock.tcp);
    said
}

/// Waits until the client goes: an end with something unread would be a reset.
fn leave(tcp: &mut TcpStream) {
    let mut sink = [0; 4096];
    while tcp.read(&mut sink).is_ok_and(|count| count > 0) {}
}

fn serve(
    each: impl Fn(TcpStream, usize, Arc<Seen>, SocketAddr) -> io::Result<()> + Send + Sync + 'static,
) -> Standing {
    let seen = Arc::new(Seen::default());
    let elsewhere = listen(|seen| &seen.elsewhere, Arc::clone(&seen), |_, _| Ok(()));
    let each = Arc::new(each);
    let shared = Arc::clone(&seen);
    let address = listen(
        |seen| &seen.connections,
        Arc::clone(&seen),
        move |tcp, number| each(tcp, number, Arc::clone(&shared), elsewhere),
    );
    let host = format!("localhost:{}", address.port());
    let root = World::get().root.clone();
    Standing { host, trusted: pem(&[root]), seen, _program: None }
}

/// Counts connections and has a thread for each; all end with the test program.
fn listen(
    count: fn(&Seen) -> &AtomicUsize,
    seen: Arc<Seen>,
    each: impl Fn(TcpStream, usize) -> io::Result<()> + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let each = Arc::new(each);
    thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            let number = count(&seen).fetch_add(1, Ordering::SeqCst);
            let each = Arc::clone(&each);
            thread::spawn(move || {
                let _ = tcp.set_nodelay(true);
                let _ = tcp.set_read_timeout(Some(Duration::from_secs(20)));
                let _ = tcp.set_write_timeout(Some(Duration::from_secs(20)));
                // The client may go at any time: that is for it to tell.
                each(tcp, number)
            });
        }
    });
    address
}

impl Peer {
    /// The next whole request: its method and path.
    pub fn request(&mut self) -> io::Result<String> {
        let mut buffer = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&self.heard).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let lower = head.to_ascii_lowercase();
                let length = lower.split("content-length: ").nth(1).map_or(0, |rest| {
                    rest.split("\r\n").next().unwrap_or_default().parse().expect("a length")
                });
                if body.len() >= length {
                    self.heard = body.as_bytes()[length..].to_vec();
                    let line = head.split([' ', '?']).take(2).collect::<Vec<_>>().join(" ");
                    self.seen.requests.lock().expect("nobody failed with it").push(line.clone());
                    return Ok(line);
                }
            }
            match self.tls.read(&mut buffer)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => self.heard.extend_from_slice(&buffer[..count]),
            }
        }
    }

    /// Bytes as they are.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.tls.write_all(bytes.as_ref())?;
        self.tls.flush()
    }

    /// A good reply to this request: the push is approved.
    pub fn reply(&mut self, request: &str) -> io::Result<()> {
        self.say(reply(good(request)))
    }

    /// `preauth` is answered as usual, and `auth` is what comes next.
    pub fn offer(&mut self) -> io::Result<()> {
        let request = self.request()?;
        self.reply(&request)
    }

    /// Answers everything as a good service would, and allows.
    pub fn allow(&mut self) -> io::Result<()> {
        loop {
            let request = self.request()?;
            self.reply(&request)?;
        }
    }

    /// The handshake alone, and what it takes along.
    pub fn handshake(&mut self) -> io::Result<()> {
        while self.tls.conn.is_handshaking() {
            self.tls.conn.complete_io(&mut self.tls.sock)?;
        }
        self.tls.flush()
    }

    /// The end of the connection with TLS's own goodbye.
    pub fn close(&mut self) -> io::Result<()> {
        self.tls.conn.send_close_notify();
        self.tls.flush()?;
        self.tls.sock.tcp.shutdown(std::net::Shutdown::Write)
    }
}

pub const PREAUTH: &str = r#"{"stat": "OK", "response": {"result": "auth", "devices": [{"device": "DPHONE00000000000001", "number": "XXX-XXX-0100", "capabilities": ["push"]}]}}"#;
pub const AUTH: &str =
    r#"{"stat": "OK", "response": {"txid": "45f7c92b-f45f-4862-8545-e0f58e78075a"}}"#;
pub const ALLOW: &str = r#"{"stat": "OK", "response": {"result": "allow", "status": "allow", "status_msg": "Success."}}"#;

/// What a good service answers.
pub fn good(request: &str) -> &'static str {
    match request {
        "POST /auth/v2/preauth" => PREAUTH,
        "POST /auth/v2/auth" => AUTH,
        _ => ALLOW,
    }
}

/// HTTP 200 with this body.
pub fn reply(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

impl Standing {
    /// A program that listens on this port.
    pub fn of_program(port: u16, trusted: String, program: Program) -> Self {
        let host = format!("localhost:{port}");
        Standing { host, trusted, seen: Arc::default(), _program: Some(program) }
    }

    /// How many requests went to this path.
    pub fn count(&self, path: &str) -> usize {
        let requests = self.seen.requests.lock().expect("nobody failed with it");
        requests.iter().filter(|line| line.split(' ').nth(1) == Some(path)).count()
    }
}
