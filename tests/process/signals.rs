//! Ctrl-C and its kin are seen and left to the host; a stopped process draws no conclusions.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::api::Watch;
use pam_duo2::core::failure::{Failure, Local, Outage};
use pam_duo2::pam::signals::{AllBlocked, pending};
use pam_duo2::ports::{Api, Gone, Wake};
use rustix::process::{Resource, Rlimit, Signal, getpid, kill_process, setrlimit};

use crate::client::{PATIENCE, client, status, watching, within};
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

/// `kill -STOP` after this long, and `kill -CONT` so much later (seconds).
fn stop_me(after: &str, pause: &str) -> std::process::Child {
    let pid = getpid().as_raw_nonzero();
    Command::new("sh")
        .args(["-c", &format!("sleep {after}; kill -STOP {pid}; sleep {pause}; kill -CONT {pid}")])
        .spawn()
        .expect("a shell")
}

/// `su` can be stopped by whoever started it, until every deadline has passed or nearly so.
pub fn stopped() {
    let ca = Ca::new("stopped");
    let server = Server::start(&ca.issue(), silent);
    let file = ca.file();
    let silence = Failure::Outage(Outage::Silent);
    let stopped = Failure::Local(Local::Stopped);
    // The last three: longer than the budget, nine tenths of it, and so of a larger one.
    for (budget, pause, expected) in [
        (2, None, silence),
        (2, Some("3"), stopped.clone()),
        (2, Some("1.8"), stopped.clone()),
        (5, Some("4.5"), stopped),
    ] {
        let budget = Duration::from_secs(budget);
        let mut client = within(budget, server.address.port(), file.path());
        let shell = pause.map(|pause| stop_me("0.1", pause));
        client.send(&status());
        let wake = client.next(Instant::now() + budget);
        assert!(matches!(wake, Wake::Tick), "{wake:?}");
        assert_eq!(client.give_up(), expected, "{budget:?} {pause:?}");
        if let Some(mut child) = shell {
            child.wait().expect("the shell");
        }
    }
}

/// Stopped and continued for a moment, over and over: no single stop is long.
pub fn stopped_often() {
    let ca = Ca::new("stopped often");
    let server = Server::start(&ca.issue(), silent);
    let file = ca.file();
    let budget = Duration::from_secs(3);
    let mut client = within(budget, server.address.port(), file.path());
    let pid = getpid().as_raw_nonzero();
    let script = format!(
        "for i in 1 2 3 4 5 6; do kill -STOP {pid}; sleep 0.45; kill -CONT {pid}; sleep 0.01; done"
    );
    let mut stopper = Command::new("sh").args(["-c", &script]).spawn().expect("a shell");
    client.send(&status());
    let wake = client.next(Instant::now() + budget);
    assert!(matches!(wake, Wake::Tick), "{wake:?}");
    assert_eq!(client.give_up(), Failure::Local(Local::Stopped));
    stopper.wait().expect("the shell");
}

/// The signals are blocked after the watch was made: the descriptor serves all the same.
pub fn blocked_meanwhile() {
    let watch = Watch::new(None);
    // For good: put back, the mask would let the pending signal end this process.
    std::mem::forget(AllBlocked::now());
    let took = latency(|| watch);
    assert!(took < BETWEEN_TICKS, "{took:?}: the tick and not the descriptor");
}

/// A service gives up on a client that is stopped: that is no outage of the service.
pub fn stopped_and_cut() {
    let ca = Ca::new("stopped and cut");
    // The server is a process of its own, or it would be stopped too.
    let mut server = Command::new("python3")
        .args([
            "-c",
            "import socket,time\ns=socket.create_server(('127.0.0.1',0))\nprint(s.getsockname()[1],flush=True)\nc,_=s.accept()\ntime.sleep(1.5)\nc.close()",
        ])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3");
    let mut line = String::new();
    let out = server.stdout.take().expect("its output");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("its port");
    let file = ca.file();
    let mut client = client(line.trim().parse().expect("a port"), file.path());
    let mut stopper = stop_me("0.2", "2");
    client.send(&status());
    match client.next(Instant::now() + PATIENCE) {
        Wake::Failed(failed) => assert_eq!(failed, Failure::Local(Local::Stopped)),
        other => panic!("{other:?}"),
    }
    server.wait().expect("the server");
    stopper.wait().expect("the shell");
}
