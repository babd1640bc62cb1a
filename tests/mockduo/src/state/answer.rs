//! How transactions end: one answer each.

use serde::Serialize;

use super::due::Item;
use super::event::Event;
use super::snapshot::Ended;
use super::status::Status;
use super::{HISTORY, KEPT, State, fresh_id};
use crate::clock::Millis;
use crate::scenario::Answer;

/// Who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// `--auto` or the scenario.
    Auto,
    /// A person on the phone's page, or `mockduo decide`.
    Web,
    /// Nobody: the push expired.
    Ttl,
    /// The API call itself: a passcode or a policy.
    Api,
}

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerError {
    Unknown,
    AlreadyDecided,
    WrongCode,
}

impl State {
    /// A person's tap. `code` is what was typed for a verified push.
    pub fn answer(
        &mut self,
        now: Millis,
        txid: &str,
        answer: Answer,
        code: Option<&str>,
    ) -> Result<(), AnswerError> {
        let tx = self.txs.get(txid).ok_or(AnswerError::Unknown)?;
        if !tx.is_pending() {
            return Err(AnswerError::AlreadyDecided);
        }
        let wrong = tx.code.as_deref().is_some_and(|want| Some(want) != code.map(str::trim));
        if answer == Answer::Approve && wrong {
            return Err(AnswerError::WrongCode);
        }
        self.finish(now, txid, status_of(answer), By::Web);
        Ok(())
    }

    /// The automatic phone always knows the code.
    pub(super) fn auto_answer(&mut self, now: Millis, txid: &str, answer: Answer) {
        self.finish(now, txid, status_of(answer), By::Auto);
    }

    pub(super) fn expire(&mut self, now: Millis, txid: &str) {
        self.finish(now, txid, Status::Timeout, By::Ttl);
    }

    /// Ends a transaction once; a second end changes nothing.
    pub(super) fn finish(&mut self, now: Millis, txid: &str, status: Status, by: By) {
        let Some(tx) = self.txs.get(txid) else { return };
        // What the call itself decided was made with its end; anything else ends once.
        if tx.status.is_final() && by != By::Api {
            return;
        }
        let name = tx.user.clone();
        let status = self.count_failure(&name, status);
        let token = if status == Status::Allow { self.remember(now, &name) } else { None };
        let title = tx_device_title(self, txid);
        let Some(tx) = self.txs.get_mut(txid) else {
            return;
        };
        tx.turn(status);
        tx.token = token;
        self.history.push_front(Ended::new(tx, title, by, now));
        self.history.truncate(HISTORY);
        self.events.push(Event::Decided {
            txid: txid.to_owned(),
            user: name,
            result: status.result(),
            status: status.as_str(),
            by,
        });
        self.due.put(now + KEPT, Item::Forget(txid.to_owned()));
    }

    /// Counts what a person or a wrong passcode refused; the last one allowed locks the user out.
    fn count_failure(&mut self, name: &str, status: Status) -> Status {
        let general = self.rules.lockout_after;
        let Some(user) = self.user_mut(name) else {
            return status;
        };
        match status {
            Status::Allow | Status::Bypass => user.failures = 0,
            Status::Deny | Status::Fraud => user.failures += 1,
            _ => return status,
        }
        let limit = user.spec.lockout_after.or(general);
        if limit.is_some_and(|limit| user.failures >= limit) {
            user.locked = true;
            return Status::LockedOut;
        }
        status
    }

    /// A token for the device that was just approved, where the policy remembers devices.
    fn remember(&mut self, now: Millis, name: &str) -> Option<String> {
        let user = self.user_mut(name)?;
        let until = now + user.spec.remember?.millis();
        let token = fresh_id();
        user.tokens.retain(|_, end| *end > now);
        user.tokens.insert(token.clone(), until);
        Some(token)
    }
}

fn status_of(answer: Answer) -> Status {
    match answer {
        Answer::Approve => Status::Allow,
        Answer::Deny => Status::Deny,
        Answer::Fraud => Status::Fraud,
    }
}

pub(super) fn tx_device_title(state: &State, txid: &str) -> Option<String> {
    let tx = state.tx(txid)?;
    let id = tx.device.as_ref()?;
    let device = state.user(&tx.user)?.device(id)?;
    Some(device.title())
}
