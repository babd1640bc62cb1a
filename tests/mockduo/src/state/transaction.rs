//! Transactions: begun by `/auth`, asked for by `auth_status`.

use serde::Serialize;

use super::due::Item;
use super::event::Event;
use super::status::Status;
use super::{By, State, fresh_id};
use crate::clock::Millis;
use crate::scenario::Auto;

/// How long a phone rings before it is picked up.
const RINGS: Millis = 1000;

/// What reaches the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Push,
    PhoneCall,
    /// Decided within the call: passcodes, SMS, policies.
    Instant,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::PhoneCall => "phone call",
            Self::Instant => "instant",
        }
    }
}

/// What `/auth` knows of a transaction that it begins.
#[derive(Clone, Debug, Default)]
pub struct NewTx {
    pub user: String,
    pub device: Option<String>,
    pub pushinfo: Vec<(String, String)>,
    pub push_type: Option<String>,
    pub display_username: Option<String>,
    pub ipaddr: Option<String>,
    pub hostname: Option<String>,
    /// The code that the phone must be told (verified push).
    pub code: Option<String>,
    /// Whether `status_msg` tells the code (the `text_prompt` form).
    pub show_code: bool,
    pub push_fails: bool,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct Tx {
    pub id: String,
    pub user: String,
    pub device: Option<String>,
    pub kind: Kind,
    pub new: NewTx,
    pub code: Option<String>,
    pub created: Millis,
    pub expires: Millis,
    pub status: Status,
    pub auto: bool,
    pub(super) token: Option<String>,
    /// Whether `auth_status` has told the present status.
    told: bool,
}

/// What `auth_status` finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    Unknown,
    /// Nothing has changed since the last answer.
    Wait,
    Ready(View),
}

/// A status as the API words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    pub result: &'static str,
    pub status: &'static str,
    pub status_msg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_token: Option<String>,
}

impl Tx {
    pub fn view(&self) -> View {
        let code =
            self.code.as_ref().filter(|_| self.new.show_code && self.status == Status::Pushed);
        View {
            result: self.status.result(),
            status: self.status.as_str(),
            status_msg: match code {
                Some(code) => {
                    format!("Verification code: {code}. Enter it in the app on your phone.")
                }
                None => self.status.message().to_owned(),
            },
            trusted_device_token: self.token.clone(),
        }
    }

    /// Whether a person can still answer.
    pub fn is_pending(&self) -> bool {
        !self.status.is_final() && self.status != Status::PushFailed
    }

    pub(super) fn turn(&mut self, status: Status) {
        self.status = status;
        self.told = false;
    }
}

impl State {
    /// Begins a push or a call and gives its id.
    pub fn begin(&mut self, now: Millis, kind: Kind, new: NewTx) -> String {
        let status = match kind {
            Kind::PhoneCall => Status::Calling,
            _ if new.push_fails => Status::PushFailed,
            _ => Status::Pushed,
        };
        let expires = now + self.rules.push_ttl;
        let user_auto = self.user(&new.user).and_then(|user| user.spec.auto);
        let auto = user_auto.unwrap_or(self.rules.auto);
        let tx = Tx {
            id: fresh_id(),
            user: new.user.clone(),
            device: new.device.clone(),
            kind,
            code: new.code.clone(),
            created: now,
            expires,
            status,
            auto: auto != Auto::Off,
            token: None,
            told: false,
            new,
        };
        let id = tx.id.clone();
        if kind == Kind::PhoneCall {
            self.due.put(now + RINGS, Item::Rings(id.clone()));
        }
        if let Some((answer, at)) = auto.due(now).filter(|_| tx.is_pending()) {
            self.due.put(at, Item::Auto(id.clone(), answer));
        }
        self.due.put(expires, Item::Expires(id.clone()));
        self.events.push(Event::pushed(&tx));
        self.txs.insert(id.clone(), tx);
        id
    }

    /// A transaction that is over as it begins.
    pub fn settle(&mut self, now: Millis, user: &str, status: Status) -> String {
        let new = NewTx { user: user.to_owned(), ..NewTx::default() };
        let tx = Tx {
            id: fresh_id(),
            user: new.user.clone(),
            device: None,
            kind: Kind::Instant,
            code: None,
            created: now,
            expires: now,
            status,
            auto: false,
            token: None,
            told: false,
            new,
        };
        let id = tx.id.clone();
        self.txs.insert(id.clone(), tx);
        self.finish(now, &id, status, By::Api);
        id
    }

    /// The next thing to tell about a transaction: its status if that has not been told, the decision at any time.
    pub fn poll(&mut self, txid: &str) -> Poll {
        let Some(tx) = self.txs.get_mut(txid) else {
            return Poll::Unknown;
        };
        if tx.told && !tx.status.is_final() {
            return Poll::Wait;
        }
        tx.told = true;
        Poll::Ready(tx.view())
    }

    pub fn tx(&self, txid: &str) -> Option<&Tx> {
        self.txs.get(txid)
    }

    pub(super) fn phone_answered(&mut self, txid: &str) {
        if let Some(tx) = self.txs.get_mut(txid).filter(|tx| tx.status == Status::Calling) {
            tx.turn(Status::Answered);
            let status = tx.status.as_str();
            self.events.push(Event::Status { txid: txid.to_owned(), status });
        }
    }
}
