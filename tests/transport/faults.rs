//! A service, or a network, that misbehaves: each way ends in time and by its own name.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::core::failure::{Failure, Outage, Untrusted};
use pam_duo2::ports::{Api, Wake};
use rustix::net::sockopt;

use crate::client::{ask, client, failure, preauth, reply, status, within};
use crate::pki::Ca;
use crate::server::{Peer, Server, eventually, ok};

/// A deadline may be missed by so much on a busy machine.
const SLACK: Duration = Duration::from_secs(1);
const BUDGET: Duration = Duration::from_secs(4);

/// What one request to a server with this script comes to.
fn fails(script: impl Fn(Peer) -> io::Result<()> + Send + Sync + 'static) -> Failure {
    let ca = Ca::new("faults");
    let server = Server::start(&ca.issue(), script);
    let file = ca.file();
    failure(&mut client(server.address.port(), file.path()), &preauth())
}

/// The same without TLS.
fn fails_raw(script: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Failure {
    let ca = Ca::new("faults");
    let server = Server::raw(move |tcp, _, _| script(tcp));
    let file = ca.file();
    failure(&mut client(server.address.port(), file.path()), &preauth())
}

/// Nothing whole comes within the budget: the wait ends on time, and this is said to be the reason.
fn late(script: impl Fn(Peer) -> io::Result<()> + Send + Sync + 'static) -> Failure {
    let ca = Ca::new("late");
    let server = Server::start(&ca.issue(), script);
    let file = ca.file();
    let budget = BUDGET;
    let mut client = within(budget, server.address.port(), file.path());
    let start = Instant::now();
    let wake = ask(&mut client, &preauth(), budget);
    let took = start.elapsed();
    assert!(matches!(wake, Wake::Tick), "{wake:?}");
    assert!(took >= budget && took < budget + SLACK, "{took:?}");
    client.give_up()
}

/// Makes the kernel answer everything with a reset from now on.
fn reset(tcp: &TcpStream) -> io::Result<()> {
    sockopt::set_socket_linger(tcp.as_fd(), Some(Duration::ZERO))?;
    Ok(())
}

const CUT: Failure = Failure::Outage(Outage::Cut);
const SILENT: Failure = Failure::Outage(Outage::Silent);

#[test]
fn a_refused_connection_is_an_outage() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ca = Ca::new("refused");
    let file = ca.file();
    let failed = failure(&mut client(port, file.path()), &preauth());
    assert_eq!(failed, Failure::Outage(Outage::ConnectRefused));
}

#[test]
fn silence_before_the_handshake_ends_on_time() {
    let ca = Ca::new("silent");
    let server = Server::raw(|_tcp, _, _| {
        thread::sleep(Duration::from_secs(5));
        Ok(())
    });
    let file = ca.file();
    let budget = BUDGET;
    let mut client = within(budget, server.address.port(), file.path());
    let start = Instant::now();
    assert!(matches!(ask(&mut client, &preauth(), budget), Wake::Tick));
    assert!(start.elapsed() < budget + SLACK);
    assert_eq!(client.give_up(), SILENT);
}

#[test]
fn silence_after_the_request_ends_on_time() {
    let failed = late(|mut peer| {
        peer.request()?;
        thread::sleep(Duration::from_secs(5));
        Ok(())
    });
    assert_eq!(failed, SILENT);
}

#[test]
fn a_drip_ends_on_time() {
    let failed = late(|mut peer| {
        peer.request()?;
        loop {
            for byte in ok("x").bytes().cycle() {
                peer.say([byte])?;
                thread::sleep(Duration::from_millis(200));
            }
        }
    });
    assert!(matches!(failed, SILENT | Failure::Untrusted(_)), "{failed:?}");
}

/// There is always something to read, and never enough of it: only the clock ends this.
#[test]
fn a_server_that_never_runs_dry_ends_on_time() {
    let failed = late(|mut peer| {
        peer.request()?;
        peer.say("HTTP/1.1 200 OK\r\nX: ")?;
        loop {
            peer.say("x")?;
            thread::sleep(Duration::from_micros(20));
        }
    });
    assert_eq!(failed, SILENT);
}

#[test]
fn a_flood_of_key_updates_is_refused() {
    let failed = fails(|mut peer| {
        peer.request()?;
        loop {
            peer.tls.conn.refresh_traffic_keys().map_err(io::Error::other)?;
            peer.tls.flush()?;
        }
    });
    assert!(matches!(failed, Failure::Untrusted(Untrusted::Tls(_))), "{failed:?}");
}

#[test]
fn a_connection_closed_before_the_handshake_is_cut() {
    assert_eq!(fails_raw(|_tcp| Ok(())), CUT);
}

#[test]
fn a_connection_reset_before_the_handshake_is_cut() {
    let failed = fails_raw(|mut tcp| {
        tcp.read_exact(&mut [0; 8])?;
        reset(&tcp)
    });
    assert_eq!(failed, CUT);
}

#[test]
fn a_connection_closed_within_the_handshake_is_cut() {
    let failed = fails_raw(|mut tcp| {
        tcp.read_exact(&mut [0; 64])?;
        // The header of a handshake record that never comes.
        tcp.write_all(&[22, 3, 3, 0, 200, 2, 0])?;
        tcp.shutdown(Shutdown::Write)?;
        tcp.read_to_end(&mut Vec::new()).map(drop)
    });
    assert_eq!(failed, CUT);
}

#[test]
fn a_connection_closed_after_the_request_is_cut() {
    assert_eq!(fails(|mut peer| peer.request().map(drop)), CUT);
    assert_eq!(
        fails(|mut peer| {
            peer.request()?;
            peer.close()
        }),
        CUT
    );
}

#[test]
fn a_connection_reset_after_the_request_is_cut() {
    let failed = fails(|mut peer| {
        peer.request()?;
        reset(&peer.tls.sock)
    });
    assert_eq!(failed, CUT);
}

#[test]
fn a_reply_cut_in_head_or_body_is_cut_however_politely() {
    for part in [
        "HTTP/1.1 200 OK\r\nCont",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let cut = fails(move |mut peer| {
            peer.request()?;
            peer.say(part)
        });
        assert_eq!(cut, CUT, "{part:?}");
        let closed = fails(move |mut peer| {
            peer.request()?;
            peer.say(part)?;
            peer.close()
        });
        assert_eq!(closed, CUT, "{part:?}");
    }
}

#[test]
fn a_body_that_ends_with_the_connection_counts_only_when_tls_says_so() {
    let ca = Ca::new("until close");
    let server = Server::start(&ca.issue(), |mut peer| {
        peer.request()?;
        peer.say("HTTP/1.1 200 OK\r\n\r\nall of it")?;
        if peer.number == 0 { peer.close() } else { peer.tls.sock.shutdown(Shutdown::Write) }
    });
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    assert_eq!(reply(&mut client, &preauth()).body, b"all of it");
    assert_eq!(failure(&mut client, &preauth()), CUT);
}

/// What came before a reset is a reply, and not lost with the connection.
#[test]
fn a_reply_followed_by_a_reset_is_a_reply() {
    let ca = Ca::new("reset");
    let server = Server::start(&ca.issue(), |mut peer| {
        peer.request()?;
        peer.say(ok("whole"))?;
        reset(&peer.tls.sock)
    });
    let file = ca.file();
    for _ in 0..20 {
        let mut client = client(server.address.port(), file.path());
        client.send(&preauth());
        assert!(matches!(client.next(Instant::now()), Wake::Tick));
        assert_eq!(reply(&mut client, &preauth()).body, b"whole");
    }
}

#[test]
fn replies_beyond_the_budget_are_refused() {
    let endless = [
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: ",
    ];
    for head in endless {
        let failed = fails(move |mut peer| {
            peer.request()?;
            peer.say(head)?;
            loop {
                peer.say([b'x'; 4096])?;
            }
        });
        assert_eq!(failed, Failure::Untrusted(Untrusted::TooLarge), "{head:?}");
    }
    let floods = ["HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"];
    for part in floods {
        let failed = fails(move |mut peer| {
            peer.request()?;
            loop {
                peer.say(part.repeat(50))?;
            }
        });
        assert_eq!(failed, Failure::Untrusted(Untrusted::TooLarge), "{part:?}");
    }
}

#[test]
fn ambiguous_framing_is_refused_on_the_wire_too() {
    for headers in [
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Content-Length: 2\r\nContent-Length: 3",
        "Transfer-Encoding: gzip, chunked",
    ] {
        let failed = fails(move |mut peer| {
            peer.request()?;
            peer.say(format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n0\r\n\r\n"))
        });
        assert!(matches!(failed, Failure::Untrusted(Untrusted::Http(_))), "{headers}: {failed:?}");
    }
}

#[test]
fn who_speaks_no_tls_is_not_trusted() {
    for words in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"] {
        let failed = fails_raw(move |mut tcp| {
            tcp.write_all(words.as_bytes())?;
            tcp.read_to_end(&mut Vec::new()).map(drop)
        });
        assert!(matches!(failed, Failure::Untrusted(Untrusted::Tls(_))), "{words:?}: {failed:?}");
    }
    let alert = fails_raw(|mut tcp| {
        tcp.write_all(&[21, 3, 3, 0, 2, 2, 40])?;
        tcp.read_to_end(&mut Vec::new()).map(drop)
    });
    assert!(matches!(alert, Failure::Untrusted(Untrusted::Tls(_))), "{alert:?}");
}

#[test]
fn a_reply_before_the_request_is_not_taken_for_one() {
    for version in rustls::ALL_VERSIONS {
        let ca = Ca::new("early");
        let mut config = ca.issue().server_config(&[version]);
        config.send_half_rtt_data = true;
        let server = Server::start_with(config, |mut peer| {
            peer.tls.conn.writer().write_all(ok("early").as_bytes())?;
            peer.handshake()?;
            peer.tls.flush()?;
            thread::sleep(Duration::from_millis(300));
            Ok(())
        });
        let file = ca.file();
        let failed = failure(&mut client(server.address.port(), file.path()), &preauth());
        assert!(
            matches!(failed, Failure::Untrusted(Untrusted::Http(_))),
            "{version:?}: {failed:?}"
        );
    }
}

#[test]
fn a_slow_accept_is_no_failure() {
    let ca = Ca::new("slow");
    let server = Server::start(&ca.issue(), |peer| {
        thread::sleep(Duration::from_millis(400));
        peer.answer_all(&ok("{}"))
    });
    let file = ca.file();
    assert_eq!(reply(&mut client(server.address.port(), file.path()), &status()).status, 200);
}

#[test]
fn a_5xx_is_a_reply_and_a_redirect_is_not_followed() {
    let ca = Ca::new("statuses");
    let server = Server::start(&ca.issue(), |mut peer| {
        peer.request()?;
        peer.say("HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: 3\r\n\r\n")?;
        peer.request()?;
        peer.say(
            "HTTP/1.1 307 Elsewhere\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        )?;
        peer.request().map(drop)
    });
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    assert_eq!(reply(&mut client, &preauth()).status, 503);
    assert_eq!(reply(&mut client, &preauth()).status, 307);
    drop(client);
    assert!(eventually(|| server.ended.try_recv().is_ok()));
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}
