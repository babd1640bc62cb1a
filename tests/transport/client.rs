//! The client under test, and the requests it is given.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use pam_duo2::api::{Client, Watch};
use pam_duo2::config::draft::Draft;
use pam_duo2::config::{Config, ServiceHost};
use pam_duo2::core::failure::Failure;
use pam_duo2::core::reply::HttpReply;
use pam_duo2::core::request::{Call, Factor, Request, Subject, TextPrompt, Txid};
use pam_duo2::core::secret::Secret;
use pam_duo2::ports::{Api, Clock, Wake};

pub struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}

pub fn config(name: &str, port: u16, cafile: Option<&Path>) -> Config {
    let draft = Draft {
        ikey: Some("DIWJ8X6AEYOR5OMC6TQ1".into()),
        skey: Some(Secret::new("k".repeat(40))),
        host: Some(ServiceHost { name: name.into(), port }),
        cafile: cafile.map(Path::to_owned),
        ..Draft::with_defaults()
    };
    draft.finish("/etc/duo/pam_duo2.toml".as_ref()).expect("a whole configuration")
}

/// A client of the server on this port of 127.0.0.1, which trusts this CA.
pub fn client(port: u16, cafile: &Path) -> Client<'static> {
    watching(port, cafile, Watch::new(None))
}

/// The same with a `timeout` of this length.
pub fn within(timeout: Duration, port: u16, cafile: &Path) -> Client<'static> {
    let config = Config { timeout, ..config("127.0.0.1", port, Some(cafile)) };
    Client::new(&config, Watch::new(None), &RealClock)
}

pub fn watching(port: u16, cafile: &Path, watch: Watch) -> Client<'static> {
    Client::new(&config("127.0.0.1", port, Some(cafile)), watch, &RealClock)
}

fn subject() -> Subject {
    Subject { username: "demo".into(), ..Subject::default() }
}

pub fn preauth() -> Request {
    let call =
        Call::Preauth { subject: subject(), text_prompt: TextPrompt::Ask, failmode: "closed" };
    Request { call, skew: 0 }
}

pub fn auth(pushinfo: Option<String>) -> Request {
    let factor = Factor::Push { device: "phone1".into(), pushinfo, txid: None };
    Request { call: Call::Auth { subject: subject(), factor }, skew: 0 }
}

pub fn status() -> Request {
    Request {
        call: Call::Status { txid: Txid("45f7c92b-f45f-4862-8545-e0f58e78075a".into()) },
        skew: 0,
    }
}

/// Sends a request and waits for what becomes of it, at most this long.
pub fn ask(client: &mut Client<'_>, request: &Request, patience: Duration) -> Wake {
    client.send(request);
    client.next(Instant::now() + patience)
}

pub const PATIENCE: Duration = Duration::from_secs(10);

/// A whole reply, or the test fails saying what came instead.
pub fn reply(client: &mut Client<'_>, request: &Request) -> HttpReply {
    match ask(client, request, PATIENCE) {
        Wake::Reply(reply) => reply,
        other => panic!("{other:?} instead of a reply"),
    }
}

/// The failure, or the test fails saying what came instead.
pub fn failure(client: &mut Client<'_>, request: &Request) -> Failure {
    match ask(client, request, PATIENCE) {
        Wake::Failed(failure) => failure,
        other => panic!("{other:?} instead of a failure"),
    }
}
