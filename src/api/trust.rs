//! Whom we believe: the system's store, or the `cafile`, read once and parsed only where it matters.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme, version,
};

use super::link::brief;
use super::pem;
use super::provider::provider;
use crate::config::{
    self,
    open::{Access, Problem},
};
use crate::core::failure::{Failure, Local};
use crate::descriptor::above_stdio;
use crate::errno;

/// Where distributions keep the bundle. Fixed: a variable such as `SSL_CERT_FILE` belongs to
/// whoever logs in.
const SYSTEM: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Red Hat, Fedora
    "/etc/pki/tls/certs/ca-bundle.crt",   // Red Hat, older
    "/var/lib/ca-certificates/ca-bundle.pem", // SUSE
    "/etc/ssl/ca-bundle.pem",             // SUSE, older
    "/etc/ssl/cert.pem",                  // Alpine
];

/// Ten times the largest bundle that a distribution ships.
const LARGEST: usize = 4 * 1024 * 1024;

/// Certificates behind the server's own. webpki tries every order of them, which takes a while where a
/// stranger has made many that fit each other; good services send one or two.
const MOST_INTERMEDIATES: usize = 8;

const NO_CERTIFICATE: &str = "no certificate in it";

/// What connections are made with.
///
/// # Errors
/// [`Local::TrustStore`]; [`Local::Request`] where rustls will not do without something.
pub fn client_config(cafile: Option<&Path>) -> Result<Arc<ClientConfig>, Failure> {
    let store = match cafile {
        Some(path) => Store::file(path),
        None => Store::system(),
    };
    let store = store.map_err(Failure::Local)?;
    let provider = provider();
    let verifier = Verifier::new(Arc::new(store), provider.signature_verification_algorithms);
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(|error| Failure::Local(Local::Request(brief(&error))))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // One service, a connection or two: the default reserves room for 256.
    config.resumption = Resumption::in_memory_sessions(2);
    Ok(Arc::new(config))
}

/// A bundle in memory: read and not mapped, since a file that shrinks would kill the host (SIGBUS).
#[derive(Debug)]
pub struct Store {
    text: Vec<u8>,
    /// `None`: not plain, parse it all.
    blocks: Option<Vec<std::ops::Range<usize>>>,
}

impl Store {
    /// The first of the system's bundles that exists.
    ///
    /// # Errors
    /// [`Local::TrustStore`] when there is none, or it cannot be read: a later one is not tried then.
    pub fn system() -> Result<Self, Local> {
        Self::first_of(&SYSTEM)
    }

    fn first_of(paths: &[&str]) -> Result<Self, Local> {
        for &path in paths {
            match open_bundle(path) {
                Ok(file) => return Self::read(file, path),
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(errno) => return Err(unopened(path, errno)),
            }
        }
        Err(Local::TrustStore(format!("none of {} exists", paths.join(", "))))
    }

    /// The `cafile` of the configuration, opened by the rule for all its files.
    ///
    /// # Errors
    /// [`Local::TrustStore`]
    pub fn file(path: &Path) -> Result<Self, Local> {
        let mut bytes = config::open::read(path, Access::Public, LARGEST).map_err(|error| {
            match error.problem {
                // Not the file's fault: said as everywhere else.
                Problem::Machine(local @ (Local::NoDescriptor | Local::NoMemory)) => local,
                _ => Local::TrustStore(error.to_string()),
            }
        })?;
        Self::parse(std::mem::take(&mut *bytes))
            .ok_or_else(|| unusable(&path.display().to_string(), NO_CERTIFICATE))
    }

    fn read(file: File, path: &str) -> Result<Self, Local> {
        let metadata = file.metadata().map_err(|error| unusable(path, &error.to_string()))?;
        if metadata.uid() != 0 || metadata.mode() & 0o022 != 0 {
            return Err(unusable(path, "others than root can write it"));
        }
        if !metadata.is_file() {
            return Err(unusable(path, "not a regular file"));
        }
        let size = usize::try_from(metadata.len()).unwrap_or(LARGEST).min(LARGEST);
        // One byte more, so that the end is seen without growing.
        let mut bytes = Vec::with_capacity(size + 1);
        let read = file.take(LARGEST as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| unusable(path, &error.to_string()))?;
        if bytes.len() > LARGEST {
            return Err(unusable(path, "larger than 4 MiB"));
        }
        Self::parse(bytes).ok_or_else(|| unusable(path, NO_CERTIFICATE))
    }

    /// `None` without any certificate.
    pub fn parse(text: Vec<u8>) -> Option<Self> {
        let blocks = pem::blocks(&text);
        let any = match &blocks {
            Some(blocks) => !blocks.is_empty(),
            None => !pem::decode_all(&text).is_empty(),
        };
        any.then_some(Self { text, blocks })
    }

    /// The anchors that a chain with these certificates can end in, in the bundle's order.
    ///
    /// webpki considers an anchor only when its subject equals an issuer in the chain, byte for
    /// byte; leaving out the others can only ever refuse more.
    fn anchors(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        let chain = std::iter::once(end_entity).chain(intermediates);
        let issuers: Option<Vec<&[u8]>> = chain.map(|der| pem::issuer(der)).collect();
        match (&self.blocks, issuers) {
            (Some(blocks), Some(issuers)) => {
                // One whose subject cannot be read is left to the parser.
                let wanted = |block: &&[u8]| pem::is_for(block, &issuers).unwrap_or(true);
                for block in blocks.iter().map(|range| &self.text[range.clone()]).filter(wanted) {
                    roots.add_parsable_certificates(pem::decode_all(block));
                }
            }
            _ => {
                roots.add_parsable_certificates(pem::decode_all(&self.text));
            }
        }
        roots
    }
}

/// Follows links: Red Hat's bundle is one. What counts is the owner of the file that is reached; the
/// directories on the way are root's on every system that names these paths.
fn open_bundle<P: rustix::path::Arg>(path: P) -> Result<File, Errno> {
    // Without blocking, so that a FIFO in the way cannot hold a login.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    let fd: OwnedFd = above_stdio(open(path, flags, Mode::empty())?)?;
    Ok(File::from(fd))
}

/// What keeps a file from being opened; that this machine has nothing left is not the file's fault.
fn unopened(path: &str, errno: Errno) -> Local {
    match errno::local(errno) {
        local @ (Local::NoDescriptor | Local::NoMemory) => local,
        _ => unusable(path, &errno.to_string()),
    }
}

fn unusable(path: &str, why: &str) -> Local {
    Local::TrustStore(format!("{path}: {why}"))
}

/// How webpki calls a server's certificate with `CA:TRUE`; rustls has no name for it.
const AUTHORITY_AS_SERVER: &str = "CaUsedAsEndEntity";

/// Our own verifier's words, or webpki's, in the place of whose name stands what an admin can do.
pub fn words(why: &str) -> String {
    match why {
        AUTHORITY_AS_SERVER => {
            "the first that the server shows is an authority's (CA:TRUE, as openssl \
            req -x509 makes it); make an authority for cafile, and by it one for the server, with \
            CA:FALSE and a subjectAltName"
                .to_owned()
        }
        why => why.to_owned(),
    }
}

/// rustls's own verification over the anchors that matter. `WebPkiServerVerifier` does the same but
/// refuses an empty store, which would turn an unknown issuer into another error.
#[derive(Debug)]
pub struct Verifier {
    store: Arc<Store>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub fn new(store: Arc<Store>, algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { store, algorithms }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if intermediates.len() > MOST_INTERMEDIATES {
            let why = format!("more than {MOST_INTERMEDIATES} certificates behind the server's");
            let why = OtherError(Arc::new(io::Error::other(why)));
            return Err(CertificateError::Other(why).into());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let roots = self.store.anchors(end_entity, intermediates);
        let algorithms = self.algorithms.all;
        verify_server_cert_signed_by_trust_anchor(
            &certificate,
            &roots,
            intermediates,
            now,
            algorithms,
        )?;
        verify_server_name(&certificate, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
