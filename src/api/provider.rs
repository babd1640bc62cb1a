//! The cryptography that rustls works with: ring's, without the parts that no login needs.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{CipherSuite, Error, NamedGroup};

/// Given to rustls outright: the process-wide default belongs to the host.
///
/// What each server of TLS 1.3 has to know (RFC 8446, 9.1) comes first: P-256, for which the key is
/// sent along, and AES-128-GCM with SHA-256. In ring these are also the cheapest.
pub fn provider() -> CryptoProvider {
    let default = ring::default_provider();
    CryptoProvider {
        cipher_suites: first(default.cipher_suites, |suite| {
            suite.suite() == CipherSuite::TLS13_AES_128_GCM_SHA256
        }),
        kx_groups: first(default.kx_groups, |group| group.name() == NamedGroup::secp256r1),
        key_provider: &NoKeys,
        ..default
    }
}

/// Those that are so before the others, each in their order.
fn first<T>(all: Vec<T>, is_first: impl Fn(&T) -> bool) -> Vec<T> {
    let (mut sorted, others): (Vec<T>, Vec<T>) = all.into_iter().partition(is_first);
    sorted.extend(others);
    sorted
}

/// Nobody authenticates to the service by a certificate. Without this, ring's signing would be in
/// the module: 48 KB that nothing calls.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        Err(Error::General("a login has no key of its own".into()))
    }
}
