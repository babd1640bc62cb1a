//! The calls as clients make them.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Client;
use crate::mock::Mock;

#[test]
fn ping_check_and_logo_answer_with_a_date() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    for name in ["ping", "check"] {
        let reply = client.get(name, &[]);
        assert!(reply.response()["time"].as_u64().unwrap() > 1_700_000_000);
        assert!(reply.header("date").unwrap().ends_with("GMT"));
    }
    let logo = client.get("logo", &[]);
    assert_eq!(logo.header("content-type"), Some("image/png"));
    assert!(logo.body.starts_with(b"\x89PNG"));
}

#[test]
fn wrong_keys_and_clocks_are_refused_with_their_codes() {
    let mock = Mock::start(&[]);
    let refused = |change: &dyn Fn(&mut Client)| {
        let mut client = Client::of(&mock);
        change(&mut client);
        let reply = client.get("check", &[]);
        assert!(reply.header("date").is_some());
        (reply.status, reply.code())
    };
    assert_eq!(refused(&|c| c.ikey.push('x')), (401, 40102));
    assert_eq!(refused(&|c| c.skey.push('x')), (401, 40103));
    assert_eq!(refused(&|c| c.date = Some("Tue, 21 Aug 2012 17:29:18 -0000".into())), (401, 40105));
    assert_eq!(refused(&|c| c.date = Some("now".into())), (401, 40105));
}

#[test]
fn version_5_drives_a_login_as_version_2_does() {
    let mock = Mock::start(&["--auto", "approve=50ms"]);
    let client = Client::of(&mock);
    let user = json!({"username": "demo"});
    assert_eq!(client.post_json("preauth", &user).response()["result"], "auth");
    let push = json!({"username": "demo", "factor": "push", "device": "auto"});
    assert_eq!(client.post_json("auth", &push).response()["status"], "allow");
    assert_eq!(client.post_json("auth", &json!(["push"])).code(), 40002);
    assert_eq!(client.post_json("nothing", &user).code(), 40401);
}

#[test]
fn a_login_by_push_is_two_requests_and_the_polls_on_one_connection() {
    let mock = Mock::start(&["--auto", "approve=1500ms"]);
    let client = Client::of(&mock);
    assert_eq!(client.post("preauth", &[("username", "demo")]).response()["result"], "auth");
    let start = Instant::now();
    let txid = client.push();
    assert_eq!(client.status(&txid)["status"], "pushed");
    assert_eq!(client.status(&txid)["status"], "allow");
    let took = start.elapsed();
    assert!((Duration::from_millis(1490)..Duration::from_secs(4)).contains(&took), "{took:?}");
    mock.await_line(|line| line["path"] == "/auth/v2/auth_status" && line["n"] == 2);
    let log = mock.log();
    let of = |key: &str, value: &str| log.iter().filter(|line| line[key] == value).count();
    assert_eq!((of("event", "connect"), of("event", "tls"), of("event", "push")), (1, 1, 1));
    assert_eq!((of("path", "/auth/v2/auth"), of("path", "/auth/v2/auth_status")), (1, 2));
    let decided = log.iter().find(|line| line["event"] == "decided").unwrap();
    assert_eq!((&decided["by"], &decided["result"]), (&json!("auto"), &json!("allow")));
    assert!(log.iter().all(|line| line["t"].as_f64().unwrap() > 1.7e9));
}

#[test]
fn an_unanswered_push_times_out_and_a_long_poll_that_runs_out_says_waiting() {
    let mock = Mock::with_scenario("[server]\npoll = '150ms'\n", &["--push-ttl", "600ms"]);
    let client = Client::of(&mock);
    let txid = client.push();
    assert_eq!(client.status(&txid)["status"], "pushed");
    let start = Instant::now();
    assert_eq!(client.status(&txid)["result"], "waiting");
    assert!(start.elapsed() >= Duration::from_millis(150));
    while client.status(&txid)["result"] == "waiting" {}
    assert_eq!(client.status(&txid)["status"], "timeout");
    assert_eq!(mock.await_line(|line| line["event"] == "decided")["by"], "ttl");
}

#[test]
fn a_long_poll_can_run_out_as_a_bad_parameter() {
    let mock = Mock::with_scenario("[server]\npoll = '50ms'\npoll_end = '40002'\n", &[]);
    let client = Client::of(&mock);
    let txid = client.push();
    assert_eq!(client.status(&txid)["status"], "pushed");
    let reply = client.get("auth_status", &[("txid", &txid)]);
    assert_eq!((reply.status, reply.code()), (400, 40002));
    assert_eq!(client.get("auth_status", &[("txid", "unknown")]).code(), 40002);
}

#[test]
fn secrets_are_not_in_the_log_and_one_that_left_is() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    let params = [("username", "demo"), ("factor", "passcode"), ("passcode", "31415926")];
    assert_eq!(client.post("auth", &params).response()["status"], "deny");
    mock.await_line(|line| {
        line["path"] == "/auth/v2/auth" && line["params"]["passcode"] == "[redacted]"
    });
    let all = serde_json::to_string(&mock.log()).unwrap();
    assert!(!all.contains("31415926") && !all.contains(&client.skey));
    let txid = client.push();
    assert_eq!(client.status(&txid)["status"], "pushed");
    let mut tls = crate::client::connect(&mock, &crate::client::trusting(&mock));
    let date = httpdate::fmt_http_date(std::time::SystemTime::now());
    let basic = client.basic(&format!("{date}\nGET\nlocalhost\n/auth/v2/auth_status\ntxid={txid}"));
    let head = format!(
        "GET /auth/v2/auth_status?txid={txid} HTTP/1.1\r\nHost: localhost\r\nDate: {date}\r\n"
    );
    std::io::Write::write_all(&mut tls, format!("{head}Authorization: {basic}\r\n\r\n").as_bytes())
        .unwrap();
    // It is held as soon as the calls in the log have a number missing.
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        assert_eq!(client.get("auth_status", &[("txid", "unknown")]).code(), 40002);
        let log = mock.log();
        let calls = log.iter().filter(|line| line["path"] == "/auth/v2/auth_status");
        let numbers: Vec<_> = calls.filter_map(|line| line["n"].as_u64()).collect();
        if numbers.last().is_some_and(|last| *last > numbers.len() as u64) {
            break;
        }
        assert!(Instant::now() < until, "{numbers:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(tls);
    mock.await_line(|line| {
        line["conn"] == 2 && line["path"] == "/auth/v2/auth_status" && line["status"].is_null()
    });
}

#[test]
fn forbidden_calls_and_a_wrong_content_type_have_their_codes() {
    let mock = Mock::with_scenario("[server]\nforbidden = ['enroll']\n", &[]);
    let client = Client::of(&mock);
    assert_eq!(client.post("enroll", &[]).code(), 40301);
    assert_eq!(client.post("preauth", &[("username", "demo")]).status, 200);
    let (seen, _) = crate::client::raw_ping(&mock, "Connection: close\r\n");
    assert!(seen.starts_with(b"HTTP/1.1 200"));
}
