//! What each fault does to a good reply.

use serde_json::{Value, json};

use super::*;
use crate::scenario::Scenario;

fn good() -> Reply {
    let mut reply = Reply::ok(&json!({"result": "auth", "devices": [], "time": 1}));
    reply.set_header("Date", "Tue, 21 Aug 2012 17:29:18 GMT");
    reply
}

fn spoilt(keys: &str) -> Shaped {
    let scenario = Scenario::parse(&format!("[[faults]]\non = \"preauth\"\n{keys}\n")).unwrap();
    shape(&scenario.faults[0], good())
}

fn reply(keys: &str) -> Reply {
    match spoilt(keys) {
        Shaped::Reply(reply) => reply,
        other => panic!("{keys}: {other:?}"),
    }
}

fn raw(keys: &str) -> (String, Plan) {
    match spoilt(keys) {
        Shaped::Raw(plan) => (String::from_utf8(plan.bytes.clone()).unwrap(), plan),
        other => panic!("{keys}: {other:?}"),
    }
}

fn body(keys: &str) -> Value {
    serde_json::from_slice(&reply(keys).body).unwrap()
}

fn header(reply: &Reply, name: &str) -> Option<String> {
    reply.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
}

#[test]
fn an_error_keeps_the_date_and_brings_its_retry_header() {
    let limited = reply("code = 42901\nretry_after = \"-5\"\nretry_header = \"X-Retry-After\"");
    assert_eq!((limited.status, limited.code), (429, Some(42901)));
    assert_eq!(header(&limited, "X-Retry-After").as_deref(), Some("-5"));
    assert_eq!(header(&limited, "Retry-After"), None);
    assert!(header(&limited, "Date").is_some());
    let down = reply("status = 503\nbody = \"gone fishing\"\nretry_after = \"9\"");
    assert_eq!((down.status, &down.body[..]), (503, &b"gone fishing"[..]));
    assert_eq!(header(&down, "Retry-After").as_deref(), Some("9"));
    assert_eq!(body("code = 40002\ndetail = \"x\"")["message_detail"], "x");
    let elsewhere = reply("redirect = \"https://a.invalid/\"");
    assert_eq!(elsewhere.status, 302);
    assert_eq!(header(&elsewhere, "Location").as_deref(), Some("https://a.invalid/"));
}

#[test]
fn twisted_bodies_are_what_they_are_called() {
    assert!(serde_json::from_slice::<Value>(&reply("reply = \"bad_json\"").body).is_err());
    assert!(reply("reply = \"empty\"").body.is_empty());
    let html = reply("reply = \"html\"");
    assert_eq!(header(&html, "Content-Type").as_deref(), Some("text/html"));
    assert_eq!(body("reply = \"unknown_result\"")["response"]["result"], "perhaps");
    assert_eq!(body("reply = \"unknown_status\"")["response"]["status"], "pondering");
    let wrong = &body("reply = \"wrong_types\"")["response"];
    assert_eq!(*wrong, json!({"result": 7, "devices": {"0": "none"}, "time": "seven"}));
    assert!(body("reply = \"not_object\"").is_array());
}

#[test]
fn fields_and_headers_can_be_set_and_removed() {
    let keys =
        "remove = [\"response.devices\", \"stat\"]\n[faults.set]\n\"response.extra.deep\" = [1]";
    let want = json!({"response": {"result": "auth", "time": 1, "extra": {"deep": [1]}}});
    assert_eq!(body(keys), want);
    assert_eq!(header(&reply("headers = { Date = \"\" }"), "Date"), None);
    let odd = reply("headers = { date = \"soon\" }");
    assert_eq!(header(&odd, "date").as_deref(), Some("soon"));
    assert_eq!(header(&odd, "Date"), None);
}

#[test]
fn a_huge_body_is_good_json_of_that_size() {
    let huge = reply("huge = 100000");
    assert!((100_000..100_100).contains(&huge.body.len()), "{}", huge.body.len());
    assert_eq!(body("huge = 100000")["response"]["result"], "auth");
}

#[test]
fn a_cut_ends_where_it_says() {
    let whole = String::from_utf8(good().wire()).unwrap();
    let head = whole.find("\r\n\r\n").unwrap() + 4;
    for (point, inside) in
        [("before", 0..1), ("reset", 0..1), ("head", 1..head - 4), ("body", head + 1..whole.len())]
    {
        let (text, plan) = raw(&format!("cut = \"{point}\""));
        assert!(whole.starts_with(&text) && inside.contains(&text.len()), "{point}: {text}");
        assert_eq!(plan.end, if point == "reset" { End::Reset } else { End::Cut });
    }
}

#[test]
fn a_stall_is_a_cut_whose_connection_stays() {
    for point in ["head", "body"] {
        let (text, plan) = raw(&format!("stall = \"{point}\""));
        assert_eq!(text, raw(&format!("cut = \"{point}\"")).0);
        assert_eq!(plan.end, End::Held);
    }
}

#[test]
fn ambiguous_framing_is_really_on_the_wire() {
    let count =
        |kind: &str, what: &str| raw(&format!("framing = \"{kind}\"")).0.matches(what).count();
    assert_eq!(count("two_lengths", "Content-Length: "), 2);
    assert_eq!(count("length_and_chunked", "Content-Length: "), 1);
    assert_eq!(count("length_and_chunked", "Transfer-Encoding: chunked\r\n"), 1);
    assert_eq!(count("gzip_chunked", "Transfer-Encoding: gzip, chunked\r\n"), 1);
    assert_eq!(count("plus_chunk_size", "\r\n\r\n+"), 1);
    assert_eq!(count("bad_length", "Content-Length: 0x10\r\n"), 1);
    assert_eq!(count("no_length", "Content-Length"), 0);
}

#[test]
fn a_drip_has_its_rate_and_raw_is_raw() {
    assert_eq!(raw("drip = 5").1.rate, Some(5));
    assert_eq!(raw("raw = \"HTTP/1.1 200\\r\\n\"").0, "HTTP/1.1 200\r\n");
    assert_eq!(spoilt("silent = true"), Shaped::Silent);
}
