//! What a login does when all is well.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pam_duo2::ports::{Api, Wake};

use crate::client::{PATIENCE, ask, auth, client, preauth, reply, status};
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
