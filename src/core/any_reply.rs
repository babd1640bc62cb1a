//! Replies for property tests: what the service says, and what it never should. Each part is mostly
//! right, so that whole logins come about, and now and then of a wrong type, unknown or missing.

use std::time::{Duration, UNIX_EPOCH};

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::reply::{HttpReply, RetryAfter};

/// Any JSON, three levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        select(vec!["allow", "deny", "auth", "waiting", "OK", "push1", ""]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{0,9}", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// One of these, or (rarely) anything at all.
fn mostly<S: Strategy<Value = Value> + 'static>(right: S) -> BoxedStrategy<Value> {
    prop_oneof![149 => right, 1 => any_json()].boxed()
}

fn word(words: &[&'static str]) -> BoxedStrategy<Value> {
    mostly(select(words.to_vec()).prop_map(Value::from))
}

/// An object with each of these members or without it.
fn object(members: Vec<(&'static str, f64, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, how_often, value)| weighted(how_often, value).prop_map(move |v| (name, v)))
        .collect();
    let whole = |members: Vec<(&str, Option<Value>)>| {
        let there = members.into_iter().filter_map(|(name, v)| Some((name.to_owned(), v?)));
        Value::from(there.collect::<Map<_, _>>())
    };
    members.prop_map(whole).boxed()
}

fn message() -> BoxedStrategy<Value> {
    word(&["", "Please wait.", "Type 123 on your phone.", "\u{1b}[31mred\nline\u{202e}", "電話"])
}

fn device() -> BoxedStrategy<Value> {
    let abilities = select(vec!["auto", "push", "phone", "sms", "mobile_otp", "new"]);
    let abilities = proptest::collection::vec(abilities, 0..4);
    object(vec![
        ("device", 0.95, word(&["D1", "D2", "D3", ""])),
        ("name", 0.3, message()),
        ("display_name", 0.7, message()),
        ("number", 0.5, message()),
        ("capabilities", 0.95, mostly(abilities.prop_map(Value::from))),
    ])
}

/// The service's own menu.
fn prompt() -> BoxedStrategy<Value> {
    let names = ["push1", "push2", "phone1", "sms1", "verified_push1", "desktop1", ""];
    let key = select(vec!["default", "1", "2", "3", "4294967296", "-1", "x", ""]);
    let factors = proptest::collection::btree_map(key, word(&names), 0..6);
    let factors = factors.prop_map(|map| {
        Value::from(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>())
    });
    object(vec![("text", 0.95, message()), ("factors", 0.95, mostly(factors))])
}

/// The `response` to each call: preauth, auth, status.
fn responses() -> [BoxedStrategy<Value>; 3] {
    let devices = proptest::collection::vec(device(), 0..4).prop_map(Value::from);
    let preauth = object(vec![
        (
            "result",
            0.98,
            word(&[
                "auth", "auth", "auth", "auth", "auth", "auth", "allow", "deny", "enroll", "new",
            ]),
        ),
        ("status_msg", 0.5, message()),
        ("devices", 0.8, mostly(devices)),
        ("prompt", 0.3, mostly(prompt())),
        ("enroll_portal_url", 0.3, message()),
        ("txid", 0.95, word(&["T1", "T2", "T8", "T9"])),
        ("verification_code", 0.3, word(&["123", "007", "417", "528", "639", "741", ""])),
    ]);
    let stages = ["calling", "answered", "pushed", "timeout", "fraud", "locked_out", "sent", "new"];
    let auth = object(vec![
        ("txid", 0.95, word(&["T3", "T4", "T5", "T6", "T7", ""])),
        ("result", 0.2, word(&["waiting", "allow", "deny", "new"])),
        ("status", 0.5, word(&stages)),
        ("status_msg", 0.5, message()),
    ]);
    let status = object(vec![
        ("result", 0.98, word(&["waiting", "waiting", "waiting", "deny", "deny", "allow", "new"])),
        ("status", 0.9, word(&stages)),
        ("status_msg", 0.5, message()),
    ]);
    [preauth, auth, status]
}

fn body(response: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<u8>> {
    let text = |value: Value| value.to_string().into_bytes();
    let ok = response.clone().prop_map(move |said| text(json!({"stat": "OK", "response": said})));
    let codes = select(vec![40002, 40101, 40105, 40301, 42901, 50301, 0]);
    let fail = (codes, word(&["text_prompt", "txid", "m"])).prop_map(move |(code, detail)| {
        text(json!({"stat": "FAIL", "code": code, "message": "m", "message_detail": detail}))
    });
    let odd = (word(&["OK", "FAIL", "ok", ""]), response, any_json()).prop_map(
        move |(stat, said, code)| text(json!({"stat": stat, "response": said, "code": code})),
    );
    prop_oneof![
        90 => ok,
        4 => fail,
        2 => odd,
        1 => any_json().prop_map(text),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

/// Whole replies to preauth, auth and status, in this order.
pub fn replies() -> impl Strategy<Value = [HttpReply; 3]> {
    responses().map(whole)
}

fn whole(response: BoxedStrategy<Value>) -> BoxedStrategy<HttpReply> {
    let status = select(vec![201, 302, 400, 401, 403, 404, 418, 429, 500, 503, 599]);
    let status = prop_oneof![39 => Just(200_u16), 1 => status];
    let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(seconds);
    let after = prop_oneof![
        (0..100_u64).prop_map(|seconds| RetryAfter::Seconds(Duration::from_secs(seconds))),
        Just(RetryAfter::Seconds(Duration::MAX)),
        (0..1_u64 << 34).prop_map(move |seconds| RetryAfter::At(at(seconds))),
    ];
    let date = weighted(0.9, (0..1_u64 << 34).prop_map(at));
    (status, date, weighted(0.2, after), body(response))
        .prop_map(|(status, date, retry_after, body)| HttpReply { status, date, retry_after, body })
        .boxed()
}
