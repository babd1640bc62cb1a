//! The cryptography that rustls works with: ring's, without the parts that no login needs.

use std::sync::Arc;

use rustls::Error;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;

/// Given to rustls outright: the process-wide default belongs to the host.
pub fn provider() -> CryptoProvider {
    CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() }
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
