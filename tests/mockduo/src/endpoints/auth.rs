//! `/auth`: carry out one factor.

use serde_json::json;

use super::factor::{Factor, choose};
use super::{Outcome, who};
use crate::clock::Millis;
use crate::error::ApiError;
use crate::params::Params;
use crate::scenario::{Policy, PushDelivery};
use crate::state::{Kind, NewTx, State, Status, fresh_code};

/// The size that the reference allows, in bytes.
const PUSHINFO_LIMIT: usize = 20_000;

pub fn auth(state: &mut State, now: Millis, params: &Params) -> Result<Outcome, ApiError> {
    let rate_limit = state.rules.rate_limit;
    let user = who::find(state, params)?.ok_or_else(|| ApiError::invalid("username"))?;
    if let Some(limit) = rate_limit {
        user.count_call(now, limit).map_err(ApiError::too_many)?;
    }
    let name = user.spec.name.clone();
    let txid = match by_policy(user.spec.policy, user.locked) {
        Some(status) => state.settle(now, &name, status),
        None => Call { state, now, name: &name, params }.carry_out()?,
    };
    let asynchronous = params.is_one("async");
    Ok(if asynchronous { Outcome::Json(json!({"txid": txid})) } else { Outcome::Sync(txid) })
}

/// What is decided without any factor.
fn by_policy(policy: Policy, locked: bool) -> Option<Status> {
    match policy {
        Policy::LockedOut => Some(Status::LockedOut),
        _ if locked => Some(Status::LockedOut),
        Policy::Allow => Some(Status::Bypass),
        // Nobody answers for a user who has yet to enrol.
        Policy::Deny | Policy::Enroll => Some(Status::Deny),
        Policy::Auth => None,
    }
}

/// A call about a user who has to use a factor.
struct Call<'a> {
    state: &'a mut State,
    now: Millis,
    name: &'a str,
    params: &'a Params,
}

impl Call<'_> {
    /// Gives the id of the transaction.
    fn carry_out(self) -> Result<String, ApiError> {
        let form = self.state.form_of(self.name);
        let user = self.state.user(self.name).ok_or_else(|| ApiError::invalid("username"))?;
        match choose(user, form, self.params)? {
            Factor::Push { device, prompted } => self.push(&device, prompted),
            Factor::Phone { device } => {
                let new = self.described(&device)?;
                Ok(self.state.begin(self.now, Kind::PhoneCall, new))
            }
            Factor::Sms { device } => {
                self.state.send_sms(self.name, &device);
                Ok(self.state.settle(self.now, self.name, Status::Sent))
            }
            Factor::Passcode(code) => {
                let status = self.state.try_passcode(self.name, &code);
                Ok(self.state.settle(self.now, self.name, status))
            }
        }
    }

    fn push(self, device: &str, prompted: bool) -> Result<String, ApiError> {
        let mut new = self.described(device)?;
        let user = self.state.user(self.name).ok_or_else(|| ApiError::invalid("username"))?;
        new.push_fails = user.device(device).is_some_and(|d| d.push == PushDelivery::Fails);
        if user.spec.verified_push {
            let txid = self.params.get("txid");
            let known = txid.and_then(|id| self.state.verify_take(self.now, self.name, id));
            new.code = match (known, prompted, txid) {
                (Some(code), ..) => Some(code),
                (None, true, _) => Some(fresh_code()),
                (None, false, None) => return Err(ApiError::missing("txid")),
                (None, false, Some(_)) => return Err(ApiError::invalid("txid")),
            };
            new.show_code = prompted;
        }
        Ok(self.state.begin(self.now, Kind::Push, new))
    }

    fn described(&self, device: &str) -> Result<NewTx, ApiError> {
        let text = |name: &str| self.params.get(name).map(str::to_owned);
        let pushinfo = self.params.get("pushinfo").unwrap_or_default();
        if pushinfo.len() >= PUSHINFO_LIMIT {
            return Err(ApiError::invalid("pushinfo"));
        }
        Ok(NewTx {
            user: self.name.to_owned(),
            device: Some(device.to_owned()),
            pushinfo: Params::from_form(pushinfo).0,
            push_type: text("type"),
            display_username: text("display_username"),
            ipaddr: text("ipaddr"),
            hostname: text("hostname"),
            ..NewTx::default()
        })
    }
}
