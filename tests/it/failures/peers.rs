//! Peers on loopback that are no service at all.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::net::{bind, connect, getsockname, listen, socket_with, sockopt};

use super::row::Peer;

/// A peer for as long as this lives.
pub struct Standing {
    /// What goes into the config as `host`.
    pub host: String,
    _keep: Vec<OwnedFd>,
}

impl Peer {
    pub fn stand(self) -> Standing {
        match self {
            Peer::Refuses => {
                let (fd, at) = bound_to((Ipv4Addr::LOCALHOST, 0).into());
                Standing { host: at.to_string(), _keep: vec![fd] }
            }
            Peer::FullBacklog => {
                let (host, keep) = full_backlog((Ipv4Addr::LOCALHOST, 0).into());
                Standing { host: host.to_string(), _keep: keep }
            }
            Peer::NoRoute => Standing { host: "224.0.0.1:443".to_owned(), _keep: Vec::new() },
            Peer::Says(bytes) => serve(move |mut stream| {
                hear(&mut stream);
                let _ = stream.write_all(bytes);
            }),
            Peer::Resets => serve(|mut stream| {
                hear(&mut stream);
                let _ = sockopt::set_socket_linger(&stream, Some(Duration::ZERO));
            }),
            Peer::Drips(bytes) => serve(move |mut stream| {
                for byte in bytes.iter().cycle() {
                    thread::sleep(Duration::from_millis(100));
                    if stream.write_all(&[*byte]).is_err() {
                        return;
                    }
                }
            }),
        }
    }
}

/// The first bytes, whatever they are.
fn hear(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 4096]);
}

/// Answers each connection; its thread ends with the test program.
fn serve(answer: impl Fn(TcpStream) + Send + 'static) -> Standing {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || listener.incoming().flatten().for_each(answer));
    Standing { host, _keep: Vec::new() }
}

fn bound_to(at: SocketAddr) -> (OwnedFd, SocketAddr) {
    let fd = unconnected(&at, SocketFlags::empty());
    bind(&fd, &at).expect("a free port");
    let name = getsockname(&fd).expect("a name");
    (fd, SocketAddr::try_from(name).expect("an IP address"))
}

/// Close-on-exec, so that no login inherits it.
fn unconnected(to: &SocketAddr, flags: SocketFlags) -> OwnedFd {
    let family = if to.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
    let flags = flags | SocketFlags::CLOEXEC;
    socket_with(family, SocketType::STREAM, flags, None).expect("a socket")
}

/// Linux takes one connection beyond a backlog of 0 and is silent to all others. Port 0 is any.
pub fn full_backlog(at: SocketAddr) -> (SocketAddr, Vec<OwnedFd>) {
    let (fd, at) = bound_to(at);
    listen(&fd, 0).expect("it listens");
    let mut keep = vec![fd];
    for _ in 0..4 {
        let client = unconnected(&at, SocketFlags::NONBLOCK);
        let _ = connect(&client, &at);
        keep.push(client);
    }
    // The handshakes on loopback are over by then.
    thread::sleep(Duration::from_millis(50));
    (at, keep)
}
