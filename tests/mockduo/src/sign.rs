//! Signatures of the versions 1, 2 (SHA-1 and SHA-512) and 5, checked in constant time.

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha512};

use crate::params::Params;

/// What of a request goes into its signature.
#[derive(Debug)]
pub struct Signed<'a> {
    pub date: &'a str,
    pub method: &'a str,
    /// Lower-case, without the port.
    pub host: &'a str,
    pub path: &'a str,
    pub query: &'a Params,
    /// The form parameters of a POST; none for a JSON body.
    pub form: &'a Params,
    pub body: &'a [u8],
    /// `X-Duo-*` headers, names lower-case.
    pub duo_headers: &'a [(String, String)],
}

/// The schemes that the service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub enum Scheme {
    /// Of the older API alone. Without a date: whoever has heard a request can send it again.
    #[serde(rename = "1")]
    V1,
    #[serde(rename = "2-sha1")]
    V2Sha1,
    #[serde(rename = "2-sha512")]
    V2Sha512,
    #[serde(rename = "5")]
    V5,
}

impl Scheme {
    /// Those of the Auth API.
    pub const ALL: [Self; 3] = [Self::V2Sha1, Self::V2Sha512, Self::V5];
}

/// The first of `allowed` under whose rules `signature` (hexadecimal) is right for the request.
pub fn verify(
    skey: &str,
    request: &Signed<'_>,
    signature: &str,
    allowed: &[Scheme],
) -> Option<Scheme> {
    let given = unhex(signature)?;
    let key = skey.as_bytes();
    allowed.iter().copied().find(|scheme| match scheme {
        Scheme::V1 => mac_is::<Hmac<Sha1>>(key, &canonical_v1(request), &given),
        Scheme::V2Sha1 => mac_is::<Hmac<Sha1>>(key, &canonical_v2(request), &given),
        Scheme::V2Sha512 => mac_is::<Hmac<Sha512>>(key, &canonical_v2(request), &given),
        Scheme::V5 => {
            v5_candidates(request).iter().any(|text| mac_is::<Hmac<Sha512>>(key, text, &given))
        }
    })
}

/// The header of a request with form parameters, signed with version 2 and SHA-512.
pub fn authorization(ikey: &str, skey: &str, request: &Signed<'_>) -> String {
    // An HMAC takes keys of any length.
    let signature = <Hmac<Sha512> as KeyInit>::new_from_slice(skey.as_bytes())
        .map(|mac| mac.chain_update(canonical_v2(request).as_bytes()).finalize().into_bytes());
    let plain = format!("{ikey}:{}", signature.map(|bytes| hex(&bytes)).unwrap_or_default());
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(plain))
}

fn canonical_v1(r: &Signed<'_>) -> String {
    let params = if r.method == "POST" { r.form } else { r.query };
    [r.method, r.host, r.path, &params.canonical()].join("\n")
}

fn canonical_v2(r: &Signed<'_>) -> String {
    format!("{}\n{}", r.date, canonical_v1(r))
}

/// `X-Duo-Date` is a header of the signature itself: clients differ on whether it is hashed with the others.
fn v5_candidates(r: &Signed<'_>) -> Vec<String> {
    let mut with: Vec<_> = r.duo_headers.iter().collect();
    with.sort();
    let without: Vec<_> = with.iter().copied().filter(|(name, _)| name != "x-duo-date").collect();
    let query = if r.method == "POST" { String::new() } else { r.query.canonical() };
    let body = hex(&Sha512::digest(r.body));
    let text = |headers: &[&(String, String)]| {
        let flat: Vec<_> = headers.iter().flat_map(|(n, v)| [n.as_str(), v.as_str()]).collect();
        let headers = hex(&Sha512::digest(flat.join("\0")));
        [r.date, r.method, r.host, r.path, &query, &body, &headers].join("\n")
    };
    vec![text(&with), text(&without)]
}

fn mac_is<M: Mac + KeyInit>(key: &[u8], text: &str, given: &[u8]) -> bool {
    // An HMAC takes keys of any length.
    <M as KeyInit>::new_from_slice(key)
        .is_ok_and(|mac| mac.chain_update(text.as_bytes()).verify_slice(given).is_ok())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? * 16 + digit(*pair.get(1)?)?)).collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../tests/signatures.json")).unwrap()
    }

    fn params(case: &Value) -> Params {
        let pairs = case["params"].as_object().unwrap().iter();
        Params(pairs.map(|(n, v)| (n.clone(), v.as_str().unwrap().to_owned())).collect())
    }

    fn check(case: &Value, skey: &str, host: &str, signature: &str) -> Option<Scheme> {
        let method = case["method"].as_str().unwrap();
        let (none, all) = (Params::default(), params(case));
        let v5 = case["sig_version"] == 5;
        let request = Signed {
            date: case["date"].as_str().unwrap(),
            method,
            host,
            path: case["path"].as_str().unwrap(),
            query: if method == "GET" { &all } else { &none },
            form: if method == "POST" && !v5 { &all } else { &none },
            body: case["body"].as_str().unwrap_or_default().as_bytes(),
            duo_headers: &[],
        };
        verify(skey, &request, signature, &Scheme::ALL)
    }

    #[test]
    fn every_signature_of_the_official_client_is_accepted_as_what_it_is() {
        let vectors = vectors();
        let skey = vectors["skey"].as_str().unwrap();
        let cases = vectors["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 8);
        for case in cases {
            let host = case["host"].as_str().unwrap().to_lowercase();
            let want = match (case["sig_version"].as_u64(), case["digest"].as_str()) {
                (Some(5), _) => Scheme::V5,
                (_, Some("sha1")) => Scheme::V2Sha1,
                _ => Scheme::V2Sha512,
            };
            let signature = case["signature"].as_str().unwrap();
            assert_eq!(check(case, skey, &host, signature), Some(want), "{}", case["name"]);
            assert_eq!(check(case, skey, &host, &signature.to_uppercase()), Some(want));
        }
    }

    #[test]
    fn another_key_host_or_a_cut_signature_is_refused() {
        let vectors = vectors();
        let skey = vectors["skey"].as_str().unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let host = case["host"].as_str().unwrap().to_lowercase();
            let signature = case["signature"].as_str().unwrap();
            assert_eq!(check(case, "other", &host, signature), None);
            assert_eq!(check(case, skey, "other.example", signature), None);
            for bad in ["", "zz", &signature[..signature.len() - 2], &signature[1..]] {
                assert_eq!(check(case, skey, &host, bad), None, "{bad}");
            }
        }
    }

    /// As Debian's `pam_duo` 1.11.3 signed them.
    #[test]
    fn version_1_is_version_2_without_the_date() {
        let (none, params) = (Params::default(), Params::from_form);
        let (preauth, status) =
            (params("failmode=closed&hostname=vm&user=root"), params("txid=tx-1"));
        let is = |method: &str, call: &str, query: &Params, form: &Params, signature: &str| {
            let path = format!("/rest/v1/{call}.bson");
            let request = Signed {
                date: "",
                method,
                host: "localhost",
                path: &path,
                query,
                form,
                body: &[],
                duo_headers: &[],
            };
            verify("secretsecretsecretsecret", &request, signature, &[Scheme::V1])
        };
        let (asked, polled) = (
            "7266fe27d91de66a0ec22572694d85ed4e62b03e",
            "c1550ad3e61bbe669dcf3f683625f90c7881fb9f",
        );
        assert_eq!(is("POST", "preauth", &none, &preauth, asked), Some(Scheme::V1));
        assert_eq!(is("GET", "status", &status, &none, polled), Some(Scheme::V1));
        assert_eq!(is("GET", "status", &status, &none, asked), None);
        assert_eq!(is("POST", "auth", &none, &preauth, asked), None);
    }
}
