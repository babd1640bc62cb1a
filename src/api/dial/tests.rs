use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};

use rustix::net::{bind, getsockname, listen};

use super::*;
use crate::api::wait::{Watch, wait};

fn v4(last: u8) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), 443)
}

fn v6(last: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)), 443)
}

/// A port on loopback where connections hang: its backlog is full and nobody accepts.
pub struct BlackHole {
    pub address: SocketAddr,
    _socket: OwnedFd,
    _fill: Vec<OwnedFd>,
}

impl BlackHole {
    fn new() -> Self {
        Self::on((Ipv4Addr::LOCALHOST, 0).into())
    }

    pub fn on(at: SocketAddr) -> Self {
        let family = if at.is_ipv6() { AddressFamily::INET6 } else { AddressFamily::INET };
        let socket = net::socket(family, SocketType::STREAM, None).expect("a socket");
        bind(&socket, &at).expect("a port");
        listen(&socket, 0).expect("a listener");
        let address = SocketAddr::try_from(getsockname(&socket).expect("its address"))
            .expect("an IP address");
        let fill = (0..4).map(|_| start(&address).expect("an attempt").0).collect();
        std::thread::sleep(Duration::from_millis(50));
        Self { address, _socket: socket, _fill: fill }
    }
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    (listener, address)
}

fn refusing() -> SocketAddr {
    listener().1
}

/// Drives to the end, or until this long has passed.
fn run(dial: &mut Dial, patience: Duration) -> Progress {
    let until = Instant::now() + patience;
    let watch = Watch::new(None);
    let mut ready = Vec::new();
    loop {
        match dial.advance(&ready, Instant::now()) {
            Progress::Waiting if Instant::now() < until => {}
            other => return other,
        }
        let wake_at = dial.wake_at().map_or(until, |at| at.min(until));
        let mut fds = dial.poll_fds();
        wait(&mut fds, wake_at, &watch);
        ready = readiness(&fds);
    }
}

fn connected(progress: Progress) -> SocketAddr {
    match progress {
        Progress::Connected(fd) => TcpStream::from(fd).peer_addr().expect("a peer"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn families_take_turns_and_the_first_one_begins() {
    let order =
        |addresses: &[SocketAddr]| Dial::new(addresses).queue.into_iter().collect::<Vec<_>>();
    assert_eq!(order(&[v6(1), v6(2), v6(3), v4(1), v4(2)]), [v6(1), v4(1), v6(2), v4(2), v6(3)]);
    assert_eq!(order(&[v4(1), v6(1), v6(2), v6(3)]), [v4(1), v6(1), v6(2), v6(3)]);
    assert_eq!(order(&[v4(1), v4(2)]), [v4(1), v4(2)]);
}

#[test]
fn a_dead_first_address_costs_a_quarter_of_a_second() {
    let hole = BlackHole::new();
    let (_listener, good) = listener();
    let start = Instant::now();
    let mut dial = Dial::new(&[hole.address, good]);
    assert_eq!(connected(run(&mut dial, Duration::from_secs(5))), good);
    let took = start.elapsed();
    assert!(took >= STAGGER && took < STAGGER * 3, "{took:?}");
}

#[test]
fn a_refused_first_address_costs_nothing() {
    let (_listener, good) = listener();
    let start = Instant::now();
    let mut dial = Dial::new(&[refusing(), refusing(), good]);
    assert_eq!(connected(run(&mut dial, Duration::from_secs(5))), good);
    assert!(start.elapsed() < STAGGER, "{:?}", start.elapsed());
}

#[test]
fn addresses_that_all_hang_are_a_time_out() {
    let hole = BlackHole::new();
    let mut dial = Dial::new(&[hole.address, hole.address]);
    assert!(matches!(run(&mut dial, Duration::from_millis(400)), Progress::Waiting));
    assert_eq!(dial.trying.len(), 2);
    assert_eq!(dial.give_up(), Failure::Outage(Outage::ConnectTimedOut));
}

#[test]
fn a_late_answer_beats_an_early_refusal() {
    let hole = BlackHole::new();
    let mut dial = Dial::new(&[hole.address, refusing()]);
    assert!(
        matches!(run(&mut dial, Duration::from_millis(400)), Progress::Waiting),
        "gave up too early"
    );
    assert_eq!(dial.give_up(), Failure::Outage(Outage::ConnectTimedOut));
}

#[test]
fn all_refused_is_refused() {
    let mut dial = Dial::new(&[refusing(), refusing()]);
    let failed = run(&mut dial, Duration::from_secs(5));
    assert!(
        matches!(failed, Progress::Failed(Failure::Outage(Outage::ConnectRefused))),
        "{failed:?}"
    );
}

#[test]
fn a_local_failure_beats_every_outage_in_any_order() {
    let events = [Errno::NETUNREACH, Errno::MFILE, Errno::CONNREFUSED, Errno::TIMEDOUT];
    for shift in 0..events.len() {
        let mut failures = Failures::default();
        for errno in events.iter().cycle().skip(shift).take(events.len()) {
            failures.note(errno::of_connect(*errno));
        }
        assert_eq!(failures.verdict(), Failure::Local(Local::NoDescriptor));
    }
}

#[test]
fn of_outages_the_one_that_got_furthest_is_told() {
    for events in [[Errno::NETUNREACH, Errno::CONNREFUSED], [Errno::CONNREFUSED, Errno::NETUNREACH]]
    {
        let mut failures = Failures::default();
        for errno in events {
            failures.note(errno::of_connect(errno));
        }
        assert_eq!(failures.verdict(), Failure::Outage(Outage::ConnectRefused));
    }
}

#[test]
fn a_local_failure_is_not_forgotten_when_the_budget_ends() {
    let hole = BlackHole::new();
    let mut dial = Dial::new(&[hole.address]);
    dial.failures.note(Failure::Local(Local::NotPermitted));
    assert!(matches!(run(&mut dial, Duration::from_millis(50)), Progress::Waiting));
    assert_eq!(dial.give_up(), Failure::Local(Local::NotPermitted));
}

#[test]
fn sockets_close_on_exec_never_block_and_do_not_wait_for_more() {
    let (_listener, good) = listener();
    let Progress::Connected(fd) = run(&mut Dial::new(&[good]), Duration::from_secs(5)) else {
        panic!("not connected");
    };
    assert!(rustix::io::fcntl_getfd(&fd).expect("flags").contains(rustix::io::FdFlags::CLOEXEC));
    assert!(rustix::fs::fcntl_getfl(&fd).expect("flags").contains(rustix::fs::OFlags::NONBLOCK));
    assert!(sockopt::tcp_nodelay(&fd).expect("an option"));
}

#[test]
fn no_address_to_try_is_no_outage() {
    let failed = run(&mut Dial::new(&[]), Duration::from_secs(5));
    assert!(matches!(failed, Progress::Failed(Failure::Local(Local::NoAddress))), "{failed:?}");
}
