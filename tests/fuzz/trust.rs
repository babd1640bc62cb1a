//! A bundle of certificates of any bytes, behind one that is good and without it: whoever is trusted
//! by it is whoever is trusted when all of it is parsed.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{RootCertStore, crypto};

use super::link::{AUTHORITY, NAME, certificate};
use crate::api::pem;
use crate::api::trust::{Store, Verifier};

/// While the certificate is valid.
pub const NOW: Duration = Duration::from_secs(1_800_000_000);

pub fn target(data: &[u8]) {
    is_read_alike(data);
    for bytes in [data.to_vec(), [data, b"\n", AUTHORITY.as_bytes()].concat()] {
        let trusted = is_trusted(&bytes);
        assert_eq!(trusted, is_trusted_when_all_is_parsed(&bytes));
        // What stands in front of it can hide it, but only where the whole parser says so, too.
    }
    let _ = pem::issuer(data);
}

/// The blocks are those that the whole parser finds, in its order.
fn is_read_alike(data: &[u8]) {
    let Some(blocks) = pem::blocks(data) else { return };
    let blocks: Vec<&[u8]> = blocks.into_iter().map(|range| &data[range]).collect();
    let single: Vec<CertificateDer<'static>> =
        blocks.iter().flat_map(|block| pem::decode_all(block)).collect();
    assert_eq!(single, pem::decode_all(data));
    for block in blocks {
        is_for_its_own_subject(block);
    }
}

/// A root that its own subject would not find could never be trusted.
fn is_for_its_own_subject(block: &[u8]) {
    for der in pem::decode_all(block) {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates([der]);
        for root in roots.roots {
            assert_ne!(pem::is_for(block, &[root.subject.as_ref()]), Some(false));
        }
    }
}

fn is_trusted(bundle: &[u8]) -> bool {
    let Some(store) = Store::parse(bundle.to_vec()) else { return false };
    let algorithms = crypto::ring::default_provider().signature_verification_algorithms;
    let verifier = Verifier::new(Arc::new(store), algorithms);
    let name = ServerName::try_from(NAME).expect("a name");
    let (now, certificate) = (UnixTime::since_unix_epoch(NOW), certificate());
    verifier.verify_server_cert(&certificate, &[], &name, &[], now).is_ok()
}

fn is_trusted_when_all_is_parsed(bundle: &[u8]) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(pem::decode_all(bundle));
    let algorithms = crypto::ring::default_provider().signature_verification_algorithms;
    let (now, certificate) = (UnixTime::since_unix_epoch(NOW), certificate());
    let parsed = ParsedCertificate::try_from(&certificate).expect("a certificate");
    verify_server_cert_signed_by_trust_anchor(&parsed, &roots, &[], now, algorithms.all).is_ok()
}
