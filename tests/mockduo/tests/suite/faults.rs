//! Faults as they arrive at a client.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Client, raw_ping};
use crate::mock::Mock;

fn faulty(fault: &str) -> Mock {
    Mock::with_scenario(&format!("[[faults]]\n{fault}\n"), &[])
}

#[test]
fn a_fault_strikes_its_call_and_no_other() {
    let mock = faulty("on = 'check'\ncall = 2\nstatus = 503\nbody = 'down'\nname = 'an outage'");
    let client = Client::of(&mock);
    let seen: Vec<_> = (0..3).map(|_| client.get("check", &[]).status).collect();
    assert_eq!(seen, [200, 503, 200]);
    let line = mock.await_line(|line| line["status"] == 503);
    assert_eq!((line["fault"].as_str(), line["n"].as_u64()), (Some("an outage"), Some(2)));
    assert_eq!(client.get("ping", &[]).status, 200);
}

#[test]
fn too_many_requests_with_any_retry_after_or_none() {
    for (keys, header, value) in [
        ("retry_after = '-1'", "retry-after", Some("-1")),
        ("retry_after = 'soon'\nretry_header = 'X-Retry-After'", "x-retry-after", Some("soon")),
        ("", "retry-after", None),
    ] {
        let mock = faulty(&format!("on = 'preauth'\ncode = 42901\n{keys}"));
        let reply = Client::of(&mock).post("preauth", &[("username", "demo")]);
        assert_eq!((reply.status, reply.code()), (429, 42901));
        assert_eq!(reply.header(header), value);
    }
}

#[test]
fn a_lost_reply_to_auth_has_sent_its_push() {
    for point in ["before", "head", "body", "reset"] {
        let mock = faulty(&format!("on = 'auth'\ncut = '{point}'"));
        let client = Client::of(&mock);
        let params = [("username", "demo"), ("factor", "push"), ("device", "auto"), ("async", "1")];
        assert!(client.try_post("auth", &params).is_err(), "{point}");
        mock.await_line(|line| line["event"] == "push");
        assert_eq!(mock.await_line(|line| line["path"] == "/auth/v2/auth")["fault"], "cut");
        mock.await_line(|line| line["event"] == "close");
    }
}

#[test]
fn cuts_leave_no_close_notify_and_what_was_sent_before_them() {
    for (point, head) in [("head", false), ("body", true)] {
        let (seen, end) = raw_ping(&faulty(&format!("on = 'ping'\ncut = '{point}'")), "");
        assert!(seen.starts_with(b"HTTP/1.1 200"), "{point}");
        assert_eq!(String::from_utf8(seen).unwrap().contains("\r\n\r\n{"), head);
        assert_eq!(end.unwrap_err().kind(), ErrorKind::UnexpectedEof, "{point}");
    }
    let (seen, end) = raw_ping(&faulty("on = 'ping'\ncut = 'reset'"), "");
    assert!(seen.is_empty());
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_drip_takes_its_time_and_comes_whole() {
    let mock = faulty("on = 'ping'\ndrip = 400");
    let start = Instant::now();
    let reply = Client::of(&mock).get("ping", &[]);
    assert!(reply.response()["time"].is_u64());
    assert!(start.elapsed() > Duration::from_millis(250), "{:?}", start.elapsed());
}

#[test]
fn ambiguous_framing_and_raw_bytes_reach_the_wire() {
    for (kind, what) in [
        ("length_and_chunked", "Transfer-Encoding: chunked"),
        ("gzip_chunked", "Transfer-Encoding: gzip, chunked"),
        ("plus_chunk_size", "\r\n\r\n+"),
        ("bad_length", "Content-Length: 0x10"),
    ] {
        let (seen, end) = raw_ping(&faulty(&format!("on = 'ping'\nframing = '{kind}'")), "");
        assert!(String::from_utf8(seen).unwrap().contains(what), "{kind}");
        assert!(end.is_ok(), "{kind}: {end:?}");
    }
    let (seen, _) = raw_ping(&faulty("on = 'ping'\nframing = 'two_lengths'"), "");
    assert_eq!(String::from_utf8(seen).unwrap().matches("Content-Length").count(), 2);
    let (seen, _) = raw_ping(&faulty("on = 'ping'\nraw = \"SSH-2.0-mock\\r\\n\""), "");
    assert_eq!(seen, b"SSH-2.0-mock\r\n");
}

#[test]
fn a_whole_reply_may_still_be_wrong() {
    let ping = |keys: &str| Client::of(&faulty(&format!("on = 'ping'\n{keys}"))).get("ping", &[]);
    assert!(serde_json::from_slice::<Value>(&ping("reply = 'bad_json'").body).is_err());
    assert_eq!(ping("reply = 'html'").header("content-type"), Some("text/html"));
    assert!(ping("reply = 'empty'").body.is_empty());
    assert!(ping("reply = 'wrong_types'").response()["time"].is_string());
    assert!(ping("huge = 3000000").body.len() >= 3_000_000);
    assert!(
        ping("[faults.set]\n'response.new' = { deep = true }").response()["new"]["deep"] == true
    );
    assert_eq!(ping("headers = { Date = '' }").header("date"), None);
    let away = ping("redirect = 'https://elsewhere.invalid/'\nstatus = 307");
    assert_eq!((away.status, away.header("location")), (307, Some("https://elsewhere.invalid/")));
}

#[test]
fn waits_come_before_the_truth() {
    let mock = Mock::with_scenario(
        "[[faults]]\non = 'auth_status'\nwaits = 3\n",
        &["--auto", "approve=0s"],
    );
    let client = Client::of(&mock);
    let txid = client.push();
    let seen: Vec<_> =
        (0..4).map(|_| client.status(&txid)["result"].as_str().unwrap().to_owned()).collect();
    assert_eq!(seen, ["waiting", "waiting", "waiting", "allow"]);
}

#[test]
fn a_delay_holds_the_reply_and_silence_holds_for_ever() {
    let mock = faulty("on = 'ping'\ncall = 1\ndelay = '300ms'");
    let start = Instant::now();
    assert_eq!(Client::of(&mock).get("ping", &[]).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(300));
    let mock = faulty("on = 'ping'\nsilent = true");
    let mut tls = crate::client::connect(&mock, &crate::client::trusting(&mock));
    tls.sock.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    std::io::Write::write_all(&mut tls, b"GET /auth/v2/ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let error = std::io::Read::read(&mut tls, &mut [0; 10]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert!(mock.await_line(|line| line["path"] == "/auth/v2/ping")["status"].is_null());
}

#[test]
fn a_service_with_another_clock_refuses_ours_and_says_its_own() {
    let mock = Mock::with_scenario("[server]\nclock_offset = 3600\n", &[]);
    let mut client = Client::of(&mock);
    let reply = client.get("check", &[]);
    assert_eq!((reply.status, reply.code()), (401, 40105));
    client.date = reply.header("date").map(str::to_owned);
    assert_eq!(client.get("check", &[]).status, 200);
    let mock = faulty("on = 'check'\ncall = 1\nclock = -3600");
    let client = Client::of(&mock);
    assert_eq!(client.get("check", &[]).code(), 40105);
    assert_eq!(client.get("check", &[]).status, 200);
}

#[test]
fn a_fault_can_be_about_one_user() {
    let mock = faulty("on = 'preauth'\nuser = 'alice'\nstatus = 500");
    let client = Client::of(&mock);
    assert_eq!(client.post("preauth", &[("username", "demo")]).status, 200);
    assert_eq!(client.post("preauth", &[("username", "alice")]).status, 500);
}
