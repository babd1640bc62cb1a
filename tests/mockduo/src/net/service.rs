//! One request: count it, admit it, carry it out, spoil it, log it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming as Body;
use hyper::{Request, Response};
use serde_json::{Value, json};

use super::connection::Link;
use super::{Reply, Service};
use crate::clock::http_date;
use crate::endpoints::{Endpoint, Outcome};
use crate::error::ApiError;
use crate::faults::{Shaped, shape};
use crate::gate::{Incoming, admit};
use crate::log::{Log, redacted};
use crate::older;
use crate::params::Params;
use crate::scenario::{Effect, Fault, PollEnd};

/// The largest request that is read, in bytes; pushinfo alone may have 20,000, percent-encoded twice.
const LARGEST: usize = 1 << 20;

/// Said to hyper so that it lets go of the connection, whose driver then writes the reply by hand.
#[derive(Clone, Copy, Debug)]
pub struct Takeover;

impl fmt::Display for Takeover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reply is written by hand")
    }
}

impl std::error::Error for Takeover {}

/// The line in the log, written when the request is over, however it ends.
struct Line {
    log: Arc<Log>,
    fields: Value,
}

impl Drop for Line {
    /// A client that left in the middle still leaves a line, with `status` null.
    fn drop(&mut self) {
        self.log.line(&self.fields);
    }
}

/// Answers one request; `Err` hands the connection over to its driver.
pub async fn answer(
    service: Arc<Service>,
    link: Arc<Link>,
    request: Request<Body>,
) -> Result<Response<Full<Bytes>>, Takeover> {
    link.busy();
    let mut entry = Line {
        log: Arc::clone(&service.hub.log),
        fields: json!({"conn": link.conn, "peer": link.peer.to_string(), "method": request.method().as_str(),
            "path": request.uri().path(), "status": null, "code": null, "params": {}, "n": null, "fault": null}),
    };
    let shaped = respond(&service, request, &mut entry).await;
    let done = match shaped {
        Shaped::Reply(reply) => reply.into_hyper().map_err(|_| Takeover),
        Shaped::Raw(plan) => Err(link.take_over(plan)),
        Shaped::Silent => {
            drop(entry);
            return std::future::pending().await;
        }
    };
    link.idle();
    done
}

async fn respond(service: &Service, request: Request<Body>, line: &mut Line) -> Shaped {
    let older = older::speaks(request.uri().path());
    let find = if older { older::find } else { Endpoint::find };
    let found = find(request.method().as_str(), request.uri().path());
    let n = service.faults.count(found.as_ref().ok().copied());
    line.fields["n"] = json!(n);
    let incoming = match collect(request).await {
        Ok(incoming) => incoming,
        Err(error) => return plain(service, line, older, &error),
    };
    let params = incoming.params();
    if let Ok((params, _)) = &params {
        line.fields["params"] = redacted(params);
    }
    let endpoint = match found {
        Ok(endpoint) => endpoint,
        Err(error) => return plain(service, line, older, &error),
    };
    let named = if older { "user" } else { "username" };
    let user = params.as_ref().ok().and_then(|(params, _)| params.get(named));
    let fault = service.faults.of_call(endpoint, n, user);
    let offset = fault.map_or(0, |f| f.clock);
    let mut reply = match fault {
        Some(fault) if !fault.handled => stand_in(&fault.effect),
        _ => handle(service, endpoint, &incoming, params, offset)
            .await
            .unwrap_or_else(|error| Reply::error(&error)),
    };
    reply = worded(service, older, offset, reply);
    if let Some(delay) = fault.and_then(|f| f.delay) {
        tokio::time::sleep(delay).await;
    }
    finish(line, fault, reply)
}

/// Spoils and logs.
fn finish(line: &mut Line, fault: Option<&Fault>, reply: Reply) -> Shaped {
    let mut told = (reply.status, reply.code);
    let shaped = match fault {
        None => Shaped::Reply(reply),
        Some(fault) => {
            line.fields["fault"] = json!(fault.name);
            shape(fault, reply)
        }
    };
    if let Shaped::Reply(reply) = &shaped {
        told = (reply.status, reply.code);
    }
    line.fields["status"] = if shaped == Shaped::Silent { Value::Null } else { json!(told.0) };
    line.fields["code"] = json!(told.1);
    shaped
}

fn plain(service: &Service, line: &mut Line, older: bool, error: &ApiError) -> Shaped {
    finish(line, None, worded(service, older, 0, Reply::error(error)))
}

/// As the API that was called words it, with the service's date.
fn worded(service: &Service, older: bool, offset: i64, reply: Reply) -> Reply {
    let mut reply = if older { older::reply(reply) } else { reply };
    reply.set_header("Date", &http_date(service.believed(offset)));
    reply
}

async fn collect(request: Request<Body>) -> Result<Incoming, ApiError> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST).collect().await.map_err(|_| ApiError::too_large())?;
    Ok(Incoming {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: Params::from_form(head.uri.query().unwrap_or_default()),
        headers: head.headers,
        body: body.to_bytes().to_vec(),
    })
}

/// The reply to a call that is not carried out; its effect mostly puts another in its place.
fn stand_in(effect: &Effect) -> Reply {
    match effect {
        Effect::Waits => Reply::ok(&json!({"result": "waiting", "status": "pushed",
            "status_msg": crate::state::Status::Pushed.message()})),
        _ => Reply::ok(&json!({})),
    }
}

async fn handle(
    service: &Service,
    endpoint: Endpoint,
    incoming: &Incoming,
    params: Result<(Params, crate::gate::Body), ApiError>,
    offset: i64,
) -> Result<Reply, ApiError> {
    let (params, body) = params?;
    if endpoint != Endpoint::Ping {
        admit(&service.keys, incoming, &params, body, service.believed(offset))?;
    }
    if service.forbidden.contains(&endpoint) {
        return Err(ApiError::forbidden());
    }
    let params = if older::speaks(&incoming.path) { older::params(params) } else { params };
    let host = incoming.host();
    let outcome = service.hub.with(|state, now| endpoint.run(state, now, &params, &host))?;
    match outcome {
        Outcome::Json(mut response) => {
            if matches!(endpoint, Endpoint::Ping | Endpoint::Check) {
                response["time"] = json!(service.believed(offset) / 1000);
            }
            Ok(Reply::ok(&response))
        }
        Outcome::Png(bytes) => Ok(Reply::new(200, "image/png", bytes)),
        Outcome::Sync(txid) => {
            let view = service.hub.end_of(&txid).await.ok_or_else(|| ApiError::invalid("txid"))?;
            Ok(Reply::ok(&json!(view)))
        }
        Outcome::Poll(txid) => poll(service, &txid).await,
    }
}

/// A long poll: the next change, or what the scenario wants when it runs out.
async fn poll(service: &Service, txid: &str) -> Result<Reply, ApiError> {
    if let Some(view) = service.hub.next_change(txid, service.poll).await {
        return Ok(Reply::ok(&json!(view)));
    }
    let now = service.hub.with(|state, _| state.tx(txid).map(crate::state::Tx::view));
    match (service.poll_end, now) {
        (PollEnd::Waiting, Some(view)) => Ok(Reply::ok(&json!(view))),
        _ => Err(ApiError::invalid("txid")),
    }
}
