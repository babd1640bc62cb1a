//! A server with a good certificate, whose TLS is odd after, or within, a good handshake.

use std::io::{self, Write as _};
use std::time::Duration;

use crate::failures::ends::{BYPASSED, Ends, Outage, untrusted};
use crate::failures::hostile::crumbs::in_records;
use crate::failures::hostile::hello::{Client, GOOD12, GOOD13};
use crate::failures::hostile::records::{
    ALERT, CHANGE_CIPHER_SPEC, DATA, HANDSHAKE, HEARTBEAT, message, plain,
};
use crate::failures::hostile::service::{good, reply};
use crate::failures::hostile::{Clients, Hostile, Peer, Setup, TLS12, TLS13, USUAL};
use crate::failures::row::{PUSHED, ROW, Row, Scene};

const TLS: Ends = untrusted("TLS failed");
const CUT: Ends = Ends::Unreachable(Outage::Cut);

type Script = fn(&mut Peer) -> io::Result<()>;

const fn says(happens: &'static str, setup: Setup, script: Script, ends: Ends) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Says(setup, script)), ends, ..ROW }
}

/// After preauth has been asked, in TLS 1.3.
const fn modern(happens: &'static str, script: Script) -> Row {
    says(happens, TLS13, script, TLS)
}

/// The same in TLS 1.2.
const fn old(happens: &'static str, script: Script) -> Row {
    says(happens, TLS12, script, TLS)
}

const fn harmless(happens: &'static str, setup: Setup, script: Script) -> Row {
    Row { scene: Scene::Hostile(Hostile::Says(setup, script)), happens, ..PUSHED }
}

const ALLOW: &str = r#"{"stat": "OK", "response": {"result": "allow"}}"#;

/// One encrypted record of this type in the place of a reply.
fn one(peer: &mut Peer, kind: u8, payload: &[u8]) -> io::Result<()> {
    peer.request()?;
    peer.by_hand().seal(kind, payload)
}

/// The same record for as long as it is taken.
fn many(peer: &mut Peer, kind: u8, payload: &[u8]) -> io::Result<()> {
    peer.request()?;
    let mut hand = peer.by_hand();
    loop {
        let records: Vec<u8> = (0..100).flat_map(|_| hand.record(kind, payload)).collect();
        hand.raw(&records)?;
    }
}

/// So many of these, then a good reply that allows.
fn few(peer: &mut Peer, count: usize, kind: u8, payload: &[u8]) -> io::Result<()> {
    peer.request()?;
    let mut hand = peer.by_hand();
    for _ in 0..count {
        hand.seal(kind, payload)?;
    }
    hand.seal(DATA, reply(ALLOW).as_bytes())
}

/// Bytes that are not encrypted in the place of a reply.
fn bare(peer: &mut Peer, bytes: &[u8]) -> io::Result<()> {
    peer.request()?;
    peer.by_hand().raw(bytes)
}

/// A session ticket (RFC 8446, 4.6.1) of this size, good for a week and for much early data.
fn ticket(size: u16) -> Vec<u8> {
    let early = [0, 8, 0, 42, 0, 4, 0xff, 0xff, 0xff, 0xff];
    let named = [&[0, 9, 0x3a, 0x80, 1, 2, 3, 4, 1, 7][..], &size.to_be_bytes()].concat();
    message(4, &[named, vec![7; size.into()], early.into()].concat())
}

rows!(
    a_handshake_in_bytes = harmless("Each byte of the handshake by itself", TLS13, |peer| {
        peer.crumbled(|flight| flight.iter().map(|&byte| vec![byte]).collect())?;
        peer.allow()
    },),
    a_handshake_in_records =
        harmless("TLS 1.2: each byte of the handshake in a record of its own", TLS12, |peer| {
            peer.crumbled(in_records)?;
            peer.allow()
        },),
    a_client_certificate_is_asked_for = harmless(
        "The client is asked for a certificate, and need not have one",
        Setup { clients: Clients::Asked, ..USUAL },
        Peer::allow,
    ),
    a_client_certificate_is_required = Row {
        preauths: 0,
        ..says(
            "The client has to show a certificate",
            Setup { clients: Clients::Required, ..USUAL },
            Peer::allow,
            TLS,
        )
    },
    a_client_certificate_is_required_in_1_2 = Row {
        preauths: 0,
        ..says(
            "The client has to show a certificate, in TLS 1.2",
            Setup { clients: Clients::Required, ..TLS12 },
            Peer::allow,
            TLS,
        )
    },
    early_data_is_offered = harmless(
        "Data before the handshake is welcome next time: none is sent",
        Setup { early_data: u32::MAX, ..USUAL },
        |peer| {
            let request = peer.request()?;
            assert!(peer.tls.conn.early_data().is_none(), "early data");
            peer.say(reply(good(&request)).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))?;
            peer.close()
        },
    ),
    a_hundred_tickets =
        harmless("A hundred session tickets", Setup { tickets: 100, ..USUAL }, Peer::allow),
    a_thousand_tickets = Row {
        // They are sent when the handshake is over, before anything is read.
        unread: true,
        ..says(
            "A thousand session tickets at once",
            Setup { tickets: 1000, ..USUAL },
            Peer::allow,
            TLS,
        )
    },
    tickets_without_end = Row {
        // Two megabytes, which a busy machine may not get through in two seconds.
        options: &[("timeout", "10")],
        budget: Duration::from_secs(10),
        ..says(
            "Session tickets without end",
            TLS13,
            |peer| many(peer, HANDSHAKE, &ticket(15_000)),
            untrusted("reply too large"),
        )
    },
    a_key_update = says(
        "New keys a few times, which is fine",
        TLS13,
        |peer| {
            peer.request()?;
            for _ in 0..5 {
                peer.tls.conn.refresh_traffic_keys().map_err(io::Error::other)?;
            }
            peer.say(reply(ALLOW))
        },
        BYPASSED
    ),
    key_updates_without_end = modern("New keys without end", |peer| {
        peer.request()?;
        loop {
            peer.tls.conn.refresh_traffic_keys().map_err(io::Error::other)?;
            peer.say("")?;
        }
    }),
    a_key_update_that_wants_something_unknown =
        modern("New keys, and something unknown with it", |peer| {
            one(peer, HANDSHAKE, &message(24, &[2]))
        }),
    a_client_certificate_is_asked_for_afterwards =
        modern("A certificate is asked for after the handshake", |peer| {
            one(peer, HANDSHAKE, &message(13, &[0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3]))
        }),
    the_end_of_the_handshake_again = modern("The end of the handshake once more", |peer| {
        one(peer, HANDSHAKE, &message(20, &[7; 32]))
    }),
    another_handshake = modern("A first message once more", |peer| {
        one(peer, HANDSHAKE, &GOOD13.message(&Client::default()))
    }),
    an_unknown_message = modern("A handshake message of a kind that nobody knows", |peer| {
        one(peer, HANDSHAKE, &message(99, &[]))
    }),
    half_a_message = modern("Data within a handshake message", |peer| {
        peer.request()?;
        let mut hand = peer.by_hand();
        hand.seal(HANDSHAKE, &ticket(200)[..20])?;
        hand.seal(DATA, reply(ALLOW).as_bytes())
    }),
    a_message_of_16_megabytes =
        modern("A handshake message of 16 MB after the handshake", |peer| {
            peer.request()?;
            let mut hand = peer.by_hand();
            hand.seal(HANDSHAKE, &[4, 0xff, 0xff, 0xff])?;
            loop {
                hand.seal(HANDSHAKE, &[7; 16_000])?;
            }
        }),
    a_change_of_the_cipher = modern("A change of the cipher after the handshake", |peer| {
        bare(peer, &plain(CHANGE_CIPHER_SPEC, &[1]))
    }),
    an_encrypted_change_of_the_cipher =
        modern("A change of the cipher, encrypted", |peer| { one(peer, CHANGE_CIPHER_SPEC, &[1]) }),
    an_encrypted_heartbeat =
        modern("A heartbeat, encrypted", |peer| { one(peer, HEARTBEAT, &[1, 0xff, 0xff]) }),
    a_bare_heartbeat = modern("A heartbeat, not encrypted", |peer| {
        bare(peer, &plain(HEARTBEAT, &[1, 0xff, 0xff]))
    }),
    a_record_of_no_type =
        modern("A record of zeros, and of no type", |peer| one(peer, 0, &[0; 50])),
    a_record_of_an_unknown_type =
        modern("A record of a type that nobody knows, encrypted", |peer| one(peer, 99, &[7])),
    data_that_is_not_encrypted = modern("A reply that is not encrypted", |peer| {
        bare(peer, &plain(DATA, reply(ALLOW).as_bytes()))
    }),
    an_alert_that_is_not_encrypted =
        modern("An alert that is not encrypted", |peer| { bare(peer, &plain(ALERT, &[2, 40])) }),
    a_fatal_alert =
        modern("A fatal alert in the place of a reply", |peer| one(peer, ALERT, &[2, 80])),
    warnings_without_end =
        modern("Warnings without end, encrypted", |peer| many(peer, ALERT, &[1, 90])),
    half_an_alert = modern("Half an alert, encrypted", |peer| one(peer, ALERT, &[1])),
    empty_records_without_end =
        modern("Empty records without end, encrypted", |peer| many(peer, DATA, &[])),
    a_few_empty_records = says(
        "A few empty records, then a good reply",
        TLS13,
        |peer| few(peer, 5, DATA, &[]),
        BYPASSED,
    ),
    a_record_that_is_too_large =
        modern("A record whose contents are larger than permitted", |peer| {
            one(peer, DATA, &[b'x'; 16_385])
        }),
    a_record_of_64_kilobytes =
        modern("A record of 64 kB, encrypted", |peer| { one(peer, DATA, &[b'x'; 65_000]) }),
    a_record_that_does_not_decrypt = modern("A reply with a bit turned over", |peer| {
        peer.request()?;
        let mut hand = peer.by_hand();
        let mut record = hand.record(DATA, reply(ALLOW).as_bytes());
        record[20] ^= 1;
        hand.raw(&record)
    }),
    a_record_twice = modern("The first half of a reply twice (a replay)", |peer| {
        peer.request()?;
        let mut hand = peer.by_hand();
        let half = hand.record(DATA, &reply(ALLOW).as_bytes()[..20]);
        hand.raw(&half)?;
        hand.raw(&half)
    }),
    records_in_another_order = modern("The halves of a reply in another order", |peer| {
        peer.request()?;
        let mut hand = peer.by_hand();
        let text = reply(ALLOW);
        let (first, second) = text.as_bytes().split_at(20);
        let (first, second) = (hand.record(DATA, first), hand.record(DATA, second));
        hand.raw(&[second, first].concat())
    }),
    a_record_that_is_empty_of_everything =
        modern("A record of no length", |peer| bare(peer, &plain(DATA, &[]))),
    a_goodbye_and_more = says(
        "TLS's own goodbye, then a reply",
        TLS13,
        |peer| {
            peer.request()?;
            let mut hand = peer.by_hand();
            hand.seal(ALERT, &[1, 0])?;
            hand.seal(DATA, reply(ALLOW).as_bytes())
        },
        CUT
    ),
    one_renegotiation = says(
        "TLS 1.2: a handshake is asked for once more, which is declined; then a good reply",
        TLS12,
        |peer| few(peer, 1, HANDSHAKE, &message(0, &[])),
        BYPASSED,
    ),
    renegotiations_without_end = old("TLS 1.2: a handshake is asked for again and again", |peer| {
        many(peer, HANDSHAKE, &message(0, &[]))
    }),
    a_renegotiation_by_force = old("TLS 1.2: another handshake is begun", |peer| {
        one(peer, HANDSHAKE, &GOOD12.message(&Client::default()))
    }),
    a_ticket_out_of_place = old("TLS 1.2: a session ticket after the handshake", |peer| {
        one(peer, HANDSHAKE, &message(4, &[0, 0, 1, 0, 0, 2, 7, 7]))
    }),
    warnings_of_1_2_without_end =
        old("TLS 1.2: warnings without end", |peer| many(peer, ALERT, &[1, 90])),
    empty_records_of_1_2_without_end =
        old("TLS 1.2: empty records without end", |peer| many(peer, DATA, &[])),
    a_change_of_the_cipher_in_1_2 =
        old("TLS 1.2: a change of the cipher after the handshake", |peer| {
            one(peer, CHANGE_CIPHER_SPEC, &[1])
        }),
    a_record_of_1_2_that_is_too_large =
        old("TLS 1.2: a record whose contents are larger than permitted", |peer| {
            one(peer, DATA, &[b'x'; 16_385])
        }),
    a_record_of_1_2_that_is_not_encrypted = old("TLS 1.2: a reply that is not encrypted", |peer| {
        bare(peer, &plain(DATA, reply(ALLOW).as_bytes()))
    }),
    a_word_before_the_request = Row {
        preauths: 0,
        ..says(
            "A reply before the request, in the server's first flight",
            Setup { half_rtt: true, ..USUAL },
            |peer| {
                peer.tls.conn.writer().write_all(reply(ALLOW).as_bytes())?;
                peer.handshake()
            },
            untrusted("not a proper HTTP reply"),
        )
    },
    an_alert_after_the_push = Row {
        auths: 1,
        ..says(
            "A fatal alert in the place of the reply to auth",
            TLS13,
            |peer| {
                peer.offer()?;
                one(peer, ALERT, &[2, 80])
            },
            TLS,
        )
    },
);
