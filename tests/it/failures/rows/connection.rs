//! From connect to the first byte of a reply.

use std::time::Duration;

use crate::failures::ends::{Ends, Outage, lost, untrusted};
use crate::failures::row::{Peer, ROW, Row, Scene, UNASKED};

const CUT: Ends = Ends::Unreachable(Outage::Cut);
const SILENT: Ends = Ends::Unreachable(Outage::Silent);

/// TLS record of a handshake, 64 bytes long, of which 2 follow.
const HALF_A_HELLO: &[u8] = &[22, 3, 3, 0, 64, 2, 0];
const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

const fn peer(happens: &'static str, peer: Peer, ends: Ends) -> Row {
    Row { happens, scene: Scene::Peer(peer), ends, ..UNASKED }
}

const fn unasked(
    happens: &'static str,
    faults: &'static [(&'static str, &'static str)],
    ends: Ends,
) -> Row {
    Row { happens, scene: Scene::Service(faults), ends, ..UNASKED }
}

const fn asked(
    happens: &'static str,
    faults: &'static [(&'static str, &'static str)],
    ends: Ends,
) -> Row {
    Row { happens, scene: Scene::Service(faults), ends, ..ROW }
}

rows!(
    a_refused_connection = peer(
        "The connection is refused",
        Peer::Refuses,
        Ends::Unreachable(Outage::ConnectRefused),
    ),
    a_connection_that_nobody_takes = peer(
        "Nobody answers to the connection (a firewall that drops, a full backlog)",
        Peer::FullBacklog,
        Ends::Unreachable(Outage::ConnectTimedOut),
    ),
    an_address_without_a_route = peer(
        "There is no route to the address",
        Peer::NoRoute,
        Ends::Unreachable(Outage::NetworkUnreachable),
    ),
    silence_before_tls =
        unasked("Silence instead of a TLS handshake", &[("accept", "silent = true")], SILENT,),
    a_handshake_that_drips = peer(
        "A TLS handshake that drips, ten bytes in a second",
        Peer::Drips(&[
            22, 3, 3, 64, 0, 2, 0, 63, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        ]),
        SILENT,
    ),
    silence_after_tls =
        unasked("Silence after the TLS handshake", &[("handshake", "silent = true")], SILENT,),
    silence_after_the_request =
        asked("Silence after the request", &[("preauth", "silent = true")], SILENT,),
    silence_in_the_head = asked(
        "Silence in the middle of the head of the reply",
        &[("preauth", "stall = \"head\"")],
        SILENT,
    ),
    silence_in_the_body = asked(
        "Silence in the middle of the body of the reply",
        &[("preauth", "stall = \"body\"")],
        SILENT,
    ),
    a_head_that_drips = asked(
        "A reply that drips, ten bytes in a second: the head is never whole",
        &[("preauth", "drip = 10")],
        SILENT,
    ),
    a_body_that_drips = asked(
        "A reply that drips, 150 bytes in a second: the head is whole, the body is not",
        &[("preauth", "drip = 150")],
        SILENT,
    ),
    a_reply_that_is_too_late =
        asked("A whole reply, after `timeout`", &[("preauth", "delay = \"4s\"")], SILENT,),
    a_cut_after_accept =
        unasked("The connection ends before TLS", &[("accept", "cut = \"before\"")], CUT,),
    a_reset_after_accept =
        unasked("The connection is reset before TLS", &[("accept", "cut = \"reset\"")], CUT,),
    a_cut_in_the_handshake =
        peer("The connection ends in the TLS handshake", Peer::Says(HALF_A_HELLO), CUT,),
    a_reset_in_the_handshake =
        peer("The connection is reset in the TLS handshake", Peer::Resets, CUT,),
    a_cut_after_tls = unasked(
        "The connection ends after the TLS handshake",
        &[("handshake", "cut = \"before\"")],
        CUT,
    ),
    a_reset_after_tls = unasked(
        "The connection is reset after the TLS handshake",
        &[("handshake", "cut = \"reset\"")],
        CUT,
    ),
    a_cut_before_the_reply = asked(
        "The connection ends before the reply to preauth",
        &[("preauth", "cut = \"before\"")],
        CUT,
    ),
    a_reset_before_the_reply = asked(
        "The connection is reset before the reply to preauth",
        &[("preauth", "cut = \"reset\"")],
        CUT,
    ),
    a_cut_in_the_head = asked(
        "The connection ends in the head of the reply",
        &[("preauth", "cut = \"head\"")],
        CUT,
    ),
    a_cut_in_the_body = asked(
        "The connection ends in the body of the reply",
        &[("preauth", "cut = \"body\"")],
        CUT,
    ),
    a_proper_end_in_the_body = asked(
        "The connection ends in the body of the reply, with TLS's own goodbye",
        &[("preauth", "raw = \"HTTP/1.1 200 OK\\r\\nContent-Length: 500\\r\\n\\r\\n{\"")],
        CUT,
    ),
    plain_http_instead_of_tls =
        peer("Plain HTTP instead of TLS", Peer::Says(PLAIN_HTTP), untrusted("TLS failed"),),
    another_protocol_instead_of_tls = peer(
        "Another protocol instead of TLS",
        Peer::Says(b"SSH-2.0-OpenSSH_9.2\r\n"),
        untrusted("TLS failed"),
    ),
    a_service_that_goes_away_while_the_user_reads_the_menu = Row {
        happens: "The service goes away while the user reads the menu",
        scene: Scene::Service(&[("accept", "from = 2\ncut = \"before\"")]),
        options: &[("autopush", "false")],
        host: &["--answer", "@after 6000 1"],
        ends: lost("connection lost, after the factor was chosen"),
        reads: &["…"],
        budget: Duration::from_secs(8),
        ..ROW
    },
);
