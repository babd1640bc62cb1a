//! What stands in front of ureq-proto: whatever two readers could frame differently is refused.
//!
//! A reply that ends elsewhere for us than for a proxy in between lets one party speak for another.
//! ureq-proto takes a length beside chunks, `gzip, chunked`, a chunk size of `+5`, bare line feeds.

use crate::core::failure::Untrusted;

/// The longest chunk size line; ureq-proto takes no longer one.
const LONGEST_SIZE_LINE: usize = 18;

/// How the body of a reply is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    None,
    Length(usize),
    Chunked,
    /// By the end of the connection, which TLS has to announce.
    UntilClose,
}

/// Moves bytes to the end of `head` until it is complete; says how many, and whether it is.
pub fn take_head(head: &mut Vec<u8>, bytes: &[u8]) -> Result<(usize, bool), Untrusted> {
    const START: &[u8] = b"HTTP/1.";
    for (index, &byte) in bytes.iter().enumerate() {
        if head.len() < START.len() && byte != START[head.len()] {
            return refuse("it does not begin like HTTP/1");
        }
        let after_cr = head.last() == Some(&b'\r');
        if (byte == b'\n') != after_cr {
            return refuse("a bare carriage return or line feed");
        }
        if byte == 0 || (byte < b' ' && !matches!(byte, b'\r' | b'\n' | b'\t')) || byte == 0x7f {
            return refuse("a control character in the head");
        }
        if matches!(byte, b' ' | b'\t') && head.last() == Some(&b'\n') {
            return refuse("a folded header line");
        }
        head.push(byte);
        if byte == b'\n' && head.ends_with(b"\r\n\r\n") {
            return Ok((index + 1, true));
        }
    }
    Ok((bytes.len(), false))
}

/// What a complete head says of the body.
pub fn body_kind(head: &[u8]) -> Result<BodyKind, Untrusted> {
    let mut lines =
        head.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let (minor, status) = status_line(lines.next().unwrap_or_default())?;
    let mut length = None;
    let mut chunked = false;
    for line in lines.filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|&b| b == b':');
        let Some((name, value)) = colon.map(|at| (&line[..at], line[at + 1..].trim_ascii())) else {
            return refuse("a header line without a colon");
        };
        if name.is_empty() || !name.iter().all(|&b| is_token(b)) {
            return refuse("a header name that is no token");
        }
        if name.eq_ignore_ascii_case(b"content-length") && length.replace(number(value)?).is_some()
        {
            return refuse("two lengths");
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if chunked || minor == b'0' || !value.eq_ignore_ascii_case(b"chunked") {
                return refuse("a transfer coding that is not just chunked");
            }
            chunked = true;
        }
    }
    match (status, length, chunked) {
        (_, Some(_), true) => refuse("a length beside chunks"),
        (101, ..) => refuse("a change of protocol that nobody asked for"),
        (100..=199, Some(_), _) | (100..=199 | 204, _, true) => {
            refuse("a body where there can be none")
        }
        (204, Some(1..), _) => refuse("a body where there can be none"),
        (100..=199 | 204 | 304, ..) | (_, Some(0), _) => Ok(BodyKind::None),
        (_, Some(length), _) => Ok(BodyKind::Length(length)),
        (_, None, true) => Ok(BodyKind::Chunked),
        (_, None, false) => Ok(BodyKind::UntilClose),
    }
}

/// `HTTP/1.x SP nnn`, then nothing or SP and a reason.
fn status_line(line: &[u8]) -> Result<(u8, u16), Untrusted> {
    let (Some(&minor), Some(code), b"" | [b' ', ..]) =
        (line.get(7), line.get(8..12), line.get(12..).unwrap_or_default())
    else {
        return refuse("the status line");
    };
    if !matches!(minor, b'0' | b'1') || code[0] != b' ' || !code[1..].iter().all(u8::is_ascii_digit)
    {
        return refuse("the status line");
    }
    let status = code[1..].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    if (100..=599).contains(&status) { Ok((minor, status)) } else { refuse("the status code") }
}

/// Digits only. What does not fit is larger than any budget.
fn number(value: &[u8]) -> Result<usize, Untrusted> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return refuse("a length that is no number");
    }
    if value.len() > 9 {
        return Err(Untrusted::TooLarge);
    }
    Ok(value.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0')))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Follows a chunked body to its end, byte for byte.
#[derive(Debug, Default)]
pub struct ChunkGuard {
    at: Chunk,
}

#[derive(Clone, Copy, Debug)]
enum Chunk {
    /// In a size line: the size so far, its digits, all bytes of the line.
    Size {
        size: usize,
        digits: usize,
        line: usize,
    },
    Extension {
        size: usize,
        line: usize,
    },
    SizeLf {
        size: usize,
    },
    Data {
        left: usize,
    },
    DataCr,
    DataLf,
    /// In a trailer line of this length; an empty one is the end.
    Trailer {
        line: usize,
    },
    TrailerLf {
        line: usize,
    },
    Over,
}

impl Default for Chunk {
    fn default() -> Self {
        Self::Size { size: 0, digits: 0, line: 0 }
    }
}

impl ChunkGuard {
    /// How many of the bytes belong to the body, and whether it ends with them.
    pub fn check(&mut self, bytes: &[u8]) -> Result<(usize, bool), Untrusted> {
        let mut index = 0;
        while index < bytes.len() && !matches!(self.at, Chunk::Over) {
            if let Chunk::Data { left } = self.at {
                let here = left.min(bytes.len() - index);
                index += here;
                self.at =
                    if here == left { Chunk::DataCr } else { Chunk::Data { left: left - here } };
                continue;
            }
            self.at = self.at.step(bytes[index])?;
            index += 1;
        }
        Ok((index, matches!(self.at, Chunk::Over)))
    }

    /// Are all chunks there, and only trailers to come?
    pub fn in_trailers(&self) -> bool {
        matches!(self.at, Chunk::Trailer { .. } | Chunk::TrailerLf { .. })
    }
}

impl Chunk {
    /// The state after one byte outside of a chunk's data.
    fn step(self, byte: u8) -> Result<Self, Untrusted> {
        match (self, byte) {
            (Self::Size { line, .. } | Self::Extension { line, .. }, _)
                if line >= LONGEST_SIZE_LINE && byte != b'\r' =>
            {
                refuse("a chunk's size line is too long")
            }
            (Self::Size { size, digits, line }, digit) if digit.is_ascii_hexdigit() => {
                let value = char::from(digit).to_digit(16).map_or(0, |value| value as usize);
                let size = size * 16 + value;
                // More than a budget of 64 KiB can hold, and far below an overflow.
                if size > 0xff_ffff {
                    Err(Untrusted::TooLarge)
                } else {
                    Ok(Self::Size { size, digits: digits + 1, line: line + 1 })
                }
            }
            (Self::Size { size, digits: 1.., .. } | Self::Extension { size, .. }, b'\r') => {
                Ok(Self::SizeLf { size })
            }
            (Self::Size { size, digits: 1.., line }, b';')
            | (Self::Extension { size, line }, b' '..=b'~') => {
                Ok(Self::Extension { size, line: line + 1 })
            }
            (Self::SizeLf { size: 0 }, b'\n') => Ok(Self::Trailer { line: 0 }),
            (Self::SizeLf { size }, b'\n') => Ok(Self::Data { left: size }),
            (Self::DataCr, b'\r') => Ok(Self::DataLf),
            (Self::DataLf, b'\n') => Ok(Self::default()),
            (Self::Trailer { line }, b'\r') => Ok(Self::TrailerLf { line }),
            (Self::Trailer { line }, b'\t' | b' '..=b'~' | 0x80..) => {
                Ok(Self::Trailer { line: line + 1 })
            }
            (Self::TrailerLf { line: 0 }, b'\n') => Ok(Self::Over),
            (Self::TrailerLf { .. }, b'\n') => Ok(Self::Trailer { line: 0 }),
            _ => refuse("the framing of a chunk"),
        }
    }
}

fn refuse<T>(why: &str) -> Result<T, Untrusted> {
    Err(Untrusted::Http(why.to_owned()))
}
