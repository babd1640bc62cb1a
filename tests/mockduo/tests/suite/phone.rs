//! The phone from the shell: `decide` and `activate`, and the life of the program.

use crate::client::Client;
use crate::mock::{Mock, PROGRAM};

fn said(out: &std::process::Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout)
}

#[test]
fn decide_answers_the_newest_push_once() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    let (first, second) = (client.push(), client.push());
    assert!(mock.decide(&["approve"]).status.success());
    assert_eq!(client.status(&second)["status"], "allow");
    assert!(mock.decide(&["fraud", "--txid", &first]).status.success());
    assert_eq!(client.status(&first)["status"], "fraud");
    let again = mock.decide(&["approve", "--txid", &first]);
    assert!(!again.status.success() && said(&again).contains("409"), "{}", said(&again));
    let unknown = mock.decide(&["approve", "--txid", "nothing"]);
    assert!(!unknown.status.success() && said(&unknown).contains("404"));
    mock.await_line(|line| line["event"] == "decided" && line["status"] == "fraud");
    let decided = mock.log().into_iter().filter(|line| line["event"] == "decided");
    assert!(decided.clone().all(|line| line["by"] == "web"));
    assert_eq!(decided.count(), 2);
}

#[test]
fn decide_waits_for_a_push_of_its_user_and_no_longer_than_told() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    let none = mock.decide(&["deny", "--wait", "100ms"]);
    assert!(!none.status.success() && said(&none).contains("no push"));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| mock.decide(&["deny", "--user", "demo"]));
        std::thread::sleep(std::time::Duration::from_millis(200));
        let txid = client.push();
        assert!(waiting.join().unwrap().status.success());
        assert_eq!(client.status(&txid)["status"], "deny");
    });
    client.push();
    let other = mock.decide(&["deny", "--user", "someone", "--wait", "100ms"]);
    assert!(!other.status.success());
}

#[test]
fn a_verified_push_wants_the_code_that_preauth_showed() {
    let users = "[[users]]\nname = 'demo'\nverified_push = true\ndevices = [{ id = 'D1' }]\n";
    let mock = Mock::with_scenario(users, &[]);
    let client = Client::of(&mock);
    let pre = client
        .post("preauth", &[("username", "demo"), ("client_supports_verified_push", "1")])
        .response();
    let (id, code) = (pre["txid"].as_str().unwrap(), pre["verification_code"].as_str().unwrap());
    let push = [("username", "demo"), ("factor", "push"), ("device", "auto"), ("async", "1")];
    assert_eq!(client.post("auth", &push).code(), 40001);
    let begun = client.post("auth", &[&push[..], &[("txid", id)]].concat()).response();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(said(&mock.decide(&["approve", "--code", wrong])).contains("422"));
    assert!(said(&mock.decide(&["approve"])).contains("422"));
    assert!(mock.decide(&["approve", "--code", code]).status.success());
    assert_eq!(client.status(begun["txid"].as_str().unwrap())["status"], "allow");
}

#[test]
fn an_enrolment_is_finished_by_activate() {
    let mock = Mock::start(&[]);
    let client = Client::of(&mock);
    let made = client.post("enroll", &[("username", "new")]).response();
    let (id, code) = (made["user_id"].as_str().unwrap(), made["activation_code"].as_str().unwrap());
    let ask = [("user_id", id), ("activation_code", code)];
    assert_eq!(client.post("enroll_status", &ask).response(), "waiting");
    assert!(mock.run("activate", &[id]).status.success());
    assert_eq!(client.post("enroll_status", &ask).response(), "success");
    assert_eq!(client.post("preauth", &[("user_id", id)]).response()["result"], "auth");
    assert!(!mock.run("activate", &[id]).status.success());
}

#[test]
fn sigterm_ends_it_cleanly_with_polls_open_and_a_new_start_has_the_same_keys() {
    let mut mock = Mock::start(&[]);
    let (ikey, skey) = (mock.text("ikey"), mock.text("skey"));
    let ca = std::fs::read(mock.text("cafile")).unwrap();
    let client = Client::of(&mock);
    let txid = client.push();
    client.status(&txid);
    let keys = mock.dir.path().join("keys.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&keys.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::thread::scope(|scope| {
        scope.spawn(|| assert!(client.try_get("auth_status", &[("txid", &txid)]).is_err()));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(mock.terminate(), Some(0));
    });
    assert!(said(&mock.decide(&["approve"])).contains("no service is running"));
    let dir = std::mem::replace(&mut mock.dir, tempfile::TempDir::new().unwrap());
    let again = Mock::in_dir(dir, &["--web", "off"]);
    assert_eq!((again.text("ikey"), again.text("skey")), (ikey, skey));
    assert_eq!(std::fs::read(again.text("cafile")).unwrap(), ca);
    assert!(again.hello["web"].is_null());
    assert_eq!(Client::of(&again).get("check", &[]).status, 200);
}

#[test]
fn the_log_can_go_to_a_file() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("log");
    let mock = Mock::start(&["--log", file.to_str().unwrap()]);
    Client::of(&mock).get("ping", &[]);
    let log = std::fs::read_to_string(&file).unwrap();
    assert!(log.lines().any(|line| line.contains("/auth/v2/ping")), "{log}");
    assert!(mock.log().is_empty());
}

#[test]
fn a_service_for_tests_ends_with_its_standard_input() {
    let mut mock = Mock::start(&[]);
    let client = Client::of(&mock);
    client.push();
    assert_eq!(mock.abandon(), Some(0));
    assert!(!mock.dir.path().join("control.json").exists());
}

#[test]
fn nobody_has_to_read_the_log() {
    let dir = tempfile::TempDir::new().unwrap();
    let mut mock = Mock::unread(dir, &[]);
    let client = Client::of(&mock);
    // Far more than a pipe holds.
    let params = "x".repeat(10_000);
    for _ in 0..30 {
        assert_eq!(
            client.post("preauth", &[("username", "demo"), ("hostname", &params)]).status,
            200
        );
    }
    assert_eq!(mock.terminate(), Some(0));
}

#[test]
fn a_bad_command_line_or_scenario_says_why_and_where() {
    let fails = |args: &[&str]| {
        let out = std::process::Command::new(PROGRAM).args(args).output().unwrap();
        assert!(!out.status.success(), "{args:?}");
        said(&out)
    };
    let dir = tempfile::TempDir::new().unwrap();
    let (state, file) = (dir.path().to_str().unwrap(), dir.path().join("bad.toml"));
    std::fs::write(&file, "[server]\n\nwho = 1\n").unwrap();
    let bad = fails(&["serve", "--state", state, "--scenario", file.to_str().unwrap()]);
    assert!(bad.contains("bad.toml") && bad.contains("line 3") && bad.contains("who"), "{bad}");
    assert!(fails(&["check", file.to_str().unwrap()]).contains("line 3"));
    assert!(fails(&["serve", "--state", state, "--web", "0.0.0.0:0"]).contains("loopback"));
    assert!(fails(&["serve", "--state", state, "--auto", "perhaps"]).contains("approve"));
    assert!(fails(&["decide", "--state", state, "approve"]).contains("no service is running"));
}
