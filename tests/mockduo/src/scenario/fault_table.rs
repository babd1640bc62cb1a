//! A fault as the file writes it: one flat table, made into one [`Effect`] or an error.

use std::collections::BTreeMap;

use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use super::fault::{CutPoint, Effect, Fault, Framing, On, RetryHeader, StallPoint, Twist, When};
use crate::clock::Span;
use crate::endpoints::Endpoint;

/// The largest body, in bytes; a reply is made in memory.
const LARGEST: usize = 64 << 20;

/// The table as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFault {
    name: Option<String>,
    on: String,
    call: Option<u64>,
    calls: Option<Vec<u64>>,
    from: Option<u64>,
    user: Option<String>,
    handled: Option<bool>,
    delay: Option<Span>,
    #[serde(default, deserialize_with = "crate::clock::offset")]
    clock: i64,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    remove: Vec<String>,
    status: Option<u16>,
    body: Option<String>,
    content_type: Option<String>,
    code: Option<u32>,
    message: Option<String>,
    detail: Option<String>,
    retry_after: Option<String>,
    #[serde(default)]
    retry_header: RetryHeader,
    redirect: Option<String>,
    huge: Option<usize>,
    cut: Option<CutPoint>,
    stall: Option<StallPoint>,
    drip: Option<u32>,
    framing: Option<Framing>,
    raw: Option<String>,
    silent: Option<bool>,
    waits: Option<u64>,
    reply: Option<Twist>,
}

impl TryFrom<RawFault> for Fault {
    type Error = String;

    fn try_from(mut raw: RawFault) -> Result<Self, String> {
        let on = place(&raw.on)?;
        let when = raw.when()?;
        raw.check()?;
        let effect = raw.effect()?;
        if matches!(on, On::Accept | On::Handshake) {
            let fits = matches!(
                effect,
                Effect::Plain | Effect::Silent | Effect::Cut(CutPoint::Before | CutPoint::Reset)
            );
            if !fits || raw.changes_reply() || raw.clock != 0 || raw.user.is_some() {
                return Err(format!(
                    "on = \"{}\" takes only silent, delay, cut = \"before\" or \"reset\"",
                    raw.on
                ));
            }
        }
        if matches!(effect, Effect::Waits) && on != On::Call(Endpoint::AuthStatus) {
            return Err("waits belongs to on = \"auth_status\"".to_owned());
        }
        let idle = effect == Effect::Plain && raw.delay.is_none() && raw.clock == 0;
        if idle && !raw.changes_reply() {
            return Err("this fault does nothing: say what goes wrong".to_owned());
        }
        let replaced =
            matches!(effect, Effect::Status { .. } | Effect::Code { .. } | Effect::Redirect { .. });
        Ok(Self {
            name: raw.name.unwrap_or_else(|| effect.label().to_owned()),
            on,
            when,
            user: raw.user,
            // A service that answers with an error has done nothing, one that loses its reply has.
            handled: raw.handled.unwrap_or(!replaced && !matches!(effect, Effect::Waits)),
            delay: raw.delay.map(|span| span.0),
            clock: raw.clock,
            headers: raw.headers,
            set: raw.set,
            remove: raw.remove,
            effect,
        })
    }
}

fn place(on: &str) -> Result<On, String> {
    match on {
        "any" => Ok(On::AnyCall),
        "accept" => Ok(On::Accept),
        "handshake" => Ok(On::Handshake),
        name => Endpoint::named(name).map(On::Call).ok_or_else(|| {
            format!(
                "on = \"{name}\" is none of any, accept, handshake, {}",
                Endpoint::NAMES.join(", ")
            )
        }),
    }
}

impl RawFault {
    fn changes_reply(&self) -> bool {
        !(self.headers.is_empty() && self.set.is_empty() && self.remove.is_empty())
    }

    /// What could not be sent.
    fn check(&self) -> Result<(), String> {
        if let Some(size) = self.huge.filter(|size| *size > LARGEST) {
            return Err(format!("huge = {size}: at most {LARGEST} bytes"));
        }
        let own = [
            ("Content-Type", &self.content_type),
            ("Retry-After", &self.retry_after),
            ("Location", &self.redirect),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        for (name, value) in self.headers.iter().map(|(n, v)| (n.as_str(), v)).chain(own) {
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                return Err(format!("`{name}` is no name of a header"));
            }
            if HeaderValue::from_str(value).is_err() {
                return Err(format!("{value:?} is no value of a header ({name})"));
            }
        }
        Ok(())
    }

    fn when(&self) -> Result<When, String> {
        if [self.call.is_some(), self.calls.is_some(), self.from.is_some()]
            .iter()
            .filter(|x| **x)
            .count()
            > 1
        {
            return Err("use only one of call, calls, from".to_owned());
        }
        if let Some(count) = self.waits {
            let first = self.call.or(self.from).unwrap_or(1);
            return Ok(When::Between(first, first.saturating_add(count).saturating_sub(1)));
        }
        let each = self.calls.clone().or_else(|| self.call.map(|n| vec![n]));
        Ok(match (each, self.from) {
            (Some(list), _) => When::Each(list),
            (None, Some(first)) => When::From(first),
            (None, None) => When::Every,
        })
    }

    fn effect(&mut self) -> Result<Effect, String> {
        let retry = self.retry_after.take().map(|text| (self.retry_header, text));
        let has_retry = retry.is_some();
        let status = self.redirect.is_none().then_some(self.status).flatten();
        let mut found = Vec::new();
        if let Some(status) = status {
            let body = self.body.clone().unwrap_or_default();
            let content_type = self.content_type.clone().unwrap_or_else(|| "text/plain".to_owned());
            found.push(Effect::Status {
                status: checked(status)?,
                body,
                content_type,
                retry: retry.clone(),
            });
        } else if self.body.is_some() || self.content_type.is_some() {
            return Err("body and content_type go with status".to_owned());
        }
        if let Some(code) = self.code {
            checked(u16::try_from(code / 100).unwrap_or(0))?;
            let (message, detail) = (self.message.clone(), self.detail.clone());
            found.push(Effect::Code { code, message, detail, retry });
        } else if self.message.is_some() || self.detail.is_some() {
            return Err("message and detail go with code".to_owned());
        }
        if let Some(to) = self.redirect.take() {
            found.push(Effect::Redirect { to, status: checked(self.status.unwrap_or(302))? });
        }
        found.extend(self.huge.map(Effect::Huge));
        found.extend(self.cut.map(Effect::Cut));
        found.extend(self.stall.map(Effect::Stall));
        found.extend(self.drip.map(|rate| Effect::Drip(rate.max(1))));
        found.extend(self.framing.map(Effect::Framing));
        found.extend(self.raw.take().map(Effect::Raw));
        found.extend(self.silent.filter(|on| *on).map(|_| Effect::Silent));
        found.extend(self.waits.map(|_| Effect::Waits));
        found.extend(self.reply.map(Effect::Twist));
        if found.len() > 1 {
            let names: Vec<_> = found.iter().map(Effect::label).collect();
            return Err(format!("a fault does one thing, this one says {}", names.join(" and ")));
        }
        let effect = found.pop().unwrap_or(Effect::Plain);
        if has_retry && !matches!(effect, Effect::Status { .. } | Effect::Code { .. }) {
            return Err("retry_after goes with status or code".to_owned());
        }
        Ok(effect)
    }
}

fn checked(status: u16) -> Result<u16, String> {
    if (200..=599).contains(&status) {
        Ok(status)
    } else {
        Err(format!("{status} is no HTTP status from 200 to 599"))
    }
}
