//! The lazy store against the full one: never a different result, never a different error.

use std::sync::OnceLock;
use std::time::Duration;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, GeneralSubtree, IsCa, KeyPair,
    NameConstraints,
};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;

use super::*;

mod corpus;
mod mutants;

struct Signer {
    certificate: Certificate,
    key: KeyPair,
}

fn params(name: &str, ca: IsCa) -> CertificateParams {
    let mut params =
        CertificateParams::new(vec!["service.example".into(), "127.0.0.1".into()]).expect("names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = ca;
    params
}

fn ca() -> IsCa {
    IsCa::Ca(BasicConstraints::Unconstrained)
}

fn root(params: &CertificateParams) -> Signer {
    let key = KeyPair::generate().expect("a key");
    Signer { certificate: params.clone().self_signed(&key).expect("a root"), key }
}

impl Signer {
    fn sign(&self, params: CertificateParams) -> Signer {
        let key = KeyPair::generate().expect("a key");
        let certificate =
            params.signed_by(&key, &self.certificate, &self.key).expect("a certificate");
        Signer { certificate, key }
    }

    fn der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    fn pem(&self) -> String {
        // The parser of a plain bundle wants plain line ends.
        self.certificate.pem().replace('\r', "")
    }
}

/// Chains (end entity first) and bundles, chosen so that each way to succeed and to fail is there.
struct World {
    chains: Vec<Vec<CertificateDer<'static>>>,
    bundles: Vec<Vec<u8>>,
}

fn world() -> World {
    let one = root(&params("one", ca()));
    // Another key under the same name: both are candidates, in the order of the bundle.
    let twin = root(&params("one", ca()));
    let mut constrained = params("constrained", ca());
    constrained.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("elsewhere.example".into())],
        excluded_subtrees: vec![],
    });
    let constrained = root(&constrained);
    let long = root(&params(&"long name ".repeat(60), ca()));
    let middle = one.sign(params("middle", ca()));
    let no_ca = one.sign(params("no CA", IsCa::NoCa));
    let leaf = |signer: &Signer| signer.sign(params("leaf", IsCa::NoCa)).der();
    let mut expired = params("expired", IsCa::NoCa);
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let alone = root(&params("alone", IsCa::NoCa));
    let chains = vec![
        vec![leaf(&one)],
        vec![leaf(&twin)],
        vec![leaf(&middle), middle.der()],
        vec![leaf(&middle)],
        vec![leaf(&middle), middle.der(), one.der()],
        vec![leaf(&middle), one.der(), middle.der()],
        vec![leaf(&no_ca), no_ca.der()],
        vec![leaf(&constrained)],
        vec![leaf(&long)],
        vec![one.sign(expired).der()],
        vec![alone.der()],
        vec![one.der()],
        vec![leaf(&one), CertificateDer::from(b"no certificate".to_vec())],
        vec![CertificateDer::from(b"no certificate".to_vec())],
    ];
    let all = [&one, &twin, &constrained, &long, &alone].map(Signer::pem);
    let mut bundles = vec![
        all.concat(),
        all.iter().rev().cloned().collect::<String>(),
        format!("# a comment - with dashes\n\n{}\ntrailing words\n{}", all[0], all[2]),
        all[0].clone(),
        all[0].trim_end().to_owned(),
        twin.pem(),
        format!("{}{}", twin.pem(), one.pem()),
        middle.pem(),
        long.pem(),
        all.concat().replace('\n', "\r\n"),
        format!("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n{}", all[0]),
        format!("-----BEGIN CERTIFICATE-----\nAA!A\n-----END CERTIFICATE-----\n{}", all[0]),
        format!("comment -----BEGIN CERTIFICATE-----\n{}", all[0]),
        all[0].replacen("-----BEGIN", " -----BEGIN", 1) + &all[1],
        all[0].replacen("-----END CERTIFICATE-----", "-----END CERTIFICATE----- ", 1) + &all[1],
        "nothing at all".into(),
        String::new(),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect::<Vec<_>>();
    bundles.push([&b"# caf\xe9\n"[..], all[0].as_bytes()].concat());
    World { chains, bundles }
}

fn times() -> [UnixTime; 3] {
    // Before the expired certificate's end, now-ish, and after everything.
    [1_500_000_000, 1_800_000_000, 80_000_000_000]
        .map(|at| UnixTime::since_unix_epoch(Duration::from_secs(at)))
}

fn server_names() -> [ServerName<'static>; 3] {
    ["service.example", "127.0.0.1", "other.example"]
        .map(|name| ServerName::try_from(name).expect("a name"))
}

/// What rustls says with every certificate of the bundle in its store; an empty one knows nobody.
fn full(bundle: &[u8]) -> Arc<WebPkiServerVerifier> {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(bundle).flatten());
    if roots.is_empty() {
        static NOBODYS: OnceLock<CertificateDer<'static>> = OnceLock::new();
        let other = NOBODYS.get_or_init(|| root(&params("nobody's", ca())).der());
        roots.add(other.clone()).expect("a root");
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    verifier.build().expect("a verifier")
}

fn lazy(bundle: &[u8]) -> Option<Verifier> {
    let store = Store::parse(bundle.to_vec())?;
    Some(Verifier::new(Arc::new(store), ring::default_provider().signature_verification_algorithms))
}

type Said = Result<(), String>;

fn say(
    verifier: &dyn ServerCertVerifier,
    chain: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    now: UnixTime,
) -> Said {
    let (first, rest) = chain.split_first().expect("a chain");
    verifier.verify_server_cert(first, rest, name, &[], now).map(drop).map_err(|e| format!("{e:?}"))
}

#[test]
fn lazily_or_in_full_the_result_and_the_error_are_the_same() {
    let world = world();
    let (mut trusted, mut refused) = (0, 0);
    for bundle in &world.bundles {
        let full = full(bundle);
        let Some(lazy) = lazy(bundle) else {
            assert_eq!(CertificateDer::pem_slice_iter(bundle).flatten().count(), 0);
            continue;
        };
        for chain in &world.chains {
            for name in &server_names() {
                for now in times() {
                    let expected = say(&*full, chain, name, now);
                    assert_eq!(
                        say(&lazy, chain, name, now),
                        expected,
                        "{}",
                        String::from_utf8_lossy(bundle)
                    );
                    if expected.is_ok() { trusted += 1 } else { refused += 1 }
                }
            }
        }
    }
    assert!(
        trusted > 50 && refused > 500,
        "{trusted} trusted, {refused} refused: the test is blunt"
    );
}

/// Twenty thousand changes to bundles and chains. A difference is only allowed where the bundle holds
/// no certificate at all: then there is no lazy store.
#[test]
fn no_mutation_tells_the_two_stores_apart() {
    let world = world();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut differ, mut trusted) = (0, 0);
    let name = &server_names()[0];
    for round in 0..20_000_u32 {
        let mut pick = |count| dice.roll(count);
        let mut bundle = world.bundles[pick(world.bundles.len())].clone();
        let mut chain = world.chains[pick(world.chains.len())].clone();
        // One in two changes is to the chain: bundles are longer, and most of one is never looked at.
        if round % 2 == 0 || bundle.is_empty() {
            let link = pick(chain.len());
            let mut der = chain[link].to_vec();
            mutate(&mut der, &mut pick);
            chain[link] = CertificateDer::from(der);
        } else {
            mutate(&mut bundle, &mut pick);
        }
        let Some(lazy) = lazy(&bundle) else { continue };
        let now = times()[1];
        let expected = say(&*full(&bundle), &chain, name, now);
        trusted += usize::from(expected.is_ok());
        differ += usize::from(say(&lazy, &chain, name, now) != expected);
    }
    assert_eq!(differ, 0);
    assert!(trusted > 500, "only {trusted} trusted: the test is blunt");
}

/// Xorshift: the same on every run, so that a failure can be looked at.
struct Dice(u64);

impl Dice {
    /// 0 to `sides` - 1.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }
}

/// Changes, drops or doubles a byte, or cuts the end.
fn mutate(bytes: &mut Vec<u8>, pick: &mut impl FnMut(usize) -> usize) {
    let at = pick(bytes.len());
    match pick(8) {
        0 => drop(bytes.remove(at)),
        1 => bytes.insert(at, bytes[at]),
        2 => bytes.truncate(at),
        3 => bytes[at] ^= 1 << pick(8),
        4 => bytes[at] = b'\n',
        5 => bytes[at] = b'-',
        6 => bytes[at] = b'\r',
        _ => bytes[at] = u8::try_from(pick(256)).unwrap_or(0),
    }
}

#[test]
fn only_the_anchors_that_can_matter_are_parsed() {
    let signer = root(&params("the one", ca()));
    let others =
        (0..20).map(|n| root(&params(&format!("other {n}"), ca())).pem()).collect::<String>();
    let store = Store::parse(format!("{others}{}", signer.pem()).into_bytes()).expect("a store");
    assert!(store.blocks.is_some(), "plain, but not taken for it");
    let leaf = signer.sign(params("leaf", IsCa::NoCa)).der();
    assert_eq!(store.anchors(&leaf, &[]).len(), 1);
}

#[test]
fn the_bundle_of_this_system_is_plain_and_each_subject_can_be_read() {
    let store = Store::system().expect("ca-certificates is installed");
    let blocks = store.blocks.as_ref().expect("a plain bundle");
    let all = pem::decode_all(&store.text);
    assert_eq!(blocks.len(), all.len());
    let mut told = 0;
    for (block, der) in blocks.iter().zip(&all) {
        assert!(pem::issuer(der).is_some(), "a certificate's issuer");
        let anchor = webpki::anchor_from_trusted_cert(der).expect("an anchor");
        let subject = anchor.subject.as_ref();
        let block = &store.text[block.clone()];
        told += usize::from(pem::is_for(block, &[b"somebody"]).is_some());
        assert_ne!(pem::is_for(block, &[b"somebody", subject]), Some(false));
        // One of the same length, which differs at the end.
        let mut other = subject.to_vec();
        *other.last_mut().expect("a name") ^= 1;
        assert_ne!(pem::is_for(block, &[&other]), Some(true));
    }
    assert!(told * 10 > all.len() * 9, "only {told} of {} are told by their heads", all.len());
}

#[test]
fn a_store_that_cannot_be_read_is_a_failure_of_this_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ca.pem");
    let reason = |path: &Path| match Store::file(path) {
        Err(Local::TrustStore(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(reason(&path).contains("no such file"), "{}", reason(&path));
    std::fs::write(&path, "no certificate").expect("written");
    assert!(reason(&path).contains(NO_CERTIFICATE), "{}", reason(&path));
    std::fs::write(&path, vec![b'x'; LARGEST + 1]).expect("written");
    assert!(reason(&path).contains("large"), "{}", reason(&path));
    // Whoever can write it can let in anyone.
    std::fs::write(&path, root(&params("root", ca())).pem()).expect("written");
    assert!(Store::file(&path).is_ok(), "it is the mode alone that is refused");
    let everyone = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(&path, everyone).expect("our own file");
    assert!(reason(&path).contains("mode 0666"), "{}", reason(&path));
    assert!(reason(folder.path()).contains("regular file"));
    assert!(reason(&fifo(folder.path())).contains("regular file"));
}

fn fifo(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("fifo");
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &path, kind, Mode::RWXU, 0).expect("a FIFO");
    path
}

#[test]
fn the_first_bundle_that_exists_is_the_only_one_that_is_tried() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let reason = |paths: &[&str]| match Store::first_of(paths) {
        Err(Local::TrustStore(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(reason(&[&at("a"), &at("b")]).starts_with("none of "));
    assert!(reason(&[&at("a"), SYSTEM_LIKE]).contains("regular file"));
    // Whoever can write it can let in anyone.
    std::fs::write(at("open"), root(&params("root", ca())).pem()).expect("written");
    let everyone = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(at("open"), everyone).expect("our own file");
    assert!(reason(&[&at("open"), SYSTEM[0]]).contains("others than root"));
    let fifo = fifo(folder.path());
    assert!(Store::first_of(&[fifo.to_str().expect("text"), SYSTEM[0]]).is_err());
}

/// Root's, there on every system, and no bundle.
const SYSTEM_LIKE: &str = "/etc";
