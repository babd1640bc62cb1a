//! When a connection carries the next request, and when it must not.

use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::core::failure::{Failure, Outage};
use pam_duo2::ports::{Api, Wake};

use crate::client::{PATIENCE, auth, client, failure, preauth, reply, status};
use crate::pki::Ca;
use crate::server::{Peer, Server, eventually, ok};

fn serve(
    script: impl Fn(Peer) -> std::io::Result<()> + Send + Sync + 'static,
) -> (Server, tempfile::NamedTempFile) {
    let ca = Ca::new("reuse");
    (Server::start(&ca.issue(), script), ca.file())
}

#[test]
fn a_connection_idle_for_more_than_five_seconds_is_left() {
    let (server, file) = serve(|peer| peer.answer_all(&ok("{}")));
    let mut client = client(server.address.port(), file.path());
    reply(&mut client, &preauth());
    thread::sleep(Duration::from_millis(5100));
    assert_eq!(reply(&mut client, &auth(None)).status, 200);
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}

#[test]
fn a_connection_that_the_server_closed_while_idle_is_replaced() {
    for politely in [true, false] {
        let (server, file) = serve(move |mut peer| {
            peer.request()?;
            peer.say(ok("{}"))?;
            if politely { peer.close() } else { Ok(()) }
        });
        let mut client = client(server.address.port(), file.path());
        for count in 1..=3 {
            assert_eq!(reply(&mut client, &auth(None)).status, 200);
            assert_eq!((server.connections(), server.requests().len()), (count, count));
            assert!(eventually(|| server.ended.try_recv().is_ok()));
            // The end has left the server; over loopback it is here.
            thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn connection_close_is_honoured() {
    let (server, file) = serve(|peer| {
        peer.answer_all("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    });
    let mut client = client(server.address.port(), file.path());
    for count in 1..=2 {
        reply(&mut client, &preauth());
        assert_eq!(server.connections(), count);
    }
}

/// Whoever says more than was asked could answer the next question beforehand.
#[test]
fn a_connection_with_unasked_bytes_is_left() {
    for together in [true, false] {
        let (server, file) = serve(move |mut peer| {
            peer.request()?;
            if together {
                peer.say(ok("asked") + &ok("unasked"))?;
            } else {
                peer.say(ok("asked"))?;
                thread::sleep(Duration::from_millis(50));
                peer.say(ok("unasked"))?;
            }
            peer.request().map(drop)
        });
        let mut client = client(server.address.port(), file.path());
        for count in 1..=2 {
            assert_eq!(reply(&mut client, &preauth()).body, b"asked");
            assert_eq!(server.connections(), count);
            thread::sleep(Duration::from_millis(150));
        }
    }
}

#[test]
fn a_second_request_gives_the_first_one_up_with_its_connection() {
    let (server, file) = serve(|mut peer| {
        let request = peer.request()?;
        if request.starts_with("GET") {
            thread::sleep(Duration::from_millis(300));
        }
        peer.say(ok(if request.starts_with("GET") { "late" } else { "new" }))?;
        peer.request().map(drop)
    });
    let mut client = client(server.address.port(), file.path());
    client.send(&status());
    assert!(matches!(client.next(Instant::now() + Duration::from_millis(100)), Wake::Tick));
    assert_eq!(reply(&mut client, &auth(None)).body, b"new");
    assert_eq!(server.connections(), 2);
}

/// Each one may be a push: it is lost, and not sent again.
#[test]
fn an_auth_that_may_have_arrived_is_never_repeated() {
    let (server, file) = serve(|mut peer| {
        let request = peer.request()?;
        if request.starts_with("POST /auth/v2/preauth") {
            peer.say(ok("{}"))?;
            peer.request()?;
        }
        Ok(())
    });
    let mut client = client(server.address.port(), file.path());
    reply(&mut client, &preauth());
    assert_eq!(failure(&mut client, &auth(None)), Failure::Outage(Outage::Cut));
    thread::sleep(Duration::from_millis(200));
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
    // With nothing in flight there is only the time to wait for.
    assert!(matches!(client.next(Instant::now() + Duration::from_millis(50)), Wake::Tick));
}

/// A closed connection is found out before a byte is written; a lookup or a handshake that fails
/// then is told, and not tried for ever.
#[test]
fn a_replacement_that_fails_is_the_end() {
    let (server, file) = serve(|mut peer| {
        if peer.number > 0 {
            return Ok(());
        }
        peer.request()?;
        peer.say(ok("{}"))?;
        peer.close()
    });
    let mut client = client(server.address.port(), file.path());
    reply(&mut client, &preauth());
    thread::sleep(Duration::from_millis(50));
    client.send(&auth(None));
    match client.next(Instant::now() + PATIENCE) {
        Wake::Failed(failed) => assert_eq!(failed, Failure::Outage(Outage::Cut)),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.connections(), 2);
}
