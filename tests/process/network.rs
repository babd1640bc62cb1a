//! A network of the case's own, in which nobody else listens and all local ports can be taken.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::process::Command;

use pam_duo2::api::{Client, Watch};
use pam_duo2::core::failure::{Failure, Local, Outage};
use rustix::net::{AddressFamily, SocketType, bind, socket, sockopt};

use crate::client::{RealClock, config, failure, preauth};
use crate::pki::Ca;

/// What a login to this host comes to.
pub fn fails(host: &str) -> Failure {
    let ca = Ca::new("isolated");
    let file = ca.file();
    let config = config(host, 443, Some(file.path()));
    failure(&mut Client::new(&config, Watch::new(None), &RealClock), &preauth())
}

/// All ports that a socket gets by itself (see `main.rs`).
fn ports() -> impl Iterator<Item = u16> {
    40_000..=40_063
}

fn take_v4() -> Vec<OwnedFd> {
    ports().map(|port| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).expect("it").into()).collect()
}

fn take_v6() -> Vec<OwnedFd> {
    let take = |port| {
        let taken = socket(AddressFamily::INET6, SocketType::DGRAM, None).expect("a socket");
        sockopt::set_ipv6_v6only(&taken, true).expect("an option");
        bind(&taken, &SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))).expect("a port");
        taken
    };
    ports().map(take).collect()
}

/// Nobody needs any rights to bind them, and a resolver without a port says the same as one whose
/// name server is away.
pub fn taken_ports() {
    let outage = Failure::Outage(Outage::ResolverFailed);
    assert_eq!(fails("api.example"), outage, "nobody takes anything");
    for take in [take_v4, take_v6] {
        let taken = take();
        assert_eq!(fails("api.example"), Failure::Local(Local::NoLocalPort));
        drop(taken);
        assert_eq!(fails("api.example"), outage, "given back");
    }
    let some = take_v4().split_off(16);
    assert_eq!(fails("api.example"), outage, "some are left");
    drop(some);
    // A resolver of this machine asks further, and has none for it.
    let most = take_v4().split_off(1);
    assert_eq!(fails("api.example"), Failure::Local(Local::NoLocalPort), "one is left");
    drop(most);
}

/// A unit with `PrivateNetwork=yes`. A wire that is down, or a service on this machine, is another thing.
pub fn no_interface() {
    let unreachable = Failure::Outage(Outage::NetworkUnreachable);
    assert_eq!(fails("192.0.2.1"), unreachable, "the wire is down");
    let deleted = Command::new("ip").args(["link", "delete", "v0"]).status();
    assert!(deleted.expect("ip(8)").success());
    for host in ["192.0.2.1", "2001:db8::1", "api.example"] {
        assert_eq!(fails(host), Failure::Local(Local::NoNetwork), "{host}");
    }
    for host in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(fails(host), Failure::Outage(Outage::ConnectRefused), "{host}");
    }
}

/// The admin turned IPv6 off, and the service has an address of it.
pub fn no_ipv6() {
    fs::write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1").expect("ours to set");
    let unreachable = Failure::Outage(Outage::NetworkUnreachable);
    assert_eq!(fails("2001:db8::1"), unreachable);
    assert_eq!(fails("::1"), unreachable);
    // With all ports taken it is this machine's failure as ever.
    fs::write("/proc/sys/net/ipv4/ip_local_port_range", "40000 40001").expect("ours to set");
    let taken = exhaust();
    assert_eq!(fails("127.0.0.1"), Failure::Local(Local::NoLocalPort));
    drop(taken);
}

/// Connections to one place from all the ports that there are.
fn exhaust() -> Vec<std::net::TcpStream> {
    let listener = std::net::TcpListener::bind("127.0.0.1:443").expect("a port");
    let mut taken = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect("127.0.0.1:443") {
        taken.push(stream);
        taken.push(listener.accept().expect("it").0);
    }
    taken
}
