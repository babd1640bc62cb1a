//! The API before `/auth/v2`, as `pam_duo` 1.11.3 speaks it.

use crate::client::{Client, Reply};
use crate::mock::Mock;

const TAKEN: &str = "[server]\nsignatures = ['1', '2-sha512']\n";
const PREAUTH: &str = "/rest/v1/preauth.bson";
const AUTH: &str = "/rest/v1/auth.bson";
const STATUS: &str = "/rest/v1/status.bson";
const USER: &[(&str, &str)] = &[("failmode", "closed"), ("hostname", "vm"), ("user", "demo")];

fn choose<'a>(what: &'a str, wait: &'a str) -> [(&'a str, &'a str); 4] {
    [("async", wait), ("auto", what), ("factor", "auto"), ("user", "demo")]
}

/// The value of a text in a document, wherever it stands.
fn text(reply: &Reply, name: &str) -> Option<String> {
    let start = [b"\x02", name.as_bytes(), b"\0"].concat();
    let at = reply.body.windows(start.len()).position(|part| part == start)? + start.len();
    let (length, rest) = reply.body[at..].split_first_chunk::<4>()?;
    let length = usize::try_from(i32::from_le_bytes(*length)).ok()?;
    assert_eq!(rest[length - 1], 0);
    Some(String::from_utf8(rest[..length - 1].to_vec()).unwrap())
}

#[test]
fn a_push_goes_from_the_menu_to_the_tap() {
    let mock = Mock::with_scenario(TAKEN, &[]);
    let client = Client::of(&mock);
    let menu = client.undated("POST", PREAUTH, USER);
    assert_eq!(
        (text(&menu, "stat"), text(&menu, "result")),
        (Some("OK".into()), Some("auth".into()))
    );
    assert!(text(&menu, "prompt").unwrap().contains(" 1. Duo Push to "));
    assert_eq!(text(&menu, "default"), Some("push1".into()));
    let pushed = client.undated("POST", AUTH, &choose("push1", "1"));
    let txid = text(&pushed, "txid").unwrap();
    let poll = || client.undated("GET", STATUS, &[("txid", txid.as_str())]);
    let first = poll();
    assert_eq!(text(&first, "status").unwrap(), "Pushed a login request to your device...");
    assert_eq!(text(&first, "result"), None);
    assert!(mock.decide(&["approve"]).status.success());
    let last = poll();
    assert_eq!(text(&last, "result"), Some("allow".into()));
    assert_eq!(text(&last, "status").unwrap(), "Success. Logging you in...");
    let line = mock.await_line(|line| line["path"] == AUTH);
    assert_eq!((&line["params"]["auto"], &line["n"]), (&"push1".into(), &1.into()));
}

#[test]
fn a_synchronous_call_answers_with_the_decision() {
    let mock = Mock::with_scenario(TAKEN, &["--auto", "deny=0s"]);
    let denied = Client::of(&mock).undated("POST", AUTH, &choose("push1", "0"));
    assert_eq!(text(&denied, "result"), Some("deny".into()));
    assert_eq!(text(&denied, "status").unwrap(), "Login request denied.");
}

#[test]
fn a_passcode_is_checked_and_not_logged() {
    let users = "[[users]]\nname = 'demo'\npasscodes = ['314159']\ndevices = [{ id = 'D1' }]\n";
    let mock = Mock::with_scenario(&format!("{TAKEN}{users}"), &[]);
    let client = Client::of(&mock);
    let result = |code: &str| text(&client.undated("POST", AUTH, &choose(code, "0")), "result");
    assert_eq!(result("314159"), Some("allow".into()));
    assert_eq!(result("271828"), Some("deny".into()));
    mock.await_line(|line| line["path"] == AUTH && line["n"] == 2);
    assert!(mock.log().iter().all(|line| !line.to_string().contains("314159")));
}

#[test]
fn it_is_spoken_where_the_scenario_takes_its_signature_and_nowhere_else() {
    let mock = Mock::start(&[]);
    let refused = Client::of(&mock).undated("POST", PREAUTH, USER);
    assert_eq!((refused.status, text(&refused, "stat")), (401, Some("FAIL".into())));
    let mock = Mock::with_scenario(TAKEN, &[]);
    let mut client = Client::of(&mock);
    let later = client.undated("POST", "/auth/v2/preauth", &[("username", "demo")]);
    assert_eq!((later.status, later.code()), (401, 40103));
    let lost = client.undated("POST", "/rest/v1/ping.bson", USER);
    assert_eq!((lost.status, text(&lost, "message")), (404, Some("Resource not found".into())));
    client.skey.push('x');
    assert_eq!(client.undated("POST", PREAUTH, USER).status, 401);
}
