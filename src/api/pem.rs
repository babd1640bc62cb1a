//! A bundle of certificates, read no further than needed.
//!
//! Decoding all of a system's roots costs twice what the rest of a login does. So only the head of
//! each certificate is decoded, up to its subject. What is not plain is left to rustls-pki-types.

use std::ops::Range;

use memchr::{memchr2, memchr3};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----\n";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// So many bytes of nearly every certificate tell how long its issuer is.
const FIRST: usize = 54;
/// Behind the issuer: the time for which it is valid, in the two-digit years of nearly every root, and
/// the length of the subject.
const VALIDITY: usize = 32 + 4;
/// So many more are decoded at a time where that was not enough.
const MORE: usize = 24;

/// What nearly every line of a bundle holds: 64 characters.
const LINE_BYTES: usize = 64 / 4 * 3;

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

/// Is the subject of the certificate in a block one of these? `None` when it cannot be read.
///
/// Decodes no more than it takes: of the issuer its length, of the subject mostly that, too.
pub fn is_for(block: &[u8], subjects: &[&[u8]]) -> Option<bool> {
    let mut base64 = Base64(block.strip_prefix(BEGIN)?);
    let mut der = Vec::with_capacity(1024);
    base64.decode(FIRST, &mut der);
    let issuer_end = loop {
        match issuer_end(&der) {
            Some(end) => break end,
            None => base64.decode_more(&mut der)?,
        }
    };
    base64.skip(issuer_end, &mut der);
    base64.decode((issuer_end + VALIDITY).saturating_sub(der.len()), &mut der);
    loop {
        if let Some((length, subject)) = der.get(issuer_end..).and_then(subject_head) {
            let subjects = || subjects.iter().filter(|subject| subject.len() == length);
            if subjects().next().is_none() {
                return Some(false);
            }
            if let Some(subject) = subject.get(..length) {
                return Some(subjects().any(|wanted| *wanted == subject));
            }
        }
        base64.decode_more(&mut der)?;
    }
}

/// Where the issuer ends, of which its length may be all that is there.
fn issuer_end(der: &[u8]) -> Option<usize> {
    let issuer = from_issuer(der)?;
    let (length, header) = header(issuer, SEQUENCE)?;
    Some(der.len() - issuer.len() + header + length)
}

/// What follows a certificate's issuer: the length of the subject, and what there is of it.
fn subject_head(after_issuer: &[u8]) -> Option<(usize, &[u8])> {
    let (_validity, rest) = element(after_issuer, SEQUENCE)?;
    let (length, header) = header(rest, SEQUENCE)?;
    Some((length, &rest[header..]))
}

const SEQUENCE: u8 = 0x30;

/// Issuer and subject, without their outer tag and length, as webpki compares them.
#[derive(Debug, PartialEq, Eq)]
pub struct Names<'d> {
    pub issuer: &'d [u8],
    pub subject: &'d [u8],
}

/// Reads a certificate up to its subject (RFC 5280, 4.1); the rest may be missing.
pub fn names(der: &[u8]) -> Option<Names<'_>> {
    let (issuer, rest) = element(from_issuer(der)?, SEQUENCE)?;
    let (_validity, rest) = element(rest, SEQUENCE)?;
    let (subject, _) = element(rest, SEQUENCE)?;
    Some(Names { issuer, subject })
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

/// Base64 that has not been decoded yet, in lines.
struct Base64<'t>(&'t [u8]);

impl Base64<'_> {
    /// Appends so many bytes or some more, where there are as many; stops at what is no base64.
    fn decode(&mut self, bytes: usize, out: &mut Vec<u8>) {
        let mut at = out.len();
        let enough = at + bytes.min(self.0.len() / 4 * 3).div_ceil(3) * 3;
        out.resize(enough, 0);
        while at < enough {
            // Line after line, and a line is whole groups of four in every bundle that is shipped.
            let groups = decode_groups(self.0, &mut out[at..]);
            at += 3 * groups;
            self.0 = &self.0[4 * groups..];
            match self.0 {
                [b'\n', rest @ ..] => self.0 = rest,
                _ if at < enough => {
                    out.truncate(at);
                    return self.decode_rest(enough, out);
                }
                _ => {}
            }
        }
    }

    /// `None` when there is nothing more.
    fn decode_more(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let before = out.len();
        self.decode(MORE, out);
        (out.len() > before).then_some(())
    }

    /// Stands nothing for what lies before this place among the bytes, as long as the lines are of the
    /// usual length.
    fn skip(&mut self, place: usize, out: &mut Vec<u8>) {
        while let Some(bytes @ 1..) = place.checked_sub(out.len()).map(|bytes| bytes / 3 * 3) {
            let line = LINE_BYTES - out.len() % LINE_BYTES;
            let bytes = bytes.min(line);
            match self.0.split_at_checked(bytes / 3 * 4) {
                Some((text, rest)) if !has_blank(text) => self.0 = rest,
                _ => return,
            }
            out.resize(out.len() + bytes, 0);
            if bytes == line {
                match self.0 {
                    [b'\n', rest @ ..] => self.0 = rest,
                    _ => return,
                }
            }
        }
    }

    /// One character at a time: a group that a line's end divides, or the last one.
    fn decode_rest(&mut self, enough: usize, out: &mut Vec<u8>) {
        let (mut held, mut bits): (u32, usize) = (0, 0);
        while let Some((&character, rest)) = self.0.split_first() {
            let value = VALUES[usize::from(character)];
            if value != NONE {
                held = held << 6 | u32::from(value);
                bits += 6;
            } else if character != b'\n' {
                break;
            }
            self.0 = rest;
            if bits == 24 {
                out.extend_from_slice(&held.to_be_bytes()[1..]);
                (held, bits) = (0, 0);
                if out.len() >= enough {
                    return;
                }
            }
        }
        // A last group that is cut or padded gives its whole bytes.
        let last = (held << (24 - bits)).to_be_bytes();
        out.extend_from_slice(&last[1..=bits / 8]);
    }
}

/// Is there anything that stands for no bytes?
fn has_blank(text: &[u8]) -> bool {
    memchr3(b'\n', b' ', b'\t', text).is_some() || memchr2(0x0b, 0x0c, text).is_some()
}

/// Decodes the groups of four characters that `text` begins with, as far as there is room; how many.
/// Each login runs this some ten thousand times: nothing in it grows or moves.
fn decode_groups(text: &[u8], room: &mut [u8]) -> usize {
    let mut groups = 0;
    for (group, three) in text.chunks_exact(4).zip(room.chunks_exact_mut(3)) {
        let &[first, second, third, fourth] = group else { break };
        let bits = SHIFTED[0][usize::from(first)]
            | SHIFTED[1][usize::from(second)]
            | SHIFTED[2][usize::from(third)]
            | SHIFTED[3][usize::from(fourth)];
        let [none, bytes @ ..] = bits.to_be_bytes();
        if none != 0 {
            break;
        }
        // By hand: optimised for size, a copy of three bytes is a call.
        if let [first, second, third] = three {
            [*first, *second, *third] = bytes;
        }
        groups += 1;
    }
    groups
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

/// The values of a group's four characters, each where it stands among the 24 bits; what is none is
/// above them.
static SHIFTED: [[u32; 256]; 4] = {
    let mut shifted = [[1 << 31; 256]; 4];
    let mut character = 0;
    while character < 256 {
        let mut place = 0;
        while place < 4 && VALUES[character] != NONE {
            shifted[place][character] = (VALUES[character] as u32) << (18 - 6 * place);
            place += 1;
        }
        character += 1;
    }
    shifted
};

#[cfg(test)]
mod tests;
