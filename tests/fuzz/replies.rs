//! A reply: its HTTP status in two bytes, then the body. Read as an answer to each call.

use std::time::UNIX_EPOCH;

use crate::core::machine::witness::{is_beyond_plain, plain_result, plain_txid};
use crate::core::reply::{self, Auth, AuthResult, HttpReply, Preauth, Problem};
use crate::core::request::Txid;

pub fn target(data: &[u8]) {
    let (status, body) = match data {
        [high, low, body @ ..] => (u16::from_be_bytes([*high, *low]), body),
        _ => (200, data),
    };
    for status in [status, 200] {
        let reply =
            HttpReply { status, date: Some(UNIX_EPOCH), retry_after: None, body: body.to_vec() };
        if is_beyond_plain(&reply) {
            continue;
        }
        let said = plain_result(&reply);
        let said = said.as_deref();
        match reply::preauth(&reply) {
            Ok(Preauth::Allow) => assert_eq!(said, Some("allow")),
            Ok(Preauth::Deny { .. }) => assert_eq!(said, Some("deny")),
            Ok(Preauth::Enroll { .. }) => assert_eq!(said, Some("enroll")),
            Ok(Preauth::Auth(offer)) => {
                assert_eq!(said, Some("auth"));
                if let Some(verified) = offer.verified {
                    assert!(!verified.code.is_empty() && !verified.txid.0.is_empty());
                }
            }
            Err(problem) => is_told_apart(&problem, &reply),
        }
        match reply::auth(&reply) {
            Ok(Auth::Started(txid)) => {
                assert!(!txid.0.is_empty() && matches!(said, None | Some("waiting")), "{said:?}");
            }
            Ok(Auth::Ended(status)) => is_said(status.result, said),
            Err(problem) => is_told_apart(&problem, &reply),
        }
        match reply::status(&reply, &Txid("T1".to_owned())) {
            Ok(status) => {
                is_said(status.result, said);
                assert!(matches!(plain_txid(&reply).as_deref(), None | Some("T1")));
            }
            Err(problem) => is_told_apart(&problem, &reply),
        }
    }
}

fn is_said(result: AuthResult, said: Option<&str>) {
    let word = match result {
        AuthResult::Allow => "allow",
        AuthResult::Deny => "deny",
        AuthResult::Waiting => "waiting",
    };
    assert_eq!(said, Some(word));
}

/// What may be an outage, or sent again, is only ever what says so.
fn is_told_apart(problem: &Problem, reply: &HttpReply) {
    let is_5xx = (500..600).contains(&reply.status);
    let in_body = |code: &str| String::from_utf8_lossy(&reply.body).contains(code);
    match problem {
        Problem::ServerError(status) => assert!(is_5xx && *status == reply.status),
        Problem::RateLimited(_) => assert!(!is_5xx && (reply.status == 429 || in_body("429"))),
        Problem::ClockOff(_) => assert!(!is_5xx && in_body("40105")),
        Problem::BadParameter(_) => assert!(!is_5xx && in_body("40002")),
        Problem::KeysRefused(_) | Problem::Unintelligible(_) => assert!(!is_5xx),
    }
}
