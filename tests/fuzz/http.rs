//! A reply as it comes out of TLS: the first byte says in how large pieces, and whether the peer has
//! said that nothing more comes; the rest is the reply. Held against a reader of a few lines.

use zeroize::Zeroizing;

use crate::api::framing::{BUDGET, End, Framing, Http1, encode};
use crate::core::failure::Untrusted;
use crate::core::reply::HttpReply;
use crate::core::sign::WireRequest;

pub fn target(data: &[u8]) {
    let Some((first, reply)) = data.split_first() else { return };
    let end = if first & 1 == 1 { End::Closed } else { End::Open };
    let whole = read(reply, reply.len(), end);
    for piece in [1 + usize::from(first >> 1), 1] {
        assert_eq!(read(reply, piece, end), whole, "in pieces of {piece}");
    }
    let Ok((used, Some(said), keeps_alive)) = whole else { return };
    assert!(used <= BUDGET && said.body.len() <= used && used <= reply.len());
    let plain = plainly(&reply[..used]).expect("what a plain reader can read");
    assert_eq!((said.status, &said.body), (plain.status, &plain.body));
    // Where the peer's end is the reply's, nothing else can follow.
    assert!(!plain.until_close || (!keeps_alive && end == End::Closed));
}

fn reader() -> Http1 {
    let request = WireRequest {
        method: "GET",
        path_and_query: "/auth/v2/auth_status?txid=T".into(),
        headers: Vec::new(),
        body: Zeroizing::default(),
    };
    encode(&request, "api.example").expect("a request").1
}

/// How much of it was used, the reply, and whether another may follow it.
pub fn read(
    bytes: &[u8],
    piece: usize,
    end: End,
) -> Result<(usize, Option<HttpReply>, bool), String> {
    let mut http = reader();
    let mut used = 0;
    // What is refused does not depend on the pieces; in which words may.
    let why = |error: Untrusted| match error {
        Untrusted::TooLarge | Untrusted::Http(_) => "refused".to_owned(),
        other => panic!("{other:?} of a reply's framing"),
    };
    for part in bytes.chunks(piece.max(1)) {
        let (here, reply) = http.feed(part, End::Open).map_err(why)?;
        used += here;
        if reply.is_some() {
            return Ok((used, reply, http.keeps_alive()));
        }
        assert_eq!(here, part.len(), "an unfinished reply takes all there is");
    }
    let (here, reply) = http.feed(&[], end).map_err(why)?;
    assert_eq!(here, 0);
    Ok((used, reply, http.keeps_alive()))
}

/// What a whole reply says, read by nobody who has to be careful.
struct Plain {
    status: u16,
    body: Vec<u8>,
    until_close: bool,
}

fn plainly(bytes: &[u8]) -> Option<Plain> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = (std::str::from_utf8(&bytes[..at]), &bytes[at + 4..]);
    // Bytes beyond ASCII may stand in values that nobody asks for.
    let head =
        head.map_or_else(|_| String::from_utf8_lossy(&bytes[..at]).into_owned(), str::to_owned);
    let status: u16 = head.get(9..12)?.parse().ok()?;
    if status / 100 == 1 {
        return plainly(rest);
    }
    let value = |name: &str| {
        let mut lines = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let until_close = value("content-length").is_none() && value("transfer-encoding").is_none();
    let body = match (value("content-length"), value("transfer-encoding")) {
        _ if matches!(status, 204 | 304) => Vec::new(),
        (Some(length), None) => Some(rest.to_vec()).filter(|b| Ok(b.len()) == length.parse())?,
        (None, Some(_)) => unchunked(rest)?,
        (None, None) => rest.to_vec(),
        (Some(_), Some(_)) => return None,
    };
    let until_close = until_close && !matches!(status, 204 | 304);
    Some(Plain { status, body, until_close })
}

/// The chunks' data; whatever trailers there are end with an empty line.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let at = rest.windows(2).position(|two| two == b"\r\n")?;
        let line = std::str::from_utf8(&rest[..at]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?, 16).ok()?;
        rest = &rest[at + 2..];
        if size == 0 {
            return (rest == b"\r\n" || rest.ends_with(b"\r\n\r\n")).then_some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}
