//! A lock for which a forked child does not wait for ever.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use rustix::process::getpid;
use rustix::thread::{Timespec, nanosleep};

/// So often a [`TURN`] is waited; whoever holds it needs some microseconds.
const PATIENCE: u32 = 100;
const TURN: Timespec = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };

/// What several threads of one host share. The child of a `fork(2)` has one of them: what another held
/// just then stays locked there, and nobody ever lets go of it.
#[derive(Debug)]
pub struct Lock<T> {
    within: Mutex<T>,
    /// The process that took it last.
    holder: AtomicI32,
}

impl<T> Lock<T> {
    pub const fn new(value: T) -> Self {
        Self { within: Mutex::new(value), holder: AtomicI32::new(0) }
    }

    /// Waits for a thread of this process, however long it takes. `None`: another process, this one's
    /// parent, has it.
    pub fn take(&self) -> Option<MutexGuard<'_, T>> {
        let me = getpid().as_raw_nonzero().get();
        let mut patience = PATIENCE;
        loop {
            match self.within.try_lock() {
                Ok(guard) => return Some(self.held_by(me, guard)),
                // What it keeps is whole: nothing of ours panics with it.
                Err(TryLockError::Poisoned(guard)) => {
                    return Some(self.held_by(me, guard.into_inner()));
                }
                Err(TryLockError::WouldBlock) => {}
            }
            // A thread of this process that has just taken it says so at once.
            if self.holder.load(Ordering::Acquire) != me {
                patience = patience.checked_sub(1)?;
            }
            let _ = nanosleep(&TURN);
        }
    }

    fn held_by<'l>(&self, me: i32, guard: MutexGuard<'l, T>) -> MutexGuard<'l, T> {
        self.holder.store(me, Ordering::Release);
        guard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn a_thread_of_the_same_process_is_waited_for() {
        static LOCK: Lock<u8> = Lock::new(0);
        let guard = LOCK.take().unwrap();
        let other = thread::spawn(|| *LOCK.take().unwrap());
        thread::sleep(Duration::from_millis(3 * u64::from(PATIENCE)));
        assert!(!other.is_finished());
        drop(guard);
        assert_eq!(other.join().unwrap(), 0);
    }

    #[test]
    fn a_lock_that_the_parent_held_is_not_waited_for() {
        let lock = Lock::new(0);
        let guard = lock.take().unwrap();
        // As a child finds it.
        lock.holder.store(-1, Ordering::Release);
        thread::scope(|scope| {
            assert!(scope.spawn(|| lock.take().is_none()).join().unwrap());
        });
        drop(guard);
        assert!(lock.take().is_some());
    }
}
