//! Ctrl-C and its kin are seen and left to the host; a stopped process draws no conclusions.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::api::Watch;
use pam_duo2::core::failure::{Failure, Local, Outage};
use pam_duo2::pam::signals::{AllBlocked, pending};
use pam_duo2::ports::{Api, Wake};
use rustix::process::{Resource, Rlimit, Signal, getpid, kill_process, setrlimit};

use crate::client::{PATIENCE, client, status, watching};
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
}

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
    assert!(took < Duration::from_millis(70), "{took:?}: the tick and not the descriptor");
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

/// `kill -STOP` after this long, and `kill -CONT` two seconds later.
fn stop_me(after: &str) -> std::process::Child {
    let pid = getpid().as_raw_nonzero();
    Command::new("sh")
        .args(["-c", &format!("sleep {after}; kill -STOP {pid}; sleep 2; kill -CONT {pid}")])
        .spawn()
        .expect("a shell")
}

/// `su` can be stopped by whoever started it, until every deadline has passed.
pub fn stopped() {
    let ca = Ca::new("stopped");
    let server = Server::start(&ca.issue(), silent);
    let file = ca.file();
    for stops in [false, true] {
        let mut client = client(server.address.port(), file.path());
        let stopper = stops.then(|| stop_me("0.2"));
        client.send(&status());
        let wake = client.next(Instant::now() + Duration::from_secs(1));
        assert!(matches!(wake, Wake::Tick), "{wake:?}");
        let expected = if stops {
            Failure::Local(Local::Os(libc::EINTR))
        } else {
            Failure::Outage(Outage::Silent)
        };
        assert_eq!(client.give_up(), expected);
        if let Some(mut child) = stopper {
            child.wait().expect("the shell");
        }
    }
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
    let mut stopper = stop_me("0.2");
    client.send(&status());
    match client.next(Instant::now() + PATIENCE) {
        Wake::Failed(failed) => assert_eq!(failed, Failure::Local(Local::Os(libc::EINTR))),
        other => panic!("{other:?}"),
    }
    server.wait().expect("the server");
    stopper.wait().expect("the shell");
}
