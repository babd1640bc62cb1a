//! A reply before it is written: shaped by faults, then given to hyper or written by hand.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use serde_json::{Value, json};

use crate::error::ApiError;

/// Status, headers and body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// The API's own code of an error.
    pub code: Option<u32>,
    /// In order; a name may come twice.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status, code: None, headers, body: body.into() }
    }

    pub fn ok(response: &Value) -> Self {
        Self::json(200, &json!({"stat": "OK", "response": response}))
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub fn error(error: &ApiError) -> Self {
        let mut reply = Self::json(error.status(), &error.to_json());
        reply.code = Some(error.code);
        if let Some(seconds) = error.retry_after {
            reply.set_header("Retry-After", &seconds.to_string());
        }
        reply
    }

    /// Replaces a header; an empty value removes it.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The head in bytes, with these headers after its own.
    pub fn head(&self, framing: &[(&str, &str)]) -> Vec<u8> {
        let own = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        let lines = own.chain(framing.iter().copied()).map(|(n, v)| format!("{n}: {v}\r\n"));
        let first = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let text: String = std::iter::once(first).chain(lines).collect();
        format!("{text}\r\n").into_bytes()
    }

    /// The whole reply in bytes, well framed.
    pub fn wire(&self) -> Vec<u8> {
        let mut out = self.head(&[("Content-Length", &self.body.len().to_string())]);
        out.extend_from_slice(&self.body);
        out
    }

    /// # Errors
    /// A header that HTTP does not allow.
    pub fn into_hyper(self) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
        let start = Response::builder().status(self.status);
        let builder = self.headers.iter().fold(start, |b, (name, value)| b.header(name, value));
        builder.body(Full::new(Bytes::from(self.body)))
    }
}

fn reason(status: u16) -> &'static str {
    hyper::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Unknown")
}
