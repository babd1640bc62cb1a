//! What the phone's page shows: everything pending, and what has ended.

use serde::Serialize;

use super::answer::tx_device_title;
use super::{By, Kind, State, Tx};
use crate::clock::Millis;

/// All of it at one moment. Times are Unix milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    pub now: Millis,
    /// Oldest first.
    pub pending: Vec<Pending>,
    /// Newest first.
    pub history: Vec<Ended>,
    pub enrolments: Vec<Enrolling>,
}

/// A push or call that a person can answer.
#[derive(Clone, Debug, Serialize)]
pub struct Pending {
    pub txid: String,
    pub user: String,
    pub device: Option<String>,
    pub device_id: Option<String>,
    pub kind: &'static str,
    pub status: &'static str,
    pub created: Millis,
    pub expires: Millis,
    pub needs_code: bool,
    /// In the order of the phone's lines.
    pub info: Vec<(String, String)>,
}

/// One that has ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    #[serde(flatten)]
    pub was: Pending,
    pub result: &'static str,
    pub decided: Millis,
    pub by: By,
}

/// An enrolment that waits for its activation.
#[derive(Clone, Debug, Serialize)]
pub struct Enrolling {
    pub user_id: String,
    pub user: String,
    pub expires: Millis,
}

impl Pending {
    fn new(tx: &Tx, title: Option<String>) -> Self {
        Self {
            txid: tx.id.clone(),
            user: tx.user.clone(),
            device: title,
            device_id: tx.device.clone(),
            kind: tx.kind.as_str(),
            status: tx.status.as_str(),
            created: tx.created,
            expires: tx.expires,
            needs_code: tx.code.is_some(),
            info: info(tx),
        }
    }
}

impl Ended {
    pub(super) fn new(tx: &Tx, title: Option<String>, by: By, decided: Millis) -> Self {
        Self { was: Pending::new(tx, title), result: tx.status.result(), decided, by }
    }
}

/// The pairs of pushinfo, then what the call itself says.
fn info(tx: &Tx) -> Vec<(String, String)> {
    let mut lines = tx.new.pushinfo.clone();
    let named = [
        ("type", &tx.new.push_type),
        ("ipaddr", &tx.new.ipaddr),
        ("hostname", &tx.new.hostname),
        ("display_username", &tx.new.display_username),
    ];
    let given =
        named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    lines.extend(given);
    lines
}

impl State {
    pub fn snapshot(&self, now: Millis) -> Snapshot {
        let open = self.txs.values().filter(|tx| tx.is_pending() && tx.kind != Kind::Instant);
        let mut pending: Vec<_> =
            open.map(|tx| Pending::new(tx, tx_device_title(self, &tx.id))).collect();
        pending.sort_by(|a, b| (a.created, &a.txid).cmp(&(b.created, &b.txid)));
        Snapshot {
            now,
            pending,
            history: self.history.iter().cloned().collect(),
            enrolments: self.enrolling(now),
        }
    }
}
