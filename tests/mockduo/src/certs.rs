//! The authority of the state directory, and the server's certificate, good or bad on purpose.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use crate::files::StateDir;
use crate::scenario::Certificate;

const CA: &str = "ca.pem";
const CA_KEY: &str = "ca-key.pem";

/// What a TLS listener shows.
#[derive(Debug)]
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

struct Authority {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

/// Makes `ca.pem` in the state directory, or reuses it, and a server certificate of the wanted kind.
///
/// # Errors
/// A file that cannot be read or written, or a `ca.pem` whose key is missing or of another kind.
pub fn identity(
    dir: &StateDir,
    kind: Certificate,
    extra_names: &[String],
) -> Result<Identity, String> {
    let ours = authority(dir)?;
    issue(&ours, kind, extra_names).map_err(|e| format!("certificate: {e}"))
}

fn authority(dir: &StateDir) -> Result<Authority, String> {
    let stored = dir.read(CA)?.zip(dir.read(CA_KEY)?);
    let said = |e: rcgen::Error| format!("{}: {e}", dir.path(CA).display());
    if let Some((certificate, key)) = stored {
        let key = KeyPair::from_pem(&key).map_err(said)?;
        let params = CertificateParams::from_ca_cert_pem(&certificate).map_err(said)?;
        return Ok(Authority { certificate: params.self_signed(&key).map_err(said)?, key });
    }
    let made = new_authority().map_err(said)?;
    dir.write(CA_KEY, 0o600, &made.key.serialize_pem())?;
    dir.write(CA, 0o644, &made.certificate.pem())?;
    Ok(made)
}

fn new_authority() -> Result<Authority, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    // A number of its own, or two authorities would be mistaken for one another by their names.
    let serial = uuid::Uuid::new_v4().simple().to_string();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("mockduo test authority {}", &serial[..8]));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let now = OffsetDateTime::now_utc();
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(3650);
    let certificate = params.self_signed(&key)?;
    Ok(Authority { certificate, key })
}

fn issue(
    ours: &Authority,
    kind: Certificate,
    extra_names: &[String],
) -> Result<Identity, rcgen::Error> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend(
        extra_names.iter().filter(|name| !["127.0.0.1", "::1"].contains(&name.as_str())).cloned(),
    );
    if kind == Certificate::WrongName {
        names = vec!["somewhere-else.invalid".to_owned()];
    }
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "mockduo");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = kind != Certificate::SelfSigned;
    let now = OffsetDateTime::now_utc();
    (params.not_before, params.not_after) = match kind {
        Certificate::Expired => (now - Duration::days(30), now - Duration::days(1)),
        Certificate::NotYetValid => (now + Duration::days(1), now + Duration::days(30)),
        _ => (now - Duration::days(1), now + Duration::days(365)),
    };
    let key = KeyPair::generate()?;
    let certificate = match kind {
        Certificate::SelfSigned => params.self_signed(&key)?,
        Certificate::UnknownCa => {
            let other = new_authority()?;
            params.signed_by(&key, &other.certificate, &other.key)?
        }
        _ => params.signed_by(&key, &ours.certificate, &ours.key)?,
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok(Identity { chain: vec![certificate.der().clone()], key })
}
