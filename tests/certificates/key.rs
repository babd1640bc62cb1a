//! Keys, and signatures that are good, weak or none.

use std::io::Write;
use std::process::{Command, Stdio};

use rcgen::KeyPair;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::der::{contents, oid, seq, tlv};

/// A key pair; PEM where only openssl can sign with it.
#[derive(Clone)]
pub struct Key {
    /// `SubjectPublicKeyInfo`
    pub public: Vec<u8>,
    private: Private,
}

#[derive(Clone)]
enum Private {
    Pkcs8(Vec<u8>),
    Pem(Vec<u8>),
}

/// How a certificate is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    EcdsaSha256,
    /// By openssl, with this hash; the last part of the algorithm's identifier is this.
    Ecdsa(&'static str, &'static [u8]),
    Rsa(&'static str, u8),
    /// RSA-PSS with everything left at its default, which is SHA-1.
    PssSha1,
}

impl Key {
    /// On P-256.
    pub fn new() -> Self {
        let pair = KeyPair::generate().expect("a key");
        Key { public: pair.public_key_der(), private: Private::Pkcs8(pair.serialize_der()) }
    }

    /// What `openssl genpkey` makes of these arguments.
    pub fn by_openssl(arguments: &[&str]) -> Self {
        let pem = openssl(&[&["genpkey", "-quiet"], arguments].concat(), b"");
        let public = openssl(&["pkey", "-pubout", "-outform", "DER"], &pem);
        Key { public, private: Private::Pem(pem) }
    }

    pub fn rsa(bits: u32) -> Self {
        let bits = format!("rsa_keygen_bits:{bits}");
        Self::by_openssl(&["-algorithm", "RSA", "-pkeyopt", &bits])
    }

    /// For a TLS server.
    pub fn der(&self) -> PrivateKeyDer<'static> {
        let Private::Pkcs8(der) = &self.private else { panic!("a key that only openssl knows") };
        PrivatePkcs8KeyDer::from(der.clone()).into()
    }

    /// For openssl.
    pub fn pem(&self) -> Vec<u8> {
        match &self.private {
            Private::Pkcs8(der) => openssl(&["pkey", "-inform", "DER"], der),
            Private::Pem(pem) => pem.clone(),
        }
    }

    pub fn sign(&self, scheme: Scheme, message: &[u8]) -> Vec<u8> {
        if scheme == Scheme::EcdsaSha256 {
            let key = any_supported_type(&self.der()).expect("a key of P-256");
            let signer = key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]);
            return signer.expect("its scheme").sign(message).expect("a signature");
        }
        by_openssl(&self.pem(), scheme, message)
    }
}

impl Scheme {
    /// `AlgorithmIdentifier`
    pub fn identifier(self) -> Vec<u8> {
        match self {
            Scheme::EcdsaSha256 => ecdsa(&[3, 2]),
            Scheme::Ecdsa(_, id) => ecdsa(id),
            Scheme::Rsa(_, id) => seq(&[&rsa(id), &tlv(5, &[])]),
            Scheme::PssSha1 => seq(&[&rsa(10), &seq(&[])]),
        }
    }

    fn hash(self) -> &'static str {
        match self {
            Scheme::EcdsaSha256 => "-sha256",
            Scheme::Ecdsa(hash, _) | Scheme::Rsa(hash, _) => hash,
            Scheme::PssSha1 => "-sha1",
        }
    }
}

/// `1.2.840.10045.4.…`
fn ecdsa(id: &[u8]) -> Vec<u8> {
    seq(&[&oid(&[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4], id].concat())])
}

/// `1.2.840.113549.1.1.…`
fn rsa(id: u8) -> Vec<u8> {
    oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, id])
}

fn by_openssl(pem: &[u8], scheme: Scheme, message: &[u8]) -> Vec<u8> {
    let mut file = tempfile::NamedTempFile::new().expect("a file for a key");
    file.write_all(pem).expect("the key is written");
    let path = file.path().to_str().expect("a path in UTF-8");
    let padding: &[&str] = match scheme {
        Scheme::PssSha1 => &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"],
        _ => &[],
    };
    openssl(&[&["dgst", scheme.hash(), "-sign", path, "-binary"], padding].concat(), message)
}

/// Its standard output.
fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl runs");
    child.stdin.take().expect("its input").write_all(input).expect("it reads");
    let said = child.wait_with_output().expect("openssl ends");
    assert!(said.status.success(), "openssl {arguments:?}: {said:?}");
    said.stdout
}

/// The key's own bits, for what else may be made of them.
pub fn point(key: &Key) -> Vec<u8> {
    let parts = contents(&key.public);
    let algorithm = 2 + usize::from(parts[1]);
    contents(&parts[algorithm..])[1..].to_vec()
}
