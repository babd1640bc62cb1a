//! What the service says, as types.
//!
//! A reply is read leniently where the service may grow (unknown members, devices, capabilities) and
//! strictly where a door hangs on it: a `result` that is not known is not read as any other.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::request::Txid;

/// A whole HTTP reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    pub status: u16,
    /// The `Date` header, where it parses.
    pub date: Option<SystemTime>,
    /// `Retry-After` or `X-Retry-After`, where it parses.
    pub retry_after: Option<RetryAfter>,
    /// At most 64 KiB.
    pub body: Vec<u8>,
}

/// When to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    Seconds(Duration),
    At(SystemTime),
}

/// A reply that is not the answer to the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 429 or 42901.
    RateLimited(Option<RetryAfter>),
    /// HTTP 5xx.
    ServerError(u16),
    /// 40105; the server's `Date`.
    ClockOff(Option<SystemTime>),
    /// 401 or 403: the keys, or what they may do; the code and what the service says.
    KeysRefused(String),
    /// 40002 with the name of the parameter where the service tells it.
    BadParameter(String),
    /// Anything else; the text says what came.
    Unintelligible(String),
}

/// The answer to `/preauth`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preauth {
    Allow,
    Deny { message: Option<String> },
    Enroll { message: Option<String>, portal: Option<String> },
    Auth(Offer),
}

/// What a user who must give a second factor has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub devices: Vec<Device>,
    pub prompt: Option<ServerPrompt>,
    pub verified: Option<Verified>,
}

/// One device out of `devices[]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Device {
    #[serde(rename = "device")]
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub display_name: Option<String>,
    #[serde(default)]
    pub number: Option<String>,
    #[serde(default)]
    pub capabilities: Vec<String>,
}

/// The service's own menu (`text_prompt=1`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ServerPrompt {
    pub text: String,
    /// `default` and the numbers of the menu, each with the factor name to send.
    #[serde(default)]
    pub factors: std::collections::BTreeMap<String, String>,
}

/// A verified push: the person types `code` on the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub txid: Txid,
    pub code: String,
}

/// The answer to `/auth`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Ask `/auth_status` for the rest.
    Started(Txid),
    /// The service answered at once, as it does without `async`.
    Ended(Status),
}

/// The answer to `/auth_status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub result: AuthResult,
    /// `pushed`, `timeout`, `fraud` …; never relied on to let anyone in.
    pub status: String,
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthResult {
    Waiting,
    Allow,
    Deny,
}

/// Reads the reply to `/preauth`.
///
/// # Errors
/// [`Problem`] says what came instead of an answer.
pub fn preauth(reply: &HttpReply) -> Result<Preauth, Problem> {
    let raw: RawPreauth = response(reply)?;
    let message = raw.status_msg;
    match raw.result.as_str() {
        "allow" => Ok(Preauth::Allow),
        "deny" => Ok(Preauth::Deny { message }),
        "enroll" => {
            let message = raw.prompt.map(|Object(prompt)| prompt.text).or(message);
            Ok(Preauth::Enroll { message, portal: raw.enroll_portal_url })
        }
        "auth" => Ok(Preauth::Auth(Offer {
            devices: raw.devices.into_iter().flatten().filter_map(device).collect(),
            prompt: raw.prompt.map(|Object(prompt)| prompt),
            verified: verified(raw.txid, raw.verification_code)?,
        })),
        other => Err(unintelligible("preauth result", other)),
    }
}

/// A device that does not parse is none of this user's; the others still are.
fn device(value: serde_json::Value) -> Option<Device> {
    serde_json::from_value::<Object<Device>>(value).ok().map(|Object(device)| device)
}

/// Reads the reply to `/auth`.
///
/// # Errors
/// [`Problem`] says what came instead of an answer.
pub fn auth(reply: &HttpReply) -> Result<Auth, Problem> {
    let raw: RawAuth = response(reply)?;
    match (raw.txid, raw.result) {
        (Some(txid), result) if !txid.is_empty() && is_open(result.as_deref()) => {
            Ok(Auth::Started(Txid(txid)))
        }
        (_, Some(result)) => {
            let status = raw.status.unwrap_or_default();
            Ok(Auth::Ended(Status { result: result_of(&result)?, status, message: raw.status_msg }))
        }
        _ => Err(Problem::Unintelligible("reply to auth without txid".to_owned())),
    }
}

/// No result yet, or one that says so.
fn is_open(result: Option<&str>) -> bool {
    matches!(result, None | Some("waiting"))
}

/// Reads the reply to `/auth_status` of this transaction. It need not name it; another it may not.
///
/// # Errors
/// [`Problem`] says what came instead of an answer.
pub fn status(reply: &HttpReply, of: &Txid) -> Result<Status, Problem> {
    let raw: RawStatus = response(reply)?;
    if raw.txid.is_some_and(|txid| txid != of.0) {
        return Err(Problem::Unintelligible("result of another transaction".to_owned()));
    }
    let status = raw.status.unwrap_or_default();
    Ok(Status { result: result_of(&raw.result)?, status, message: raw.status_msg })
}

#[derive(Deserialize)]
struct Envelope<T> {
    stat: String,
    response: Option<Object<T>>,
}

/// An object in braces. serde takes a list for a struct as well, whose members are then told by their
/// order alone: `["OK", ["allow", "", ""]]` says nothing that we know.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InBraces(PhantomData))
    }
}

struct InBraces<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for InBraces<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

#[derive(Deserialize)]
struct Fail {
    stat: String,
    code: u32,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    message_detail: Option<String>,
}

#[derive(Deserialize)]
struct RawPreauth {
    result: String,
    status_msg: Option<String>,
    devices: Option<Vec<serde_json::Value>>,
    prompt: Option<Object<ServerPrompt>>,
    enroll_portal_url: Option<String>,
    txid: Option<String>,
    verification_code: Option<String>,
}

#[derive(Deserialize)]
struct RawAuth {
    txid: Option<String>,
    result: Option<String>,
    status: Option<String>,
    status_msg: Option<String>,
}

#[derive(Deserialize)]
struct RawStatus {
    txid: Option<String>,
    result: String,
    status: Option<String>,
    status_msg: Option<String>,
}

/// The `response` of a reply that says OK twice: in the HTTP status and in `stat`.
fn response<'a, T: Deserialize<'a>>(reply: &'a HttpReply) -> Result<T, Problem> {
    if reply.status != 200 {
        return Err(problem(reply));
    }
    // Nothing of it is looked at if anything of it is no text: serde passes over what it ignores.
    let Ok(body) = std::str::from_utf8(&reply.body) else {
        return Err(Problem::Unintelligible("reply is not UTF-8".to_owned()));
    };
    match serde_json::from_str::<Object<Envelope<T>>>(body) {
        Ok(Object(Envelope { stat, response: Some(Object(response)) })) if stat == "OK" => {
            Ok(response)
        }
        Ok(Object(Envelope { stat, .. })) if stat == "OK" => {
            Err(Problem::Unintelligible("stat OK without a response".to_owned()))
        }
        _ if fail(reply).is_some() => Err(problem(reply)),
        Ok(Object(Envelope { stat, .. })) => Err(unintelligible("stat", &stat)),
        Err(error) => Err(Problem::Unintelligible(format!("reply does not parse: {error}"))),
    }
}

/// What a reply says that is no OK.
fn problem(reply: &HttpReply) -> Problem {
    if (500..600).contains(&reply.status) {
        return Problem::ServerError(reply.status);
    }
    let fail = fail(reply).filter(|fail| fail.stat == "FAIL");
    let code = fail.as_ref().map_or(u32::from(reply.status) * 100, |fail| fail.code);
    let detail = fail.as_ref().and_then(|fail| fail.message_detail.clone());
    let words = fail.and_then(|fail| fail.message).unwrap_or_else(|| "no reason given".to_owned());
    match (code, code / 100) {
        (_, 429) => Problem::RateLimited(reply.retry_after),
        (40105, _) => Problem::ClockOff(reply.date),
        (_, 401 | 403) => Problem::KeysRefused(format!("{code} {words}")),
        (40002, _) => Problem::BadParameter(detail.unwrap_or(words)),
        _ if reply.status == 429 => Problem::RateLimited(reply.retry_after),
        _ => Problem::Unintelligible(format!("HTTP {}, {code} {words}", reply.status)),
    }
}

fn fail(reply: &HttpReply) -> Option<Fail> {
    let body = std::str::from_utf8(&reply.body).ok()?;
    serde_json::from_str::<Object<Fail>>(body).ok().map(|Object(fail)| fail)
}

fn result_of(result: &str) -> Result<AuthResult, Problem> {
    match result {
        "waiting" => Ok(AuthResult::Waiting),
        "allow" => Ok(AuthResult::Allow),
        "deny" => Ok(AuthResult::Deny),
        other => Err(unintelligible("auth result", other)),
    }
}

/// Half a verified push is none that anyone could approve.
fn verified(txid: Option<String>, code: Option<String>) -> Result<Option<Verified>, Problem> {
    match (txid, code) {
        (Some(txid), Some(code)) if !txid.is_empty() && !code.is_empty() => {
            Ok(Some(Verified { txid: Txid(txid), code }))
        }
        (_, None) => Ok(None),
        (_, Some(_)) => {
            Err(Problem::Unintelligible("verification code without transaction".to_owned()))
        }
    }
}

fn unintelligible(what: &str, value: &str) -> Problem {
    let value: String = value.chars().take(40).collect();
    Problem::Unintelligible(format!("unknown {what} {value:?}"))
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
