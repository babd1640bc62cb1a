//! What a login does when all is well.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::api::Watch;

use pam_duo2::ports::{Api, Gone, Wake};

use crate::client::{PATIENCE, auth, client, preauth, reply, status, watching};
use crate::pki::Ca;
use crate::server::{Server, ok};

#[test]
fn preauth_auth_and_two_polls_share_one_connection_and_one_handshake() {
    let ca = Ca::new("one connection");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    for request in [preauth(), auth(None), status(), status()] {
        let reply = reply(&mut client, &request);
        assert_eq!((reply.status, &*reply.body), (200, &b"{}"[..]));
        assert!(reply.date.is_some());
    }
    assert_eq!((server.connections(), server.handshakes()), (1, 1));
    let lines: Vec<_> = server
        .requests()
        .iter()
        .map(|text| text.lines().next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        lines,
        [
            "POST /auth/v2/preauth HTTP/1.1",
            "POST /auth/v2/auth HTTP/1.1",
            "GET /auth/v2/auth_status?txid=45f7c92b-f45f-4862-8545-e0f58e78075a HTTP/1.1",
            "GET /auth/v2/auth_status?txid=45f7c92b-f45f-4862-8545-e0f58e78075a HTTP/1.1",
        ]
    );
}

/// The bytes that each read of the server's gives, until the reply: what one flight of the client is.
#[test]
fn a_request_is_one_write_of_one_record() {
    let ca = Ca::new("one write");
    let config = ca.issue().server_config(rustls::ALL_VERSIONS);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let (tell, flights) = channel();
    thread::spawn(move || -> std::io::Result<()> {
        let mut tls =
            rustls::ServerConnection::new(config.into()).map_err(std::io::Error::other)?;
        let (mut tcp, _) = listener.accept()?;
        tcp.set_nodelay(true)?;
        let mut buffer = vec![0; 32 * 1024];
        loop {
            let count = tcp.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            let flight = buffer[..count].to_vec();
            let mut rest = &flight[..];
            while !rest.is_empty() {
                tls.read_tls(&mut rest)?;
                tls.process_new_packets().map_err(std::io::Error::other)?;
            }
            let mut text = Vec::new();
            let _ = tls.reader().read_to_end(&mut text);
            let _ = tell.send((flight, text.len()));
            if !text.is_empty() {
                tls.writer().write_all(ok("{}").as_bytes())?;
            }
            let mut out = Vec::new();
            while tls.wants_write() {
                tls.write_tls(&mut out)?;
            }
            tcp.write_all(&out)?;
        }
    });
    let file = ca.file();
    let mut client = client(port, file.path());
    for request in [preauth(), auth(Some("x%3D".repeat(2000))), status()] {
        assert_eq!(reply(&mut client, &request).status, 200);
    }
    drop(client);
    let seen: Vec<_> = flights.iter().map(|(flight, text)| (records(&flight), text > 0)).collect();
    let application = 23;
    let (handshake, change) = (22, 20);
    assert_eq!(
        seen,
        [
            (vec![handshake], false),
            // TLS 1.3: the end of the handshake and the request leave together.
            (vec![change, application, application], true),
            (vec![application], true),
            (vec![application], true),
            // close_notify
            (vec![application], false),
        ]
    );
}

/// The types of the TLS records in one flight.
fn records(mut flight: &[u8]) -> Vec<u8> {
    let mut types = Vec::new();
    while let [kind, _, _, high, low, rest @ ..] = flight {
        types.push(*kind);
        flight = &rest[usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    assert!(flight.is_empty(), "a flight ends in the middle of a record");
    types
}

#[test]
fn a_large_request_arrives_whole() {
    let ca = Ca::new("large");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    let large = "%41".repeat(60_000);
    assert_eq!(reply(&mut client, &auth(Some(large))).status, 200);
    assert!(server.requests()[0].len() > 180_000);
}

#[test]
fn nothing_is_on_the_wire_before_next() {
    let ca = Ca::new("before next");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    client.send(&preauth());
    thread::sleep(Duration::from_millis(100));
    assert_eq!(server.connections(), 0);
    assert!(matches!(client.next(Instant::now() + PATIENCE), Wake::Reply(_)));
}

#[test]
fn a_reply_that_came_while_nobody_looked_is_there_afterwards() {
    let ca = Ca::new("prompt");
    let server = Server::start(&ca.issue(), |mut peer| {
        peer.request()?;
        peer.say(ok("first"))?;
        peer.request()?;
        thread::sleep(Duration::from_millis(200));
        peer.say(ok("{\"stat\": \"OK\"}"))?;
        peer.request()?;
        peer.say(ok("third"))
    });
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    reply(&mut client, &preauth());
    client.send(&status());
    assert!(matches!(client.next(Instant::now() + Duration::from_millis(50)), Wake::Tick));
    // A prompt is open.
    thread::sleep(Duration::from_millis(400));
    // Even a look that may not wait finds it.
    match client.next(Instant::now()) {
        Wake::Reply(reply) => assert_eq!(reply.body, b"{\"stat\": \"OK\"}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(reply(&mut client, &status()).body, b"third");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_peer_that_goes_ends_the_wait() {
    let ca = Ca::new("peer");
    let server = Server::start(&ca.issue(), |mut peer| {
        peer.request()?;
        thread::sleep(Duration::from_secs(5));
        Ok(())
    });
    let file = ca.file();
    let (ours, theirs) = UnixStream::pair().expect("a pair");
    let mut client = watching(server.address.port(), file.path(), Watch::new(Some(ours.into())));
    client.send(&status());
    assert!(matches!(client.next(Instant::now() + Duration::from_millis(200)), Wake::Tick));
    assert_eq!(client.look(), None);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        drop(theirs);
    });
    let start = Instant::now();
    assert!(matches!(client.next(start + PATIENCE), Wake::PeerGone));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    // Also while nothing is in flight.
    client.give_up();
    assert!(matches!(client.next(Instant::now() + PATIENCE), Wake::PeerGone));
    let start = Instant::now();
    assert_eq!(client.look(), Some(Gone::PeerGone));
    assert!(start.elapsed() < Duration::from_millis(40), "{:?}", start.elapsed());
}

#[test]
fn what_the_peer_says_is_not_its_going() {
    let (ours, mut theirs) = UnixStream::pair().expect("a pair");
    theirs.write_all(b"typed ahead").expect("room");
    let ca = Ca::new("typed ahead");
    let file = ca.file();
    let mut client = watching(1, file.path(), Watch::new(Some(ours.into())));
    let start = Instant::now();
    assert!(matches!(client.next(start + Duration::from_millis(200)), Wake::Tick));
    assert!(start.elapsed() >= Duration::from_millis(200));
}
