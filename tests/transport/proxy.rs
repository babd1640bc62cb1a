//! The service behind a proxy: asked for by name, over TLS from end to end, and each way in which a
//! proxy can refuse or fail by its own name.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::api::{Client, Watch};
use pam_duo2::config::{Config, Proxy};
use pam_duo2::core::failure::{Failure, Outage, Untrusted};
use pam_duo2::core::secret::Secret;
use pam_duo2::ports::{Api, Wake};
use rcgen::SanType;

use crate::client::{RealClock, ask, auth, config, failure, preauth, reply, status};
use crate::connect::{ESTABLISHED, join, on, proxy};
use crate::pki::{Ca, Identity};
use crate::server::{Server, eventually, ok};

/// Nobody's name: only the proxy knows where that is.
const SERVICE: &str = "api.service.invalid";
/// `demo:p@ss`.
const BASIC: &str = "ZGVtbzpwQHNz";
/// A deadline may be missed by so much on a busy machine.
const SLACK: Duration = Duration::from_secs(1);
const BUDGET: Duration = Duration::from_secs(4);

fn identity(ca: &Ca) -> Identity {
    ca.issue_with(|params| {
        let name = SERVICE.try_into().expect("a DNS name");
        params.subject_alt_names = vec![SanType::DnsName(name)];
    })
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port on loopback")
}

fn through(address: SocketAddr, credentials: Option<&str>) -> Proxy {
    let credentials = credentials.map(|text| Secret::new(text.into()));
    Proxy { name: address.ip().to_string(), port: address.port(), credentials }
}

fn client(proxy: Option<Proxy>, cafile: &Path, timeout: Duration) -> Client<'static> {
    let config = Config { proxy, timeout, ..config(SERVICE, 443, Some(cafile)) };
    Client::new(&config, Watch::new(None), &RealClock)
}

const PATIENT: Duration = Duration::from_secs(10);

/// What a request comes to when the proxy does this.
fn fails(script: impl Fn(TcpStream, &str) -> io::Result<()> + Send + Sync + 'static) -> Failure {
    let ca = Ca::new("proxy");
    let server = on(listener(), script);
    let file = ca.file();
    failure(&mut client(Some(through(server.address, None)), file.path(), PATIENT), &preauth())
}

fn refuses(reply: &'static str) -> String {
    let failed = fails(move |mut tcp, _| {
        tcp.write_all(reply.as_bytes())?;
        tcp.read_to_end(&mut Vec::new()).map(drop)
    });
    match failed {
        Failure::Untrusted(Untrusted::Proxy(why)) => why,
        other => panic!("{other:?} after {reply:?}"),
    }
}

#[test]
fn a_login_goes_through_a_proxy_that_alone_knows_the_service_s_name() {
    let ca = Ca::new("through");
    let service = Server::start(&identity(&ca), |peer| peer.answer_all(&ok("{}")));
    let server = proxy(listener(), service.address, None);
    let file = ca.file();
    let mut client = client(Some(through(server.address, None)), file.path(), PATIENT);
    for request in [preauth(), auth(None), status()] {
        assert_eq!(reply(&mut client, &request).status, 200);
    }
    assert_eq!((server.connections(), service.handshakes()), (1, 1), "one tunnel carries them all");
    let head = format!("CONNECT {SERVICE}:443 HTTP/1.1\r\nHost: {SERVICE}:443\r\n\r\n");
    assert_eq!(server.requests(), [head], "and the proxy learns no more");
    assert!(
        service.requests()[0].contains(&format!("\r\nhost: {SERVICE}\r\n")),
        "{:?}",
        service.requests()[0]
    );
}

#[test]
fn without_the_proxy_the_name_is_nobody_s() {
    let ca = Ca::new("direct");
    let file = ca.file();
    let failed = failure(&mut client(None, file.path(), PATIENT), &preauth());
    assert!(
        matches!(failed, Failure::Outage(Outage::NoSuchName | Outage::ResolverFailed)),
        "{failed:?}"
    );
}

#[test]
fn a_proxy_is_reached_over_ipv6_and_by_its_name() {
    let ca = Ca::new("addresses");
    let service = Server::start(&identity(&ca), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let v6 = TcpListener::bind("[::1]:0").expect("IPv6 on loopback");
    let over_v6 = proxy(v6, service.address, None);
    let mut six = client(Some(through(over_v6.address, None)), file.path(), PATIENT);
    assert_eq!(reply(&mut six, &preauth()).status, 200);
    let by_name = proxy(listener(), service.address, None);
    let named = Proxy { name: "localhost".into(), port: by_name.address.port(), credentials: None };
    let mut named = client(Some(named), file.path(), PATIENT);
    assert_eq!(reply(&mut named, &preauth()).status, 200);
    assert_eq!((over_v6.connections(), by_name.connections()), (1, 1));
}

#[test]
fn credentials_are_sent_and_wrong_or_missing_ones_are_told() {
    let ca = Ca::new("credentials");
    let service = Server::start(&identity(&ca), |peer| peer.answer_all(&ok("{}")));
    let server = proxy(listener(), service.address, Some(BASIC));
    let file = ca.file();
    let with =
        |credentials| client(Some(through(server.address, credentials)), file.path(), PATIENT);
    assert_eq!(reply(&mut with(Some("demo:p@ss")), &preauth()).status, 200);
    for (credentials, wants) in [
        (Some("demo:wrong"), "wants other credentials (407, it takes Basic)"),
        (None, "wants credentials (407, it takes Basic)"),
    ] {
        let why = format!("the proxy {} {wants}", server.address);
        let failed = failure(&mut with(credentials), &preauth());
        assert_eq!(failed, Failure::Untrusted(Untrusted::Proxy(why)));
    }
    assert_eq!(service.connections(), 1);
}

/// A kept connection that was lost is replaced through the proxy, and never beside it.
#[test]
fn each_new_connection_goes_through_the_proxy() {
    let ca = Ca::new("again");
    let service = Server::start(&identity(&ca), |mut peer| {
        peer.request()?;
        peer.say(ok("{}"))?;
        peer.close()
    });
    let server = proxy(listener(), service.address, Some(BASIC));
    let file = ca.file();
    let mut client = client(Some(through(server.address, Some("demo:p@ss"))), file.path(), PATIENT);
    for count in 1..=3 {
        assert_eq!(reply(&mut client, &preauth()).status, 200);
        assert_eq!((server.connections(), service.connections()), (count, count));
        assert!(eventually(|| service.ended.try_recv().is_ok()));
        // The end has passed through the proxy.
        thread::sleep(Duration::from_millis(100));
    }
    let heads = server.requests();
    assert!(heads.iter().all(|head| head.contains(BASIC)), "{heads:?}");
}

/// TLS ends at the service: a proxy that speaks it itself is a stranger.
#[test]
fn a_proxy_that_plays_the_service_is_not_trusted() {
    let ca = Ca::new("the service's own");
    let stranger = Server::start(&identity(&Ca::new("interceptor")), |peer| {
        peer.answer_all(&ok("{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}"))
    });
    let server = proxy(listener(), stranger.address, None);
    let file = ca.file();
    let failed =
        failure(&mut client(Some(through(server.address, None)), file.path(), PATIENT), &preauth());
    assert!(matches!(failed, Failure::Untrusted(Untrusted::Certificate(_))), "{failed:?}");
    assert!(stranger.requests().is_empty());
}

#[test]
fn a_proxy_that_is_not_there_is_an_outage() {
    let nobody = listener().local_addr().expect("an address");
    let ca = Ca::new("down");
    let file = ca.file();
    let failed =
        failure(&mut client(Some(through(nobody, None)), file.path(), PATIENT), &preauth());
    assert_eq!(failed, Failure::Outage(Outage::ConnectRefused));
    let unknown = Proxy { name: "proxy.invalid".into(), port: 3128, credentials: None };
    let failed = failure(&mut client(Some(unknown), file.path(), PATIENT), &preauth());
    assert!(
        matches!(failed, Failure::Outage(Outage::NoSuchName | Outage::ResolverFailed)),
        "{failed:?}"
    );
}

#[test]
fn a_proxy_that_does_not_reach_the_service_is_an_outage() {
    for (code, reply) in [
        (500, "HTTP/1.0 500 Unable to connect\r\nContent-Type: text/html\r\n\r\n<html>"),
        (502, "HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        (503, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno"),
        (504, "HTTP/1.1 504 Gateway Timeout\r\n\r\n"),
    ] {
        let failed = fails(move |mut tcp, _| tcp.write_all(reply.as_bytes()));
        assert_eq!(failed, Failure::Outage(Outage::ProxyError(code)));
    }
}

#[test]
fn a_proxy_that_refuses_denies_and_says_what_it_said() {
    let why = refuses("HTTP/1.1 403 Filtered\r\nContent-Length: 4\r\n\r\nno!!");
    assert!(why.ends_with(&format!("refuses the connection to {SERVICE}:443 (403 Forbidden)")));
    for reply in [
        "HTTP/1.1 302 Found\r\nLocation: https://portal.example/\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "HTTP/1.1 405 Method Not Allowed\r\n\r\n",
        "HTTP/1.1 501 Not Implemented\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        refuses(reply);
    }
}

#[test]
fn what_is_no_proxy_at_all_denies() {
    refuses("220 mail.example ESMTP\r\n\r\n");
    refuses("\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{16}");
    refuses("HTTP/1.1 200 OK\n\n");
}

/// A TLS server never speaks first, so this is nobody's whom we asked.
#[test]
fn what_the_proxy_says_before_tls_begins_denies_glued_or_not() {
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n\r\n\u{16}\u{3}\u{3}\0\u{1}\u{2}",
    ] {
        assert!(refuses(reply).contains("that nobody asked for"), "{reply:?}");
    }
    let failed = fails(|mut tcp, _| {
        tcp.write_all(ESTABLISHED.as_bytes())?;
        thread::sleep(Duration::from_millis(100));
        tcp.write_all(b"hello, this is no TLS")?;
        tcp.read_to_end(&mut Vec::new()).map(drop)
    });
    assert!(matches!(failed, Failure::Untrusted(Untrusted::Tls(_))), "{failed:?}");
}

#[test]
fn a_length_in_the_reply_that_opens_the_way_means_nothing() {
    let ca = Ca::new("length");
    let service = Server::start(&identity(&ca), |peer| peer.answer_all(&ok("{}")));
    let to = service.address;
    for opening in [
        "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let server = on(listener(), move |mut tcp, _| {
            tcp.write_all(opening.as_bytes())?;
            join(tcp, TcpStream::connect(to)?)
        });
        let file = ca.file();
        let mut client = client(Some(through(server.address, None)), file.path(), PATIENT);
        assert_eq!(reply(&mut client, &preauth()).status, 200, "{opening:?}");
    }
}

#[test]
fn a_proxy_that_hangs_up_is_an_outage() {
    for part in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nVia: pro"] {
        let failed = fails(move |mut tcp, _| tcp.write_all(part.as_bytes()));
        assert_eq!(failed, Failure::Outage(Outage::ProxyCut), "{part:?}");
    }
    // The way was open, and nobody was at its end.
    let failed = fails(|mut tcp, _| {
        tcp.write_all(ESTABLISHED.as_bytes())?;
        tcp.read_exact(&mut [0; 16])
    });
    assert_eq!(failed, Failure::Outage(Outage::Cut));
}

#[test]
fn a_head_that_does_not_end_denies() {
    for part in ["HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 100 Continue\r\n\r\n"] {
        let failed = fails(move |mut tcp, _| {
            tcp.write_all(part.as_bytes())?;
            loop {
                let more = if part.ends_with("\n\r\n") { part } else { "xxxxxxxx" };
                tcp.write_all(more.as_bytes())?;
            }
        });
        let Failure::Untrusted(Untrusted::Proxy(why)) = failed else { panic!("{failed:?}") };
        assert!(why.contains("does not end"), "{why}");
    }
}

/// Nothing whole comes within the budget: the wait ends on time, and the proxy is said to be late.
fn late(script: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Failure {
    let ca = Ca::new("late");
    let server = on(listener(), move |tcp, _| script(tcp));
    let file = ca.file();
    let budget = BUDGET;
    let mut client = client(Some(through(server.address, None)), file.path(), budget);
    let start = Instant::now();
    let wake = ask(&mut client, &preauth(), budget);
    let took = start.elapsed();
    assert!(matches!(wake, Wake::Tick), "{wake:?}");
    assert!(took >= budget && took < budget + SLACK, "{took:?}");
    client.give_up()
}

#[test]
fn a_silent_proxy_and_one_that_drips_end_on_time() {
    let silent = late(|mut tcp| tcp.read_to_end(&mut Vec::new()).map(drop));
    assert_eq!(silent, Failure::Outage(Outage::ProxySilent));
    let drips = late(|mut tcp| {
        tcp.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
        loop {
            tcp.write_all(b"x")?;
            thread::sleep(Duration::from_millis(20));
        }
    });
    assert_eq!(drips, Failure::Outage(Outage::ProxySilent));
    let behind = late(|mut tcp| {
        tcp.write_all(ESTABLISHED.as_bytes())?;
        tcp.read_to_end(&mut Vec::new()).map(drop)
    });
    assert_eq!(behind, Failure::Outage(Outage::Silent));
}
