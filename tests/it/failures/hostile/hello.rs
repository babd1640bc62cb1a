//! The beginning of a handshake, written by hand: nothing in it is encrypted yet.

use std::io::{self, Read};
use std::net::TcpStream;

use super::records::{HANDSHAKE, message, plain};

/// What of the client's first message goes into the answer.
#[derive(Debug, Default)]
pub struct Client {
    session: Vec<u8>,
}

impl Client {
    /// Reads the client's first record.
    pub fn read(tcp: &mut TcpStream) -> io::Result<Self> {
        let mut head = [0; 5];
        tcp.read_exact(&mut head)?;
        let mut record = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        tcp.read_exact(&mut record)?;
        // Type and length of the message, the version, 32 random bytes; then the session's name.
        let session = record[39..39 + usize::from(record[38])].to_vec();
        Ok(Client { session })
    }
}

/// A server's answer.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    pub version: [u8; 2],
    /// The last of 32 random bytes.
    pub random: [u8; 8],
    pub suite: u16,
    pub compression: u8,
    /// Each with its type and length.
    pub extensions: &'static [u8],
    /// Is the name of the client's session repeated, as TLS 1.3 wants it?
    pub echoes: bool,
}

/// One of TLS 1.2 with which nothing is wrong.
pub const GOOD12: Server = Server {
    version: [3, 3],
    random: [7; 8],
    suite: 0xc02b,
    compression: 0,
    // A safe renegotiation, the extended master secret, and points as they are.
    extensions: &[0xff, 1, 0, 1, 0, 0, 23, 0, 0, 0, 11, 0, 2, 1, 0],
    echoes: false,
};

/// One of TLS 1.3: its version, and a key on P-256 that is anybody's, the curve's generator.
pub const GOOD13: Server = Server {
    suite: 0x1301,
    extensions: &[
        0, 0x2b, 0, 2, 3, 4, 0, 0x33, 0, 0x45, 0, 0x17, 0, 0x41, 4, 0x6b, 0x17, 0xd1, 0xf2, 0xe1,
        0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 3, 0x7d, 0x81,
        0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42,
        0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
        0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
    ],
    echoes: true,
    ..GOOD12
};

impl Server {
    /// As a handshake message.
    pub fn message(&self, client: &Client) -> Vec<u8> {
        let session: &[u8] = if self.echoes { &client.session } else { &[] };
        let length = u8::try_from(session.len()).expect("at most 32");
        let extensions = u16::try_from(self.extensions.len()).expect("less than 64 KiB");
        let body = [
            &self.version,
            &[5; 24][..],
            &self.random,
            &[length],
            session,
            &self.suite.to_be_bytes(),
            &[self.compression],
            &extensions.to_be_bytes(),
            self.extensions,
        ]
        .concat();
        message(2, &body)
    }

    /// In a record of its own.
    pub fn record(&self, client: &Client) -> Vec<u8> {
        plain(HANDSHAKE, &self.message(client))
    }

    /// Asks for another first message (RFC 8446, 4.1.4): the same with the random bytes that mean it.
    pub fn retry(client: &Client, group: [u8; 2]) -> Vec<u8> {
        let extensions = [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, group[0], group[1]];
        let body = [
            &[3, 3][..],
            &RETRY,
            &[u8::try_from(client.session.len()).expect("at most 32")],
            &client.session,
            &[0x13, 1, 0, 0, 12],
            &extensions,
        ]
        .concat();
        plain(HANDSHAKE, &message(2, &body))
    }
}

/// The random bytes of a `HelloRetryRequest`.
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];
