//! A bundle of certificates, read no further than needed.
//!
//! Decoding all of a system's roots costs twice what the rest of a login does. So only the head of
//! each certificate is decoded, up to its subject. What is not plain is left to rustls-pki-types.

use std::ops::Range;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----\n";
const END: &str = "-----END CERTIFICATE-----";

/// Where in the text the blocks are, `BEGIN` and `END` included, in order.
///
/// `None` when the text is not plainly comments and `BEGIN`, base64, `END`: then only the whole
/// parser knows what is in it.
pub fn blocks(text: &str) -> Option<Vec<Range<usize>>> {
    // The parser takes a lone carriage return for the end of a line.
    if text.contains('\r') {
        return None;
    }
    let mut blocks = Vec::with_capacity(160);
    let mut at = 0;
    while let Some(begin) = find_rule(text, at) {
        if !text[begin..].starts_with(BEGIN) {
            return None;
        }
        // There is no dash in base64: the next one can only begin the end.
        let body = begin + BEGIN.len();
        let end = body + text[body..].find('-')?;
        let rest = text[end..].strip_prefix(END)?;
        if !text[..end].ends_with('\n') || !(rest.is_empty() || rest.starts_with('\n')) {
            return None;
        }
        at = end + END.len();
        blocks.push(begin..at);
    }
    Some(blocks)
}

/// The next line that begins with five dashes.
fn find_rule(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += text[at..].find('-')?;
        let starts_line = at == 0 || text.as_bytes()[at - 1] == b'\n';
        if starts_line && text[at..].starts_with("-----") {
            return Some(at);
        }
        at += 1;
    }
}

/// Every certificate in the text, as the whole parser sees it.
pub fn decode_all(text: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).flatten().collect()
}

/// The contents of the subject of the certificate in a block; `None` when it cannot be read.
pub fn subject(block: &str) -> Option<Vec<u8>> {
    let body = block.strip_prefix(BEGIN)?.as_bytes();
    // Most subjects end within the first; the rest is for long names.
    for limit in [512, usize::MAX] {
        let der = decode(body, limit);
        if let Some(names) = names(&der) {
            return Some(names.subject.to_vec());
        }
    }
    None
}

/// Issuer and subject, without their outer tag and length, as webpki compares them.
#[derive(Debug, PartialEq, Eq)]
pub struct Names<'d> {
    pub issuer: &'d [u8],
    pub subject: &'d [u8],
}

/// Reads a certificate up to its subject (RFC 5280, 4.1); the rest may be missing.
pub fn names(der: &[u8]) -> Option<Names<'_>> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let mut tbs = open(open(der, SEQUENCE)?, SEQUENCE)?;
    if tbs.first() == Some(&VERSION) {
        tbs = element(tbs, VERSION)?.1;
    }
    let serial = *tbs.first()?;
    tbs = element(tbs, serial)?.1;
    tbs = element(tbs, SEQUENCE)?.1; // signature algorithm
    let (issuer, tbs) = element(tbs, SEQUENCE)?;
    let (_validity, tbs) = element(tbs, SEQUENCE)?;
    let (subject, _) = element(tbs, SEQUENCE)?;
    Some(Names { issuer, subject })
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

/// At least `limit` characters of base64, where there are as many, to bytes; stops at what is none.
fn decode(text: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(limit.min(text.len()) / 4 * 3 + 3);
    let mut held: u32 = 0;
    let mut bits = 0;
    for &byte in text.iter().take(limit) {
        let value = VALUES[usize::from(byte)];
        if value == NONE {
            if byte == b'\n' {
                continue;
            }
            break;
        }
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits == 24 {
            let [_, a, b, c] = held.to_be_bytes();
            out.extend_from_slice(&[a, b, c]);
            held = 0;
            bits = 0;
        }
    }
    // A last group that is cut or padded gives its whole bytes.
    let rest = (held << (24 - bits)).to_be_bytes();
    out.extend_from_slice(&rest[1..=bits / 8]);
    out
}

const NONE: u8 = 0xff;

/// The value of each character of base64 (RFC 4648, 4).
const VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut index = 0;
    while index < alphabet.len() {
        #[allow(clippy::cast_possible_truncation)] // 64 characters
        {
            values[alphabet[index] as usize] = index as u8;
        }
        index += 1;
    }
    values
};

#[cfg(test)]
mod tests;
