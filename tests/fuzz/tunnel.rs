//! What a proxy answers to CONNECT, over a pair of sockets: the first byte says in how large pieces and
//! whether it hangs up at the end; the rest is the answer.

use std::io::Write;
use std::os::unix::net::UnixStream;

use crate::api::tunnel::{Tunnel, Turn};
use crate::config::{Proxy, ServiceHost};
use crate::core::failure::{Failure, Outage, Untrusted};
use crate::core::secret::Secret;

const PASSWORD: &str = "s3cr3ts3cr3t";

/// What it comes to.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Open,
    Waiting,
    Outage(Outage),
    Refused,
}

/// No more than fits into a socket at once.
const LONGEST: usize = 16 * 1024;

pub fn target(data: &[u8]) {
    let Some((first, answer)) = data.split_first().filter(|(_, rest)| rest.len() <= LONGEST) else {
        return;
    };
    let hangs_up = first & 1 == 1;
    let piece = 1 + usize::from(first >> 1);
    // Not whatever it says is refused.
    assert_eq!(says(b"HTTP/1.1 200 OK\r\n\r\n", piece, hangs_up), End::Open);
    let said = plainly(answer);
    match says(answer, piece, hangs_up) {
        // In pieces, what follows the head may not be there yet when it opens.
        End::Open => assert!(matches!(said, Plain::Opens { .. })),
        End::Outage(Outage::ProxyError(status @ (500 | 502..=504))) => {
            assert_eq!(said, Plain::Says(status));
        }
        End::Outage(outage) => {
            assert!(outage == Outage::ProxyCut && hangs_up && said == Plain::Nothing, "{outage}");
        }
        End::Waiting => assert!(!hangs_up && said == Plain::Nothing),
        End::Refused => {}
    }
    // At once, nothing that follows can be taken for what the service says.
    if says(answer, answer.len().max(1), hangs_up) == End::Open {
        assert_eq!(said, Plain::Opens { surplus: 0 });
    }
}

fn says(answer: &[u8], piece: usize, hangs_up: bool) -> End {
    let (ours, mut theirs) = UnixStream::pair().expect("a pair");
    let credentials = Some(Secret::new(format!("demo:{PASSWORD}")));
    let proxy = Proxy { name: "proxy.example".into(), port: 3128, credentials };
    let host = ServiceHost { name: "api.example".into(), port: 443 };
    let mut tunnel = Box::new(Tunnel::new(ours.into(), &proxy, &host));
    for part in answer.chunks(piece) {
        theirs.write_all(part).expect("room");
        // One more than is needed: each turn reads a kilobyte.
        for _ in 0..=part.len().div_ceil(1024) {
            match tunnel.turn(true) {
                Turn::Waiting(same) => tunnel = same,
                turn => return end_of(turn),
            }
        }
    }
    if hangs_up {
        drop(theirs);
        return end_of(tunnel.turn(true));
    }
    End::Waiting
}

fn end_of(turn: Turn) -> End {
    match turn {
        Turn::Waiting(_) => End::Waiting,
        Turn::Open(_) => End::Open,
        Turn::Failed(Failure::Outage(outage)) => End::Outage(outage),
        Turn::Failed(Failure::Untrusted(Untrusted::Proxy(why))) => {
            assert!(super::is_clean(&why) && !why.contains(['\n']) && why.len() <= 256, "{why:?}");
            assert!(!why.contains(PASSWORD), "{why}");
            End::Refused
        }
        Turn::Failed(other) => panic!("{other:?} of what a proxy says"),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Plain {
    Opens {
        surplus: usize,
    },
    Says(u16),
    /// Not a whole head, or nothing that begins like one.
    Nothing,
}

fn plainly(answer: &[u8]) -> Plain {
    let Some(at) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Plain::Nothing;
    };
    let code = std::str::from_utf8(answer.get(9..12).unwrap_or_default()).unwrap_or_default();
    let rest = &answer[at + 4..];
    match code.parse::<u16>() {
        _ if !answer.starts_with(b"HTTP/1.") => Plain::Nothing,
        Ok(100 | 102..=199) => plainly(rest),
        Ok(200..=299) => Plain::Opens { surplus: rest.len() },
        Ok(status) => Plain::Says(status),
        Err(_) => Plain::Nothing,
    }
}
