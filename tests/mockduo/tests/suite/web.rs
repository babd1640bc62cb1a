//! The phone's HTTP side.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::client::Client;
use crate::mock::Mock;

fn address(mock: &Mock) -> String {
    mock.text("web").trim_start_matches("http://").trim_end_matches('/').to_owned()
}

fn ask(mock: &Mock, request: &str, headers: &str, body: &str) -> (u16, String) {
    let address = address(mock);
    let mut tcp = TcpStream::connect(&address).unwrap();
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    tcp.write_all(text.as_bytes()).unwrap();
    let mut reply = String::new();
    tcp.read_to_string(&mut reply).unwrap();
    let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
    (status, reply)
}

fn tap(mock: &Mock, txid: &str, headers: &str, body: &Value) -> u16 {
    ask(mock, &format!("POST /api/push/{txid}"), headers, &body.to_string()).0
}

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn the_page_and_its_files_are_there_and_keep_to_themselves() {
    let mock = Mock::start(&[]);
    for (path, kind) in
        [("/", "text/html"), ("/phone.css", "text/css"), ("/phone.js", "text/javascript")]
    {
        let (status, reply) = ask(&mock, &format!("GET {path}"), "", "");
        assert_eq!(status, 200, "{path}");
        assert!(reply.contains(kind) && reply.contains("frame-ancestors 'none'"), "{reply}");
    }
    assert_eq!(ask(&mock, "GET /other", "", "").0, 404);
}

#[test]
fn what_is_refused_keeps_to_itself_too() {
    let mock = Mock::start(&[]);
    let hostile = format!("{JSON}Origin: https://evil.example\r\n");
    for (request, headers, want) in [
        ("GET /", "Origin: https://evil.example\r\n", 403),
        ("POST /api/push/x", &hostile, 403),
        ("POST /api/push/x", "Content-Type: text/plain\r\n", 415),
    ] {
        let (status, reply) = ask(&mock, request, headers, "{}");
        assert_eq!(status, want, "{reply}");
        assert!(reply.contains("frame-ancestors 'none'") && reply.contains("no-store"), "{reply}");
    }
    let mut tcp = TcpStream::connect(address(&mock)).unwrap();
    tcp.write_all(b"GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n").unwrap();
    let mut reply = String::new();
    tcp.read_to_string(&mut reply).unwrap();
    assert!(reply.contains(" 421 ") && reply.contains("frame-ancestors 'none'"), "{reply}");
}

#[test]
fn a_tap_is_taken_once_and_only_from_the_page_itself() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    let txid = client.push();
    let approve = json!({"answer": "approve"});
    assert_eq!(
        tap(&mock, &txid, &format!("{JSON}Origin: https://evil.example\r\n"), &approve),
        403
    );
    assert_eq!(tap(&mock, &txid, "Content-Type: text/plain\r\n", &approve), 415);
    assert_eq!(tap(&mock, &txid, JSON, &json!({"answer": "perhaps"})), 400);
    assert_eq!(tap(&mock, "other", JSON, &approve), 404);
    let own = format!("{JSON}Origin: http://{}\r\n", address(&mock));
    assert_eq!(tap(&mock, &txid, &own, &approve), 200);
    assert_eq!(tap(&mock, &txid, &own, &approve), 409);
    assert_eq!(client.status(&txid)["result"], "allow");
}

#[test]
fn events_bring_a_snapshot_at_once_and_at_each_change() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    let address = address(&mock);
    let mut tcp = TcpStream::connect(&address).unwrap();
    tcp.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    write!(tcp, "GET /api/events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut lines = BufReader::new(tcp).lines();
    let mut next = || -> Value {
        let data = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|l| l.strip_prefix("data: ").map(str::to_owned));
        serde_json::from_str(&data.unwrap()).unwrap()
    };
    let first = next();
    assert_eq!((&first["pending"], &first["history"]), (&json!([]), &json!([])));
    let txid = client.push();
    let pending = next()["pending"][0].clone();
    assert_eq!(
        (pending["txid"].as_str(), pending["user"].as_str()),
        (Some(txid.as_str()), Some("demo"))
    );
    assert_eq!((&pending["kind"], &pending["needs_code"]), (&json!("push"), &json!(false)));
    assert_eq!(pending["expires"].as_u64().unwrap() - pending["created"].as_u64().unwrap(), 60_000);
    assert_eq!(tap(&mock, &txid, JSON, &json!({"answer": "fraud"})), 200);
    let last = next();
    assert_eq!(last["pending"], json!([]));
    assert_eq!(
        (&last["history"][0]["status"], &last["history"][0]["by"]),
        (&json!("fraud"), &json!("web"))
    );
    let (status, state) = ask(&mock, "GET /api/state", "", "");
    assert!(status == 200 && state.contains(&txid));
}
