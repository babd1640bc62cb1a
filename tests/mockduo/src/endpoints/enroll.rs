//! `/enroll` and `/enroll_status`.

use serde_json::{Value, json};

use crate::clock::Millis;
use crate::error::ApiError;
use crate::params::Params;
use crate::state::{EnrolStatus, State};

/// How long an activation code lives unless the call says otherwise, in seconds.
const VALID: u64 = 86_400;
const MOST_VALID: u64 = 365 * 86_400;
const MOST_CODES: u64 = 10;

pub fn enroll(
    state: &mut State,
    now: Millis,
    params: &Params,
    host: &str,
) -> Result<Value, ApiError> {
    let valid = number(params, "valid_secs", VALID, MOST_VALID)?;
    let codes = number(params, "bypass_codes", 0, MOST_CODES)?;
    let codes = usize::try_from(codes).unwrap_or(0);
    let made = state.enrol(now, params.get("username"), valid * 1000, codes)?;
    let code = &made.activation_code;
    let mut reply = json!({
        "activation_barcode": format!("https://{host}/frame/qr?value={code}"),
        "activation_code": format!("duo://{code}"),
        "activation_url": format!("https://{host}/activate/{code}"),
        "expiration": made.expires / 1000,
        "user_id": made.user_id,
        "username": made.user,
    });
    if !made.bypass_codes.is_empty() {
        reply["bypass_codes"] = json!(made.bypass_codes);
    }
    Ok(reply)
}

/// The reply is a bare string, unlike those of all other calls.
pub fn status(state: &State, now: Millis, params: &Params) -> Result<Value, ApiError> {
    let user_id = params.need("user_id")?;
    let code = params.need("activation_code")?;
    let code = code.strip_prefix("duo://").unwrap_or(code);
    Ok(json!(match state.enrol_status(now, user_id, code) {
        EnrolStatus::Success => "success",
        EnrolStatus::Invalid => "invalid",
        EnrolStatus::Waiting => "waiting",
    }))
}

fn number(params: &Params, name: &str, usual: u64, most: u64) -> Result<u64, ApiError> {
    let Some(text) = params.get(name) else {
        return Ok(usual);
    };
    let value = text.parse().ok().filter(|n| (1..=most).contains(n));
    value.ok_or_else(|| ApiError::invalid(name))
}
