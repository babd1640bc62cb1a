//! The calls as the reference words them, without a network.

use serde_json::{Value, json};

mod auth;

use super::*;
use crate::scenario::Scenario;
use crate::state::Poll;

const NOW: Millis = 1_700_000_000_000;

fn machine(scenario: &str) -> State {
    State::new(&Scenario::parse(scenario).unwrap(), crate::scenario::Auto::Off, 60_000)
}

fn call(state: &mut State, name: &str, params: &str) -> Result<Value, (u32, String)> {
    let endpoint = Endpoint::named(name).unwrap();
    match endpoint.run(state, NOW, &Params::from_form(params), "localhost") {
        Ok(Outcome::Json(value)) => Ok(value),
        Ok(Outcome::Sync(txid) | Outcome::Poll(txid)) => match state.poll(&txid) {
            Poll::Ready(view) => Ok(json!(view)),
            other => panic!("{other:?}"),
        },
        Ok(Outcome::Png(_)) => panic!("a picture"),
        Err(error) => Err((error.code, error.detail.unwrap_or_default())),
    }
}

fn status(state: &mut State, params: &str) -> String {
    call(state, "auth", params).unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn paths_and_methods_are_told_apart() {
    assert_eq!(Endpoint::find("POST", "/auth/v2/preauth"), Ok(Endpoint::Preauth));
    assert_eq!(Endpoint::find("GET", "/auth/v2/preauth").unwrap_err().code, 40501);
    assert_eq!(Endpoint::find("GET", "/auth/v2/nothing").unwrap_err().code, 40401);
    assert_eq!(Endpoint::find("GET", "/auth/v1/ping").unwrap_err().code, 40401);
    for endpoint in Endpoint::ALL {
        assert_eq!(Endpoint::named(endpoint.name()), Some(endpoint));
    }
}

#[test]
fn exactly_one_name_of_a_user_is_wanted() {
    let mut state = machine("");
    let id = state.user("demo").unwrap().id.clone();
    let mut code = |params: &str| call(&mut state, "preauth", params).map(drop);
    assert_eq!(code(""), Err((40001, "username".into())));
    assert_eq!(code(&format!("username=demo&user_id={id}")), Err((40002, "user_id".into())));
    assert_eq!(code("user_id=DUNOBODY"), Err((40002, "user_id".into())));
    assert_eq!(code(&format!("user_id={id}")), Ok(()));
    assert_eq!(code("username=DEMO"), Ok(()));
}

#[test]
fn preauth_words_every_policy() {
    let mut state = machine(
        "[[users]]\nname='in'\npolicy='allow'\n[[users]]\nname='out'\npolicy='deny'\nstatus_msg='Go away'\n\
         [[users]]\nname='new'\npolicy='enroll'\n[[users]]\nname='locked'\npolicy='locked_out'\n\
         [[users]]\nname='demo'\ndevices=[{id='D1'},{id='D2',type='token',capabilities=['mobile_otp']}]\n",
    );
    let mut preauth = |user: &str| {
        call(&mut state, "preauth", &format!("username={user}&text_prompt=1")).unwrap()
    };
    assert_eq!(preauth("in")["result"], "allow");
    assert_eq!(preauth("out"), json!({"result": "deny", "status_msg": "Go away"}));
    assert_eq!(preauth("locked")["result"], "deny");
    let new = preauth("new");
    assert_eq!(new["result"], "enroll");
    let url = new["enroll_portal_url"].as_str().unwrap();
    assert!(new["prompt"]["text"].as_str().unwrap().contains(url));
    let demo = preauth("demo");
    assert_eq!(demo["devices"].as_array().unwrap().len(), 2);
    assert_eq!(
        demo["prompt"]["factors"],
        json!({"default": "push1", "1": "push1", "2": "phone1", "3": "sms1"})
    );
    assert_eq!(preauth("stranger")["result"], "enroll");
}

#[test]
fn strangers_are_met_as_the_scenario_says() {
    for (rule, result) in [("enroll", "enroll"), ("deny", "deny"), ("allow", "allow")] {
        let mut state = machine(&format!("[server]\nunknown_user='{rule}'\n"));
        assert_eq!(call(&mut state, "preauth", "username=who").unwrap()["result"], result);
        assert_eq!(
            call(&mut state, "auth", "username=who&factor=push"),
            Err((40002, "username".into()))
        );
    }
}

#[test]
fn the_form_of_the_reply_follows_client_and_server() {
    let shape = |form: &str, known: &str, params: &str| {
        let mut state = machine(&format!("[server]\nform='{form}'\ntext_prompt='{known}'\n"));
        let reply = call(&mut state, "preauth", &format!("username=demo{params}"))?;
        Ok((reply.get("devices").is_some(), reply.get("prompt").is_some()))
    };
    assert_eq!(shape("both", "known", "&text_prompt=1"), Ok((true, true)));
    assert_eq!(shape("prompt", "known", "&text_prompt=1"), Ok((false, true)));
    assert_eq!(shape("devices", "known", "&text_prompt=1"), Ok((true, false)));
    assert_eq!(shape("both", "known", ""), Ok((true, false)));
    assert_eq!(shape("both", "ignored", "&text_prompt=1"), Ok((true, false)));
    assert_eq!(shape("both", "unknown", "&text_prompt=1"), Err((40002, "text_prompt".into())));
    assert_eq!(shape("prompt", "unknown", ""), Ok((true, false)));
}
