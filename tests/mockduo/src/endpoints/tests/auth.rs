//! `/auth` and what follows it, without a network.

use serde_json::json;

use super::{NOW, call, machine, status};
use crate::endpoints::{Endpoint, Outcome};
use crate::params::Params;
use crate::state::State;

#[test]
fn each_form_takes_only_its_own_factors() {
    let refused = |form: &str, params: &str| {
        let mut state = machine(&format!("[server]\nform='{form}'\n"));
        call(&mut state, "auth", &format!("username=demo&async=1&{params}")).err()
    };
    let bad = Some((40002, "factor".to_owned()));
    assert_eq!(refused("prompt", "factor=push&device=auto"), bad);
    assert_eq!(refused("devices", "factor=prompt&prompt=push1"), bad);
    assert_eq!(refused("both", "factor=push&device=auto"), None);
    assert_eq!(refused("both", "factor=prompt&prompt=push1"), None);
    assert_eq!(refused("both", "factor=telepathy"), bad);
    assert_eq!(refused("both", "device=auto"), Some((40001, "factor".into())));
}

#[test]
fn devices_must_exist_and_be_able() {
    let mut state = machine("[[users]]\nname='demo'\ndevices=[{id='D1',capabilities=['phone']}]\n");
    let mut code =
        |params: &str| call(&mut state, "auth", &format!("username=demo&{params}")).err();
    assert_eq!(code("factor=push"), Some((40001, "device".into())));
    assert_eq!(code("factor=push&device=auto"), Some((40002, "device".into())));
    assert_eq!(code("factor=push&device=D1"), Some((40002, "device".into())));
    assert_eq!(code("factor=phone&device=D2"), Some((40002, "device".into())));
    assert_eq!(code("factor=auto&device=auto&async=1"), None);
    assert_eq!(code("factor=passcode"), Some((40001, "passcode".into())));
}

#[test]
fn passcodes_pass_in_both_forms_and_sms_asks_again() {
    let mut state = machine(
        "[[users]]\nname='demo'\npasscodes=['111111']\none_time=['222222']\nbypass_codes=['333333333']\n\
         lockout_after=3\ndevices=[{id='D1'}]\n",
    );
    let mut say = |params: &str| status(&mut state, &format!("username=demo&{params}"));
    assert_eq!(say("factor=passcode&passcode=111111"), "allow");
    assert_eq!(say("factor=prompt&prompt=222222"), "allow");
    assert_eq!(say("factor=prompt&prompt=222222"), "deny");
    assert_eq!(say("factor=passcode&passcode=333333333"), "bypass");
    assert_eq!(say("factor=sms&device=auto"), "sent");
    assert_eq!(say("factor=prompt&prompt=sms1"), "sent");
    assert_eq!(say("factor=passcode&passcode=999999"), "deny");
    assert_eq!(say("factor=passcode&passcode=999999"), "deny");
    assert_eq!(say("factor=passcode&passcode=999999"), "locked_out");
    assert_eq!(say("factor=passcode&passcode=111111"), "locked_out");
}

#[test]
fn policies_decide_auth_without_a_factor() {
    let mut state =
        machine("[[users]]\nname='a'\npolicy='allow'\n[[users]]\nname='d'\npolicy='deny'\n");
    assert_eq!(status(&mut state, "username=a&factor=push"), "bypass");
    assert_eq!(status(&mut state, "username=d&factor=push"), "deny");
}

#[test]
fn a_verified_push_needs_the_txid_of_preauth() {
    let mut state = machine(
        "[server]\nform='devices'\n[[users]]\nname='demo'\nverified_push=true\ndevices=[{id='D1'}]\n",
    );
    assert!(call(&mut state, "preauth", "username=demo").unwrap().get("txid").is_none());
    let pre = call(&mut state, "preauth", "username=demo&client_supports_verified_push=1").unwrap();
    assert_eq!(pre["expiration"], NOW / 1000 + 60);
    let push = "username=demo&factor=push&device=auto&async=1";
    assert_eq!(call(&mut state, "auth", push), Err((40001, "txid".into())));
    assert_eq!(
        call(&mut state, "auth", &format!("{push}&txid=other")),
        Err((40002, "txid".into()))
    );
    let right = format!("{push}&txid={}", pre["txid"].as_str().unwrap());
    let begun = call(&mut state, "auth", &right).unwrap();
    let tx = state.tx(begun["txid"].as_str().unwrap()).unwrap();
    assert_eq!(tx.code.as_deref(), pre["verification_code"].as_str());
    assert_eq!(call(&mut state, "auth", &right), Err((40002, "txid".into())));
}

#[test]
fn in_the_menu_form_the_code_comes_in_a_status_message() {
    let mut state = machine(
        "[server]\nform='prompt'\n[[users]]\nname='demo'\nverified_push=true\ndevices=[{id='D1'}]\n",
    );
    let params = "username=demo&text_prompt=1&client_supports_verified_push=1";
    let pre = call(&mut state, "preauth", params).unwrap();
    assert_eq!(pre["prompt"]["factors"]["default"], "verified_push1");
    assert!(pre.get("verification_code").is_none());
    let begun =
        call(&mut state, "auth", "username=demo&factor=prompt&prompt=verified_push1&async=1")
            .unwrap();
    let txid = begun["txid"].as_str().unwrap();
    let code = state.tx(txid).unwrap().code.clone().unwrap();
    let told = call(&mut state, "auth_status", &format!("txid={txid}")).unwrap();
    assert!(told["status_msg"].as_str().unwrap().contains(&code), "{told}");
}

#[test]
fn pushinfo_has_a_size_and_keeps_its_order() {
    let mut state = machine("");
    let push = "username=demo&factor=push&device=auto&async=1&pushinfo=";
    let long = format!("{push}{}", "x".repeat(20_000));
    assert_eq!(call(&mut state, "auth", &long), Err((40002, "pushinfo".into())));
    call(&mut state, "auth", &format!("{push}Server%2520IP%3D192.0.2.1%26A%3D%2541%2526")).unwrap();
    let info = state.snapshot(NOW).pending[0].info.clone();
    assert_eq!(info, [("Server IP".into(), "192.0.2.1".into()), ("A".into(), "A&".into())]);
}

#[test]
fn calls_above_the_rate_are_42901() {
    let mut state = machine("[server]\nrate_limit = { calls = 1, per = '10s' }\n");
    let push = "username=demo&factor=push&device=auto&async=1";
    assert!(call(&mut state, "auth", push).is_ok());
    assert_eq!(call(&mut state, "auth", push), Err((42901, String::new())));
}

#[test]
fn enroll_checks_its_numbers() {
    let mut state = machine("");
    let mut code = |params: &str| call(&mut state, "enroll", params).err();
    assert_eq!(code("username=demo"), Some((40002, "username".into())));
    assert_eq!(code("valid_secs=0"), Some((40002, "valid_secs".into())));
    assert_eq!(code("bypass_codes=11"), Some((40002, "bypass_codes".into())));
    let made = call(&mut state, "enroll", "valid_secs=60&bypass_codes=2").unwrap();
    assert_eq!(made["expiration"], NOW / 1000 + 60);
    assert_eq!(made["bypass_codes"].as_array().unwrap().len(), 2);
    let name = made["username"].as_str().unwrap();
    let pre = call(&mut state, "preauth", &format!("username={name}")).unwrap();
    assert_eq!(pre["result"], "enroll");
    let ask = |code: &str| {
        format!("user_id={}&activation_code={code}", made["user_id"].as_str().unwrap())
    };
    let right = ask(made["activation_code"].as_str().unwrap());
    assert_eq!(call(&mut state, "enroll_status", &right), Ok(json!("waiting")));
    assert_eq!(call(&mut state, "enroll_status", &ask("wrong")), Ok(json!("invalid")));
}

#[test]
fn a_remembered_device_is_let_in_for_as_long_as_its_token_lives() {
    let mut state = machine("[[users]]\nname='demo'\npasscodes=['1']\nremember='1m'\n");
    let allowed = call(&mut state, "auth", "username=demo&factor=passcode&passcode=1").unwrap();
    let token = allowed["trusted_device_token"].as_str().unwrap().to_owned();
    let at = |state: &mut State, now, token: &str| {
        let params = Params::from_form(&format!("username=demo&trusted_device_token={token}"));
        match Endpoint::Preauth.run(state, now, &params, "").unwrap() {
            Outcome::Json(reply) => reply["result"].clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(at(&mut state, NOW + 59_999, &token), "allow");
    assert_eq!(at(&mut state, NOW + 60_000, &token), "auth");
    assert_eq!(at(&mut state, NOW, "other"), "auth");
}
