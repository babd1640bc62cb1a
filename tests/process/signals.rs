//! Ctrl-C and its kin are seen and left to the host.

use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::api::Watch;
use pam_duo2::pam::signals::{AllBlocked, pending};
use pam_duo2::ports::{Api, Gone, Wake};
use rustix::process::{Resource, Rlimit, Signal, getpid, kill_process, setrlimit};

use crate::client::{PATIENCE, status, watching};
use crate::pki::Ca;
use crate::server::{Peer, Server};

fn send(signal: Signal) {
    kill_process(getpid(), signal).expect("a signal to ourselves");
}

fn silent(mut peer: Peer) -> std::io::Result<()> {
    peer.request()?;
    thread::sleep(Duration::from_secs(20));
    Ok(())
}

pub fn pending_before() {
    // For good: put back, the mask would let the pending signal end this process.
    std::mem::forget(AllBlocked::now());
    let ca = Ca::new("before");
    let server = Server::start(&ca.issue(), silent);
    let file = ca.file();
    for signal in [Signal::INT, Signal::QUIT, Signal::TERM, Signal::HUP] {
        send(signal);
    }
    let mut client = watching(server.address.port(), file.path(), Watch::new(None));
    client.send(&status());
    let start = Instant::now();
    assert!(matches!(client.next(start + PATIENCE), Wake::Cancelled));
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
    assert!(pending(), "the host's signal was taken");
    // It stays so, with nothing in flight too.
    client.give_up();
    assert!(matches!(client.next(Instant::now() + PATIENCE), Wake::Cancelled));
    assert_eq!(client.look(), Some(Gone::Cancelled));
    assert!(pending(), "the host's signal was taken");
}

/// Sooner than the next tick, which is 40 ms away when the signal comes.
const BETWEEN_TICKS: Duration = Duration::from_millis(30);

/// How long after SIGINT the wait ends.
fn latency(watch: impl FnOnce() -> Watch) -> Duration {
    let ca = Ca::new("within");
    let server = Server::start(&ca.issue(), silent);
    let file = ca.file();
    let mut client = watching(server.address.port(), file.path(), watch());
    client.send(&status());
    let wake = client.next(Instant::now() + Duration::from_millis(300));
    assert!(matches!(wake, Wake::Tick), "{wake:?}");
    let sender = thread::spawn(|| {
        // Just after a tick, so that the next one is far.
        thread::sleep(Duration::from_millis(210));
        let sent = Instant::now();
        send(Signal::INT);
        sent
    });
    assert!(matches!(client.next(Instant::now() + PATIENCE), Wake::Cancelled));
    let ended = Instant::now();
    assert!(pending(), "the host's signal was taken");
    ended - sender.join().expect("the sender")
}

pub fn pending_within() {
    // For good: put back, the mask would let the pending signal end this process.
    std::mem::forget(AllBlocked::now());
    let took = latency(|| Watch::new(None));
    assert!(took < BETWEEN_TICKS, "{took:?}: the tick and not the descriptor");
}

pub fn without_a_descriptor() {
    // For good: put back, the mask would let the pending signal end this process.
    std::mem::forget(AllBlocked::now());
    let took = latency(|| {
        let limit = |current| Rlimit { current: Some(current), maximum: Some(1024) };
        setrlimit(Resource::Nofile, limit(3)).expect("a lower limit");
        let watch = Watch::new(None);
        setrlimit(Resource::Nofile, limit(256)).expect("the limit back");
        watch
    });
    assert!(took < Duration::from_millis(300), "{took:?}");
}

pub fn ignored_hang_up() {
    // For good: put back, the mask would let the pending signal end this process.
    std::mem::forget(AllBlocked::now());
    send(Signal::HUP);
    assert!(!pending(), "under nohup nobody wants to know");
    let ca = Ca::new("nohup");
    let file = ca.file();
    let mut client = watching(1, file.path(), Watch::new(None));
    assert!(matches!(client.next(Instant::now() + Duration::from_millis(150)), Wake::Tick));
    send(Signal::INT);
    assert!(matches!(client.next(Instant::now() + PATIENCE), Wake::Cancelled));
}

/// The signals are blocked after the watch was made: the descriptor serves all the same.
pub fn blocked_meanwhile() {
    let watch = Watch::new(None);
    // For good: put back, the mask would let the pending signal end this process.
    std::mem::forget(AllBlocked::now());
    let took = latency(|| watch);
    assert!(took < BETWEEN_TICKS, "{took:?}: the tick and not the descriptor");
}
