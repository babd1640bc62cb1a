//! Duo's official client signs random requests too: the same key, the same signature.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::{Deserialize, Serialize};

use super::*;
use crate::config::draft::Draft;
use crate::config::option::Kind;
use crate::config::options;
use crate::core::request::{Factor, Subject, TextPrompt, Txid};
use crate::core::secret::Secret;

/// So that a failure comes back; `SIGN_SEED=7` tries others.
const SEED: u64 = 1;
const CASES: usize = 600;

/// One request as we signed it, for the script to sign again.
#[derive(Debug, Serialize)]
struct Case {
    kind: &'static str,
    ikey: String,
    skey: String,
    method: &'static str,
    host: String,
    path: String,
    seconds: u64,
    date: String,
    params: Vec<(String, String)>,
    query: String,
    body: String,
    #[serde(skip)]
    authorization: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    authorization: String,
    date: String,
    says_the_same: bool,
}

fn official(cases: &[Case]) -> Vec<Answer> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/venv/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `make target/venv/ready`, which installs Duo's client",
        python.display()
    );
    let mut script = Command::new(python)
        .arg("-B")
        .arg(root.join("tests/python/sign.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = serde_json::to_vec(cases).unwrap();
    // It reads all before it writes anything.
    script.stdin.take().unwrap().write_all(&asked).unwrap();
    let said = script.wait_with_output().unwrap();
    assert!(said.status.success(), "tests/python/sign.py: {}", said.status);
    serde_json::from_slice(&said.stdout).unwrap()
}

/// What is hard to encode, or to sort.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,24}",
        "[a-zA-Z0-9_.~ +%&=/-]{0,24}",
        any::<String>(),
        select(vec![
            "", " ", "~", "+", "%20", "&a=b", "é", "電話", "😀", "\0", "\r\n", "\"\\", "\u{7f}"
        ])
        .prop_map(str::to_owned),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let some = || proptest::option::of(value());
    let subject = || {
        (value(), some(), some()).prop_map(|(username, ipaddr, hostname)| Subject {
            username,
            ipaddr,
            hostname,
        })
    };
    let preauth = (subject(), any::<bool>()).prop_map(|(subject, ask)| Call::Preauth {
        subject,
        text_prompt: if ask { TextPrompt::Ask } else { TextPrompt::Omit },
        failmode: "closed",
    });
    let txid = || some().prop_map(|txid| txid.map(Txid));
    let factor = prop_oneof![
        (value(), some(), txid()).prop_map(|(device, pushinfo, txid)| Factor::Push {
            device,
            pushinfo,
            txid
        }),
        value().prop_map(|device| Factor::Sms { device }),
        value().prop_map(|code| Factor::Passcode(Secret::new(code))),
        (value(), some(), txid()).prop_map(|(answer, pushinfo, txid)| Factor::Prompt {
            answer: Secret::new(answer),
            pushinfo,
            txid
        }),
    ];
    let auth = (subject(), factor).prop_map(|(subject, factor)| Call::Auth { subject, factor });
    let status = value().prop_map(|txid| Call::Status { txid: Txid(txid) });
    prop_oneof![preauth, auth, status]
}

/// Kind, keys, host and seconds since 1970.
type Frame = (Signature, Keys, String, u64);

fn frame() -> impl Strategy<Value = Frame> {
    let kind = select(vec![Signature::V2Sha1, Signature::V2Sha512, Signature::V5]);
    // Longer than a block of either digest too.
    let skey = prop_oneof!["[A-Za-z0-9]{40}", "[ -~]{1,200}", "\\PC{1,20}"];
    let keys =
        ("[A-Z0-9]{20}", skey).prop_map(|(ikey, skey)| Keys { ikey, skey: Secret::new(skey) });
    (kind, keys, "[A-Za-z0-9-]{1,12}\\.[A-Za-z0-9.-]{1,20}", 0..=LAST_DATE.as_secs())
}

fn word(signature: Signature) -> &'static str {
    match signature {
        Signature::V2Sha1 => "v2-sha1",
        Signature::V2Sha512 => "v2-sha512",
        Signature::V5 => "v5",
    }
}

fn owned(params: &Params) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect()
}

/// A call of ours, as it goes over the wire.
fn sent((kind, keys, host, seconds): &Frame, call: &Call) -> Case {
    let date = date(UNIX_EPOCH + Duration::from_secs(*seconds));
    let wire = wire(*kind, keys, host, &date, call);
    let header = |name: &str| {
        let found = wire.headers.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.to_string()).unwrap_or_default()
    };
    let (path, query) = wire.path_and_query.split_once('?').unwrap_or((&wire.path_and_query, ""));
    Case {
        kind: word(*kind),
        ikey: keys.ikey.clone(),
        skey: keys.skey.expose().to_owned(),
        method: wire.method,
        host: host.clone(),
        path: path.to_owned(),
        seconds: *seconds,
        date: header("Date"),
        params: owned(&call.params()),
        query: query.to_owned(),
        body: String::from_utf8(wire.body.to_vec()).unwrap(),
        authorization: header("Authorization"),
    }
}

/// Names that no call has: the order and the encoding of names, one of them more than once.
fn free((kind, keys, host, seconds): &Frame, pairs: &[(String, String)], path: &str) -> Case {
    let params: Params =
        pairs.iter().map(|(name, value)| (name.as_str(), value.clone().into())).collect();
    let date = date(UNIX_EPOCH + Duration::from_secs(*seconds));
    let query = form(&params);
    let head = Head { date: &date, method: "GET", host, path };
    let canonical = match kind {
        Signature::V5 => canonical_v5(&head, &query, b""),
        _ => canonical_v2(&head, &query),
    };
    Case {
        kind: word(*kind),
        ikey: keys.ikey.clone(),
        skey: keys.skey.expose().to_owned(),
        method: "GET",
        host: host.clone(),
        path: path.to_owned(),
        seconds: *seconds,
        authorization: authorization(keys, &hmac_hex(*kind, keys, &canonical)).to_string(),
        date,
        params: pairs.to_vec(),
        query: query.to_string(),
        body: String::new(),
    }
}

fn compare<S: Strategy<Value = Case>>(cases: &S) {
    let seed = std::env::var("SIGN_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let cases: Vec<Case> =
        (0..CASES).map(|_| cases.new_tree(&mut runner).unwrap().current()).collect();
    let answers = official(&cases);
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(answer.authorization, case.authorization, "SIGN_SEED={seed}: {case:#?}");
        assert_eq!(answer.date, case.date, "SIGN_SEED={seed}: {case:#?}");
        assert!(answer.says_the_same, "SIGN_SEED={seed}: another body or query: {case:#?}");
    }
}

#[test]
fn the_official_client_signs_any_of_our_calls_alike() {
    compare(&(frame(), call()).prop_map(|(frame, call)| sent(&frame, &call)));
}

/// Both are given the host as it is written in a config, Duo's client the port as an argument of its own.
#[test]
fn the_official_client_signs_for_any_host_of_a_config_alike() {
    let store = options::find("host").map(|option| &option.kind);
    let Some(Kind::Text { store, .. }) = store else { panic!("host is no text") };
    let names =
        select(vec!["[::1]", "[2001:db8::8]", "192.0.2.1", "localhost", "API-1.Example.COM"]);
    let hosts = (names, select(vec!["", ":443", ":8443"]));
    let cases = (frame(), call(), hosts).prop_map(|((kind, keys, _, at), call, (name, port))| {
        let mut draft = Draft::default();
        store(&mut draft, &format!("{name}{port}")).unwrap();
        let host = draft.host.unwrap().in_url();
        Case { host: name.to_owned(), ..sent(&(kind, keys, host, at), &call) }
    });
    compare(&cases);
}

#[test]
fn the_official_client_sorts_and_encodes_any_names_alike() {
    let name = prop_oneof!["[a-zA-Z~_.-]{1,6}", "[ -~]{1,4}", "\\PC{1,4}", Just("a".to_owned())];
    let pairs = proptest::collection::vec((name, value()), 0..8);
    let path = "/[a-z0-9/_]{1,20}";
    compare(&(frame(), pairs, path).prop_map(|(frame, pairs, path)| free(&frame, &pairs, &path)));
}
