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
    let rules = state.rules.clone();
    let user = who::find(state, params)?.ok_or_else(|| ApiError::invalid("username"))?;
    if let Some(limit) = rules.rate_limit {
        user.count_call(now, limit).map_err(ApiError::too_many)?;
    }
    let name = user.spec.name.clone();
    let txid = match by_policy(user.spec.policy, user.locked) {
        Some(status) => state.settle(now, &name, status),
        None => {
            let form = user.spec.form.unwrap_or(rules.form);
            let factor = choose(user, form, params)?;
            carry_out(state, now, &name, factor, params)?
        }
    };
    Ok(if params.is_one("async") {
        Outcome::Json(json!({"txid": txid}))
    } else {
        Outcome::Sync(txid)
    })
}

/// What is decided without any factor.
fn by_policy(policy: Policy, locked: bool) -> Option<Status> {
    match policy {
        _ if locked => Some(Status::LockedOut),
        Policy::Allow => Some(Status::Bypass),
        // Nobody answers for a user who has yet to enrol.
        Policy::Deny | Policy::Enroll => Some(Status::Deny),
        Policy::LockedOut => Some(Status::LockedOut),
        Policy::Auth => None,
    }
}

fn carry_out(
    state: &mut State,
    now: Millis,
    name: &str,
    factor: Factor,
    params: &Params,
) -> Result<String, ApiError> {
    match factor {
        Factor::Push { device, prompted } => push(state, now, name, &device, prompted, params),
        Factor::Phone { device } => {
            let new = described(name, &device, params)?;
            Ok(state.begin(now, Kind::PhoneCall, new))
        }
        Factor::Sms { device } => {
            state.send_sms(name, &device);
            Ok(state.settle(now, name, Status::Sent))
        }
        Factor::Passcode(code) => {
            let status = state.try_passcode(name, &code);
            Ok(state.settle(now, name, status))
        }
    }
}

fn push(
    state: &mut State,
    now: Millis,
    name: &str,
    device: &str,
    prompted: bool,
    params: &Params,
) -> Result<String, ApiError> {
    let mut new = described(name, device, params)?;
    let user = state.user(name).ok_or_else(|| ApiError::invalid("username"))?;
    new.push_fails = user.device(device).is_some_and(|d| d.push == PushDelivery::Fails);
    let verified = user.spec.verified_push;
    if verified && prompted {
        new.code = Some(fresh_code());
        new.show_code = true;
    } else if verified {
        let txid = params.need("txid")?;
        let code = state.verify_take(now, name, txid);
        new.code = Some(code.ok_or_else(|| ApiError::invalid("txid"))?);
    }
    Ok(state.begin(now, Kind::Push, new))
}

fn described(name: &str, device: &str, params: &Params) -> Result<NewTx, ApiError> {
    let text = |name: &str| params.get(name).map(str::to_owned);
    let pushinfo = params.get("pushinfo").unwrap_or_default();
    if pushinfo.len() >= PUSHINFO_LIMIT {
        return Err(ApiError::invalid("pushinfo"));
    }
    Ok(NewTx {
        user: name.to_owned(),
        device: Some(device.to_owned()),
        pushinfo: Params::from_form(pushinfo).0,
        push_type: text("type"),
        display_username: text("display_username"),
        ipaddr: text("ipaddr"),
        hostname: text("hostname"),
        ..NewTx::default()
    })
}
