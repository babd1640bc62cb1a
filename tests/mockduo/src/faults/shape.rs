//! From a good reply to a spoilt one.

use super::plan::{End, Plan};
use super::twist;
use crate::error::ApiError;
use crate::net::Reply;
use crate::scenario::{CutPoint, Effect, Fault, Framing, RetryHeader, StallPoint};

/// What is done in place of sending the good reply.
#[derive(Debug, PartialEq, Eq)]
pub enum Shaped {
    Reply(Reply),
    Raw(Plan),
    /// Nothing, for as long as the client stays.
    Silent,
}

/// Spoils `reply` as `fault` says. `reply` has all its headers but those of its length.
pub fn shape(fault: &Fault, mut reply: Reply) -> Shaped {
    match &fault.effect {
        Effect::Status { status, body, content_type, retry } => {
            replace(&mut reply, Reply::new(*status, content_type, body.clone()));
            retry_header(&mut reply, retry.as_ref());
        }
        Effect::Code { code, message, detail, retry } => {
            let mut body =
                ApiError { detail: detail.clone(), ..ApiError::from_code(*code) }.to_json();
            if let Some(message) = message {
                body["message"] = serde_json::json!(message);
            }
            let status = u16::try_from(code / 100).unwrap_or(500);
            replace(&mut reply, Reply::json(status, &body));
            reply.code = Some(*code);
            retry_header(&mut reply, retry.as_ref());
        }
        Effect::Redirect { to, status } => {
            replace(&mut reply, Reply::new(*status, "text/html", ""));
            reply.set_header("Location", to);
        }
        Effect::Huge(size) => twist::pad(&mut reply, *size),
        Effect::Twist(kind) => twist::apply(*kind, &mut reply),
        _ => {}
    }
    twist::change(&mut reply, &fault.set, &fault.remove);
    for (name, value) in &fault.headers {
        reply.set_header(name, value);
    }
    match &fault.effect {
        Effect::Cut(point) => Shaped::Raw(cut(*point, &reply)),
        Effect::Stall(point) => Shaped::Raw(stall(*point, &reply)),
        Effect::Drip(rate) => {
            Shaped::Raw(Plan { bytes: reply.wire(), rate: Some(*rate), end: End::Closed })
        }
        Effect::Framing(kind) => {
            Shaped::Raw(Plan { bytes: framed(*kind, &reply), rate: None, end: End::Closed })
        }
        Effect::Raw(text) => {
            Shaped::Raw(Plan { bytes: text.clone().into_bytes(), rate: None, end: End::Closed })
        }
        Effect::Silent => Shaped::Silent,
        _ => Shaped::Reply(reply),
    }
}

/// Takes the place of a reply but keeps its date.
fn replace(old: &mut Reply, new: Reply) {
    let date = old.headers.iter().find(|(name, _)| name == "Date").cloned();
    *old = new;
    old.headers.extend(date);
}

fn retry_header(reply: &mut Reply, retry: Option<&(RetryHeader, String)>) {
    let Some((header, value)) = retry else { return };
    let name = match header {
        RetryHeader::Standard => "Retry-After",
        RetryHeader::Prefixed => "X-Retry-After",
    };
    reply.set_header(name, value);
}

fn cut(point: CutPoint, reply: &Reply) -> Plan {
    let wire = reply.wire();
    let head = wire.len() - reply.body.len();
    let (length, end) = match point {
        CutPoint::Before => (0, End::Cut),
        CutPoint::Reset => (0, End::Reset),
        CutPoint::Head => (head / 2, End::Cut),
        CutPoint::Body => (head + reply.body.len() / 2, End::Cut),
    };
    Plan { bytes: wire[..length].to_vec(), rate: None, end }
}

fn stall(point: StallPoint, reply: &Reply) -> Plan {
    let until = match point {
        StallPoint::Head => CutPoint::Head,
        StallPoint::Body => CutPoint::Body,
    };
    Plan { end: End::Held, ..cut(until, reply) }
}

fn framed(kind: Framing, reply: &Reply) -> Vec<u8> {
    let length = reply.body.len().to_string();
    let short = (reply.body.len() / 2).to_string();
    let (headers, body) = match kind {
        Framing::TwoLengths => {
            (vec![("Content-Length", &*length), ("Content-Length", &*short)], reply.body.clone())
        }
        Framing::LengthAndChunked => (
            vec![("Content-Length", &*length), ("Transfer-Encoding", "chunked")],
            chunked(reply, ""),
        ),
        Framing::GzipChunked => (vec![("Transfer-Encoding", "gzip, chunked")], chunked(reply, "")),
        Framing::PlusChunkSize => (vec![("Transfer-Encoding", "chunked")], chunked(reply, "+")),
        Framing::BadLength => (vec![("Content-Length", "0x10")], reply.body.clone()),
        Framing::NoLength => (vec![("Connection", "close")], reply.body.clone()),
    };
    let mut out = reply.head(&headers);
    out.extend(body);
    out
}

fn chunked(reply: &Reply, sign: &str) -> Vec<u8> {
    let mut out = format!("{sign}{:x}\r\n", reply.body.len()).into_bytes();
    out.extend_from_slice(&reply.body);
    out.extend_from_slice(b"\r\n0\r\n\r\n");
    out
}

#[cfg(test)]
mod tests;
