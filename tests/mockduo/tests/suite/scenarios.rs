//! The examples that come with the program.

use std::path::PathBuf;

use crate::client::Client;
use crate::mock::Mock;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn example(name: &str, args: &[&str]) -> Mock {
    let file = folder().join(name);
    let mut all = vec!["--scenario", file.to_str().unwrap()];
    all.extend(args);
    Mock::start(&all)
}

#[test]
fn every_example_starts() {
    let files: Vec<_> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let mock = example(file.to_str().unwrap(), &[]);
        assert!(!mock.hello["users"].as_array().unwrap().is_empty());
    }
}

#[test]
fn every_key_stands_in_the_documentation() {
    let docs = std::fs::read_to_string(folder().join("../../../docs/mockduo.md")).unwrap();
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("keys.toml");
    let mut count = 0;
    for (table, least) in [
        ("", 3),
        ("[server]", 18),
        ("[server.rate_limit]", 2),
        ("[[users]]", 14),
        ("[[users]]\nname='a'\n[[users.devices]]", 8),
        ("[[faults]]", 28),
    ] {
        std::fs::write(&file, format!("{table}\nno_such_key = 1\n")).unwrap();
        let mut check = std::process::Command::new(crate::mock::PROGRAM);
        let out = check.arg("check").arg(&file).output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        let keys =
            said.split_once("expected one of ").or_else(|| said.split_once("expected ")).unwrap().1;
        let keys: Vec<_> = keys.split('`').skip(1).step_by(2).collect();
        assert!(keys.len() >= least, "{table}: {said}");
        for key in &keys {
            let named =
                [format!("`{key}`"), format!("{key} ="), format!("[{key}]"), format!(".{key}]")];
            assert!(named.iter().any(|name| docs.contains(name)), "{table}: {key}");
        }
        count += keys.len();
    }
    assert!(count >= 73, "{count}");
}

#[test]
fn the_office_has_each_kind_of_user() {
    let mock = example("office.toml", &[]);
    let client = Client::of(&mock);
    let result =
        |user: &str| client.post("preauth", &[("username", user)]).response()["result"].clone();
    let all = ["alice", "bob", "carol", "dave", "erin", "frank", "stranger"].map(result);
    assert_eq!(all, ["auth", "auth", "allow", "deny", "enroll", "deny", "deny"]);
}

#[test]
fn the_outage_is_over_after_its_calls() {
    let mock = example("outage.toml", &[]);
    let client = Client::of(&mock);
    let seen: Vec<_> =
        (0..4).map(|_| client.post("preauth", &[("username", "demo")]).status).collect();
    assert_eq!(seen, [503, 503, 503, 200]);
}

#[test]
fn the_busy_service_says_when_to_come_back() {
    let mock = example("busy.toml", &[]);
    let client = Client::of(&mock);
    let seen: Vec<_> = (0..3)
        .map(|_| client.post("preauth", &[("username", "demo")]))
        .map(|reply| (reply.status, reply.header("retry-after").map(str::to_owned)))
        .collect();
    assert_eq!(seen, [(429, Some("1".to_owned())), (429, None), (200, None)]);
}

#[test]
fn the_menu_only_service_gives_no_devices() {
    let mock = example("menu-only.toml", &[]);
    let client = Client::of(&mock);
    let pre = client.post("preauth", &[("username", "demo"), ("text_prompt", "1")]).response();
    assert!(pre.get("devices").is_none());
    assert_eq!(pre["prompt"]["factors"]["default"], "push1");
}
