//! Panics end a login, never the host, and never show (`src/pam/panic.rs`).

use std::panic;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use pam_duo2::pam::panic::quietly;

static LOUD: AtomicUsize = AtomicUsize::new(0);

/// The only test here, since the hook is one for all threads of a program.
#[test]
fn panics_are_silent_inside_and_loud_outside() {
    let original = panic::take_hook();
    panic::set_hook(Box::new(|_| {
        LOUD.fetch_add(1, Ordering::SeqCst);
    }));

    assert_eq!(quietly(|| 7), Ok(7));
    let place = quietly(|| panic!("secret")).map_err(|panicked| panicked.place);
    assert!(place.as_ref().is_err_and(|p| p.contains("tests/panics.rs:")), "{place:?}");
    assert!(!place.is_err_and(|p| p.contains("secret")));
    assert_eq!(quietly(|| quietly(|| panic!("inner")).is_err()), Ok(true));
    a_payload_that_panics_when_dropped_is_survived();
    two_transactions_overlap();
    assert_eq!(LOUD.load(Ordering::SeqCst), 0);

    let _ = panic::catch_unwind(|| panic!("after"));
    let back = LOUD.load(Ordering::SeqCst);
    panic::set_hook(original);
    assert_eq!(back, 1);
}

fn a_payload_that_panics_when_dropped_is_survived() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic::panic_any(Bomb);
        }
    }
    assert!(quietly(|| panic::panic_any(Bomb)).is_err());
}

/// The first to come is the first to go, and must leave the other one silent.
fn two_transactions_overlap() {
    let both_in = Barrier::new(2);
    let first_gone = Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(quietly(|| both_in.wait().is_leader()).map(|_| ()), Ok(()));
            first_gone.wait();
        });
        scope.spawn(|| {
            let second = quietly(|| {
                both_in.wait();
                first_gone.wait();
                panic!("late");
            });
            assert!(second.is_err());
        });
    });
}
