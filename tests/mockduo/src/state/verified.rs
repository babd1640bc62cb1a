//! Verified push: the code that `preauth` shows and the push that needs it.

use super::due::Item;
use super::{State, fresh_digits, fresh_id};
use crate::clock::Millis;

/// How long the transaction id of a `preauth` can be used.
const LIVES: Millis = 60_000;

#[derive(Clone, Debug)]
pub struct Verification {
    user: String,
    pub code: String,
    pub expires: Millis,
}

impl State {
    /// A new code for `user`, and the id under which `/auth` must name it.
    pub fn verify_begin(&mut self, now: Millis, user: &str) -> (String, Verification) {
        let id = fresh_id();
        let made = Verification { user: user.to_owned(), code: fresh_code(), expires: now + LIVES };
        self.due.put(made.expires, Item::ForgetVerification(id.clone()));
        self.verifications.insert(id.clone(), made.clone());
        (id, made)
    }

    /// The code behind an id, once, for its own user, while it lives.
    pub fn verify_take(&mut self, now: Millis, user: &str, id: &str) -> Option<String> {
        let known = self.verifications.get(id)?;
        if known.user != user || known.expires <= now {
            return None;
        }
        self.verifications.remove(id).map(|v| v.code)
    }
}

/// Six digits.
pub fn fresh_code() -> String {
    fresh_digits(6)
}
