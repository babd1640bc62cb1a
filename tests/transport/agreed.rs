//! What the client and a server agree on.

use std::sync::mpsc::channel;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, ring};
use rustls::{CipherSuite, HandshakeKind, NamedGroup, SupportedCipherSuite};

use crate::client::{PATIENCE, client, preauth, reply};
use crate::pki::Ca;
use crate::server::{Server, ok};

/// What a server of this cryptography has agreed on with the client: suite, group, and by how many
/// first messages.
fn agreed(provider: CryptoProvider) -> (CipherSuite, NamedGroup, HandshakeKind) {
    let ca = Ca::new("agreed");
    let config = ca.issue().server_config_with(provider, rustls::DEFAULT_VERSIONS);
    let (tell, told) = channel();
    let server = Server::start_with(config, move |mut peer| {
        peer.request()?;
        let tls = &peer.tls.conn;
        let suite = tls.negotiated_cipher_suite().map(|suite| suite.suite());
        let group = tls.negotiated_key_exchange_group().map(SupportedKxGroup::name);
        let said = suite.zip(group).zip(tls.handshake_kind());
        peer.say(ok("{}"))?;
        let _ = tell.send(said);
        Ok(())
    });
    let file = ca.file();
    reply(&mut client(server.address.port(), file.path()), &preauth());
    let ((suite, group), kind) =
        told.recv_timeout(PATIENCE).expect("a handshake").expect("all of it");
    (suite, group, kind)
}

/// What each server has is used first, and costs no trip more; what a server has alone is used as well.
#[test]
fn the_client_agrees_with_a_server_that_knows_only_one_suite_or_group() {
    let all = ring::default_provider;
    let first = (CipherSuite::TLS13_AES_128_GCM_SHA256, NamedGroup::secp256r1, HandshakeKind::Full);
    // The certificate's key is ECDSA.
    let fits = |suite: &SupportedCipherSuite| !format!("{suite:?}").contains("RSA");
    for suite in all().cipher_suites.into_iter().filter(fits) {
        let said = agreed(CryptoProvider { cipher_suites: vec![suite], ..all() });
        assert_eq!(said, (suite.suite(), first.1, first.2));
    }
    for group in all().kx_groups {
        let (_, used, kind) = agreed(CryptoProvider { kx_groups: vec![group], ..all() });
        assert_eq!(used, group.name());
        assert_eq!(kind == first.2, used == first.1, "{used:?} by {kind:?}");
    }
    // This server leaves the choice to the client.
    assert_eq!(agreed(all()), first);
}
