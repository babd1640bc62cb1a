//! Words of both APIs, without a network. The older ones are `pam_duo` 1.11.3's.

use super::*;

fn later(text: &str) -> Params {
    params(Params::from_form(text))
}

#[test]
fn the_three_calls_are_those_that_pam_duo_makes() {
    assert_eq!(find("POST", "/rest/v1/preauth.bson"), Ok(Endpoint::Preauth));
    assert_eq!(find("POST", "/rest/v1/auth.bson"), Ok(Endpoint::Auth));
    assert_eq!(find("GET", "/rest/v1/status.bson"), Ok(Endpoint::AuthStatus));
    assert_eq!(find("POST", "/rest/v1/status.bson").unwrap_err().code, 40501);
    for path in ["/rest/v1/preauth", "/rest/v1/ping.bson", "/rest/v1/auth_status.bson", "/rest/v1/"]
    {
        assert_eq!(find("GET", path).unwrap_err().code, 40401, "{path}");
    }
    assert!(speaks("/rest/v1/preauth.bson") && !speaks("/auth/v2/preauth"));
}

#[test]
fn what_was_chosen_or_typed_becomes_an_answer_to_the_menu() {
    let push = later("async=1&auto=push1&factor=auto&hostname=vm&user=root");
    assert_eq!(push.get("username"), Some("root"));
    assert_eq!(push.get("factor"), Some("prompt"));
    assert_eq!(push.get("prompt"), Some("push1"));
    assert!(push.is_one("async") && push.is_one("text_prompt"));
    assert_eq!(later("auto=%209%20&factor=auto").get("prompt"), Some(" 9 "));
    assert_eq!(later("txid=T&factor=push").get("factor"), Some("push"));
}

fn said(response: &Value) -> Value {
    let Value::Object(fields) = response.clone() else { panic!("{response}") };
    Value::Object(reworded(fields))
}

#[test]
fn a_menu_comes_with_its_factors_and_without_devices() {
    let menu = json!({"text": "1. Push", "factors": {"default": "push1", "1": "push1"}});
    let reply = json!({"result": "auth", "status_msg": "Account is active.", "devices": [{"device": "D"}], "prompt": menu});
    let want = json!({"result": "auth", "prompt": "1. Push", "factors": {"default": "push1", "1": "push1"}});
    assert_eq!(said(&reply), want);
}

#[test]
fn an_end_has_a_result_and_what_still_waits_has_none() {
    let view = |result: &str| json!({"result": result, "status": "pushed", "status_msg": "Words"});
    assert_eq!(said(&view("waiting")), json!({"status": "Words"}));
    assert_eq!(said(&view("allow")), json!({"result": "allow", "status": "Words"}));
    assert_eq!(said(&view("deny")), json!({"result": "deny", "status": "Words"}));
    assert_eq!(said(&json!({"txid": "T"})), json!({"txid": "T"}));
    let enrol = json!({"result": "enroll", "status_msg": "Enrol", "prompt": {"text": "Enrol at https://a"}});
    assert_eq!(said(&enrol), json!({"result": "enroll", "status": "Enrol at https://a"}));
}

#[test]
fn an_error_keeps_its_status_and_its_number() {
    let reply = reply(Reply::error(&ApiError::bad_signature()));
    assert_eq!((reply.status, reply.code), (401, Some(40103)));
    let code = [&b"\x10code\0"[..], &40103_i32.to_le_bytes()].concat();
    assert!(reply.body.windows(code.len()).any(|part| part == code));
    let length = i32::try_from(reply.body.len()).unwrap().to_le_bytes();
    assert!(reply.body.starts_with(&length) && reply.body.ends_with(b"\0"));
}
