//! Panics end a login, never the host, and never show.
//!
//! Trap: std's default panic hook prints to standard error, which here is the host's (with
//! `RUST_BACKTRACE=1`, the user's to set, it also loads 35 MB of debug information and keeps it). The
//! hook belongs to the whole process, or to this module's own copy of std where that is linked in; so
//! it is exchanged only while a call of ours runs, and put back by the last of several that overlap:
//! two transactions in two threads of one host are allowed by `pam(3)`, and a resolver that is left behind
//! is one more. (A child that is forked by another thread in the microseconds of an exchange could wait for std's own lock on
//! the hook; std gives no way round.) Tested in `tests/panics.rs`, a program of its own, because the hook is one for all threads.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, MutexGuard, PoisonError};

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync + 'static>;

/// A call that panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// `src/file.rs:line:column`. The message is left out: it may quote what must not be logged.
    pub place: String,
}

/// How many calls run, and the hook that was there before the first.
struct Exchange {
    running: usize,
    previous: Option<Hook>,
}

static EXCHANGE: Mutex<Exchange> = Mutex::new(Exchange { running: 0, previous: None });

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `f`; a panic in it is caught, without a word to anybody.
///
/// # Errors
/// [`Panicked`] when `f` panicked. What it had borrowed mutably may then be half done: end the login.
pub fn quietly<T>(f: impl FnOnce() -> T) -> Result<T, Panicked> {
    let silence = Silence::begin();
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    drop(silence);
    result.map_err(|payload| {
        discard(payload);
        let place = PLACE.with_borrow_mut(Option::take);
        Panicked { place: place.unwrap_or_else(|| "an unknown place".to_owned()) }
    })
}

/// While one exists, panics are silent.
struct Silence(());

impl Silence {
    fn begin() -> Self {
        let mut exchange = exchange();
        if exchange.running == 0 {
            exchange.previous = Some(panic::take_hook());
            panic::set_hook(Box::new(note_place));
        }
        exchange.running += 1;
        Self(())
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let mut exchange = exchange();
        exchange.running -= 1;
        if exchange.running == 0 {
            if let Some(previous) = exchange.previous.take() {
                panic::set_hook(previous);
            }
        }
    }
}

/// Poison says nothing here: no code of ours panics while it holds the lock.
fn exchange() -> MutexGuard<'static, Exchange> {
    EXCHANGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The silent hook. A second panic within it would abort the host, so it takes nothing for granted.
fn note_place(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    // Fails where the thread's locals are already gone; then the place stays unknown.
    let _ = PLACE.try_with(|cell| {
        if let Ok(mut cell) = cell.try_borrow_mut() {
            *cell = place;
        }
    });
}

/// A payload of a type of its own may panic in its `drop`; such a one is leaked instead.
fn discard(payload: Box<dyn Any + Send>) {
    if payload.is::<&'static str>() || payload.is::<String>() {
        drop(payload);
    } else {
        std::mem::forget(payload);
    }
}
