//! Who signed, with what.

use super::der::{bits, oid, seq, tlv};
use super::key::{Key, Scheme, point};
use super::kinds::{Kind, MIDDLE, ROOT, Shown, World, believed, refused};
use super::paper::{Paper, assembled};

const RSA_SHA256: Scheme = Scheme::Rsa("-sha256", 11);

/// An intermediate with this key, which signs the server's certificate like this.
fn by(world: &World, key: &Key, scheme: Scheme) -> Shown {
    let middle = Paper::authority(ROOT, MIDDLE, key).signed(&world.root_key);
    world.shown(vec![world.leaf().signed_as(key, scheme), middle])
}

/// The server's certificate with another algorithm's name inside, outside, or on both sides.
fn called(world: &World, inner: &[u8], outer: &[u8]) -> Shown {
    let body = world.leaf().body(inner);
    let signature = world.middle_key.sign(Scheme::EcdsaSha256, &body);
    world.shown(vec![assembled(&body, outer, &signature), world.middle.clone()])
}

fn sha256() -> Vec<u8> {
    Scheme::EcdsaSha256.identifier()
}

/// `1.2.840.10045.4.3.2` with parameters, where there may be none.
fn with_null() -> Vec<u8> {
    let id = super::der::contents(&sha256()).to_vec();
    seq(&[&id, &tlv(5, &[])])
}

/// The server's certificate with this in the place of the signature.
fn signed_with(world: &World, signature: &[u8]) -> Shown {
    let body = world.leaf().body(&sha256());
    world.shown(vec![seq(&[&body, &sha256(), signature]), world.middle.clone()])
}

/// An intermediate whose public key is this.
fn whose_key_is(world: &World, public: Vec<u8>) -> Shown {
    world.below(&Paper { public, ..world.between() })
}

/// `SubjectPublicKeyInfo` of an elliptic curve with this identifier.
fn on_curve(curve: &[u8], point: &[u8]) -> Vec<u8> {
    let kind = oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]);
    seq(&[&seq(&[&kind, curve]), &bits(point)])
}

const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

pub const KINDS: &[Kind] = &[
    believed("nothing is wrong", |w| w.under_middle(&w.leaf())),
    believed("an RSA key of 2048 bits signs, with SHA-256", |w| by(w, w.rsa(true), RSA_SHA256)),
    refused("an RSA key of 1024 bits signs", |w| by(w, w.rsa(false), RSA_SHA256)),
    refused("signed with RSA and MD5", |w| by(w, w.rsa(true), Scheme::Rsa("-md5", 4))),
    refused("signed with RSA and SHA-1", |w| by(w, w.rsa(true), Scheme::Rsa("-sha1", 5))),
    refused("signed with RSA and SHA-224", |w| by(w, w.rsa(true), Scheme::Rsa("-sha224", 14))),
    refused("signed with RSA-PSS and SHA-1", |w| by(w, w.rsa(true), Scheme::PssSha1)),
    refused("signed with ECDSA and SHA-1", |w| by(w, &w.middle_key, Scheme::Ecdsa("-sha1", &[1]))),
    refused("the intermediate is signed with SHA-1", |w| {
        let middle = w.between().signed_as(&w.root_key, Scheme::Ecdsa("-sha1", &[1]));
        w.shown(vec![w.leaf().signed(&w.middle_key), middle])
    }),
    refused("the intermediate's key is on secp256k1", |w| {
        let key = Key::by_openssl(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]);
        by(w, &key, Scheme::Ecdsa("-sha256", &[3, 2]))
    }),
    refused("the signature's algorithm is unknown", |w| {
        let unknown = seq(&[&oid(&[0x2a, 3, 4, 5])]);
        called(w, &unknown, &unknown)
    }),
    refused("the signature's algorithm is missing", |w| called(w, &seq(&[]), &seq(&[]))),
    refused("two algorithms of the signature, the inner one unknown", |w| {
        called(w, &seq(&[&oid(&[0x2a, 3, 4, 5])]), &sha256())
    }),
    refused("two algorithms of the signature, the outer one weaker", |w| {
        called(w, &sha256(), &Scheme::Ecdsa("-sha1", &[1]).identifier())
    }),
    refused("parameters of the signature's algorithm where there are none", |w| {
        called(w, &with_null(), &with_null())
    }),
    refused("an empty signature", |w| signed_with(w, &bits(&[]))),
    refused("no signature", |w| signed_with(w, &[])),
    refused("a signature of zeros", |w| signed_with(w, &bits(&[0; 72]))),
    refused("a signature of the integers zero", |w| {
        signed_with(w, &bits(&seq(&[&tlv(2, &[0]), &tlv(2, &[0])])))
    }),
    refused("a signature of bits that do not fill its last byte", |w| {
        let good = w.middle_key.sign(Scheme::EcdsaSha256, &w.leaf().body(&sha256()));
        signed_with(w, &tlv(3, &[&[4], &good[..]].concat()))
    }),
    refused("another certificate's signature", |w| {
        let other = Paper { serial: vec![7], ..w.leaf() }.body(&sha256());
        signed_with(w, &bits(&w.middle_key.sign(Scheme::EcdsaSha256, &other)))
    }),
    refused("signed with the server's own key", |w| {
        w.shown(vec![w.leaf().signed(&w.leaf_key), w.middle.clone()])
    }),
    refused("the intermediate's key is not on its curve", |w| {
        whose_key_is(w, on_curve(P256, &[&[4], &[7; 64][..]].concat()))
    }),
    refused("the intermediate's key is the point at infinity", |w| {
        whose_key_is(w, on_curve(P256, &[0]))
    }),
    refused("the intermediate's key is on an unknown curve", |w| {
        whose_key_is(w, on_curve(&oid(&[0x2a, 3]), &point(&w.middle_key)))
    }),
    refused("the intermediate's key brings a curve of its own", |w| {
        whose_key_is(w, on_curve(&seq(&[&tlv(2, &[1])]), &point(&w.middle_key)))
    }),
    refused("the intermediate's key is empty", |w| whose_key_is(w, seq(&[&seq(&[]), &bits(&[])]))),
];
