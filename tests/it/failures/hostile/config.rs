//! What a hostile server's TLS is set up with.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};

use super::{Clients, Setup, USUAL, Version, records};
use crate::certificates::{Kind, Shown, World, all};

/// Shows the same chain to everybody, whatever is in it.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

pub fn kind(what: &str) -> Kind {
    all().find(|kind| kind.what == what).unwrap_or_else(|| panic!("no kind is called {what:?}"))
}

/// A chain with which nothing is wrong.
pub fn good_chain() -> Shown {
    (kind("nothing is wrong").show)(World::get())
}

/// For a connection that is never used.
pub fn nobodys_config() -> ServerConfig {
    config(&good_chain(), USUAL)
}

pub fn config(shown: &Shown, setup: Setup) -> ServerConfig {
    let chain = shown.chain.iter().cloned().map(CertificateDer::from).collect();
    let key = ring::sign::any_supported_type(&World::get().server_key()).expect("a key");
    let mut provider = ring::default_provider();
    let versions = match setup.version {
        Version::Any => rustls::ALL_VERSIONS,
        Version::V12 => &[&TLS12],
        Version::V13 => &[&TLS13],
    };
    if setup.version != Version::Any {
        provider.cipher_suites = records::SUITES.to_vec();
    }
    let provider = Arc::new(provider);
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .expect("versions that ring has");
    let builder = if setup.clients == Clients::NotAsked {
        builder.with_no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(World::get().root.clone())).expect("a root");
        let asks = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let only_asks = setup.clients == Clients::Asked;
        let asks = if only_asks { asks.allow_unauthenticated() } else { asks };
        builder.with_client_cert_verifier(asks.build().expect("a verifier"))
    };
    let mut config =
        builder.with_cert_resolver(Arc::new(Always(Arc::new(CertifiedKey::new(chain, key)))));
    config.enable_secret_extraction = true;
    config.send_tls13_tickets = setup.tickets;
    config.max_early_data_size = setup.early_data;
    config.send_half_rtt_data = setup.half_rtt;
    config
}

/// The anchors of a kind as PEM.
pub fn pem(certificates: &[Vec<u8>]) -> String {
    let block = |der: &Vec<u8>| {
        let text = STANDARD.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    };
    certificates.iter().map(block).collect()
}
