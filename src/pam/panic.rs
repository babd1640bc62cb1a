//! Panics end a login, never the host, and never show.
//!
//! Trap: std's default panic hook prints to standard error, which here is the host's (with
//! `RUST_BACKTRACE=1`, the user's to set, it also loads 35 MB of debug information and keeps it). A cdylib
//! has a std of its own, and with it a hook of its own: it is exchanged once, and stays, as the module
//! does (`-z nodelete`). Where the module is linked in, as in its tests, panics outside of its calls go on to
//! the hook that was there. Tested in `tests/panics.rs`, a program of its own.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

/// A call that panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// `src/file.rs:line:column`. The message is left out: it may quote what must not be logged.
    pub place: String,
}

thread_local! {
    /// Calls of [`quietly`] under way in this thread.
    static CALLS: Cell<usize> = const { Cell::new(0) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `f`; a panic in it is caught, without a word to anybody.
///
/// # Errors
/// [`Panicked`] when `f` panicked. What it had borrowed mutably may then be half done: end the login.
pub fn quietly<T>(f: impl FnOnce() -> T) -> Result<T, Panicked> {
    silence();
    CALLS.set(CALLS.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    CALLS.set(CALLS.get() - 1);
    result.map_err(|payload| {
        discard(payload);
        let place = PLACE.with_borrow_mut(Option::take);
        Panicked { place: place.unwrap_or_else(|| "an unknown place".to_owned()) }
    })
}

/// Exchanges the hook, once in the life of the process. No lock: a child that is forked meanwhile would
/// wait for ever.
fn silence() {
    static SILENT: AtomicBool = AtomicBool::new(false);
    if !SILENT.swap(true, Ordering::AcqRel) {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CALLS.try_with(Cell::get) == Ok(0) { previous(info) } else { note_place(info) }
        }));
    }
}

/// Notes where a panic was. A second panic within it would abort the host, so it takes nothing for granted.
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
