//! The JSON beneath the page, which `mockduo decide` speaks too.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State, rejection::JsonRejection};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::hub::Hub;
use crate::scenario::Answer;
use crate::state::{AnswerError, Snapshot};

/// Changes within this time reach the page as one: a thousand pushes at once must not be a thousand snapshots.
const TOGETHER: Duration = Duration::from_millis(50);

type Said = (StatusCode, Json<Value>);

pub async fn state(State(hub): State<Arc<Hub>>) -> Json<Snapshot> {
    Json(hub.with(|state, now| state.snapshot(now)))
}

/// A snapshot at once and at each change.
pub async fn events(
    State(hub): State<Arc<Hub>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = hub.changes();
    changes.mark_changed();
    let stream = stream::unfold((hub, changes, true), next_event);
    Sse::new(stream).keep_alive(KeepAlive::default())
}

type Following = (Arc<Hub>, watch::Receiver<u64>, bool);

async fn next_event(
    (hub, mut changes, first): Following,
) -> Option<(Result<Event, Infallible>, Following)> {
    changes.changed().await.ok()?;
    if !first {
        tokio::time::sleep(TOGETHER).await;
        changes.mark_unchanged();
    }
    let snapshot = hub.with(|state, now| state.snapshot(now));
    let event = Event::default().data(json!(snapshot).to_string());
    Some((Ok(event), (hub, changes, false)))
}

/// What the page and `decide` send.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tap {
    answer: Answer,
    code: Option<String>,
}

/// One answer to one push.
pub async fn answer(
    State(hub): State<Arc<Hub>>,
    Path(txid): Path<String>,
    tap: Result<Json<Tap>, JsonRejection>,
) -> Said {
    let Json(tap) = match tap {
        Ok(tap) => tap,
        Err(error) => return said(StatusCode::BAD_REQUEST, &error.body_text()),
    };
    match hub.with(|state, now| state.answer(now, &txid, tap.answer, tap.code.as_deref())) {
        Ok(()) => (StatusCode::OK, Json(json!({"txid": txid, "answer": tap.answer}))),
        Err(AnswerError::Unknown) => said(StatusCode::NOT_FOUND, "no such push"),
        Err(AnswerError::AlreadyDecided) => said(StatusCode::CONFLICT, "already decided"),
        Err(AnswerError::WrongCode) => said(StatusCode::UNPROCESSABLE_ENTITY, "wrong code"),
    }
}

/// The phone takes an activation code. The body is an empty JSON object.
pub async fn activate(State(hub): State<Arc<Hub>>, Path(user_id): Path<String>) -> Said {
    if hub.with(|state, now| state.activate(now, &user_id)) {
        (StatusCode::OK, Json(json!({"user_id": user_id})))
    } else {
        said(StatusCode::NOT_FOUND, "nothing to activate")
    }
}

fn said(status: StatusCode, why: &str) -> Said {
    (status, Json(json!({"error": why})))
}
