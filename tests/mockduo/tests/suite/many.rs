//! A thousand people wait for their phones at once.

use std::io::{Read, Write};
use std::time::{Duration, Instant, SystemTime};

use crate::client::{Client, Tls, connect, trusting};
use crate::mock::Mock;

const PEOPLE: usize = 1000;

/// Sends a signed call without waiting for its reply.
fn send(client: &Client, tls: &mut Tls, method: &str, path: &str, params: &str) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let basic = client.basic(&format!("{date}\n{method}\nlocalhost\n{path}\n{params}"));
    let (query, body) =
        if method == "GET" { (format!("?{params}"), "") } else { (String::new(), params) };
    let text = format!(
        "{method} {path}{query} HTTP/1.1\r\nHost: localhost\r\nDate: {date}\r\nAuthorization: {basic}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    tls.write_all(text.as_bytes()).unwrap();
}

fn reply(tls: &mut Tls) -> serde_json::Value {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = tls.read(&mut piece).unwrap();
        assert!(count > 0, "the connection ended");
        seen.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&seen);
        if let Some((_, body)) = text.split_once("\r\n\r\n") {
            if let Ok(value) = serde_json::from_str::<serde_json::Value>(body) {
                return value["response"].clone();
            }
        }
    }
}

#[test]
fn a_thousand_pending_pushes_are_all_answered() {
    raise_descriptor_limit();
    let mock = Mock::start(&["--log", "/dev/null"]);
    let (client, config) = (Client::of(&mock), trusting(&mock));
    let start = Instant::now();
    let mut waiting: Vec<_> = (0..PEOPLE)
        .map(|_| {
            let mut tls = connect(&mock, &config);
            tls.sock.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            let push = "async=1&device=auto&factor=push&username=demo";
            send(&client, &mut tls, "POST", "/auth/v2/auth", push);
            let txid = reply(&mut tls)["txid"].as_str().unwrap().to_owned();
            let poll = format!("txid={txid}");
            send(&client, &mut tls, "GET", "/auth/v2/auth_status", &poll);
            assert_eq!(reply(&mut tls)["status"], "pushed");
            send(&client, &mut tls, "GET", "/auth/v2/auth_status", &poll);
            (txid, tls)
        })
        .collect();
    let opened = start.elapsed();
    let agent = ureq::Agent::new_with_defaults();
    let web = mock.text("web");
    let state: serde_json::Value =
        agent.get(format!("{web}api/state")).call().unwrap().body_mut().read_json().unwrap();
    assert_eq!(state["pending"].as_array().unwrap().len(), PEOPLE);
    let start = Instant::now();
    for (index, (txid, _)) in waiting.iter().enumerate() {
        let answer = if index % 2 == 0 { "approve" } else { "deny" };
        let body = serde_json::json!({"answer": answer});
        assert_eq!(
            agent.post(format!("{web}api/push/{txid}")).send_json(body).unwrap().status(),
            200
        );
    }
    for (index, (_, tls)) in waiting.iter_mut().enumerate() {
        assert_eq!(reply(tls)["result"], if index % 2 == 0 { "allow" } else { "deny" });
    }
    eprintln!("{PEOPLE} pushes: pending after {opened:?}, answered in {:?}", start.elapsed());
}

/// Each person is a descriptor on either side.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}
