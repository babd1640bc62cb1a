//! The server side of TLS.

use std::sync::Arc;

use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedCipherSuite};
use tokio_rustls::TlsAcceptor;

use crate::certs::Identity;
use crate::scenario::Tls;

/// # Errors
/// A key that rustls does not take.
pub fn acceptor(
    identity: Identity,
    only: Option<Tls>,
    chacha20: bool,
) -> Result<TlsAcceptor, String> {
    let versions = match only {
        None => vec![&TLS12, &TLS13],
        Some(Tls::V12) => vec![&TLS12],
        Some(Tls::V13) => vec![&TLS13],
    };
    let mut provider = rustls::crypto::ring::default_provider();
    if chacha20 {
        let named = |suite: &SupportedCipherSuite| format!("{:?}", suite.suite());
        provider.cipher_suites.retain(|suite| named(suite).contains("CHACHA20"));
    }
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&versions)
        .map_err(|e| e.to_string())?
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)
        .map_err(|e| e.to_string())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
