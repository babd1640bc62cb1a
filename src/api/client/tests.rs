use std::net::TcpListener;
use std::sync::mpsc::channel;

use super::*;
use crate::config::draft::Draft;
use crate::core::failure::Outage;
use crate::core::request::{Call, Txid};
use crate::core::secret::Secret;

/// What the tests below wait for.
const BUDGET: Duration = Duration::from_secs(2);

struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}

fn client(port: u16) -> Client<'static> {
    let draft = Draft {
        ikey: Some("DIXX".into()),
        skey: Some(Secret::new("k".repeat(40))),
        host: Some(ServiceHost { name: "127.0.0.1".into(), port }),
        timeout: Some(BUDGET),
        ..Draft::with_defaults()
    };
    let config = draft.finish("/etc/duo/pam_duo2.toml".as_ref()).expect("a whole configuration");
    Client::new(&config, Watch::new(None), &RealClock)
}

fn status() -> Request {
    Request { call: Call::Status { txid: Txid("1".into()) }, skew: 0 }
}

/// A client whose resolver answers when the sender says what.
fn resolving() -> (Client<'static>, std::sync::mpsc::Sender<Vec<SocketAddr>>) {
    let (answer, asked) = channel();
    let mut client = client(443);
    let lookup = Lookup::start_with(move || Ok(asked.recv().unwrap_or_default()));
    client.stage = Stage::Resolving(lookup.expect("a thread"));
    client.tls().expect("a system with ca-certificates");
    (client, answer)
}

#[test]
fn a_resolver_that_hangs_is_late() {
    let (mut client, _answer) = resolving();
    client.send(&status());
    let start = Instant::now();
    assert!(matches!(client.next(start + BUDGET), Wake::Tick));
    assert!(start.elapsed() < BUDGET + Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(client.give_up(), Failure::Outage(Outage::ResolverLate));
}

#[test]
fn what_cannot_be_asked_is_told_in_words_and_is_no_outage() {
    let mut client = client(443);
    client.host.name = "no name".into();
    let fd = std::os::fd::OwnedFd::from(std::fs::File::open("/dev/null").expect("it"));
    let Step::Done(Wake::Failed(Failure::Local(Local::Request(why)))) = client.link(fd) else {
        panic!("not told");
    };
    assert!(why.starts_with("no name: "), "{why}");
}

/// One resolution per login: it goes on while the first request is given up for another.
#[test]
fn a_resolution_survives_the_request_that_began_it() {
    let (mut client, answer) = resolving();
    client.send(&status());
    assert!(matches!(client.next(Instant::now() + Duration::from_millis(50)), Wake::Tick));
    client.send(&status());
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it").port();
    answer.send(vec![([127, 0, 0, 1], port).into()]).expect("the thread waits");
    let wake = client.next(Instant::now() + Duration::from_secs(5));
    let refused = Failure::Outage(Outage::ConnectRefused);
    assert!(matches!(&wake, Wake::Failed(failure) if *failure == refused), "{wake:?}");
    assert_eq!(client.addresses.as_ref().map(Vec::len), Some(1), "kept for the next connection");
}

#[test]
fn addresses_that_hang_are_a_time_out() {
    let mut client = client(443);
    client.send(&status());
    // How attempts that hang are told apart is tried with real ones in `dial`.
    client.stage = Stage::Dialling(Dial::new(&[]));
    assert_eq!(client.give_up(), Failure::Outage(Outage::ConnectTimedOut));
}

#[test]
fn with_nothing_in_flight_nothing_is_said_of_the_service() {
    assert_eq!(client(443).give_up(), Failure::Local(Local::NothingAsked));
}

#[test]
fn the_date_is_corrected_by_the_skew() {
    let mut client = client(443);
    for skew in [-400, 0, 400] {
        client.send(&Request { skew, ..status() });
        let wire = client.request.as_ref().expect("a request");
        let date = &wire.headers.iter().find(|(name, _)| *name == "Date").expect("a date").1;
        let said = httpdate::parse_http_date(&date.replace("-0000", "GMT")).expect("a date");
        let now = SystemTime::now();
        let off = said
            .duration_since(now)
            .map_or_else(|past| -past.duration().as_secs_f64(), |future| future.as_secs_f64());
        #[allow(clippy::cast_precision_loss)] // a few hundred
        let wanted = skew as f64;
        assert!((off - wanted).abs() < 2.5, "{off} and not {wanted}");
    }
}

#[test]
fn the_host_header_names_the_port_only_where_it_is_unusual() {
    let said = |name: &str, port| authority(&ServiceHost { name: name.into(), port });
    assert_eq!(said("api.example", 443), "api.example");
    assert_eq!(said("api.example", 8443), "api.example:8443");
    assert_eq!(said("::1", 443), "[::1]");
    assert_eq!(said("::1", 8443), "[::1]:8443");
}

/// A host with addresses of both families, the first of which is dead.
#[test]
fn a_dead_first_address_costs_a_quarter_of_a_second_and_not_the_budget() {
    let (mut client, answer) = resolving();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let good = listener.local_addr().expect("it");
    // Whoever is connected to is cut off, which shows that it was.
    std::thread::spawn(move || drop(listener.accept()));
    let hole = crate::api::dial::tests::BlackHole::on((std::net::Ipv6Addr::LOCALHOST, 0).into());
    answer.send(vec![hole.address, good]).expect("the thread waits");
    client.send(&status());
    let start = Instant::now();
    let wake = client.next(start + BUDGET);
    let took = start.elapsed();
    let cut = Failure::Outage(Outage::Cut);
    assert!(matches!(&wake, Wake::Failed(failure) if *failure == cut), "{wake:?}");
    assert!(took >= Duration::from_millis(250) && took < BUDGET / 2, "{took:?}");
}

/// As for the service, so for the proxy.
#[test]
fn a_proxy_s_addresses_are_resolved_in_the_place_of_the_service_s() {
    let mut client = client(443);
    client.host.name = "api.service.invalid".into();
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it").port();
    client.proxy = Some(Proxy { name: "localhost".into(), port, credentials: None });
    client.send(&status());
    let wake = client.next(Instant::now() + BUDGET);
    let refused = Failure::Outage(Outage::ConnectRefused);
    assert!(matches!(&wake, Wake::Failed(failure) if *failure == refused), "{wake:?}");
    let addresses = client.addresses.expect("kept for the next connection");
    assert!(addresses.iter().all(|to| to.ip().is_loopback() && to.port() == port), "{addresses:?}");
}

#[test]
fn a_way_through_the_proxy_that_is_not_open_in_time_is_the_proxy_s_fault() {
    let mut client = client(443);
    let (ours, _theirs) = std::os::unix::net::UnixStream::pair().expect("a pair");
    let proxy = Proxy { name: "proxy.example".into(), port: 3128, credentials: None };
    client.stage = Stage::Tunnelling(Box::new(Tunnel::new(ours.into(), &proxy, &client.host)));
    assert_eq!(client.give_up(), Failure::Outage(Outage::ProxySilent));
}
