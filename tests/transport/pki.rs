//! Certificates of every kind, made on the spot.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion};
use tempfile::NamedTempFile;

pub struct Ca {
    certificate: Certificate,
    key: KeyPair,
}

/// A server's chain and key.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Ca {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a CA");
        Self { certificate, key }
    }

    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A file with this CA alone in it.
    pub fn file(&self) -> NamedTempFile {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(self.pem().as_bytes()).expect("room for it");
        // Readable for the tests that run as somebody else.
        file.as_file().set_permissions(Permissions::from_mode(0o644)).expect("our own file");
        file
    }

    /// A certificate for 127.0.0.1 and localhost, valid now.
    pub fn issue(&self) -> Identity {
        self.issue_with(|_| {})
    }

    pub fn issue_with(&self, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = server_params();
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate =
            params.signed_by(&key, &self.certificate, &self.key).expect("a certificate");
        Identity { chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }
}

pub fn server_params() -> CertificateParams {
    CertificateParams::new(vec!["127.0.0.1".into(), "localhost".into()]).expect("names")
}

/// Signed by nobody but itself.
pub fn self_signed() -> Identity {
    let key = KeyPair::generate().expect("a key");
    let certificate = server_params().self_signed(&key).expect("a certificate");
    Identity { chain: vec![certificate.der().clone()], key: key.serialize_der() }
}

impl Identity {
    pub fn server_config(&self, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
        self.server_config_with(rustls::crypto::ring::default_provider(), versions)
    }

    pub fn server_config_with(
        &self,
        provider: CryptoProvider,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ServerConfig {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(versions)
            .expect("versions that ring has")
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), key)
            .expect("a key that fits its certificate")
    }
}
