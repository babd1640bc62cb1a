//! HTTP/1.1 without I/O: a request into bytes, bytes into a reply.
//!
//! ureq-proto frames; [`strict`](super::strict) refuses in front of it whatever two readers could
//! frame differently. The trait is all that the rest of the transport knows of either.

use std::time::{Duration, SystemTime};

use ureq_proto::client::state::{RecvBody, RecvResponse};
use ureq_proto::client::{Call, RecvResponseResult, SendRequestResult};
use ureq_proto::http::{HeaderMap, HeaderValue, Request, Response, Uri, Version};
use zeroize::Zeroizing;

use super::strict::{self, BodyKind, ChunkGuard};
use crate::config::ServiceHost;
use crate::core::failure::Untrusted;
use crate::core::reply::{HttpReply, RetryAfter};
use crate::core::sign::WireRequest;

/// For all bytes of one reply: heads (1xx too), chunk headers, trailers and body.
pub const BUDGET: usize = 64 * 1024;

/// `Retry-After` beyond this is as good as never, and safe to add to a time.
const LONGEST_RETRY: Duration = Duration::from_secs(366 * 24 * 3600);

/// Has the peer said that nothing more will come (TLS `close_notify`)? A connection that merely
/// ends says nothing of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Open,
    Closed,
}

/// One request and its reply.
pub trait Framing {
    /// Takes bytes of the reply; `used` of them belong to it. Without a reply, more is needed, or
    /// with [`End::Closed`] it was cut.
    ///
    /// # Errors
    /// What came is no HTTP, is ambiguous, or exceeds [`BUDGET`]. Nothing may be fed after that.
    fn feed(&mut self, bytes: &[u8], end: End) -> Result<(usize, Option<HttpReply>), Untrusted>;

    /// May the connection carry another request after this reply?
    fn keeps_alive(&self) -> bool;
}

/// [`Framing`] by ureq-proto.
pub struct Http1 {
    stage: Stage,
    chunks: ChunkGuard,
    /// Checked and not yet consumed by ureq-proto.
    input: Vec<u8>,
    reply: Option<HttpReply>,
    spent: usize,
    keep_alive: bool,
}

enum Stage {
    Head(Call<RecvResponse>),
    Body(Call<RecvBody>, BodyKind),
    Done,
}

/// The request as bytes, and the reader of its reply. `authority` is the `Host` header.
///
/// # Errors
/// The request cannot be said in HTTP: a mistake of ours or of the configuration; the text says which.
pub fn encode(
    request: &WireRequest,
    authority: &str,
) -> Result<(Zeroizing<Vec<u8>>, Http1), String> {
    let call = Call::new(head(request, authority)?).map_err(|e| e.to_string())?;
    let mut call = call.proceed();
    let text: usize =
        request.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let room = 256 + authority.len() + request.path_and_query.len() + text + request.body.len();
    // Sized once: a vector that grows leaves copies behind that nobody wipes.
    let mut out = Zeroizing::new(vec![0; room]);
    let mut len = call.write(&mut out).map_err(|e| e.to_string())?;
    let call = match call.proceed().map_err(|e| e.to_string())? {
        Some(SendRequestResult::RecvResponse(call)) => call,
        Some(SendRequestResult::SendBody(mut call)) => {
            let (_, written) =
                call.write(&request.body, &mut out[len..]).map_err(|e| e.to_string())?;
            len += written;
            call.proceed().ok_or("the body does not fit its length")?
        }
        Some(SendRequestResult::Await100(_)) | None => {
            return Err("the request's head is too long".into());
        }
    };
    out.truncate(len);
    Ok((out, Http1::new(call)))
}

fn head(request: &WireRequest, authority: &str) -> Result<Request<()>, String> {
    let uri = Uri::try_from(request.path_and_query.as_str()).map_err(|e| e.to_string())?;
    let mut builder = Request::builder().method(request.method).uri(uri).header("Host", authority);
    for (name, value) in &request.headers {
        let mut value = HeaderValue::from_str(value).map_err(|e| e.to_string())?;
        value.set_sensitive(*name == "Authorization");
        builder = builder.header(*name, value);
    }
    if request.method == "POST" {
        builder = builder.header("Content-Length", request.body.len());
    }
    builder.body(()).map_err(|e| e.to_string())
}

/// The `Host` header: the port only where it is not the usual one.
pub fn authority(host: &ServiceHost) -> String {
    if host.port == 443 { host.in_url() } else { format!("{}:{}", host.in_url(), host.port) }
}

impl Framing for Http1 {
    fn feed(&mut self, bytes: &[u8], end: End) -> Result<(usize, Option<HttpReply>), Untrusted> {
        let mut used = 0;
        loop {
            let rest = &bytes[used..];
            let before = matches!(self.stage, Stage::Head(_));
            let (taken, reply) = match std::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Head(call) => self.feed_head(call, rest)?,
                Stage::Body(call, kind) => self.feed_body(call, kind, rest, end)?,
                Stage::Done => return Ok((used, None)),
            };
            used += taken;
            self.spend(taken)?;
            let into_body = before && matches!(self.stage, Stage::Body(..));
            if reply.is_some() || (used == bytes.len() && !into_body) {
                return Ok((used, reply));
            }
        }
    }

    fn keeps_alive(&self) -> bool {
        self.keep_alive && matches!(self.stage, Stage::Done)
    }
}

impl Http1 {
    fn new(call: Call<RecvResponse>) -> Self {
        Self {
            stage: Stage::Head(call),
            chunks: ChunkGuard::default(),
            input: Vec::new(),
            reply: None,
            spent: 0,
            keep_alive: false,
        }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Untrusted> {
        self.spent += bytes;
        if self.spent > BUDGET { Err(Untrusted::TooLarge) } else { Ok(()) }
    }

    /// Takes bytes up to the end of one head, which may be that of a 1xx reply.
    fn feed_head(
        &mut self,
        mut call: Call<RecvResponse>,
        bytes: &[u8],
    ) -> Result<(usize, Option<HttpReply>), Untrusted> {
        let room = bytes.len().min(self.left());
        let (taken, complete) = strict::take_head(&mut self.input, &bytes[..room])?;
        if !complete {
            self.stage = Stage::Head(call);
            // Not one byte more may come, and the head is not over.
            let over = taken < bytes.len();
            return if over { Err(Untrusted::TooLarge) } else { Ok((taken, None)) };
        }
        let kind = strict::body_kind(&self.input)?;
        let (used, response) = call.try_response(&self.input, false).map_err(|e| http(&e))?;
        if used != self.input.len() {
            return Err(Untrusted::Http("two readings of where the head ends".into()));
        }
        self.input.clear();
        let Some(response) = response else {
            self.stage = Stage::Head(call);
            return Ok((taken, None));
        };
        let keeps = keeps_alive(&response);
        self.reply = Some(reply(&response));
        match call.proceed() {
            Some(RecvResponseResult::RecvBody(call)) if kind != BodyKind::None => {
                if let BodyKind::Length(length) = kind {
                    if length > self.left().saturating_sub(taken) {
                        return Err(Untrusted::TooLarge);
                    }
                }
                self.keep_alive = keeps && kind != BodyKind::UntilClose;
                self.stage = Stage::Body(call, kind);
                Ok((taken, None))
            }
            Some(RecvResponseResult::Cleanup(_) | RecvResponseResult::Redirect(_))
                if kind == BodyKind::None =>
            {
                self.keep_alive = keeps;
                Ok((taken, self.reply.take()))
            }
            _ => Err(Untrusted::Http("two readings of whether there is a body".into())),
        }
    }

    fn feed_body(
        &mut self,
        mut call: Call<RecvBody>,
        kind: BodyKind,
        bytes: &[u8],
        end: End,
    ) -> Result<(usize, Option<HttpReply>), Untrusted> {
        let have = self.reply.as_ref().map_or(0, |reply| reply.body.len());
        let (taken, over) = match kind {
            BodyKind::None => (0, true),
            BodyKind::Length(length) => {
                let missing = length.saturating_sub(have);
                (missing.min(bytes.len()), missing <= bytes.len())
            }
            BodyKind::Chunked => self.chunks.check(bytes)?,
            BodyKind::UntilClose => (bytes.len(), end == End::Closed),
        };
        if taken > self.left() {
            return Err(Untrusted::TooLarge);
        }
        self.input.extend_from_slice(&bytes[..taken]);
        // ureq-proto looks through a trailer from its beginning for each byte that is added: it gets
        // them all at once.
        if over || !self.chunks.in_trailers() {
            self.read_body(&mut call)?;
        }
        if !over {
            self.stage = Stage::Body(call, kind);
            return Ok((taken, None));
        }
        if !self.input.is_empty() || !call.can_proceed() {
            return Err(Untrusted::Http("two readings of where the body ends".into()));
        }
        Ok((taken, self.reply.take()))
    }

    /// Lets ureq-proto consume what it will of the input.
    fn read_body(&mut self, call: &mut Call<RecvBody>) -> Result<(), Untrusted> {
        let Some(reply) = self.reply.as_mut() else {
            return Ok(());
        };
        let mut offset = 0;
        loop {
            let rest = &self.input[offset..];
            let have = reply.body.len();
            // Never less than one byte of room: a full output would stop it before the last line.
            reply.body.resize(have + rest.len() + 1, 0);
            let result = call.read(rest, &mut reply.body[have..]);
            let (used, written) = result.map_err(|e| http(&e))?;
            reply.body.truncate(have + written);
            offset += used;
            if used == 0 {
                break;
            }
        }
        self.input.drain(..offset);
        Ok(())
    }

    fn left(&self) -> usize {
        BUDGET - self.spent
    }
}

fn http(error: &ureq_proto::Error) -> Untrusted {
    Untrusted::Http(error.to_string())
}

/// HTTP/1.1 keeps a connection unless it says otherwise; 1.0 is not asked whether it would.
fn keeps_alive(response: &Response<()>) -> bool {
    let headers = response.headers();
    let closes = |value: &HeaderValue| {
        value
            .as_bytes()
            .split(|&b| b == b',')
            .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
    };
    response.version() == Version::HTTP_11 && !headers.get_all("connection").iter().any(closes)
}

fn reply(response: &Response<()>) -> HttpReply {
    let headers = response.headers();
    HttpReply {
        status: response.status().as_u16(),
        date: text(headers, "date").and_then(|value| httpdate::parse_http_date(value).ok()),
        retry_after: text(headers, "retry-after")
            .and_then(retry_after)
            .or_else(|| text(headers, "x-retry-after").and_then(retry_after)),
        body: Vec::new(),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Seconds or a date, clamped: below nothing is at once, absurdly much is [`LONGEST_RETRY`].
fn retry_after(value: &str) -> Option<RetryAfter> {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        let seconds = if digits == value { digits.parse().unwrap_or(u64::MAX) } else { 0 };
        return Some(RetryAfter::Seconds(Duration::from_secs(seconds).min(LONGEST_RETRY)));
    }
    let at: SystemTime = httpdate::parse_http_date(value).ok()?;
    Some(RetryAfter::At(at))
}

#[cfg(test)]
mod tests;
