//! A server that begins a TLS handshake as none may. What it chooses was not offered, so nothing is
//! said to it.

use std::io::Write as _;

use crate::failures::ends::{Ends, Outage, untrusted};
use crate::failures::hostile::hello::{Client, GOOD12, GOOD13, Server};
use crate::failures::hostile::records::{
    ALERT, CHANGE_CIPHER_SPEC, DATA, HANDSHAKE, HEARTBEAT, message, plain,
};
use crate::failures::hostile::{Counted, Hostile};
use crate::failures::row::{Row, Scene, UNASKED};

const TLS: Ends = untrusted("TLS failed");

type Script = fn(&mut Counted, &Client) -> std::io::Result<()>;

const fn speaks(happens: &'static str, script: Script) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Speaks(script)), ends: TLS, ..UNASKED }
}

const fn openssl(happens: &'static str, arguments: &'static [&'static str]) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::OpenSsl(arguments)), ends: TLS, ..UNASKED }
}

/// The server's first message in a record, chosen like this.
macro_rules! chooses {
    ($server:expr) => {
        |tcp, client| tcp.write_all(&($server).record(client))
    };
}

/// The same bytes for as long as they are taken.
fn endlessly(tcp: &mut Counted, bytes: &[u8]) -> std::io::Result<()> {
    let many = bytes.repeat(65_536 / bytes.len() + 1);
    loop {
        tcp.write_all(&many)?;
    }
}

/// A good beginning, and the connection's end: nothing else is wrong, so it is what differs in the
/// others that refuses them.
const fn good(happens: &'static str, script: Script) -> Row {
    Row { ends: Ends::Unreachable(Outage::Cut), ..speaks(happens, script) }
}

fn only(tcp: &mut Counted, client: &Client, server: &Server) -> std::io::Result<()> {
    tcp.write_all(&server.record(client))?;
    tcp.tcp.shutdown(std::net::Shutdown::Write)
}

rows!(
    a_good_beginning_of_1_2 = good(
        "A good first message of TLS 1.2, and the end",
        |tcp, client| only(tcp, client, &GOOD12)
    ),
    a_good_beginning_of_1_3 = good(
        "A good first message of TLS 1.3, and the end",
        |tcp, client| only(tcp, client, &GOOD13)
    ),
    ssl_3 = speaks("SSL 3.0 all the same", chooses!(Server { version: [3, 0], ..GOOD12 })),
    ssl_2 = speaks("A hello of SSL 2.0", |tcp, _| tcp
        .write_all(&[0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0])),
    tls_1_0_only =
        openssl("OpenSSL's server speaks TLS 1.0 only", &["-tls1", "-cipher", "ALL:@SECLEVEL=0"],),
    tls_1_1_only = openssl(
        "OpenSSL's server speaks TLS 1.1 only",
        &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    ),
    rsa_key_exchange_only = Row {
        scene: Scene::Hostile(Hostile::OpenSslRsa(
            true,
            &["-tls1_2", "-cipher", "kRSA:@SECLEVEL=0"]
        )),
        ..openssl("OpenSSL's server takes suites of TLS 1.2 without forward secrecy only", &[])
    },
    cbc_only = openssl(
        "OpenSSL's server takes CBC only",
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"],
    ),
    null_only = openssl(
        "OpenSSL's server takes suites without encryption only",
        &["-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"],
    ),
    anonymous_only = openssl(
        "OpenSSL's server takes suites without a certificate only",
        &["-tls1_2", "-cipher", "aNULL:@SECLEVEL=0", "-nocert"],
    ),
    tls_1_0 = speaks("TLS 1.0 all the same", chooses!(Server { version: [3, 1], ..GOOD12 })),
    tls_1_1 = speaks("TLS 1.1 all the same", chooses!(Server { version: [3, 2], ..GOOD12 })),
    an_unknown_version =
        speaks("A version that nobody knows", chooses!(Server { version: [9, 9], ..GOOD12 })),
    an_unknown_version_of_1_3 = speaks(
        "A version that nobody knows, by the extension of TLS 1.3",
        chooses!(Server { extensions: &[0, 43, 0, 2, 3, 5], ..GOOD13 }),
    ),
    a_draft_of_1_3 = speaks(
        "A draft of TLS 1.3",
        chooses!(Server { extensions: &[0, 43, 0, 2, 0x7f, 28], ..GOOD13 }),
    ),
    rsa_key_exchange =
        speaks("RSA key exchange all the same", chooses!(Server { suite: 0x002f, ..GOOD12 })),
    export =
        speaks("A suite for export all the same", chooses!(Server { suite: 0x0003, ..GOOD12 })),
    null = speaks(
        "A suite without encryption all the same",
        chooses!(Server { suite: 0x0002, ..GOOD12 })
    ),
    null_with_null = speaks(
        "The suite of no encryption and no authentication, all the same",
        chooses!(Server { suite: 0, ..GOOD12 })
    ),
    anonymous = speaks(
        "A suite without a certificate all the same",
        chooses!(Server { suite: 0x0034, ..GOOD12 })
    ),
    rc4 = speaks("RC4 all the same", chooses!(Server { suite: 0xc007, ..GOOD12 })),
    triple_des = speaks("Triple DES all the same", chooses!(Server { suite: 0xc008, ..GOOD12 })),
    cbc = speaks("CBC all the same", chooses!(Server { suite: 0xc009, ..GOOD12 })),
    a_suite_of_the_other_version =
        speaks("A suite of TLS 1.3 in TLS 1.2", chooses!(Server { suite: 0x1301, ..GOOD12 }),),
    compression = speaks("Compression (CRIME)", chooses!(Server { compression: 1, ..GOOD12 })),
    a_downgrade = speaks(
        "TLS 1.2, from a server that says it was made to (RFC 8446, 4.1.3)",
        chooses!(Server { random: *b"DOWNGRD\x01", ..GOOD12 }),
    ),
    an_extension_that_nobody_offered = speaks(
        "An extension that nobody offered (heartbeat)",
        chooses!(Server { extensions: &[0, 15, 0, 1, 1], ..GOOD12 }),
    ),
    a_protocol_that_nobody_offered = speaks(
        "A protocol that nobody offered (h2, by ALPN)",
        chooses!(Server { extensions: &[0, 16, 0, 5, 0, 3, 2, b'h', b'2'], ..GOOD12 }),
    ),
    an_extension_twice = speaks(
        "An extension twice",
        chooses!(Server { extensions: &[0, 23, 0, 0, 0, 23, 0, 0], ..GOOD12 }),
    ),
    an_extension_that_is_cut_off = speaks(
        "An extension that is longer than all of them",
        chooses!(Server { extensions: &[0, 23, 0xff, 0xff], ..GOOD12 }),
    ),
    no_key = speaks(
        "TLS 1.3 without a key",
        chooses!(Server { extensions: &[0, 43, 0, 2, 3, 4], ..GOOD13 }),
    ),
    early_data_that_was_not_sent = speaks(
        "A key chosen that was never shared (`pre_shared_key`)",
        chooses!(Server { extensions: &[0, 43, 0, 2, 3, 4, 0, 41, 0, 2, 0, 0], ..GOOD13 }),
    ),
    a_retry_for_nothing = speaks("Asked for the key once more that was there", |tcp, client| {
        tcp.write_all(&Server::retry(client, [0, 23]))
    }),
    a_retry_for_what_nobody_has = speaks("Asked for a key that was not offered", |tcp, client| {
        tcp.write_all(&Server::retry(client, [1, 0]))
    }),
    retries_without_end = speaks("Asked for another key again and again", |tcp, client| {
        endlessly(tcp, &Server::retry(client, [0, 24]))
    }),
    a_key_that_is_none =
        speaks("Behind the first message something that does not decrypt", |tcp, client| {
            tcp.write_all(&GOOD13.record(client))?;
            tcp.write_all(&plain(DATA, &[7; 200]))
        },),
    a_hello_without_encryption_behind =
        speaks("Behind the first message of TLS 1.3 one that is not encrypted", |tcp, client| {
            tcp.write_all(&GOOD13.record(client))?;
            tcp.write_all(&plain(HANDSHAKE, &message(8, &[0, 0])))
        },),
    the_end_first = speaks("The last message of a handshake first", |tcp, _| {
        tcp.write_all(&plain(HANDSHAKE, &message(20, &[7; 12])))
    }),
    a_certificate_first = speaks("A certificate first", |tcp, _| {
        tcp.write_all(&plain(HANDSHAKE, &message(11, &[0, 0, 0])))
    }),
    the_first_message_twice = speaks("The first message twice", |tcp, client| {
        tcp.write_all(&GOOD12.record(client))?;
        tcp.write_all(&GOOD12.record(client))
    }),
    a_message_of_16_megabytes = speaks("A first message of 16 MB", |tcp, _| {
        tcp.write_all(&plain(HANDSHAKE, &[2, 0xff, 0xff, 0xff]))?;
        endlessly(tcp, &plain(HANDSHAKE, &[7; 16_384]))
    }),
    a_record_that_is_too_large = speaks("A record of 64 kB", |tcp, _| {
        tcp.write_all(&[22, 3, 3, 0xff, 0xff])?;
        endlessly(tcp, &[7; 65_535])
    }),
    a_record_of_an_unknown_type = speaks("A record of a type that nobody knows", |tcp, _| {
        tcp.write_all(&plain(99, &[7; 10]))
    }),
    a_heartbeat = speaks("A heartbeat that asks for 64 kB (Heartbleed)", |tcp, _| {
        tcp.write_all(&plain(HEARTBEAT, &[1, 0xff, 0xff]))
    }),
    data_first = speaks("Data before a handshake", |tcp, _| {
        tcp.write_all(&plain(DATA, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    }),
    empty_records_without_end =
        speaks("Empty records without end", |tcp, _| { endlessly(tcp, &plain(HANDSHAKE, &[])) }),
    cipher_changes_without_end = speaks("Changes of the cipher without end", |tcp, _| {
        endlessly(tcp, &plain(CHANGE_CIPHER_SPEC, &[1]))
    }),
    warnings_without_end =
        speaks("Warnings without end", |tcp, _| { endlessly(tcp, &plain(ALERT, &[1, 90])) }),
    an_alert_of_one_byte = speaks("Half an alert", |tcp, _| tcp.write_all(&plain(ALERT, &[2]))),
    an_unknown_alert = speaks("An alert of a kind that nobody knows", |tcp, _| {
        tcp.write_all(&plain(ALERT, &[2, 222]))
    }),
    a_request_to_begin_again_without_end = speaks(
        "Asked to begin the handshake again and again",
        |tcp, _| endlessly(tcp, &plain(HANDSHAKE, &message(0, &[]))),
    ),
);
