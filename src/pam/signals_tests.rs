use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// Masks are per thread: each test has its own.
fn block(signal: c_int) {
    let mut set = empty();
    // SAFETY: an initialised set that we own.
    unsafe { libc::sigaddset(&raw mut set, signal) };
    set_mask(libc::SIG_BLOCK, Some(&set));
}

fn raise_here(signal: c_int) {
    // SAFETY: only asks.
    let here = unsafe { libc::pthread_self() };
    // SAFETY: sends the signal to this very thread, which is alive; it is blocked there.
    unsafe { libc::pthread_kill(here, signal) };
}

#[test]
fn a_blocked_interrupt_is_seen_and_stays_pending() {
    // Whoever runs the tests in the background may have it ignored.
    // SAFETY: the default for a signal that nobody in this process handles.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
    block(libc::SIGINT);
    assert!(!pending());
    raise_here(libc::SIGINT);
    assert!(pending());
    assert!(pending(), "looking took the signal");
}

#[test]
fn a_blocked_signal_that_nobody_watches_is_not_seen() {
    block(libc::SIGUSR1);
    raise_here(libc::SIGUSR1);
    assert!(!pending());
}

#[test]
fn all_blocked_puts_the_mask_back() {
    block(libc::SIGUSR2);
    {
        let _all = AllBlocked::now();
        assert!(all_watched_are_blocked());
        assert!(has(&set_mask(libc::SIG_BLOCK, None), libc::SIGALRM));
    }
    let mask = set_mask(libc::SIG_BLOCK, None);
    assert!(has(&mask, libc::SIGUSR2) && !has(&mask, libc::SIGALRM));
}

/// The signals that this thread blocks.
fn blocked() -> Vec<c_int> {
    let mask = set_mask(libc::SIG_BLOCK, None);
    (1..=64).filter(|&signal| has(&mask, signal)).collect()
}

#[test]
fn held_signals_are_the_watched_ones_and_the_mask_comes_back_as_it_was() {
    block(libc::SIGQUIT);
    let before = blocked();
    {
        let held = Held::not_yet();
        assert_eq!(blocked(), before);
        held.hold();
        held.hold();
        assert!(all_watched_are_blocked());
        for other in [libc::SIGALRM, libc::SIGTSTP, libc::SIGCHLD, libc::SIGWINCH] {
            assert!(!blocked().contains(&other), "{other}");
        }
    }
    assert_eq!(blocked(), before);
}

#[test]
fn in_a_conversation_the_host_has_its_own_mask_and_may_change_it() {
    let before = blocked();
    let held = Held::not_yet();
    held.hold();
    let within = held.released(|| {
        let within = blocked();
        block(libc::SIGUSR1);
        within
    });
    assert_eq!(within, Some(before.clone()));
    assert!(all_watched_are_blocked());
    drop(held);
    let mut changed = before;
    changed.push(libc::SIGUSR1);
    changed.sort_unstable();
    assert_eq!(blocked(), changed);
}

#[test]
fn a_panic_in_a_conversation_leaves_the_hosts_mask() {
    let before = blocked();
    let panicked = std::panic::catch_unwind(|| {
        let held = Held::not_yet();
        held.hold();
        let _: Option<()> = held.released(|| std::panic::resume_unwind(Box::new(())));
    });
    assert!(panicked.is_err());
    assert_eq!(blocked(), before);
}

#[test]
fn a_signal_that_came_meanwhile_ends_no_conversation_in_the_middle_and_reaches_the_host_afterwards()
{
    static CAME: AtomicBool = AtomicBool::new(false);
    extern "C" fn came(_: c_int) {
        CAME.store(true, Ordering::SeqCst);
    }
    // SAFETY: the handler only stores; no other test of this process has one for this signal.
    unsafe { libc::signal(libc::SIGHUP, came as *const () as libc::sighandler_t) };
    let held = Held::not_yet();
    held.hold();
    raise_here(libc::SIGHUP);
    assert!(pending());
    assert_eq!(held.released(|| "shown"), None);
    assert!(pending() && !CAME.load(Ordering::SeqCst), "looking let it through");
    drop(held);
    assert!(CAME.load(Ordering::SeqCst), "the host did not get its signal");
    assert!(!pending());
}

#[test]
fn a_signal_that_the_host_blocks_itself_keeps_nobody_from_reading() {
    block(libc::SIGTERM);
    let held = Held::not_yet();
    held.hold();
    raise_here(libc::SIGTERM);
    assert!(pending());
    assert_eq!(held.released(|| "shown"), Some("shown"));
    assert!(pending());
}
