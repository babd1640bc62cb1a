//! Whose certificate is believed.

use pam_duo2::api::{Client, Watch};
use pam_duo2::core::failure::{Failure, Local, Untrusted};

use crate::client::{RealClock, client, config, failure, preauth, reply};
use crate::pki::{Ca, Identity, self_signed};
use crate::server::{Server, ok};

/// What a client that trusts `ca` makes of a server with this identity.
fn refused(ca: &Ca, identity: &Identity, why: &str) {
    for version in rustls::ALL_VERSIONS {
        let server = Server::start_with(identity.server_config(&[version]), |mut peer| {
            peer.request().map(drop)
        });
        let file = ca.file();
        match failure(&mut client(server.address.port(), file.path()), &preauth()) {
            Failure::Untrusted(Untrusted::Certificate(text)) => {
                assert!(text.contains(why), "{text}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(server.requests().len(), 0, "a word to a stranger");
    }
}

#[test]
fn both_versions_of_tls_are_spoken() {
    let ca = Ca::new("versions");
    for version in rustls::ALL_VERSIONS {
        let identity = ca.issue();
        let server = Server::start_with(identity.server_config(&[version]), |peer| {
            peer.answer_all(&ok("{}"))
        });
        let file = ca.file();
        let mut client = client(server.address.port(), file.path());
        for _ in 0..3 {
            assert_eq!(reply(&mut client, &preauth()).status, 200, "{version:?}");
        }
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn a_name_is_looked_up_and_verified() {
    let ca = Ca::new("by name");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let config = config("localhost", server.address.port(), Some(file.path()));
    let mut client = Client::new(&config, Watch::new(None), &RealClock);
    assert_eq!(reply(&mut client, &preauth()).status, 200);
    let host = format!("host: localhost:{}\r\n", server.address.port());
    assert!(server.requests()[0].to_ascii_lowercase().contains(&host));
}

#[test]
fn an_expired_certificate_is_refused() {
    let ca = Ca::new("expired");
    refused(
        &ca,
        &ca.issue_with(|params| params.not_after = rcgen::date_time_ymd(2020, 1, 1)),
        "expired",
    );
}

#[test]
fn a_certificate_of_the_future_is_refused() {
    let ca = Ca::new("future");
    refused(
        &ca,
        &ca.issue_with(|params| params.not_before = rcgen::date_time_ymd(2100, 1, 1)),
        "not valid yet",
    );
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let ca = Ca::new("wrong name");
    let identity = ca.issue_with(|params| {
        params.subject_alt_names =
            vec![rcgen::SanType::DnsName("other.example".try_into().expect("a name"))];
    });
    refused(&ca, &identity, "not valid for");
}

#[test]
fn a_self_signed_certificate_is_refused() {
    refused(&Ca::new("somebody"), &self_signed(), "invalid peer certificate");
}

#[test]
fn a_certificate_of_an_unknown_ca_is_refused() {
    refused(&Ca::new("mine"), &Ca::new("theirs").issue(), "UnknownIssuer");
}

#[test]
fn a_certificate_that_only_claims_our_ca_is_refused() {
    refused(&Ca::new("the same name"), &Ca::new("the same name").issue(), "BadSignature");
}

#[test]
fn without_a_trust_store_nothing_is_even_dialled() {
    let ca = Ca::new("no store");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let file = ca.file();
    let path = file.path().to_owned();
    drop(file);
    match failure(&mut client(server.address.port(), &path), &preauth()) {
        Failure::Local(Local::TrustStore(why)) => assert!(why.contains("no such file"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.connections(), 0);
}

/// The system's store does not hold the test's CA.
#[test]
fn the_system_store_is_used_without_a_cafile() {
    let ca = Ca::new("not in the system's store");
    let server = Server::start(&ca.issue(), |peer| peer.answer_all(&ok("{}")));
    let config = config("127.0.0.1", server.address.port(), None);
    let mut client = Client::new(&config, Watch::new(None), &RealClock);
    let failed = failure(&mut client, &preauth());
    assert!(matches!(failed, Failure::Untrusted(Untrusted::Certificate(_))), "{failed:?}");
}

/// A certificate's names are a stranger's words, as many as they like.
#[test]
fn a_refusal_is_short_however_much_the_certificate_says() {
    let ca = Ca::new("many names");
    let identity = ca.issue_with(|params| {
        params.subject_alt_names = (0..500)
            .map(|n| rcgen::SanType::DnsName(format!("n{n}.example").try_into().expect("a name")))
            .collect();
    });
    let server = Server::start(&identity, |mut peer| peer.request().map(drop));
    let file = ca.file();
    match failure(&mut client(server.address.port(), file.path()), &preauth()) {
        Failure::Untrusted(Untrusted::Certificate(why)) => {
            assert!(why.len() <= 200, "{}", why.len());
        }
        other => panic!("{other:?}"),
    }
}
