//! `/preauth`: may this user in, must they enrol, or which factors have they got?

use serde_json::{Value, json};

use super::{menu, who};
use crate::clock::Millis;
use crate::error::ApiError;
use crate::params::Params;
use crate::scenario::{DeviceSpec, Form, Policy, TextPrompt, UnknownUser};
use crate::state::{State, User};

pub fn preauth(state: &mut State, now: Millis, params: &Params) -> Result<Value, ApiError> {
    let wants_prompt = params.is_one("text_prompt");
    if wants_prompt && state.rules.text_prompt == TextPrompt::Unknown {
        return Err(ApiError::invalid("text_prompt"));
    }
    let wants_prompt = wants_prompt && state.rules.text_prompt == TextPrompt::Known;
    let rules = state.rules.clone();
    let Some(user) = who::find(state, params)? else {
        let name = params.get("username").unwrap_or_default();
        return Ok(unknown(rules.unknown_user, &rules.portal, name, wants_prompt));
    };
    let message = user.spec.status_msg.clone();
    let say = |usual: &str| message.clone().unwrap_or_else(|| usual.to_owned());
    if user.locked {
        return Ok(json!({"result": "deny", "status_msg": say("Your account is locked out.")}));
    }
    match user.spec.policy {
        Policy::Allow => {
            return Ok(json!({"result": "allow", "status_msg": say("Account is bypassed.")}));
        }
        Policy::Deny | Policy::LockedOut => {
            return Ok(json!({"result": "deny", "status_msg": say("Your account is disabled.")}));
        }
        Policy::Enroll => return Ok(enrol(&rules.portal, &user.spec.name, message, wants_prompt)),
        Policy::Auth => {}
    }
    let token = params.get("trusted_device_token");
    if token.and_then(|token| user.tokens.get(token)).is_some_and(|end| *end > now) {
        return Ok(json!({"result": "allow", "status_msg": "Your device is remembered."}));
    }
    let name = user.spec.name.clone();
    let form = state.form_of(&name);
    let user = state.user(&name).ok_or_else(|| ApiError::invalid("username"))?;
    let mut reply = json!({"result": "auth", "status_msg": say("Account is active.")});
    if !wants_prompt || form != Form::Prompt {
        reply["devices"] = user.spec.devices.iter().map(device).collect();
    }
    if wants_prompt && form != Form::Devices {
        reply["prompt"] = menu::prompt(user);
    }
    // Who can only use the menu is told the code of a push once it is out.
    let menu_only = wants_prompt && form == Form::Prompt;
    if !menu_only && wants_code(user, params) {
        let (txid, made) = state.verify_begin(now, &name);
        reply["txid"] = json!(txid);
        reply["verification_code"] = json!(made.code);
        reply["expiration"] = json!(made.expires / 1000);
    }
    Ok(reply)
}

fn wants_code(user: &User, params: &Params) -> bool {
    let pushes = user.spec.devices.iter().any(|device| device.can("push"));
    user.spec.verified_push && pushes && params.is_one("client_supports_verified_push")
}

fn device(spec: &DeviceSpec) -> Value {
    let mut out = json!({
        "device": spec.id,
        "type": spec.kind.as_str(),
        "name": spec.name,
        "display_name": spec.title(),
        "capabilities": spec.capabilities,
    });
    if spec.kind == crate::scenario::DeviceKind::Phone {
        out["number"] = json!(spec.number);
    }
    if let Some(next) = &spec.sms_nextcode {
        out["sms_nextcode"] = json!(next);
    }
    out
}

fn unknown(rule: UnknownUser, portal: &str, name: &str, wants_prompt: bool) -> Value {
    match rule {
        UnknownUser::Enroll => enrol(portal, name, None, wants_prompt),
        UnknownUser::Deny => json!({"result": "deny", "status_msg": "Access denied."}),
        UnknownUser::Allow => {
            json!({"result": "allow", "status_msg": "Account is not enrolled; access is allowed."})
        }
    }
}

fn enrol(portal: &str, name: &str, message: Option<String>, wants_prompt: bool) -> Value {
    let url = format!("{portal}{}", crate::params::encode(name));
    let usual = "Enroll an authentication device to proceed.".to_owned();
    let message = message.unwrap_or(usual);
    let mut reply = json!({"result": "enroll", "status_msg": message, "enroll_portal_url": url});
    if wants_prompt {
        reply["prompt"] =
            json!({"text": format!("{message}\nPlease enroll at {url}"), "factors": {}});
    }
    reply
}
