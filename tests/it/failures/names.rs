//! Name servers on loopback, for a private /etc/resolv.conf. Binding to port 53 takes root.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::row::NameServer;
use crate::support::etc::Etc;

/// A name server for as long as this lives.
pub struct Standing {
    address: Ipv4Addr,
    _keep: Option<UdpSocket>,
}

impl NameServer {
    pub fn stand(self) -> Standing {
        let (socket, address) = free();
        match self {
            // Nobody else binds there: see `free`.
            NameServer::Closed => Standing { address, _keep: None },
            NameServer::Silent => Standing { address, _keep: Some(socket) },
            NameServer::Says(code) => {
                thread::spawn(move || answer(&socket, code));
                Standing { address, _keep: None }
            }
        }
    }
}

impl Standing {
    /// An /etc in which it is the only one to be asked.
    pub fn is_asked_in(&self, etc: &mut Etc) {
        etc.instead("resolv.conf", &format!("nameserver {}\n", self.address));
        etc.instead("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: dns\n");
    }
}

/// A port 53 of our own: resolv.conf has no ports, but loopback has many addresses.
fn free() -> (UdpSocket, Ipv4Addr) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // No address twice in this process: one that is let go has to stay closed.
    std::iter::repeat_with(|| NEXT.fetch_add(1, Ordering::Relaxed))
        .take(2000)
        .map(|n| std::process::id().wrapping_mul(2003).wrapping_add(n) % 0xffff)
        .map(|low| Ipv4Addr::from(0x7f35_0000 | low))
        .find_map(|address| Some((UdpSocket::bind((address, 53)).ok()?, address)))
        .expect("a free port 53 on 127.53.0.0/16 (needs root)")
}

/// The question with `code` and the bits of an answer, and no record.
fn answer(socket: &UdpSocket, code: u8) {
    let mut packet = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut packet) {
        if length < 12 {
            continue;
        }
        packet[2] |= 0x80;
        packet[3] = 0x80 | code;
        // No additional records: the question may have had one (EDNS).
        packet[10..12].fill(0);
        let end = question_end(&packet[..length]);
        let _ = socket.send_to(&packet[..end], from);
    }
}

/// Behind the name, its type and its class.
fn question_end(packet: &[u8]) -> usize {
    let mut at = 12;
    while let Some(&label) = packet.get(at).filter(|&&label| label > 0) {
        at += usize::from(label) + 1;
    }
    (at + 5).min(packet.len())
}
