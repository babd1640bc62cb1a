//! A certificate before it is signed (RFC 5280, 4.1).

use super::der::{authority, bits, key_usage, name, purposes, seq, tlv, validity};
use super::key::{Key, Scheme};

#[derive(Clone)]
pub struct Paper {
    /// The whole element; empty is version 1.
    pub version: Vec<u8>,
    /// The contents of the serial number.
    pub serial: Vec<u8>,
    /// Inside of what is signed, where it differs from the one outside.
    pub inner: Option<Vec<u8>>,
    pub issuer: Vec<u8>,
    pub validity: Vec<u8>,
    pub subject: Vec<u8>,
    pub public: Vec<u8>,
    /// None at all, or a list, which may be empty.
    pub extensions: Option<Vec<Vec<u8>>>,
}

impl Paper {
    fn new(issuer: &str, subject: &str, key: &Key) -> Self {
        Paper {
            version: tlv(0xa0, &tlv(2, &[2])),
            serial: vec![0x51, 0x17, 0x20, 0x26],
            inner: None,
            issuer: name(issuer),
            validity: validity("200101000000Z", "491231235959Z"),
            subject: name(subject),
            public: key.public.clone(),
            extensions: Some(Vec::new()),
        }
    }

    /// A server's, for these names: `SubjectAltName` or anything in its place.
    pub fn server(issuer: &str, key: &Key, names: Vec<u8>) -> Self {
        let mut paper = Self::new(issuer, "the service", key);
        paper.extensions = Some(vec![key_usage(0x80), purposes(&[1]), names]);
        paper
    }

    pub fn authority(issuer: &str, subject: &str, key: &Key) -> Self {
        let mut paper = Self::new(issuer, subject, key);
        paper.extensions = Some(vec![authority(None), key_usage(0x06)]);
        paper
    }

    pub fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.get_or_insert_default().push(extension);
        self
    }

    /// With these extensions and no others.
    pub fn only(mut self, extensions: Vec<Vec<u8>>) -> Self {
        self.extensions = Some(extensions);
        self
    }

    /// What is signed.
    pub fn body(&self, algorithm: &[u8]) -> Vec<u8> {
        let extensions = self.extensions.as_ref().map_or_else(Vec::new, |list| {
            let parts: Vec<&[u8]> = list.iter().map(Vec::as_slice).collect();
            tlv(0xa3, &seq(&parts))
        });
        seq(&[
            &self.version,
            &tlv(2, &self.serial),
            self.inner.as_deref().unwrap_or(algorithm),
            &self.issuer,
            &self.validity,
            &self.subject,
            &self.public,
            &extensions,
        ])
    }

    pub fn signed(&self, by: &Key) -> Vec<u8> {
        self.signed_as(by, Scheme::EcdsaSha256)
    }

    pub fn signed_as(&self, by: &Key, scheme: Scheme) -> Vec<u8> {
        let algorithm = scheme.identifier();
        let body = self.body(&algorithm);
        assembled(&body, &algorithm, &by.sign(scheme, &body))
    }
}

/// A certificate out of what is signed, whatever that is.
pub fn sealed(body: &[u8], by: &Key) -> Vec<u8> {
    let scheme = Scheme::EcdsaSha256;
    assembled(body, &scheme.identifier(), &by.sign(scheme, body))
}

/// A certificate out of its three parts.
pub fn assembled(body: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    seq(&[body, algorithm, &bits(signature)])
}
