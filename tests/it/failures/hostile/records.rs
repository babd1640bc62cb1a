//! TLS records written by hand, under the keys of a real handshake.

use std::io::{self, Write};
use std::sync::Arc;

use rustls::crypto::cipher::{MessageEncrypter, OutboundChunks, OutboundPlainMessage};
use rustls::crypto::ring::cipher_suite::{
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS13_CHACHA20_POLY1305_SHA256,
};
use rustls::{
    ConnectionTrafficSecrets, ContentType, ProtocolVersion, ServerConnection, SupportedCipherSuite,
};

use super::config::nobodys_config;
use super::service::Peer;

/// The suites whose records are written here, one for each version.
pub const SUITES: [SupportedCipherSuite; 2] =
    [TLS13_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256];

/// Types of records.
pub const CHANGE_CIPHER_SPEC: u8 = 20;
pub const ALERT: u8 = 21;
pub const HANDSHAKE: u8 = 22;
pub const DATA: u8 = 23;
pub const HEARTBEAT: u8 = 24;

/// The writing half of a connection.
pub struct Hand<'p> {
    peer: &'p mut Peer,
    encrypter: Box<dyn MessageEncrypter>,
    sequence: u64,
}

impl Peer {
    /// Takes the keys out of rustls, after the handshake; it can neither read nor write any more.
    pub fn by_hand(&mut self) -> Hand<'_> {
        let other = ServerConnection::new(Arc::new(nobodys_config())).expect("a connection");
        let version = self.tls.conn.protocol_version();
        let old = std::mem::replace(&mut self.tls.conn, other);
        let (sequence, secrets) = old.dangerous_extract_secrets().expect("its keys").tx;
        let ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv } = secrets else {
            panic!("another suite than the one that was offered");
        };
        let encrypter = match (version, SUITES) {
            (Some(ProtocolVersion::TLSv1_3), [SupportedCipherSuite::Tls13(suite), _]) => {
                suite.aead_alg.encrypter(key, iv)
            }
            (_, [_, SupportedCipherSuite::Tls12(suite)]) => {
                suite.aead_alg.encrypter(key, iv.as_ref(), &[])
            }
            _ => unreachable!("one suite for each version"),
        };
        Hand { peer: self, encrypter, sequence }
    }
}

impl Hand<'_> {
    /// An encrypted record as bytes.
    pub fn record(&mut self, kind: u8, payload: &[u8]) -> Vec<u8> {
        let message = OutboundPlainMessage {
            typ: ContentType::from(kind),
            version: ProtocolVersion::TLSv1_2,
            payload: OutboundChunks::Single(payload),
        };
        let sealed = self.encrypter.encrypt(message, self.sequence).expect("an encrypted record");
        self.sequence += 1;
        sealed.encode()
    }

    /// Sends one encrypted record.
    pub fn seal(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let record = self.record(kind, payload);
        self.raw(&record)
    }

    /// Bytes as they are, without encryption.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.peer.tls.sock.write_all(bytes)
    }
}

/// A record that is not encrypted.
pub fn plain(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("less than 64 KiB").to_be_bytes();
    [&[kind, 3, 3], &length[..], payload].concat()
}

/// A handshake message.
pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("less than 16 MiB").to_be_bytes();
    [&[kind], &length[1..], body].concat()
}
