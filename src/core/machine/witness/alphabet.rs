//! Everything that can happen to a login, one of each kind. That none is missing is checked by matches
//! without a wildcard: a new kind of reply or failure does not compile before it is in here.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::*;
use crate::core::failure::{Local, Untrusted};
use crate::core::reply::RetryAfter;

/// This machine's clock, and the service's.
pub(crate) fn wall() -> SystemTime {
    at(1_790_000_000)
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn ok(response: &Value) -> HttpReply {
    let body = json!({"stat": "OK", "response": response}).to_string().into_bytes();
    HttpReply { status: 200, date: Some(wall()), retry_after: None, body }
}

fn fail(status: u16, code: u32, detail: &str) -> HttpReply {
    let body = json!({"stat": "FAIL", "code": code, "message": "m", "message_detail": detail});
    HttpReply { status, date: Some(wall()), retry_after: None, body: body.to_string().into_bytes() }
}

/// To any call: what is not its answer.
fn problems() -> Vec<HttpReply> {
    let limited = |after| HttpReply { retry_after: after, ..fail(429, 42901, "") };
    let seconds = |seconds| Some(RetryAfter::Seconds(Duration::from_secs(seconds)));
    vec![
        limited(None),
        limited(seconds(3)),
        limited(seconds(3_600)),
        limited(Some(RetryAfter::At(at(1_790_000_002)))),
        HttpReply { body: Vec::new(), ..fail(503, 0, "") },
        HttpReply { date: Some(at(1_790_000_900)), ..fail(401, 40105, "") },
        HttpReply { date: None, ..fail(401, 40105, "") },
        fail(401, 40102, ""),
        fail(403, 40301, ""),
        fail(400, 40002, "text_prompt"),
        fail(400, 40002, "txid"),
        HttpReply { body: b"{".to_vec(), ..fail(200, 0, "") },
        ok(&json!({"result": "new"})),
    ]
}

pub(crate) fn devices() -> Value {
    json!([
        {"device": "D1", "display_name": "iPhone", "number": "0100", "capabilities": ["push", "phone", "sms"]},
        {"device": "D2", "display_name": "Nokia", "number": "0200", "capabilities": ["phone"]},
    ])
}

pub(crate) fn preauths() -> Vec<HttpReply> {
    let menu = json!({"text": " 1. Push\n 2. Call\n", "factors":
        {"default": "push1", "1": "push1", "2": "phone1", "3": "sms1", "4": "verified_push1", "5": "new1"}});
    let call_first = json!({"text": " 1. Call\n", "factors": {"default": "phone1", "1": "phone1"}});
    let mut replies: Vec<_> = [
        json!({"result": "allow", "status_msg": "m"}),
        json!({"result": "deny", "status_msg": "m"}),
        json!({"result": "enroll", "status_msg": "m", "enroll_portal_url": "https://e.example"}),
        json!({"result": "auth", "devices": devices()}),
        json!({"result": "auth", "devices": []}),
        json!({"result": "auth", "devices": devices(), "prompt": menu}),
        json!({"result": "auth", "prompt": call_first}),
        json!({"result": "auth", "devices": devices(), "txid": "V1", "verification_code": "417"}),
        json!({"result": "auth", "devices": devices(), "txid": "V2", "verification_code": "528"}),
        json!({"result": "auth", "devices": devices(), "prompt": menu, "txid": "V1", "verification_code": "417"}),
    ]
    .iter()
    .map(ok)
    .collect();
    replies.extend(problems());
    replies
}

/// The words of `status` that mean something, and none.
const WORDS: [&str; 8] =
    ["", "pushed", "calling", "timeout", "fraud", "locked_out", "sent", "deny"];

fn statuses() -> Vec<Value> {
    let mut all = vec![
        json!({"result": "allow", "status": "allow", "status_msg": "m"}),
        // Words that say something else than the result open and shut nothing.
        json!({"result": "allow", "status": "fraud"}),
        json!({"result": "deny", "status": "allow"}),
        json!({"result": "deny", "status": "deny", "status_msg": "passcode used"}),
        json!({"result": "waiting", "status": "pushed", "status_msg": "Type 639 on your phone."}),
    ];
    for result in ["waiting", "deny"] {
        all.extend(WORDS.iter().map(|word| json!({"result": result, "status": word})));
    }
    all
}

pub(crate) fn auths() -> Vec<HttpReply> {
    let mut replies: Vec<_> = statuses().iter().map(ok).collect();
    replies.extend([
        ok(&json!({"txid": "T1"})),
        ok(&json!({"txid": "T2", "result": "waiting", "status": "pushed"})),
        ok(&json!({"txid": "T1", "result": "deny", "status": "deny"})),
        ok(&json!({"txid": ""})),
    ]);
    replies.extend(problems());
    replies
}

pub(crate) fn polls() -> Vec<HttpReply> {
    let mut replies: Vec<_> = statuses().iter().map(ok).collect();
    replies.extend(problems());
    replies
}

/// Every failure.
pub(crate) fn failures() -> Vec<Failure> {
    let outages = std::iter::successors(Some(Outage::ConnectRefused), |last| next_outage(*last));
    let locals = std::iter::successors(Some(Local::NoDescriptor), next_local);
    let why = || "why".to_owned();
    let untrusted = std::iter::successors(Some(Untrusted::Certificate(why())), |last| {
        next_untrusted(last, why)
    });
    let mut all: Vec<_> = outages.map(Failure::Outage).collect();
    all.extend(locals.map(Failure::Local));
    all.extend(untrusted.map(Failure::Untrusted));
    all
}

fn next_outage(last: Outage) -> Option<Outage> {
    use Outage::*;
    Some(match last {
        ConnectRefused => ConnectTimedOut,
        ConnectTimedOut => NetworkUnreachable,
        NetworkUnreachable => HostUnreachable,
        HostUnreachable => NoSuchName,
        NoSuchName => ResolverFailed,
        ResolverFailed => ResolverLate,
        ResolverLate => Silent,
        Silent => Cut,
        Cut => ServerError(500),
        ServerError(_) => ProxySilent,
        ProxySilent => ProxyCut,
        ProxyCut => ProxyError(502),
        ProxyError(_) => return None,
    })
}

fn next_local(last: &Local) -> Option<Local> {
    use Local::*;
    Some(match last {
        NoDescriptor => NoMemory,
        NoMemory => NoThread,
        NoThread => NoLocalPort,
        NoLocalPort => ConnectionDenied(443),
        ConnectionDenied(_) => NotPermitted,
        NotPermitted => NoFamily,
        NoFamily => ResolverFile("/etc/resolv.conf"),
        ResolverFile(_) => TrustStore("why".to_owned()),
        TrustStore(_) => Resolver(-11),
        Resolver(_) => NoNetwork,
        NoNetwork => Request("why".to_owned()),
        Request(_) => NoAddress,
        NoAddress => NothingAsked,
        NothingAsked => Accounts(5),
        Accounts(_) => Environment,
        Environment => AccountsLate,
        AccountsLate => Os(5),
        Os(_) => return None,
    })
}

fn next_untrusted(last: &Untrusted, why: impl Fn() -> String) -> Option<Untrusted> {
    use Untrusted::*;
    Some(match last {
        Certificate(_) => Tls(why()),
        Tls(_) => Http(why()),
        Http(_) => TooLarge,
        TooLarge => Proxy(why()),
        Proxy(_) => return None,
    })
}

/// Answers of an application that asks nobody: a name that could be a passcode, and one that is a choice.
pub(crate) fn echoes() -> Vec<Secret> {
    ["demo", "phone"].map(|name| Secret::new(name.to_owned())).into()
}

/// What a person may type: nothing, a choice of each form, a passcode, a code that the phone wants,
/// what could be a factor's name, what is nothing at all, an echo; or no answer.
pub(crate) const ANSWERS: [Option<&str>; 10] = [
    Some(""),
    Some("1"),
    Some("phone"),
    Some("sms"),
    Some("123456"),
    Some("417"),
    Some("verified_push1"),
    Some("?"),
    Some("demo"),
    None,
];

#[cfg(test)]
mod tests;
