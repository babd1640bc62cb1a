//! What the log is told of transactions.

use serde::Serialize;

use super::{By, Tx};

/// One line of the log. Of codes only those of an SMS are part of it: the log is the telephone that gets it.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Push {
        txid: String,
        user: String,
        device: Option<String>,
        kind: &'static str,
        /// Decoded `pushinfo` in its order.
        pushinfo: Pairs,
        #[serde(rename = "type")]
        push_type: Option<String>,
        display_username: Option<String>,
        ipaddr: Option<String>,
        hostname: Option<String>,
        needs_code: bool,
        auto: bool,
    },
    /// A phone changed state without a decision.
    Status {
        txid: String,
        status: &'static str,
    },
    Decided {
        txid: String,
        user: String,
        result: &'static str,
        status: &'static str,
        by: By,
    },
    Sms {
        user: String,
        device: String,
        codes: Vec<String>,
    },
    /// `/enroll` has made a code that waits for its phone.
    Enrolling {
        user: String,
        user_id: String,
    },
    Enrolled {
        user: String,
        user_id: String,
    },
}

impl Event {
    /// The transaction whose waiters are to be woken.
    pub fn txid(&self) -> Option<&str> {
        match self {
            Self::Push { txid, .. } | Self::Status { txid, .. } | Self::Decided { txid, .. } => {
                Some(txid)
            }
            Self::Sms { .. } | Self::Enrolling { .. } | Self::Enrolled { .. } => None,
        }
    }

    pub fn is_final(&self) -> bool {
        matches!(self, Self::Decided { .. })
    }

    pub(super) fn pushed(tx: &Tx) -> Self {
        Self::Push {
            txid: tx.id.clone(),
            user: tx.user.clone(),
            device: tx.device.clone(),
            kind: tx.kind.as_str(),
            pushinfo: Pairs(tx.new.pushinfo.clone()),
            push_type: tx.new.push_type.clone(),
            display_username: tx.new.display_username.clone(),
            ipaddr: tx.new.ipaddr.clone(),
            hostname: tx.new.hostname.clone(),
            needs_code: tx.code.is_some(),
            auto: tx.auto,
        }
    }
}

/// Pairs written as a JSON object; of a repeated name the log keeps the last. The phone's page has them all, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

impl Serialize for Pairs {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
