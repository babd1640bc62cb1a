//! Limits that whoever logs in may set (`ulimit -n 4; su`): a local failure, never an outage.

use std::fs::{File, read_dir};
use std::time::{Duration, Instant};

use pam_duo2::api::{Client, Watch};
use pam_duo2::core::failure::{Failure, Local, Outage};
use pam_duo2::ports::{Api, Wake};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::client::{RealClock, client, config, failure, preauth, reply};
use crate::pki::Ca;
use crate::server::{Server, eventually, ok};

fn count(path: &str) -> usize {
    read_dir(path).expect("proc").count()
}

/// Takes all descriptors but `free`, below a limit of 64.
fn leave(free: usize) -> Vec<File> {
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), maximum: Some(1024) })
        .expect("a lower limit");
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
    }
    assert!(taken.len() > free, "descriptors to leave");
    taken.truncate(taken.len() - free);
    taken
}

pub fn descriptors_and_threads() {
    let ca = Ca::new("balance");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let login = |name: &str| {
        let config = config(name, server.address.port(), Some(file.path()));
        let mut client = Client::new(&config, Watch::new(None), &RealClock);
        reply(&mut client, &preauth());
        reply(&mut client, &preauth());
    };
    // The first resolution opens what glibc keeps.
    login("localhost");
    // The server's threads and sockets go when they see the end.
    let settled = || {
        let ended = server.ended.try_recv().is_ok();
        std::thread::sleep(Duration::from_millis(20));
        ended
    };
    assert!(eventually(settled));
    let before = (count("/proc/self/fd"), count("/proc/self/task"));
    for round in 0..30 {
        login(if round % 2 == 0 { "127.0.0.1" } else { "localhost" });
    }
    let after = || (count("/proc/self/fd"), count("/proc/self/task"));
    assert!(eventually(|| after() == before), "{before:?} before, {:?} after", after());
}

pub fn no_descriptor_for_a_socket() {
    let ca = Ca::new("no socket");
    let server = Server::start(&ca.issue(), |mut peer| {
        peer.request()?;
        peer.say(ok("{}"))?;
        peer.close()
    });
    let file = ca.file();
    let mut client = client(server.address.port(), file.path());
    // The trust store is read, and the connection closed.
    reply(&mut client, &preauth());
    assert!(eventually(|| server.ended.try_recv().is_ok()));
    client.give_up();
    let _taken = leave(0);
    assert_eq!(failure(&mut client, &preauth()), Failure::Local(Local::NoDescriptor));
}

pub fn few_descriptors() {
    let ca = Ca::new("few");
    let file = ca.file();
    // A name that cannot be found, and a port where nobody is: with descriptors an outage each.
    for (name, full) in
        [("does-not-exist.invalid", None), ("127.0.0.1", Some(Outage::ConnectRefused))]
    {
        let fails = || {
            let config = config(name, 1, Some(file.path()));
            let mut client = Client::new(&config, Watch::new(None), &RealClock);
            failure(&mut client, &preauth())
        };
        for free in 0..=10 {
            let taken = leave(free);
            let failed = fails();
            drop(taken);
            match (&failed, full) {
                (Failure::Local(_), _) => {}
                // A refused connection is true evidence, however few are left.
                (Failure::Outage(outage), Some(expected)) => assert_eq!(*outage, expected),
                other => panic!("{other:?} with {free} free for {name}"),
            }
        }
        assert!(
            matches!(fails(), Failure::Outage(_)),
            "the test is blunt: no outage when all is well"
        );
    }
}

fn allow_no_thread() {
    setrlimit(Resource::Nproc, Rlimit { current: Some(0), maximum: Some(0) })
        .expect("a lower limit");
    assert!(
        std::thread::Builder::new().spawn(|| ()).is_err(),
        "the limit does not bite: is this root?"
    );
}

pub fn no_thread() {
    let ca = Ca::new("no thread");
    let file = ca.file();
    let config = config("localhost", 1, Some(file.path()));
    let mut client = Client::new(&config, Watch::new(None), &RealClock);
    allow_no_thread();
    assert_eq!(failure(&mut client, &preauth()), Failure::Local(Local::NoThread));
}

pub fn no_thread_for_an_address() {
    let ca = Ca::new("no thread needed");
    let file = ca.file();
    // Started while threads can be had, one to listen; the connection is handled in it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let server_config = ca.issue().server_config(rustls::ALL_VERSIONS);
    let served = std::thread::spawn(move || {
        let (mut tcp, _) = listener.accept().expect("a client");
        let mut tls = rustls::ServerConnection::new(server_config.into()).expect("a server");
        let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
        std::io::Read::read(&mut stream, &mut [0; 4096]).expect("a request");
        std::io::Write::write_all(&mut stream, ok("{}").as_bytes()).expect("room");
    });
    let mut client = client(port, file.path());
    allow_no_thread();
    client.send(&preauth());
    let wake = client.next(Instant::now() + Duration::from_secs(10));
    assert!(matches!(wake, Wake::Reply(_)), "{wake:?}");
    served.join().expect("the server is content");
}
