//! Canonical text and HMAC: a call becomes the request that goes over the wire.
//!
//! Source: "Authentication" in the [Auth API reference](https://duo.com/docs/authapi#authentication).
//! The date is an argument, so the same call always gives the same bytes.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::request::{Call, Params};
use crate::core::policy::{Keys, Signature};

/// A request, ready to be framed.
pub struct WireRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with the query, percent-encoded.
    pub path_and_query: String,
    /// `Date`, `Authorization` and, with a body, `Content-Type`.
    pub headers: Vec<(&'static str, Zeroizing<String>)>,
    /// Empty for a `GET`.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for WireRequest {
    /// Neither headers nor body: they hold the signature, and perhaps a passcode.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The last second that has four digits for its year.
const LAST_DATE: Duration = Duration::from_secs(253_402_300_799);

/// The `Date` header for a moment: RFC 2822 with `-0000`, as Duo's own clients write it.
#[must_use]
pub fn date(at: SystemTime) -> String {
    // Years outside of 1970 to 9999 cannot be written; the service refuses them either way.
    let at = at.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST_DATE);
    httpdate::fmt_http_date(at).replace("GMT", "-0000")
}

/// Encodes and signs `call`. `host` is the name in the URL, without the port: an IPv6 address
/// in brackets.
#[must_use]
pub fn wire(signature: Signature, keys: &Keys, host: &str, date: &str, call: &Call) -> WireRequest {
    let (method, path) = call.endpoint();
    let params = call.params();
    let form = form(&params);
    let (query, body) = match (method, signature) {
        ("GET", _) => (form.as_str(), Zeroizing::default()),
        (_, Signature::V5) => ("", json(&params)),
        _ => ("", Zeroizing::new(form.as_bytes().to_vec())),
    };
    let head = Head { date, method, host, path };
    let canonical = match signature {
        Signature::V5 => canonical_v5(&head, query, &body),
        _ => canonical_v2(&head, &form),
    };
    let mut headers = vec![
        ("Date", Zeroizing::new(date.to_owned())),
        ("Authorization", authorization(keys, &hmac_hex(signature, keys, &canonical))),
    ];
    if method == "POST" {
        let kind = match signature {
            Signature::V5 => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        headers.push(("Content-Type", Zeroizing::new(kind.to_owned())));
    }
    let path_and_query = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    WireRequest { method, path_and_query, headers, body }
}

/// The first four lines of every canonical text.
struct Head<'a> {
    date: &'a str,
    method: &'a str,
    host: &'a str,
    path: &'a str,
}

impl Head<'_> {
    fn lines(&self) -> String {
        let host = self.host.to_ascii_lowercase();
        format!("{}\n{}\n{host}\n{}\n", self.date, self.method.to_ascii_uppercase(), self.path)
    }
}

/// Version 2: the parameters are the fifth line, wherever they travel.
fn canonical_v2(head: &Head<'_>, params: &str) -> Zeroizing<String> {
    Zeroizing::new(head.lines() + params)
}

/// Version 5: the query, the body's digest, and the digest of our (absent) `X-Duo-*` headers.
fn canonical_v5(head: &Head<'_>, query: &str, body: &[u8]) -> Zeroizing<String> {
    let digests = format!("{}\n{}", hex(&Sha512::digest(body)), hex(&Sha512::digest(b"")));
    Zeroizing::new(format!("{}{query}\n{digests}", head.lines()))
}

fn hmac_hex(signature: Signature, keys: &Keys, canonical: &str) -> String {
    // The key itself is what HMAC is keyed with: the one place where it must be seen.
    let key = keys.skey.expose().as_bytes();
    match signature {
        Signature::V2Sha1 => mac_hex::<Hmac<sha1::Sha1>>(key, canonical),
        Signature::V2Sha512 | Signature::V5 => mac_hex::<Hmac<Sha512>>(key, canonical),
    }
}

fn mac_hex<M: Mac + KeyInit>(key: &[u8], text: &str) -> String {
    // HMAC takes keys of every length (RFC 2104, section 3), so the error has no case; were there
    // one, an empty signature would be refused by the service.
    <M as KeyInit>::new_from_slice(key).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(text.as_bytes());
            hex(&mac.finalize().into_bytes())
        },
    )
}

fn authorization(keys: &Keys, signature: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("Basic {}", BASE64.encode(format!("{}:{signature}", keys.ikey))))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// `name=value` pairs in the order of their encoded names, and then values, joined by `&`.
fn form(params: &Params) -> Zeroizing<String> {
    let mut pairs: Vec<_> =
        params.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    // As pairs: by the joined text `a-=` would stand before `a=`.
    pairs.sort_unstable_by(|one, other| {
        (one.0.as_str(), one.1.as_str()).cmp(&(other.0.as_str(), other.1.as_str()))
    });
    let size = pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut form = Zeroizing::new(String::with_capacity(size));
    for (name, value) in &pairs {
        if !form.is_empty() {
            form.push('&');
        }
        form.push_str(name);
        form.push('=');
        form.push_str(value);
    }
    form
}

/// Percent-encoding as the signature wants it: only `A–Z a–z 0–9 _ . ~ -` stay, hex is upper-case.
#[must_use]
pub fn encode(text: &str) -> Zeroizing<String> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // Three bytes for one at the most: the buffer never moves and leaves no copy behind.
    let mut encoded = Zeroizing::new(String::with_capacity(text.len() * 3));
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'~' | b'-' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
                encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    encoded
}

/// A JSON object of strings, names in order.
fn json(params: &Params) -> Zeroizing<Vec<u8>> {
    let object: std::collections::BTreeMap<&str, &str> =
        params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut json = Zeroizing::new(Vec::with_capacity(json_room(params)));
    if serde_json::to_writer(&mut *json, &object).is_err() {
        // Has no case for strings; and no half of it is to be signed.
        json.clear();
    }
    json
}

/// Room for [`json`], in bytes. A byte becomes six at the most (`\u0001`), and a pair has six more of
/// its own: the buffer never moves and leaves no copy behind.
fn json_room(params: &Params) -> usize {
    let pairs = params.iter().map(|(name, value)| 6 * (name.len() + value.len() + 1));
    pairs.sum::<usize>() + 2
}

#[cfg(test)]
#[path = "sign_client_tests.rs"]
mod client_tests;

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
