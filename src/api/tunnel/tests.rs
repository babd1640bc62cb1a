use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use super::*;
use crate::core::secret::Secret;

fn proxy(credentials: Option<&str>) -> Proxy {
    Proxy {
        name: "proxy.example".into(),
        port: 3128,
        credentials: credentials.map(|text| Secret::new(text.into())),
    }
}

fn tunnel(credentials: Option<&str>) -> (Box<Tunnel>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().expect("a pair");
    let host = ServiceHost { name: "api.example".into(), port: 443 };
    (Box::new(Tunnel::new(ours.into(), &proxy(credentials), &host)), theirs)
}

/// What these pieces come to, each in a turn of its own.
fn says(credentials: Option<&str>, pieces: &[&[u8]]) -> Turn {
    let (mut tunnel, mut theirs) = tunnel(credentials);
    for piece in pieces {
        theirs.write_all(piece).expect("room");
        loop {
            let turn = tunnel.turn(true);
            let Turn::Waiting(same) = turn else { return turn };
            tunnel = same;
            // All of the piece was read when nothing is left.
            let left = rustix::io::ioctl_fionread(&tunnel.fd).expect("a socket");
            if left == 0 {
                break;
            }
        }
    }
    Turn::Waiting(tunnel)
}

fn fails(reply: &str) -> Failure {
    match says(Some("demo:pw"), &[reply.as_bytes()]) {
        Turn::Failed(failure) => failure,
        Turn::Open(_) => panic!("open: {reply:?}"),
        Turn::Waiting(_) => panic!("waiting: {reply:?}"),
    }
}

fn refuses(reply: &str) -> String {
    match fails(reply) {
        Failure::Untrusted(Untrusted::Proxy(why)) => why,
        other => panic!("{other:?}: {reply:?}"),
    }
}

#[test]
fn the_proxy_is_told_the_host_and_the_credentials_and_nothing_else() {
    let said = |name: &str, port, credentials| {
        let target = target(&ServiceHost { name: name.into(), port });
        let head = request(&target, &proxy(credentials));
        String::from_utf8(head.to_vec()).expect("text")
    };
    assert_eq!(
        said("api.example", 443, None),
        "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n"
    );
    assert_eq!(
        said("::1", 8443, Some("demo:p\u{e4}ss")),
        "CONNECT [::1]:8443 HTTP/1.1\r\nHost: [::1]:8443\r\n\
         Proxy-Authorization: Basic ZGVtbzpww6Rzcw==\r\n\r\n"
    );
}

/// What grows is copied, and the copies are not wiped.
#[test]
fn the_head_with_the_credentials_never_grows() {
    for length in [1, 100, 1024] {
        let name = "a".repeat(length.min(253));
        let (host, secret) = (ServiceHost { name, port: 65535 }, "x".repeat(length));
        let target = target(&host);
        let encoded = BASE64.encode(&secret);
        let room = 128 + 2 * target.len() + encoded.len();
        let head = request(&target, &proxy(Some(&secret)));
        assert_eq!(head.capacity(), room, "{} bytes", head.len());
    }
}

#[test]
fn a_2xx_opens_the_way_in_every_spelling_and_however_it_is_cut() {
    for reply in [
        "HTTP/1.1 200 Connection established\r\n\r\n",
        "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 \r\nVIA: 1.1 proxy\r\n\r\n",
        "HTTP/1.1 204 None\r\n\r\n",
        // Neither means anything here (RFC 9110, 9.3.6).
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let whole = says(None, &[reply.as_bytes()]);
        assert!(matches!(whole, Turn::Open(_)), "{reply:?}");
        let bytes: Vec<&[u8]> = reply.as_bytes().chunks(1).collect();
        assert!(matches!(says(None, &bytes), Turn::Open(_)), "{reply:?}");
        assert!(matches!(says(None, &bytes[..bytes.len() - 1]), Turn::Waiting(_)), "{reply:?}");
    }
}

#[test]
fn what_opens_is_the_same_connection_with_nothing_of_it_lost() {
    let (tunnel, mut theirs) = tunnel(None);
    let Turn::Waiting(tunnel) = tunnel.turn(false) else { panic!("not waiting") };
    assert_eq!(tunnel.interest(), PollFlags::IN);
    let mut head = vec![0; request("api.example:443", &proxy(None)).len()];
    theirs.read_exact(&mut head).expect("the request");
    theirs.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("room");
    let Turn::Open(fd) = tunnel.turn(true) else { panic!("not open") };
    theirs.write_all(b"from the service").expect("room");
    drop(theirs);
    let mut rest = String::new();
    UnixStream::from(fd).read_to_string(&mut rest).expect("an end");
    assert_eq!(rest, "from the service");
}

#[test]
fn what_follows_the_head_before_tls_has_begun_is_refused() {
    for reply in [
        "HTTP/1.1 200 OK\r\n\r\n\u{16}\u{3}\u{3}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",
        "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        assert!(refuses(reply).contains("that nobody asked for"), "{reply:?}");
    }
}

#[test]
fn a_proxy_that_does_not_reach_the_service_is_an_outage() {
    for status in [500, 502, 503, 504] {
        let outage = Failure::Outage(Outage::ProxyError(status));
        assert_eq!(fails(&format!("HTTP/1.0 {status} No\r\n\r\n")), outage);
        assert_eq!(fails(&format!("HTTP/1.1 {status} No\r\nContent-Length: 3\r\n\r\nNo!")), outage);
    }
}

/// The whole range, so that no status can become an outage, or open, unnoticed.
#[test]
fn every_other_status_denies_and_says_which() {
    for status in 300..600 {
        if matches!(status, 500 | 502..=504) {
            continue;
        }
        let why =
            refuses(&format!("HTTP/1.1 {status} \u{1b}[1mwords\r\n\r\n").replace('\u{1b}', ""));
        assert!(why.contains("proxy.example:3128") && why.contains(&status.to_string()), "{why}");
        assert!(!why.contains("words"), "{why}");
    }
    for code in ["000", "099", "600", "999", "20", "2000", "2x0"] {
        refuses(&format!("HTTP/1.1 {code} OK\r\n\r\n"));
    }
    assert_eq!(
        refuses("HTTP/1.1 403 Filtered\r\n\r\n"),
        "the proxy proxy.example:3128 refuses the connection to api.example:443 (403 Forbidden)"
    );
    refuses("HTTP/1.1 101 Switching Protocols\r\n\r\n");
}

#[test]
fn a_proxy_that_wants_credentials_says_whether_there_were_credentials_and_what_the_proxy_takes() {
    let plain = "HTTP/1.1 407 No\r\n\r\n";
    assert_eq!(refuses(plain), "the proxy proxy.example:3128 wants other credentials (407)");
    let said = "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n";
    assert_eq!(refuses(said), "the proxy proxy.example:3128 wants other credentials (401)");
    let offers = "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\
                  proxy-authenticate: Basic realm=\"x\"\r\n\r\n";
    let Turn::Failed(Failure::Untrusted(Untrusted::Proxy(why))) = says(None, &[offers.as_bytes()])
    else {
        panic!("not refused")
    };
    assert_eq!(
        why,
        "the proxy proxy.example:3128 wants credentials (407, it takes Negotiate, Basic)"
    );
    let long = format!("HTTP/1.1 407 No\r\nProxy-Authenticate: {}\r\n\r\n", "x".repeat(4000));
    assert!(refuses(&long).len() <= Size::FIELD.bytes());
}

#[test]
fn what_is_no_http_or_too_much_of_it_is_refused() {
    for reply in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: \0\r\n\r\n",
        "\u{16}\u{3}\u{3}",
        "\r\n",
    ] {
        refuses(reply);
    }
    let start = "HTTP/1.1 200 OK\r\nX: ";
    let endless = start.to_owned() + &"x".repeat(BUDGET - start.len());
    assert!(matches!(says(None, &[endless.as_bytes()]), Turn::Waiting(_)), "just as much");
    assert!(refuses(&(endless + "x")).contains("does not end"));
    assert!(refuses(&"HTTP/1.1 100 Continue\r\n\r\n".repeat(400)).contains("does not end"));
    assert!(
        refuses(&format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(100))).contains("proper")
    );
}

#[test]
fn a_proxy_that_hangs_up_is_an_outage_wherever_it_does() {
    for part in ["", "HTTP/1.", "HTTP/1.1 200 OK\r\nX", "HTTP/1.1 100 Continue\r\n\r\n"] {
        let (mut tunnel, mut theirs) = tunnel(None);
        theirs.write_all(part.as_bytes()).expect("room");
        drop(theirs);
        let failure = loop {
            match tunnel.turn(true) {
                Turn::Waiting(same) => tunnel = same,
                Turn::Failed(failure) => break failure,
                Turn::Open(_) => panic!("open after {part:?}"),
            }
        };
        assert_eq!(failure, Failure::Outage(Outage::ProxyCut), "{part:?}");
    }
}

#[test]
fn a_failed_connection_is_said_to_be_the_proxy_s_and_a_local_failure_stays_one() {
    assert_eq!(lost(Errno::CONNRESET), Failure::Outage(Outage::ProxyCut));
    assert_eq!(lost(Errno::PIPE), Failure::Outage(Outage::ProxyCut));
    assert_eq!(lost(Errno::TIMEDOUT), Failure::Outage(Outage::ProxySilent));
    assert!(matches!(lost(Errno::NOBUFS), Failure::Local(_)));
}
