//! What a service says inside of TLS, over a pair of sockets and through rustls at both ends: pieces
//! of any bytes, each with one byte for what is done before it. A reply comes out only where the
//! framing alone finds the same one in what was said since the request.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ServerConfig, ServerConnection, crypto, version};
use zeroize::Zeroizing;

use super::{Input, http, trust};
use crate::api::framing::{End, encode};
use crate::api::link::{Link, Turn};
use crate::api::trust::{Store, Verifier};
use crate::core::failure::{Failure, Outage, Untrusted};
use crate::core::reply::HttpReply;
use crate::core::sign::WireRequest;

/// Made for these targets and good for nothing else.
pub const AUTHORITY: &str = include_str!("keys/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("keys/server.der");
const KEY: &[u8] = include_bytes!("keys/server.key.der");
pub const NAME: &str = "api.example";

pub fn certificate() -> CertificateDer<'static> {
    CertificateDer::from(CERTIFICATE)
}

/// The certificate's own time, whatever this machine's is.
#[derive(Debug)]
struct Then;

impl TimeProvider for Then {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(trust::NOW))
    }
}

fn configs() -> &'static (Arc<ClientConfig>, Arc<ServerConfig>) {
    static CONFIGS: OnceLock<(Arc<ClientConfig>, Arc<ServerConfig>)> = OnceLock::new();
    CONFIGS.get_or_init(|| {
        let provider = Arc::new(crypto::ring::default_provider());
        let store = Store::parse(AUTHORITY.as_bytes().to_vec()).expect("a bundle");
        let verifier = Verifier::new(Arc::new(store), provider.signature_verification_algorithms);
        let mut client = ClientConfig::builder_with_details(Arc::clone(&provider), Arc::new(Then))
            .with_protocol_versions(&[&version::TLS13])
            .expect("a version")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        client.resumption = Resumption::disabled();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
        let server = ServerConfig::builder_with_details(provider, Arc::new(Then))
            .with_protocol_versions(&[&version::TLS13])
            .expect("a version")
            .with_no_client_auth()
            .with_single_cert(vec![certificate()], key)
            .expect("a key");
        (Arc::new(client), Arc::new(server))
    })
}

/// A connection whose handshake is over, and its other end.
struct Ends {
    link: Link,
    socket: UnixStream,
    server: ServerConnection,
    /// What was said since the request went out.
    said: Vec<u8>,
}

impl Ends {
    fn new() -> Self {
        let (client, server) = configs();
        let (ours, socket) = UnixStream::pair().expect("a pair");
        socket.set_nonblocking(true).expect("a socket");
        let name = ServerName::try_from(NAME).expect("a name");
        let link = Link::open(ours.into(), Arc::clone(client), name).expect("a connection");
        let server = ServerConnection::new(Arc::clone(server)).expect("a server");
        let mut ends = Self { link, socket, server, said: Vec::new() };
        for _ in 0..6 {
            assert!(matches!(ends.link.turn(true), Turn::Waiting), "a handshake");
            ends.serve();
        }
        assert!(!ends.server.is_handshaking());
        ends
    }

    /// Reads what came, and sends what there is to send.
    fn serve(&mut self) {
        while let Ok(1..) = self.server.read_tls(&mut self.socket) {
            self.server.process_new_packets().expect("what we say ourselves");
            let _ = self.server.reader().read(&mut [0; 4096]);
        }
        while self.server.wants_write() {
            if self.server.write_tls(&mut self.socket).is_err() {
                break;
            }
        }
    }

    fn request(&mut self) {
        let request = WireRequest {
            method: "GET",
            path_and_query: "/auth/v2/auth_status?txid=T".into(),
            headers: Vec::new(),
            body: Zeroizing::default(),
        };
        let (plain, framing) = encode(&request, NAME).expect("a request");
        self.link.begin(plain, framing);
        self.said.clear();
    }

    fn say(&mut self, words: &[u8]) {
        self.said.extend_from_slice(words);
        self.server.writer().write_all(words).expect("room");
        self.serve();
    }
}

/// More pieces than a login has requests.
const MOST: usize = 12;

pub fn target(data: &[u8]) {
    let mut input = Input(data);
    let mut ends = Ends::new();
    for _ in 0..MOST {
        if input.is_over() {
            break;
        }
        let what = input.byte();
        if ends.link.is_free() && what & 1 == 1 {
            if !ends.link.usable(Instant::now() + Duration::from_millis(u64::from(what)))
                && what & 2 == 2
            {
                return;
            }
            ends.request();
            // It goes out: from here on a reply can be one to it.
            if let Turn::Failed(failure, _) = ends.link.turn(false) {
                return is_no_reply(&failure);
            }
            ends.serve();
        }
        let awaited = !ends.link.is_free();
        ends.say(input.piece());
        let end = match what >> 4 {
            0 => {
                ends.server.send_close_notify();
                ends.serve();
                End::Closed
            }
            1 => {
                // Not what TLS would say.
                let _ = ends.socket.write_all(input.piece());
                End::Open
            }
            2 => {
                let _ = ends.socket.shutdown(std::net::Shutdown::Write);
                End::Open
            }
            _ => End::Open,
        };
        if !turned(&mut ends, end, awaited) {
            return;
        }
    }
}

/// Lets the link read all there is. Can it be gone on with?
fn turned(ends: &mut Ends, end: End, awaited: bool) -> bool {
    for _ in 0..4 {
        match ends.link.turn(true) {
            Turn::Waiting => {}
            Turn::Reply(reply) => {
                assert!(awaited, "a reply that nobody asked for: {reply:?}");
                return is_the_same(ends, &reply, end);
            }
            Turn::Failed(failure, _) => {
                is_no_reply(&failure);
                return false;
            }
        }
    }
    true
}

fn is_the_same(ends: &mut Ends, reply: &HttpReply, end: End) -> bool {
    let said = std::mem::take(&mut ends.said);
    let alone = http::read(&said, said.len(), end);
    let (used, wanted, keeps_alive) = alone.expect("what the framing takes, too");
    assert_eq!(Some(reply), wanted.as_ref());
    let usable = ends.link.usable(Instant::now());
    assert!(!usable || (keeps_alive && used == said.len() && end == End::Open), "{said:?}");
    usable
}

/// Nothing that a service says is a failure of this machine, or an outage other than that it went away.
fn is_no_reply(failure: &Failure) {
    match failure {
        Failure::Outage(Outage::Cut | Outage::Silent)
        | Failure::Untrusted(Untrusted::Http(_) | Untrusted::Tls(_) | Untrusted::TooLarge) => {}
        other => panic!("{other:?} of what a service says"),
    }
}
