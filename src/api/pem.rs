//! A bundle of certificates, read no further than needed.
//!
//! Decoding all of a system's roots costs twice what the rest of a login does. So only the head of
//! each certificate is decoded. What is not plain is left to rustls-pki-types.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use memchr::memchr2;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----\n";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// Text of a block that tells of nearly every certificate how long its subject is: six lines of 64
/// characters.
const HEAD: usize = 6 * 65;

/// Where in the text the blocks are, `BEGIN` and `END` included, in order.
///
/// `None` when the text is not plainly comments and `BEGIN`, base64, `END`: then only the whole
/// parser knows what is in it.
pub fn blocks(text: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut blocks = Vec::with_capacity(160);
    let mut at = 0;
    while let Some(begin) = find_rule(text, at)? {
        if !text[begin..].starts_with(BEGIN) {
            return None;
        }
        // There is no dash in base64: the next one can only begin the end.
        let body = begin + BEGIN.len();
        let end = dash(text, body)??;
        let rest = text[end..].strip_prefix(END)?;
        if !text[..end].ends_with(b"\n") || !(rest.is_empty() || rest.starts_with(b"\n")) {
            return None;
        }
        at = end + END.len();
        blocks.push(begin..at);
    }
    Some(blocks)
}

/// The next line that begins with five dashes, if there is one; `None` where a carriage return comes
/// before it.
#[allow(clippy::option_option)] // neither is an error
fn find_rule(text: &[u8], from: usize) -> Option<Option<usize>> {
    let mut at = from;
    while let Some(found) = dash(text, at)? {
        let starts_line = found == 0 || text[found - 1] == b'\n';
        if starts_line && text[found..].starts_with(b"-----") {
            return Some(Some(found));
        }
        at = found + 1;
    }
    Some(None)
}

/// The next dash, if there is one; `None` where a carriage return comes before it, which the parser
/// takes for the end of a line.
#[allow(clippy::option_option)] // neither is an error
fn dash(text: &[u8], from: usize) -> Option<Option<usize>> {
    match memchr2(b'-', b'\r', &text[from..]).map(|found| from + found) {
        Some(found) if text[found] == b'\r' => None,
        found => Some(found),
    }
}

/// Every certificate in the text, as the whole parser sees it.
pub fn decode_all(text: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).flatten().collect()
}

/// Is the subject of the certificate in a block one of these? `None` when its head does not say.
pub fn is_for(block: &[u8], subjects: &[&[u8]]) -> Option<bool> {
    let body = block.strip_prefix(BEGIN)?;
    let mut head = body[..body.len().min(HEAD)].to_vec();
    head.retain(|character| *character != b'\n');
    head.truncate(head.len() / 4 * 4);
    let der = BASE64.decode(&head).ok()?;
    let (_issuer, rest) = element(from_issuer(&der)?, SEQUENCE)?;
    let (_validity, rest) = element(rest, SEQUENCE)?;
    let (length, header) = header(rest, SEQUENCE)?;
    match rest.get(header..header + length) {
        Some(subject) => Some(subjects.contains(&subject)),
        None if subjects.iter().any(|wanted| wanted.len() == length) => None,
        None => Some(false),
    }
}

const SEQUENCE: u8 = 0x30;

/// A certificate's issuer, without its outer tag and length, as webpki compares it (RFC 5280, 4.1). What
/// follows it may be missing.
pub fn issuer(der: &[u8]) -> Option<&[u8]> {
    Some(element(from_issuer(der)?, SEQUENCE)?.0)
}

/// A certificate from its issuer on.
fn from_issuer(der: &[u8]) -> Option<&[u8]> {
    const VERSION: u8 = 0xa0;
    let mut tbs = open(open(der, SEQUENCE)?, SEQUENCE)?;
    if tbs.first() == Some(&VERSION) {
        tbs = element(tbs, VERSION)?.1;
    }
    let serial = *tbs.first()?;
    tbs = element(tbs, serial)?.1;
    let (_signature_algorithm, rest) = element(tbs, SEQUENCE)?;
    Some(rest)
}

/// What stands in an element that may be longer than what is there.
fn open(der: &[u8], tag: u8) -> Option<&[u8]> {
    let (length, header) = header(der, tag)?;
    let contents = &der[header..];
    Some(&contents[..contents.len().min(length)])
}

/// The contents of a whole element, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, header) = header(der, tag)?;
    der.get(header..)?.split_at_checked(length)
}

/// The length of an element's contents, and of its header.
fn header(der: &[u8], tag: u8) -> Option<(usize, usize)> {
    match *der {
        [found, length @ ..=0x7f, ..] if found == tag => Some((length.into(), 2)),
        [found, 0x81, length, ..] if found == tag => Some((length.into(), 3)),
        [found, 0x82, high, low, ..] if found == tag => {
            Some((usize::from(u16::from_be_bytes([high, low])), 4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
