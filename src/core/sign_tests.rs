//! The signatures that Duo's official Python client made for the same input.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;

use super::*;
use crate::core::request::{Factor, Subject};
use crate::core::secret::Secret;

#[derive(Deserialize)]
struct Vectors {
    ikey: String,
    skey: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    sig_version: u8,
    digest: String,
    method: String,
    host: String,
    path: String,
    date: String,
    params: BTreeMap<String, String>,
    body: Option<String>,
    canonical: String,
    signature: String,
    authorization: String,
}

impl Case {
    fn signature_kind(&self) -> Signature {
        match (self.sig_version, self.digest.as_str()) {
            (2, "sha1") => Signature::V2Sha1,
            (2, "sha512") => Signature::V2Sha512,
            (5, "sha512") => Signature::V5,
            other => panic!("{}: unknown signature {other:?}", self.name),
        }
    }

    fn params(&self) -> Vec<(&str, Zeroizing<String>)> {
        self.params.iter().map(|(k, v)| (k.as_str(), Zeroizing::new(v.clone()))).collect()
    }

    fn canonical(&self) -> Zeroizing<String> {
        let head =
            Head { date: &self.date, method: &self.method, host: &self.host, path: &self.path };
        let form = form(&self.params());
        match (self.signature_kind(), self.method.as_str()) {
            (Signature::V5, "GET") => canonical_v5(&head, &form, b""),
            (Signature::V5, _) => {
                canonical_v5(&head, "", self.body.as_deref().unwrap_or_default().as_bytes())
            }
            _ => canonical_v2(&head, &form),
        }
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../tests/vectors/signatures.json")).unwrap()
}

#[test]
fn canonical_text_and_signature_are_those_of_the_official_client() {
    let vectors = vectors();
    let keys = Keys { ikey: vectors.ikey.clone(), skey: Secret::new(vectors.skey.clone()) };
    assert_eq!(vectors.cases.len(), 8);
    for case in &vectors.cases {
        let canonical = case.canonical();
        assert_eq!(*canonical, case.canonical, "{}", case.name);
        let signature = hmac_hex(case.signature_kind(), &keys, &canonical);
        assert_eq!(signature, case.signature, "{}", case.name);
        assert_eq!(*authorization(&keys, &signature), case.authorization, "{}", case.name);
    }
}

#[test]
fn a_json_body_carries_the_parameters_of_the_vector() {
    for case in vectors().cases.iter().filter(|case| case.sig_version == 5) {
        let Some(body) = case.body.as_deref().filter(|body| !body.is_empty()) else { continue };
        let ours: serde_json::Value = serde_json::from_slice(&json(&case.params())).unwrap();
        assert_eq!(ours, serde_json::from_str::<serde_json::Value>(body).unwrap());
    }
}

#[test]
fn the_date_is_written_as_the_official_client_writes_it() {
    let at = UNIX_EPOCH + Duration::from_secs(1_345_570_158);
    assert_eq!(date(at), "Tue, 21 Aug 2012 17:29:18 -0000");
    assert_eq!(date(UNIX_EPOCH + Duration::from_secs(1 << 50)), "Fri, 31 Dec 9999 23:59:59 -0000");
    assert_eq!(date(UNIX_EPOCH - Duration::from_secs(1)), "Thu, 01 Jan 1970 00:00:00 -0000");
}

#[test]
fn a_status_call_is_a_get_whose_query_is_signed() {
    let keys = Keys { ikey: "I".into(), skey: Secret::new("S".into()) };
    let call = Call::Status { txid: crate::core::request::Txid("a b".into()) };
    for signature in [Signature::V2Sha1, Signature::V2Sha512, Signature::V5] {
        let wire = wire(signature, &keys, "API.example", "D", &call);
        assert_eq!(wire.method, "GET");
        assert_eq!(wire.path_and_query, "/auth/v2/auth_status?txid=a%20b");
        assert!(wire.body.is_empty());
        assert!(wire.headers.iter().all(|(name, _)| *name != "Content-Type"));
    }
}

/// What is sent is what was signed, and is labelled as what it is.
#[test]
fn a_call_with_a_body_is_signed_with_it() {
    let keys = Keys { ikey: "I".into(), skey: Secret::new("S".into()) };
    let passcode = Factor::Passcode(Secret::new("123456".into()));
    let subject = Subject { username: "demo".into(), ..Subject::default() };
    let call = Call::Auth { subject, factor: passcode };
    let head = Head { date: "D", method: "POST", host: "api.example", path: "/auth/v2/auth" };
    let form = "async=1&factor=passcode&passcode=123456&username=demo";
    let json = r#"{"async":"1","factor":"passcode","passcode":"123456","username":"demo"}"#;
    for (signature, body, kind) in [
        (Signature::V2Sha1, form, "application/x-www-form-urlencoded"),
        (Signature::V2Sha512, form, "application/x-www-form-urlencoded"),
        (Signature::V5, json, "application/json"),
    ] {
        let canonical = match signature {
            Signature::V5 => canonical_v5(&head, "", body.as_bytes()),
            _ => canonical_v2(&head, form),
        };
        let signed = authorization(&keys, &hmac_hex(signature, &keys, &canonical)).to_string();
        let wire = wire(signature, &keys, "API.example", "D", &call);
        assert_eq!((wire.method, wire.path_and_query.as_str()), ("POST", "/auth/v2/auth"));
        assert_eq!(String::from_utf8_lossy(&wire.body), body);
        let headers: Vec<_> = wire.headers.iter().map(|(name, it)| (*name, it.as_str())).collect();
        assert_eq!(headers, [("Date", "D"), ("Authorization", &signed), ("Content-Type", kind)]);
        let shown = format!("{wire:?}");
        assert!(shown.contains("POST") && !shown.contains(&signed[6..]), "{shown}");
        assert!(!shown.contains("123456"), "{shown}");
    }
}

#[test]
fn a_form_is_written_in_one_place() {
    for (one, other) in [("", ""), ("1", "2"), ("a b", "é"), ("123456", "")] {
        let params: Params =
            vec![("a", Zeroizing::new(one.to_owned())), ("b", Zeroizing::new(other.to_owned()))];
        let form = form(&params);
        // It would be twice as large after a move. A `&` that is not there is room to spare.
        assert_eq!(form.capacity(), form.len() + 1, "{}: it has grown", *form);
    }
}

#[test]
fn a_body_is_written_in_one_place() {
    for value in ["", "123456", "\u{1}\u{1}\u{1}", "\"\\\"", "é\u{10ffff}"] {
        let params: Params = vec![("passcode", Zeroizing::new(value.to_owned())); 3]
            .into_iter()
            .zip(["a", "b", "c"])
            .map(|((_, value), name)| (name, value))
            .collect();
        assert_eq!(json(&params).capacity(), json_room(&params), "{value:?}: it has grown");
    }
    // Where there is least to spare.
    assert_eq!(json_room(&vec![]), json(&vec![]).len());
    let worst: Params = vec![("\u{1}", Zeroizing::new("\u{1}".to_owned()))];
    assert_eq!(json(&worst).capacity(), json_room(&worst));
}

/// `Hmac` holds two of these, keyed, and promises nothing by itself.
#[test]
fn the_keyed_state_is_wiped() {
    fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    wiped::<sha1::Sha1>();
    wiped::<Sha512>();
}
