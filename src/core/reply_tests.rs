use proptest::prelude::*;

use super::*;
use crate::core::any_reply::replies;
use crate::core::machine::witness::plain_result;

fn reply(status: u16, body: &str) -> HttpReply {
    HttpReply { status, date: None, retry_after: None, body: body.as_bytes().to_vec() }
}

fn ok(response: &str) -> HttpReply {
    reply(200, &format!(r#"{{"stat":"OK","response":{response}}}"#))
}

fn status(reply: &HttpReply) -> Result<Status, Problem> {
    super::status(reply, &Txid("this".to_owned()))
}

#[test]
fn a_result_is_that_of_the_transaction_which_was_asked_about() {
    for named in ["", r#","txid":null"#, r#","txid":"this""#] {
        let said = status(&ok(&format!(r#"{{"result":"allow"{named}}}"#)));
        assert_eq!(said.map(|said| said.result), Ok(AuthResult::Allow), "{named}");
    }
    for named in ["another", "", "This", "this "] {
        let said = status(&ok(&format!(r#"{{"result":"allow","txid":"{named}"}}"#)));
        assert!(matches!(said, Err(Problem::Unintelligible(_))), "{named}: {said:?}");
    }
    assert!(status(&ok(r#"{"result":"allow","txid":7}"#)).is_err());
}

fn fail(status: u16, code: u32) -> HttpReply {
    reply(status, &format!(r#"{{"stat":"FAIL","code":{code},"message":"m","message_detail":"d"}}"#))
}

#[test]
fn unknown_members_devices_and_capabilities_do_not_hurt() {
    let reply = ok(r#"{"result":"auth","new":1,"devices":[{"device":"D","type":"watch",
        "capabilities":["auto","telepathy"],"colour":"red"}]}"#);
    let Ok(Preauth::Auth(offer)) = preauth(&reply) else { panic!("{:?}", preauth(&reply)) };
    assert_eq!(offer.devices[0].capabilities, ["auto", "telepathy"]);
}

#[test]
fn an_odd_device_does_not_take_the_others_with_it() {
    let reply =
        ok(r#"{"result":"auth","devices":[{"name":"no id"},{"device":"A","capabilities":null},
        7,{"device":"B","capabilities":["push"]}]}"#);
    let Ok(Preauth::Auth(offer)) = preauth(&reply) else { panic!("{:?}", preauth(&reply)) };
    let ids: Vec<&str> = offer.devices.iter().map(|device| device.id.as_str()).collect();
    assert_eq!(ids, ["B"]);
}

#[test]
fn a_list_in_the_place_of_an_object_says_nothing() {
    let lists = [
        r#"["OK",{"result":"allow","status":"allow"}]"#,
        r#"["OK",["allow","allow","m",null,null,null,null]]"#,
        r#"{"stat":"OK","response":["allow","allow","m"]}"#,
        r#"{"stat":"OK","response":["allow","m",null,null,null,null,null]}"#,
        r#"{"stat":"OK","response":["T1",null,null,null]}"#,
        r#"["FAIL",42901,"m","d"]"#,
    ];
    for body in lists {
        for code in [200, 400] {
            let reply = reply(code, body);
            assert!(matches!(preauth(&reply), Err(Problem::Unintelligible(_))), "{body}");
            assert!(matches!(auth(&reply), Err(Problem::Unintelligible(_))), "{body}");
            assert!(matches!(status(&reply), Err(Problem::Unintelligible(_))), "{body}");
        }
    }
    let devices = r#"{"result":"auth","devices":[["A",null,null,null,["push"]],{"device":"B"}]}"#;
    let Ok(Preauth::Auth(offer)) = preauth(&ok(devices)) else { panic!("{devices}") };
    assert_eq!(offer.devices.len(), 1);
    assert!(preauth(&ok(r#"{"result":"auth","prompt":["t",{"1":"push1"}]}"#)).is_err());
}

#[test]
fn a_reply_that_is_not_all_text_says_nothing() {
    let body = b"{\"stat\":\"OK\",\"response\":{\"result\":\"allow\",\"new\":\"\xff\"}}".to_vec();
    let reply = HttpReply { status: 200, date: None, retry_after: None, body };
    assert!(matches!(preauth(&reply), Err(Problem::Unintelligible(_))));
    assert!(matches!(status(&reply), Err(Problem::Unintelligible(_))));
    let body = b"{\"stat\":\"FAIL\",\"code\":42901,\"new\":\"\xff\"}".to_vec();
    let reply = HttpReply { status: 400, body, ..reply };
    assert!(matches!(auth(&reply), Err(Problem::Unintelligible(_))));
}

#[test]
fn an_unknown_result_is_not_read_as_any_other() {
    for result in ["", "ALLOW", "allowed", "maybe"] {
        let response = format!(r#"{{"result":"{result}","status":"allow"}}"#);
        assert!(matches!(preauth(&ok(&response)), Err(Problem::Unintelligible(_))));
        assert!(matches!(auth(&ok(&response)), Err(Problem::Unintelligible(_))));
        assert!(matches!(status(&ok(&response)), Err(Problem::Unintelligible(_))));
    }
}

#[test]
fn a_body_that_says_allow_under_another_status_allows_nothing() {
    let body = r#"{"stat":"OK","response":{"result":"allow","status":"allow"}}"#;
    for code in (100..=999).filter(|code| *code != 200) {
        let said = preauth(&reply(code, body));
        assert!(said.is_err(), "{code}");
        let outage = said == Err(Problem::ServerError(code));
        assert_eq!(outage, (500..600).contains(&code), "{code}");
        assert!(auth(&reply(code, body)).is_err(), "{code}");
        assert!(status(&reply(code, body)).is_err(), "{code}");
    }
    let stat = r#"{"stat":"FAIL","response":{"result":"allow"}}"#;
    assert!(preauth(&reply(200, stat)).is_err());
}

#[test]
fn each_error_code_is_what_the_reference_says() {
    assert_eq!(status(&fail(429, 42901)), Err(Problem::RateLimited(None)));
    assert_eq!(status(&reply(429, "slow down")), Err(Problem::RateLimited(None)));
    // A gateway that limits need not know Duo's codes.
    assert_eq!(status(&fail(429, 40001)), Err(Problem::RateLimited(None)));
    assert_eq!(status(&fail(401, 40105)), Err(Problem::ClockOff(None)));
    assert_eq!(status(&fail(400, 40002)), Err(Problem::BadParameter("d".into())));
    assert_eq!(status(&fail(503, 50301)), Err(Problem::ServerError(503)));
    for (http, code) in [(401, 40101), (401, 40102), (401, 40103), (403, 40301)] {
        assert!(matches!(status(&fail(http, code)), Err(Problem::KeysRefused(_))), "{code}");
    }
    assert!(matches!(status(&reply(401, "")), Err(Problem::KeysRefused(_))));
    assert!(matches!(status(&fail(400, 40001)), Err(Problem::Unintelligible(_))));
}

#[test]
fn an_error_code_under_status_200_is_still_an_error() {
    assert_eq!(status(&fail(200, 42901)), Err(Problem::RateLimited(None)));
    // Only the HTTP status is evidence of an outage: a body can say anything.
    assert!(matches!(status(&fail(200, 50301)), Err(Problem::Unintelligible(_))));
}

#[test]
fn wrong_types_and_empty_bodies_do_not_parse() {
    for body in ["", "null", "[]", "<html>", r#"{"stat":"OK"}"#, r#"{"stat":1,"response":{}}"#] {
        assert!(matches!(preauth(&reply(200, body)), Err(Problem::Unintelligible(_))), "{body}");
    }
    assert!(preauth(&ok(r#"{"result":["allow"]}"#)).is_err());
    assert!(auth(&ok(r#"{"txid":""}"#)).is_err());
    assert!(auth(&ok("{}")).is_err());
}

/// A transaction that is decided at once is not waited for.
#[test]
fn an_answer_to_auth_is_the_result_that_stands_beside_its_transaction() {
    for open in [r#"{"txid":"T"}"#, r#"{"txid":"T","result":"waiting"}"#] {
        assert_eq!(auth(&ok(open)), Ok(Auth::Started(Txid("T".to_owned()))), "{open}");
    }
    for (word, result) in [("allow", AuthResult::Allow), ("deny", AuthResult::Deny)] {
        let said = auth(&ok(&format!(r#"{{"txid":"T","result":"{word}"}}"#)));
        assert!(matches!(&said, Ok(Auth::Ended(status)) if status.result == result), "{said:?}");
    }
}

#[test]
fn what_is_no_reply_is_told_in_the_log_as_what_it_is() {
    for (body, told) in [
        ("<html>", "reply does not parse: expected value"),
        (r#"["OK",{"result":"allow"}]"#, "expected an object"),
        (r#"{"stat":"OK"}"#, "stat OK without a response"),
        (r#"{"stat":"MAYBE","response":{"result":"allow"}}"#, "unknown stat \"MAYBE\""),
    ] {
        let said = preauth(&reply(200, body));
        assert!(
            matches!(&said, Err(Problem::Unintelligible(words)) if words.contains(told)),
            "{body}: {said:?}"
        );
    }
}

#[test]
fn a_result_that_is_said_twice_is_none() {
    for response in
        [r#"{"result":"deny","result":"allow"}"#, r#"{"result":"allow","result":"deny"}"#]
    {
        assert!(preauth(&ok(response)).is_err());
        assert!(auth(&ok(response)).is_err());
        assert!(status(&ok(response)).is_err());
    }
}

#[test]
fn half_a_verified_push_is_refused() {
    for half in [
        r#""verification_code":"123""#,
        r#""verification_code":"123","txid":"""#,
        r#""verification_code":"","txid":"T""#,
        r#""verification_code":"","txid":"""#,
    ] {
        assert!(preauth(&ok(&format!(r#"{{"result":"auth",{half}}}"#))).is_err(), "{half}");
    }
    let whole = ok(r#"{"result":"auth","verification_code":"123","txid":"T"}"#);
    let Ok(Preauth::Auth(offer)) = preauth(&whole) else { panic!() };
    assert_eq!(offer.verified.map(|verified| verified.code).as_deref(), Some("123"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each reply as the answer to each question; a parser that panics fails too.
    #[test]
    fn no_reply_is_read_as_an_allow_that_it_does_not_say(replies in replies()) {
        for reply in &replies {
            let allows = plain_result(reply).as_deref() == Some("allow");
            prop_assert!(allows || preauth(reply) != Ok(Preauth::Allow), "{:?}", reply);
            for said in [status(reply).ok(), match auth(reply) {
                Ok(Auth::Ended(status)) => Some(status),
                _ => None,
            }] {
                let allowed = said.is_some_and(|said| said.result == AuthResult::Allow);
                prop_assert!(allows || !allowed, "{:?}", reply);
            }
        }
    }

    #[test]
    fn any_bytes_under_any_status_are_a_reply_or_a_problem(
        code in 0_u16..1000, body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let reply = HttpReply { status: code, date: None, retry_after: None, body };
        let errs = [preauth(&reply).is_err(), auth(&reply).is_err(), status(&reply).is_err()];
        prop_assert_eq!(errs, [true; 3], "{:?}", reply);
    }
}

#[test]
fn a_reply_nested_a_thousand_deep_does_not_overflow_the_stack() {
    for open in ["[", "{\"a\":"] {
        let deep = open.repeat(20_000);
        for body in [
            deep.clone(),
            format!(r#"{{"stat":"OK","response":{{"result":"auth","devices":[{deep}"#),
        ] {
            let reply = reply(200, &body);
            assert!(preauth(&reply).is_err() && auth(&reply).is_err() && status(&reply).is_err());
        }
    }
}
