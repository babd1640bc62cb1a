//! Every kind of chain, and every certificate with something changed at each of its boundaries: never
//! believed where it may not be, and never another word than rustls's own with a full store.

use super::mutants::{Tree, mutants};
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certificates::{Shown, World, all, sealed};

#[path = "../../../../tests/certificates/mod.rs"]
mod certificates;

/// 2027, when what is good is valid.
fn now() -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000))
}

fn bundle(anchors: &[Vec<u8>]) -> Vec<u8> {
    let block = |der: &Vec<u8>| {
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            STANDARD.encode(der)
        )
    };
    anchors.iter().map(block).collect::<String>().into_bytes()
}

fn ders(chain: &[Vec<u8>]) -> Vec<CertificateDer<'static>> {
    chain.iter().cloned().map(CertificateDer::from).collect()
}

/// Both verifiers' word, which is one, up to the certificates that rustls alone would look at.
struct Both {
    full: Arc<WebPkiServerVerifier>,
    lazy: Verifier,
}

impl Both {
    fn new(shown: &Shown) -> Self {
        let bundle = bundle(&shown.anchors);
        Both { full: full(&bundle), lazy: lazy(&bundle).expect("a certificate in it") }
    }

    fn say(&self, chain: &[CertificateDer<'_>], host: &str) -> Said {
        let host = ServerName::try_from(host.to_owned()).expect("a name");
        let said = say(&self.lazy, chain, &host, now());
        if chain.len() > MOST_INTERMEDIATES + 1 {
            assert!(said.is_err(), "{} certificates", chain.len());
            return said;
        }
        assert_eq!(said, say(&*self.full, chain, &host, now()), "lazily, then in full");
        said
    }
}

#[test]
fn each_kind_of_chain_is_believed_or_refused_as_it_should_be() {
    let world = World::get();
    let (mut believed, mut refused, mut wrong) = (0, 0, Vec::new());
    for kind in all() {
        let shown = (kind.show)(world);
        let said = Both::new(&shown).say(&ders(&shown.chain), kind.host);
        if said.is_ok() != kind.believed {
            wrong.push((kind.what, said));
        }
        if kind.believed { believed += 1 } else { refused += 1 }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(believed > 25 && refused > 120, "{believed} believed, {refused} refused: too few");
}

/// Not signed again: whoever changes a certificate has no authority's key. The server's own, and the
/// intermediate's.
#[test]
fn no_certificate_is_believed_that_was_changed_at_any_boundary() {
    let shown = good();
    let both = Both::new(&shown);
    let whole = ders(&shown.chain);
    assert_eq!(both.say(&whole, "localhost"), Ok(()));
    let mut refused = 0;
    for link in 0..whole.len() {
        let tree = Tree::parse(&shown.chain[link]).expect("DER");
        assert_eq!(tree.bytes(), shown.chain[link], "taken apart and put together again");
        for mutant in mutants(&tree).filter(|mutant| *mutant != shown.chain[link]) {
            let mut chain = whole.clone();
            chain[link] = CertificateDer::from(mutant);
            let said = both.say(&chain, "localhost");
            assert!(said.is_err(), "certificate {link}: {:02x?}", chain[link].as_ref());
            refused += 1;
        }
    }
    assert!(refused > 3_000, "only {refused} certificates");
}

#[test]
fn no_certificate_is_believed_of_which_a_part_is_missing_or_any_bit_is_wrong() {
    let shown = good();
    let both = Both::new(&shown);
    let whole = ders(&shown.chain);
    let mut refused = 0;
    for link in 0..whole.len() {
        let der = &shown.chain[link];
        let cut = (0..der.len()).map(|end| der[..end].to_vec());
        let flipped = (0..der.len() * 8).map(|bit| {
            let mut der = der.clone();
            der[bit / 8] ^= 1 << (bit % 8);
            der
        });
        for mutant in cut.chain(flipped) {
            let mut chain = whole.clone();
            chain[link] = CertificateDer::from(mutant);
            assert!(
                both.say(&chain, "localhost").is_err(),
                "{link}: {:02x?}",
                chain[link].as_ref()
            );
            refused += 1;
        }
    }
    assert!(refused > 6_000, "only {refused} certificates");
}

/// An authority that signs whatever it is given: what is believed then is for rustls to say, and
/// nothing else is said here.
#[test]
fn what_an_authority_signs_however_it_is_written_is_one_thing_for_both() {
    let world = World::get();
    let shown = good();
    let both = Both::new(&shown);
    let whole = ders(&shown.chain);
    let (mut believed, mut refused) = (0, 0);
    for (link, key) in [&world.middle_key, &world.root_key].into_iter().enumerate() {
        let tree = Tree::parse(&shown.chain[link]).expect("DER");
        for body in mutants(tree.first()) {
            let mut chain = whole.clone();
            chain[link] = CertificateDer::from(sealed(&body, key));
            match both.say(&chain, "localhost") {
                Ok(()) => believed += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(believed > 100 && refused > 1_000, "{believed} believed, {refused} refused: blunt");
}

/// As many as any order of them could be tried in.
#[test]
fn no_more_certificates_are_looked_at_than_good_services_send() {
    let mut shown = good();
    let stranger = shown.chain[0].clone();
    for count in shown.chain.len()..=20 {
        let said = Both::new(&shown).say(&ders(&shown.chain), "localhost");
        assert_eq!(said.is_ok(), count <= 9, "{count} certificates: {said:?}");
        shown.chain.push(stranger.clone());
    }
}

/// What two authorities sign, each changed at one boundary.
#[test]
#[ignore = "takes minutes: make test-long"]
fn no_two_changes_at_once_tell_the_two_stores_apart() {
    let world = World::get();
    let shown = good();
    let both = Both::new(&shown);
    let bodies: Vec<Vec<Vec<u8>>> = shown
        .chain
        .iter()
        .map(|der| mutants(Tree::parse(der).expect("DER").first()).collect())
        .collect();
    let keys = [&world.middle_key, &world.root_key];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..50_000 {
        let pick = |link: usize| sealed(&bodies[link][dice.roll(bodies[link].len())], keys[link]);
        let chain: Vec<Vec<u8>> = (0..2).map(pick).collect();
        let _ = both.say(&ders(&chain), "localhost");
    }
}

fn good() -> Shown {
    let kind = all().next().expect("the first kind");
    assert!(kind.believed);
    (kind.show)(World::get())
}
