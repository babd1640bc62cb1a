//! A handshake in the smallest of pieces.

use std::io::{self, Write as _};

use super::records::{HANDSHAKE, plain};
use super::service::Peer;

impl Peer {
    /// Makes the handshake, and sends what `crumble` makes of each flight.
    pub fn crumbled(&mut self, crumble: fn(&[u8]) -> Vec<Vec<u8>>) -> io::Result<()> {
        while self.tls.conn.is_handshaking() || self.tls.conn.wants_write() {
            if self.tls.conn.wants_write() {
                let mut flight = Vec::new();
                while self.tls.conn.wants_write() {
                    self.tls.conn.write_tls(&mut flight)?;
                }
                crumble(&flight).iter().try_for_each(|crumb| self.tls.sock.write_all(crumb))?;
            } else if self.tls.conn.read_tls(&mut self.tls.sock)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            } else {
                self.tls.conn.process_new_packets().map_err(io::Error::other)?;
            }
        }
        Ok(())
    }
}

/// The records again, each byte of a handshake that is not encrypted in one of its own.
pub fn in_records(mut flight: &[u8]) -> Vec<Vec<u8>> {
    let (mut records, mut clear) = (Vec::new(), true);
    while let [kind, _, _, high, low, rest @ ..] = flight {
        let (payload, others) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        clear &= *kind == HANDSHAKE;
        if clear {
            records.extend(payload.iter().map(|&byte| plain(HANDSHAKE, &[byte])));
        } else {
            records.push(plain(*kind, payload));
        }
        flight = others;
    }
    records
}
