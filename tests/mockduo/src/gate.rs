//! What every call but `/ping` must pass: content type, credentials, clock, signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST};

use crate::clock::{self, Millis};
use crate::error::ApiError;
use crate::older;
use crate::params::Params;
use crate::sign::{self, Scheme, Signed};

/// How far a request's date may lie from the service's clock, in seconds.
const WINDOW: u64 = 300;

/// The keys of the one integration and what it may sign with.
#[derive(Clone, Debug)]
pub struct Keys {
    pub ikey: String,
    pub skey: String,
    pub schemes: Vec<Scheme>,
}

/// A request as it came, body collected.
#[derive(Debug)]
pub struct Incoming {
    pub method: String,
    pub path: String,
    pub query: Params,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Incoming {
    fn header(&self, name: impl hyper::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The `Host` header, lower-case, without the port.
    pub fn host(&self) -> String {
        let host = self.header(HOST).unwrap_or_default().to_ascii_lowercase();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name.to_owned(),
            _ => host,
        }
    }

    /// The parameters of the call: query for GET, form or JSON body for POST.
    ///
    /// # Errors
    /// 40106 for a body of another type, 40002 for JSON that is no object of strings.
    pub fn params(&self) -> Result<(Params, Body), ApiError> {
        if self.method != "POST" {
            return Ok((self.query.clone(), Body::None));
        }
        let kind = self.header(CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => Ok((Params::from_json(&self.body)?, Body::Json)),
            "application/x-www-form-urlencoded" => {
                Ok((Params::from_form(&String::from_utf8_lossy(&self.body)), Body::Form))
            }
            "" if self.body.is_empty() => Ok((Params::default(), Body::Form)),
            _ => Err(ApiError::bad_content_type()),
        }
    }
}

/// The kind of body that the parameters came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    None,
    Form,
    Json,
}

/// Checks credentials, date and signature; `now` is the time that the service believes in.
pub fn admit(
    keys: &Keys,
    request: &Incoming,
    params: &Params,
    body: Body,
    now: Millis,
) -> Result<(), ApiError> {
    let (ikey, signature) = credentials(request).ok_or_else(ApiError::no_credentials)?;
    if ikey != keys.ikey {
        return Err(ApiError::unknown_ikey());
    }
    let older = older::speaks(&request.path);
    let date = if older { "" } else { date(request, now)? };
    let none = Params::default();
    let host = request.host();
    let signed = Signed {
        date,
        method: &request.method,
        host: &host,
        path: &request.path,
        query: &request.query,
        form: if body == Body::Form { params } else { &none },
        body: &request.body,
        duo_headers: &duo_headers(request),
    };
    // JSON bodies are version 5's alone and forms version 2's: a hash of one is never taken for the other.
    let fits = |scheme: &Scheme| match body {
        // Version 1 signs forms only.
        Body::Json if older => false,
        _ if older || *scheme == Scheme::V1 => older && *scheme == Scheme::V1,
        Body::Json => *scheme == Scheme::V5,
        Body::Form => *scheme != Scheme::V5,
        Body::None => true,
    };
    let allowed: Vec<_> = keys.schemes.iter().copied().filter(fits).collect();
    match sign::verify(&keys.skey, &signed, &signature, &allowed) {
        Some(_) => Ok(()),
        None => Err(ApiError::bad_signature()),
    }
}

/// The date that was signed, if it is near enough to the service's clock.
fn date(request: &Incoming, now: Millis) -> Result<&str, ApiError> {
    let date = request.header("x-duo-date").or_else(|| request.header(DATE));
    let date = date.filter(|text| !text.is_empty()).ok_or_else(ApiError::no_timestamp)?;
    let at = clock::parse_date(date).ok_or_else(ApiError::bad_timestamp)?;
    let server = i64::try_from(now / 1000).unwrap_or(i64::MAX);
    if at.abs_diff(server) > WINDOW { Err(ApiError::bad_timestamp()) } else { Ok(date) }
}

fn credentials(request: &Incoming) -> Option<(String, String)> {
    let header = request.header(AUTHORIZATION)?;
    let (scheme, blob) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(blob.trim()).ok()?).ok()?;
    let (ikey, signature) = plain.split_once(':')?;
    Some((ikey.to_owned(), signature.to_owned()))
}

fn duo_headers(request: &Incoming) -> Vec<(String, String)> {
    let named = request.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-duo-"));
    named.filter_map(|(n, v)| Some((n.as_str().to_owned(), v.to_str().ok()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;
    use serde_json::Value;

    use super::*;

    /// The official client's `check`, and the moment at which it was made.
    fn recorded(index: usize) -> (Keys, Incoming, Millis) {
        let all: Value = serde_json::from_str(include_str!("../tests/signatures.json")).unwrap();
        let case = &all["cases"][index];
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        };
        put("host", &format!("{}:8443", text("host")));
        put("date", &text("date"));
        put("authorization", &text("authorization"));
        put("content-type", "application/json; charset=utf-8");
        let keys = Keys {
            ikey: all["ikey"].as_str().unwrap().to_owned(),
            skey: all["skey"].as_str().unwrap().to_owned(),
            schemes: Scheme::ALL.to_vec(),
        };
        let request = Incoming {
            method: text("method"),
            path: text("path"),
            query: Params::default(),
            headers,
            body: text("body").into_bytes(),
        };
        (keys, request, 1_345_570_158_000)
    }

    fn knock(keys: &Keys, request: &Incoming, now: Millis) -> Result<(), ApiError> {
        let (params, body) = request.params()?;
        admit(keys, request, &params, body, now)
    }

    #[test]
    fn the_official_clients_request_passes_with_a_port_in_host() {
        for index in [0, 1, 6] {
            let (keys, request, now) = recorded(index);
            assert_eq!(knock(&keys, &request, now), Ok(()), "case {index}");
        }
    }

    #[test]
    fn the_date_window_is_five_minutes_to_either_side() {
        let (keys, request, now) = recorded(1);
        for (seconds, want) in
            [(300, Ok(())), (-300, Ok(())), (301, Err(40105)), (-301, Err(40105))]
        {
            let got = knock(&keys, &request, clock::shifted(now, seconds));
            assert_eq!(got.map_err(|e| e.code), want, "{seconds}");
        }
    }

    #[test]
    fn each_thing_that_can_be_wrong_has_its_code() {
        let refuse = |change: &dyn Fn(&mut Keys, &mut Incoming)| {
            let (mut keys, mut request, now) = recorded(6);
            change(&mut keys, &mut request);
            knock(&keys, &request, now).unwrap_err().code
        };
        assert_eq!(refuse(&|_, r| drop(r.headers.remove(AUTHORIZATION))), 40101);
        assert_eq!(refuse(&|k, _| k.ikey.push('x')), 40102);
        assert_eq!(refuse(&|k, _| k.skey.push('x')), 40103);
        assert_eq!(refuse(&|k, _| k.schemes = vec![Scheme::V2Sha512]), 40103);
        assert_eq!(refuse(&|_, r| drop(r.headers.remove(DATE))), 40104);
        let text_plain = HeaderValue::from_static("text/plain");
        assert_eq!(refuse(&|_, r| drop(r.headers.insert(CONTENT_TYPE, text_plain.clone()))), 40106);
        assert_eq!(refuse(&|_, r| r.body.push(b' ')), 40103);
    }

    #[test]
    fn x_duo_date_takes_the_place_of_date() {
        let (keys, mut request, now) = recorded(1);
        let date = request.headers.remove(DATE).unwrap();
        request.headers.insert("x-duo-date", date);
        request.headers.insert(DATE, HeaderValue::from_static("Tue, 21 Aug 2001 17:29:18 GMT"));
        assert_eq!(knock(&keys, &request, now), Ok(()));
    }
}
