//! Faults at work: which one strikes, and what becomes of the reply.

mod plan;
mod shape;
mod twist;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

pub use plan::{Plan, hold, reset};
pub use shape::{Shaped, shape};

use crate::endpoints::Endpoint;
use crate::scenario::{Fault, On};

/// The scenario's faults and the count of calls.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    counts: Mutex<HashMap<&'static str, u64>>,
}

impl Faults {
    pub fn new(list: Vec<Fault>) -> Self {
        Self { list, counts: Mutex::default() }
    }

    /// The number of this call among those of its endpoint, from 1.
    pub fn count(&self, endpoint: Option<Endpoint>) -> u64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(endpoint.map_or("other", Endpoint::name)).or_default();
        *count += 1;
        *count
    }

    /// The first fault of the file that means this call.
    pub fn of_call(&self, endpoint: Endpoint, n: u64, user: Option<&str>) -> Option<&Fault> {
        self.list.iter().find(|fault| {
            let here = fault.on == On::AnyCall || fault.on == On::Call(endpoint);
            let about = fault.user.as_deref().is_none_or(|name| Some(name) == user);
            here && about && fault.when.covers(n)
        })
    }

    /// The first fault that means the `n`-th connection at this point of it.
    pub fn of_connection(&self, on: On, n: u64) -> Option<&Fault> {
        self.list.iter().find(|fault| fault.on == on && fault.when.covers(n))
    }
}
