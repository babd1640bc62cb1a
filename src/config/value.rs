//! Texts that must have a shape. Only what can never work is refused: compatible services give out
//! keys of other lengths and alphabets than Duo's.

use std::net::{Ipv4Addr, Ipv6Addr};

use rustls_pki_types::ServerName;

use super::ServiceHost;
use super::option::Wrong;
use crate::core::paste;
use crate::core::secret::Secret;

/// HTTPS.
const DEFAULT_PORT: u16 = 443;
/// In bytes; a request header must hold it.
const LONGEST_KEY: usize = 512;

/// Refuses a value of any option that brought something along from where it was copied.
pub fn refuse_stray(option: &str, text: &str) -> Result<(), Wrong> {
    match paste::stray(text) {
        Some(what) => wrong(format!("`{option}`: {what} stands in the value; delete it")),
        None => Ok(()),
    }
}

/// Refuses what by its looks is another one of Duo's three values, or has a slash behind it.
fn refuse_another(what: &str, text: &str) -> Result<(), Wrong> {
    let bare = text.trim_end_matches('/');
    let any = |of: fn(&u8) -> bool| bare.as_bytes().iter().any(of);
    let (small, capital) = (any(u8::is_ascii_lowercase), any(u8::is_ascii_uppercase));
    let found = match bare.len() {
        _ if bare.ends_with(".duosecurity.com") => "host",
        _ if any(|byte| !byte.is_ascii_alphanumeric()) => return Ok(()),
        20 if bare.starts_with("DI") && !small => "integration key",
        40 if small && capital && any(u8::is_ascii_digit) => "secret key",
        _ => return Ok(()),
    };
    if found != what {
        return wrong(format!(
            "this looks like the {found}; write the {what} here, and the {found} where it belongs"
        ));
    }
    if bare == text { Ok(()) } else { wrong(format!("the {what} ends in a slash; delete it")) }
}

/// The integration key: the user name of HTTP Basic authentication, hence without a colon.
pub fn ikey(text: &str) -> Result<String, Wrong> {
    key("integration key", text)?;
    if text.contains(':') {
        return wrong(
            "an integration key cannot contain a colon; write the key alone, as the admin panel shows it",
        );
    }
    Ok(text.to_owned())
}

/// The secret key.
pub fn skey(text: &str) -> Result<Secret, Wrong> {
    key("secret key", text)?;
    Ok(Secret::alone(text))
}

/// The secret key as a file's content; one newline at its end is no part of it.
pub fn skey_file(content: &[u8]) -> Result<Secret, Wrong> {
    let Ok(text) = std::str::from_utf8(content) else {
        return wrong("the file holds something that is no text; put the secret key alone into it");
    };
    if let Some(what) = paste::stray(text) {
        return wrong(format!("{what} stands in the file; put the secret key alone into it"));
    }
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    skey(text)
}

fn key(what: &str, text: &str) -> Result<(), Wrong> {
    if text.is_empty() {
        return wrong(format!(
            "the {what} is empty; write the one that the admin panel of the service shows"
        ));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return wrong(format!(
            "the {what} contains a space, a line break or a control character; write the key alone"
        ));
    }
    if text.contains("://") {
        return wrong(format!("the {what} is no address; write the key alone"));
    }
    refuse_another(what, text)?;
    if text.len() > LONGEST_KEY {
        return wrong(format!(
            "the {what} is longer than {LONGEST_KEY} bytes; write the key alone"
        ));
    }
    Ok(())
}

/// `name`, `name:port`, `v4`, `v4:port`, `[v6]`, `[v6]:port`.
pub fn host(text: &str) -> Result<ServiceHost, Wrong> {
    if text.is_empty() {
        return wrong("the host is empty; write the one that the admin panel of the service shows");
    }
    refuse_url(text)?;
    refuse_another("host", text)?;
    place(text, DEFAULT_PORT)
}

/// The same, with another port where none is written.
pub fn place(text: &str, default_port: u16) -> Result<ServiceHost, Wrong> {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, rest)) = rest.split_once(']') else {
            return wrong("the bracket is not closed; write an IPv6 address as [2001:db8::1]");
        };
        let Ok(address) = address.parse::<Ipv6Addr>() else {
            return wrong(
                "no IPv6 address stands in the brackets; write one without a zone, as [2001:db8::1]",
            );
        };
        return Ok(ServiceHost {
            name: address.to_string(),
            port: port_after(rest, default_port)?,
        });
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return wrong(format!("an IPv6 address needs brackets; write [{text}]"));
    }
    let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
    Ok(ServiceHost { name: host_name(name)?, port: port_after(rest, default_port)? })
}

fn refuse_url(text: &str) -> Result<(), Wrong> {
    if text.contains("://") {
        return wrong("a host has no scheme; write the name alone, without https://");
    }
    if text.contains(['/', '?', '#']) {
        return wrong("a host has no path; write the name alone, up to the first slash");
    }
    if text.contains('@') {
        return wrong("a host has no user name; write what stands after the @");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return wrong("a host has no spaces or control characters; write the name alone");
    }
    if !text.is_ascii() {
        return wrong("a host name is written in ASCII; write its xn-- form");
    }
    Ok(())
}

/// What follows the name: nothing, or `:PORT`.
fn port_after(rest: &str, default: u16) -> Result<u16, Wrong> {
    if rest.is_empty() {
        return Ok(default);
    }
    // `parse` alone would let `:+443` pass.
    rest.strip_prefix(':')
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .filter(|port| *port != 0)
        .ok_or_else(|| {
            Wrong(
                "what follows the host is no port; write a number from 1 to 65535 after one colon"
                    .into(),
            )
        })
}

fn host_name(text: &str) -> Result<String, Wrong> {
    // A trailing dot says "no search domains" to a resolver and nothing to a certificate.
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if name.parse::<Ipv4Addr>().is_ok() {
        return Ok(name);
    }
    // Also refuses what only looks like an address (`10.1`, `010.0.0.1`).
    match ServerName::try_from(name.as_str()) {
        Ok(ServerName::DnsName(_)) => Ok(name),
        _ => wrong(
            "this is no host name; write letters, digits, hyphens and dots, as in api.example.com",
        ),
    }
}

/// Refuses a value.
pub fn wrong<T>(why: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong(why.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, u16)> {
        host(text).ok().map(|host| (host.name, host.port))
    }

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for (text, name, port) in [
            ("API-1.Example.COM", "api-1.example.com", 443),
            ("localhost:8443", "localhost", 8443),
            ("example.com.", "example.com", 443),
            ("example.com.:1", "example.com", 1),
            ("with_underscore.example", "with_underscore.example", 443),
            ("127.0.0.1", "127.0.0.1", 443),
            ("127.0.0.1:65535", "127.0.0.1", 65535),
            ("[::1]", "::1", 443),
            ("[2001:DB8:0:0::1]:8443", "2001:db8::1", 8443),
        ] {
            assert_eq!(parsed(text), Some((name.into(), port)), "{text}");
        }
    }

    #[test]
    fn a_host_that_can_never_work_is_refused() {
        for text in [
            "",
            ".",
            ":443",
            "a:",
            "a:0",
            "a:65536",
            "a:+1",
            "a:1:2",
            "a..b",
            "-a.example",
            "a b",
            "https://a.example",
            "a.example/auth",
            "user@a.example",
            "bücher.example",
            "::1",
            "[::1",
            "[::1]8443",
            "[fe80::1%eth0]",
            "[127.0.0.1]",
            "10.1",
            "010.0.0.1",
            "a.example?x",
            "a\u{7f}b",
            &"a".repeat(64),
            &"a.".repeat(130),
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }

    #[test]
    fn keys_of_any_alphabet_are_taken_and_those_that_cannot_work_are_not() {
        let longest = "a".repeat(512);
        assert_eq!(ikey("DI1234567890ABCDEFGH").as_deref(), Ok("DI1234567890ABCDEFGH"));
        for text in ["0", "ключ", "a/b+c==", "0123456789abcdef0123456789abcdef01234567", &longest]
        {
            assert_eq!(ikey(text).as_deref(), Ok(text));
            assert_eq!(skey(text).map(|key| key.expose().to_owned()).as_deref(), Ok(text));
        }
        for text in ["", " a", "a\n", "a\0b", "a b", &"a".repeat(513)] {
            assert!(ikey(text).is_err(), "{text:?}");
            assert!(skey(text).is_err(), "{text:?}");
        }
        assert!(ikey("DI12:34").is_err());
        assert!(skey("12:34").is_ok());
    }

    #[test]
    fn one_newline_at_the_end_of_the_key_file_is_ignored() {
        for content in ["secret", "secret\n", "secret\r\n"] {
            let key = skey_file(content.as_bytes());
            assert_eq!(key.map(|key| key.expose().to_owned()).as_deref(), Ok("secret"));
        }
        for content in [&b""[..], b"\n", b"secret\n\n", b"two words\n", b"\xff\n"] {
            assert!(skey_file(content).is_err(), "{content:?}");
        }
    }
}
