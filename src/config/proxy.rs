//! The proxy that stands between this machine and the service (`http_proxy`).
//!
//! What is refused here is told in fixed texts: nothing of the value is in them, since any part of
//! it may be the password.

use std::fmt;

use zeroize::Zeroizing;

use super::option::Wrong;
use super::value::{self, wrong};
use crate::core::secret::Secret;

/// What a URL of the scheme `http` means without a port (RFC 9110, 4.2.1).
const DEFAULT_PORT: u16 = 80;
/// In bytes, of user name and password together; a request header must hold them.
const LONGEST_CREDENTIALS: usize = 1024;

/// An HTTP proxy that is asked to `CONNECT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Lower-case host name or address literal (IPv6 without brackets).
    pub name: String,
    pub port: u16,
    /// `user:password`, decoded: what Basic authentication encodes (RFC 7617).
    pub credentials: Option<Secret>,
}

impl fmt::Display for Proxy {
    /// `name:port`, an IPv6 address in brackets; never the credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') {
            return write!(f, "[{}]:{}", self.name, self.port);
        }
        write!(f, "{}:{}", self.name, self.port)
    }
}

/// How user name and password are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    Percent,
    /// As `pam_duo` reads them: they stand as they are sent.
    None,
}

/// `http://[user[:password]@]host[:port][/]`. Without a scheme
/// it is `http`. The empty text is no proxy.
pub fn parse(text: &str, escapes: Escapes) -> Result<Option<Proxy>, Wrong> {
    if text.is_empty() {
        return Ok(None);
    }
    let rest = without_scheme(text)?;
    let (credentials, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(credentials(user, escapes)?), place),
        None => (None, rest),
    };
    let place = place.strip_suffix('/').unwrap_or(place);
    if place.contains(['/', '?', '#', '\\']) {
        return wrong(
            "a proxy has no path; write http://HOST:PORT, and in a user name or password %2F for a \
             slash, %3F for a question mark, %23 for a # and %5C for a backslash",
        );
    }
    if place.is_empty() {
        return wrong("the proxy has no host; write http://HOST:PORT");
    }
    let host = value::place(place, DEFAULT_PORT).map_err(|_| {
        Wrong(
            "what names the proxy is no host and port; write http://proxy.example.com:3128, an IPv6 \
             address as http://[2001:db8::1]:3128, and a user name and password before an @"
                .into(),
        )
    })?;
    Ok(Some(Proxy { name: host.name, port: host.port, credentials }))
}

/// What follows `http://`. A scheme has no `@` before it, which a password may have.
fn without_scheme(text: &str) -> Result<&str, Wrong> {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme))
    else {
        return Ok(text);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Ok(rest),
        "https" => wrong(
            "the connection to a proxy is not encrypted by this module, only the one through it is; \
             write http:// and the port where the proxy takes plain HTTP",
        ),
        _ => wrong("only HTTP proxies are asked, with CONNECT; write http://HOST:PORT"),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// `user[:password]`, decoded. RFC 7617 knows no colon in a user name and no control characters.
fn credentials(text: &str, escapes: Escapes) -> Result<Secret, Wrong> {
    if escapes == Escapes::Percent && text.contains('@') {
        return wrong("there is a second @; write the one in a user name or password as %40");
    }
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    if user.is_empty() && password.is_empty() {
        return wrong("nothing stands before the @; write user:password there, or no @");
    }
    let user = decoded(user, escapes)?;
    if user.contains(&b':') {
        return wrong(
            "a user name with a colon cannot be said to a proxy; write another user's name",
        );
    }
    let password = decoded(password, escapes)?;
    // Sized once: a vector that grows leaves copies behind that nobody wipes.
    let mut both = Zeroizing::new(Vec::with_capacity(user.len() + 1 + password.len()));
    both.extend_from_slice(&user);
    both.push(b':');
    both.extend_from_slice(&password);
    if both.len() > LONGEST_CREDENTIALS {
        return wrong(format!(
            "the user name and password are longer than {LONGEST_CREDENTIALS} bytes; write shorter ones"
        ));
    }
    let Ok(text) = std::str::from_utf8(&both) else {
        return wrong("the user name or password is no UTF-8; write it in that encoding");
    };
    if text.chars().any(char::is_control) {
        return wrong(
            "the user name or password has a control character; write it without, and a % as %25",
        );
    }
    Ok(Secret::alone(text))
}

/// Each `%` and two hexadecimal digits as the byte that they stand for.
fn decoded(text: &str, escapes: Escapes) -> Result<Zeroizing<Vec<u8>>, Wrong> {
    if escapes == Escapes::None {
        return Ok(Zeroizing::new(text.as_bytes().to_owned()));
    }
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        match (digit(), digit()) {
            // Two digits make no more than a byte.
            (Some(high), Some(low)) => out.push(u8::try_from(high * 16 + low).unwrap_or(b'?')),
            _ => {
                return wrong(
                    "a % without two hexadecimal digits after it; write a percent sign as %25",
                );
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
