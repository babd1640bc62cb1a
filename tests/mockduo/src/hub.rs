//! The state machine among threads: a lock, a clock, a timer, and bells for those who wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};

use crate::clock::{Clock, Millis};
use crate::log::Log;
use crate::state::{Poll, State, View};

/// Shared by all connections and the phone's page.
#[derive(Debug)]
pub struct Hub {
    inner: Mutex<Inner>,
    clock: Clock,
    pub log: Arc<Log>,
    changes: watch::Sender<u64>,
    timer: Notify,
}

#[derive(Debug)]
struct Inner {
    state: State,
    /// One for each transaction that someone waits for.
    bells: HashMap<String, Arc<Notify>>,
}

impl Hub {
    pub fn new(state: State, log: Arc<Log>) -> Self {
        let inner = Mutex::new(Inner { state, bells: HashMap::new() });
        Self { inner, clock: Clock::new(), log, changes: watch::channel(0).0, timer: Notify::new() }
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Does something with the state at the present moment, then logs and wakes as what happened asks for.
    pub fn with<R>(&self, work: impl FnOnce(&mut State, Millis) -> R) -> R {
        let mut inner = self.lock();
        let before = inner.state.next_due();
        let now = self.clock.now();
        inner.state.tick(now);
        let result = work(&mut inner.state, now);
        let events = inner.state.take_events();
        for event in &events {
            self.log.line(event);
            let Some(txid) = event.txid() else { continue };
            if let Some(bell) = inner.bells.get(txid) {
                bell.notify_waiters();
            }
            if event.is_final() {
                inner.bells.remove(txid);
            }
        }
        if inner.state.next_due() != before {
            self.timer.notify_one();
        }
        drop(inner);
        if !events.is_empty() {
            self.changes.send_modify(|count| *count += 1);
        }
        result
    }

    /// Rings when anything has changed that the phone's page shows.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// What `auth_status` has to tell, after at most `wait`; `None` when nothing has changed or nobody knows the id.
    pub async fn next_change(&self, txid: &str, wait: Duration) -> Option<View> {
        let until = Instant::now() + wait;
        loop {
            let bell = match self.poll(txid) {
                (Poll::Ready(view), _) => return Some(view),
                (Poll::Unknown, _) => return None,
                (Poll::Wait, bell) => bell,
            };
            timeout_at(until, bell).await.ok()?;
        }
    }

    /// The end of a transaction, whenever it comes. Every transaction ends: the slowest by its time to live.
    pub async fn end_of(&self, txid: &str) -> Option<View> {
        loop {
            match self.poll(txid) {
                (Poll::Ready(view), _) if view.result != "waiting" => return Some(view),
                (Poll::Unknown, _) => return None,
                (Poll::Ready(_), _) => {}
                (Poll::Wait, bell) => bell.await,
            }
        }
    }

    /// Asks and takes hold of the bell under one lock, so that no change falls between the two.
    fn poll(&self, txid: &str) -> (Poll, tokio::sync::futures::OwnedNotified) {
        let mut inner = self.lock();
        let poll = inner.state.poll(txid);
        let bell = if poll == Poll::Wait {
            Arc::clone(inner.bells.entry(txid.to_owned()).or_default())
        } else {
            Arc::default()
        };
        (poll, bell.notified_owned())
    }

    /// Lets due things happen at their time. Never ends.
    pub async fn run_timer(&self) {
        loop {
            let next = self.lock().state.next_due();
            let idle = Duration::from_secs(3600);
            let wait = next.map_or(idle, |at| Duration::from_millis(at.saturating_sub(self.now())));
            tokio::select! {
                () = tokio::time::sleep(wait) => self.with(|_, _| ()),
                () = self.timer.notified() => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
