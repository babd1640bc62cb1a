//! Where a login comes from: what of `PAM_RHOST` may be sent as an address.

use std::net::{IpAddr, Ipv6Addr};

/// The IPv4 or IPv6 literal in `rhost`, without a zone id, an IPv4-mapped one unwrapped. A host name
/// is none: who controls the reverse zone of an address chooses it.
#[must_use]
pub fn literal(rhost: &str) -> Option<IpAddr> {
    let address = match rhost.split_once('%') {
        // Only a scoped IPv6 address has a zone (RFC 4007, 11).
        Some((address, _zone)) => address.parse::<Ipv6Addr>().map(IpAddr::from),
        None => rhost.parse::<IpAddr>(),
    };
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals_are_sent_and_names_are_not() {
        for (rhost, sent) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("2001:DB8::1", Some("2001:db8::1")),
            ("fe80::1%eth0", Some("fe80::1")),
            ("::ffff:192.0.2.7", Some("192.0.2.7")),
            ("host.example.com", None),
            ("192.0.2.7.evil.example", None),
            ("192.0.2.7%eth0", None),
            ("192.0.2", None),
            ("", None),
        ] {
            let literal = literal(rhost).map(|address| address.to_string());
            assert_eq!(literal.as_deref(), sent, "{rhost}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_client_calls_itself_nothing_but_an_address_is_sent(
            rhost in "([0-9a-fA-F:.%]|::ffff:|192\\.0\\.2\\.|.){0,24}",
        ) {
            if let Some(address) = literal(&rhost) {
                let sent = address.to_string();
                prop_assert_eq!(literal(&sent), Some(address), "{}", sent);
                prop_assert!(rhost.contains([':', '.']), "{:?}", rhost);
            }
        }
    }
}
