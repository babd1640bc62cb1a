//! What happens later, in the order of its time.

use std::collections::BTreeMap;

use crate::clock::Millis;
use crate::scenario::Answer;

/// Something that happens by itself. Items of transactions that have ended since are harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A called phone is picked up.
    Rings(String),
    Auto(String, Answer),
    Expires(String),
    Forget(String),
    ForgetVerification(String),
    Enrol(String),
}

#[derive(Debug, Default)]
pub struct Due {
    items: BTreeMap<(Millis, u64), Item>,
    count: u64,
}

impl Due {
    pub fn put(&mut self, at: Millis, item: Item) {
        self.count += 1;
        self.items.insert((at, self.count), item);
    }

    pub fn next(&self) -> Option<Millis> {
        self.items.first_key_value().map(|((at, _), _)| *at)
    }

    /// The oldest item whose time has come.
    pub fn take(&mut self, now: Millis) -> Option<Item> {
        self.next().filter(|at| *at <= now)?;
        self.items.pop_first().map(|(_, item)| item)
    }
}
