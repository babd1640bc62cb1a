//! Certificates, protocol versions, and faults of the connection itself.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::client::{Client, connect, raw_ping, trusting};
use crate::mock::Mock;

fn served(keys: &str) -> Mock {
    Mock::with_scenario(&format!("[server]\n{keys}\n"), &[])
}

fn failure(keys: &str) -> String {
    let mock = served(keys);
    let (seen, end) = raw_ping(&mock, "");
    assert!(seen.is_empty(), "{keys}");
    end.unwrap_err().to_string()
}

#[test]
fn each_bad_certificate_is_bad_in_its_own_way() {
    assert!(failure("certificate = 'expired'").contains("expired"));
    assert!(failure("certificate = 'not_yet_valid'").contains("not valid yet"));
    assert!(failure("certificate = 'wrong_name'").contains("not valid for name"));
    assert!(failure("certificate = 'unknown_ca'").contains("UnknownIssuer"));
    let own = failure("certificate = 'self_signed'");
    assert!(own.contains("UnknownIssuer") || own.contains("CaUsedAsEndEntity"), "{own}");
}

#[test]
fn only_the_wanted_version_is_offered_and_a_second_session_is_resumed() {
    for (keys, version) in [("tls = '1.2'", "TLSv1_2"), ("tls = '1.3'", "TLSv1_3")] {
        let mock = served(keys);
        let config = trusting(&mock);
        for resumed in [false, true] {
            let mut tls = connect(&mock, &config);
            let request =
                b"GET /auth/v2/ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            tls.write_all(request).unwrap();
            let mut reply = String::new();
            tls.read_to_string(&mut reply).unwrap();
            assert!(reply.starts_with("HTTP/1.1 200"));
            let conn = u64::from(resumed) + 1;
            let line = mock.await_line(|line| line["event"] == "tls" && line["conn"] == conn);
            assert_eq!(
                (line["version"].as_str(), line["resumed"].as_bool()),
                (Some(version), Some(resumed))
            );
            mock.await_line(|line| line["event"] == "close" && line["conn"] == conn);
        }
    }
}

#[test]
fn further_names_can_be_in_the_certificate() {
    let mock = Mock::start(&["--san", "api-test.example"]);
    let tcp = std::net::TcpStream::connect(("127.0.0.1", mock.port())).unwrap();
    let session =
        rustls::ClientConnection::new(trusting(&mock), "api-test.example".try_into().unwrap())
            .unwrap();
    let mut tls = rustls::StreamOwned::new(session, tcp);
    tls.write_all(
        b"GET /auth/v2/ping HTTP/1.1\r\nHost: api-test.example\r\nConnection: close\r\n\r\n",
    )
    .unwrap();
    let mut reply = String::new();
    tls.read_to_string(&mut reply).unwrap();
    assert!(reply.contains("\"OK\""));
}

#[test]
fn silence_after_accept_or_handshake_lasts_until_the_client_leaves() {
    for on in ["accept", "handshake"] {
        let mock = Mock::with_scenario(
            &format!("[[faults]]\non = '{on}'\ncall = 1\nsilent = true\n"),
            &[],
        );
        let mut tls = connect(&mock, &trusting(&mock));
        tls.sock.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let sent = tls.write_all(b"GET /auth/v2/ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(sent.is_ok(), on == "handshake");
        assert!(tls.read(&mut [0; 10]).is_err());
        drop(tls);
        mock.await_line(|line| line["event"] == "close");
        assert_eq!(mock.await_line(|line| line["event"] == "fault")["fault"], "silent");
        // The next connection is not meant.
        assert_eq!(Client::of(&mock).get("ping", &[]).status, 200);
    }
}

#[test]
fn a_connection_can_be_cut_or_reset_before_tls() {
    for how in ["before", "reset"] {
        let mock = Mock::with_scenario(
            &format!("[[faults]]\non = 'accept'\ncall = 1\ncut = '{how}'\n"),
            &[],
        );
        assert!(raw_ping(&mock, "").1.is_err());
        assert_eq!(Client::of(&mock).get("ping", &[]).status, 200);
    }
}

#[test]
fn an_idle_connection_is_closed_after_its_time() {
    let mock = served("idle_close = '300ms'");
    let start = Instant::now();
    let (seen, end) = raw_ping(&mock, "");
    assert!(seen.starts_with(b"HTTP/1.1 200"));
    assert!(end.is_ok(), "a good close: {end:?}");
    let took = start.elapsed();
    assert!((Duration::from_millis(290)..Duration::from_secs(3)).contains(&took), "{took:?}");
}
