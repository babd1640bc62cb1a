//! Certificates that are oddly written, or too large.

use super::der::{alt_names, contents, dns, extension, extension_of, ip, oid, seq, tlv};
use super::kinds::{Kind, Shown, World, believed, refused, usual};
use super::paper::Paper;

fn serial(world: &World, serial: &[u8]) -> Shown {
    world.under_middle(&Paper { serial: serial.to_vec(), ..world.leaf() })
}

fn version(world: &World, version: Vec<u8>) -> Shown {
    world.under_middle(&Paper { version, ..world.leaf() })
}

fn with(world: &World, extension: Vec<u8>) -> Shown {
    world.under_middle(&world.leaf().with(extension))
}

/// The good certificate, written otherwise.
fn rewritten(world: &World, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Shown {
    let good = world.leaf().signed(&world.middle_key);
    world.shown(vec![change(good), world.middle.clone()])
}

/// So many bytes that nobody looks at.
fn ballast(size: usize) -> Vec<u8> {
    extension_of(&[0x2a, 3, 4], false, &tlv(4, &vec![0; size]))
}

fn many_names(count: u32) -> Vec<u8> {
    let others = (0..count).map(|n| dns(format!("n{n}.example").as_bytes()));
    alt_names(&others.chain([dns(b"localhost")]).collect::<Vec<_>>())
}

/// An element with a length of more bytes than it needs.
fn wordy(tag: u8, inner: &[u8]) -> Vec<u8> {
    let length = u32::try_from(inner.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[tag, 0x84], &length[..], inner].concat()
}

pub const KINDS: &[Kind] = &[
    believed("a serial number of 20 bytes", |w| serial(w, &[0x7f; 20])),
    // The number names a certificate in lists of revoked ones, which are not read: it decides nothing.
    believed("an empty serial number", |w| serial(w, &[])),
    believed("a negative serial number", |w| serial(w, &[0x80])),
    believed("the serial number zero", |w| serial(w, &[0])),
    refused("version 1, with extensions", |w| version(w, vec![])),
    refused("version 2", |w| version(w, tlv(0xa0, &tlv(2, &[1])))),
    refused("version 4", |w| version(w, tlv(0xa0, &tlv(2, &[3])))),
    refused("version 3 in a number of two bytes", |w| version(w, tlv(0xa0, &tlv(2, &[0, 2])))),
    refused("version 1, and no names", |w| {
        w.under_middle(&Paper { version: vec![], extensions: None, ..w.leaf() })
    }),
    refused("no extensions", |w| w.under_middle(&Paper { extensions: None, ..w.leaf() })),
    refused("an empty list of extensions", |w| w.under_middle(&w.leaf().only(vec![]))),
    refused("an extension that is empty", |w| with(w, seq(&[]))),
    refused("an extension without a value", |w| with(w, seq(&[&oid(&[0x2a, 3, 4])]))),
    refused("an extension whose importance is 1", |w| {
        with(w, seq(&[&oid(&[0x2a, 3, 4]), &tlv(1, &[1]), &tlv(4, &[5, 0])]))
    }),
    refused("two lists of names, the right one first", |w| {
        with(w, alt_names(&[dns(b"other.example")]))
    }),
    refused("two lists of names, the right one last", |w| {
        let other = alt_names(&[dns(b"other.example")]);
        w.under_middle(&w.leaf().only(vec![other, usual()]))
    }),
    refused("two lists of purposes", |w| with(w, extension(37, false, &seq(&[])))),
    refused("more behind the certificate", |w| rewritten(w, |good| [good, vec![5, 0]].concat())),
    refused("more within the certificate", |w| {
        rewritten(w, |good| tlv(0x30, &[contents(&good), &[5, 0]].concat()))
    }),
    refused("its last byte missing", |w| rewritten(w, |good| good[..good.len() - 1].to_vec())),
    refused("its length in four bytes", |w| rewritten(w, |good| wordy(0x30, contents(&good)))),
    refused("its length left open", |w| {
        rewritten(w, |good| [&[0x30, 0x80], contents(&good), &[0, 0]].concat())
    }),
    refused("as a set and no sequence", |w| rewritten(w, |good| tlv(0x31, contents(&good)))),
    refused("in PEM", |w| rewritten(w, |_| b"-----BEGIN CERTIFICATE-----\nMIIB\n".to_vec())),
    refused("a thousand sequences within each other", |w| {
        rewritten(w, |_| (0..1000).fold(Vec::new(), |inner, _| seq(&[&inner])))
    }),
    refused("60 kB of bytes 0x30", |w| rewritten(w, |_| vec![0x30; 60_000])),
    refused("60 kB of open lengths", |w| rewritten(w, |_| [0x30, 0x80].repeat(30_000))),
    believed("20 kB in an extension that nobody knows", |w| with(w, ballast(20_000))),
    refused("70 kB in an extension that nobody knows", |w| with(w, ballast(70_000))),
    refused("a megabyte in an extension that nobody knows", |w| with(w, ballast(1_000_000))),
    believed("2,000 names, the last of them the right one", |w| w.named(many_names(2_000))),
    refused("2,000 names, none of them the right one", |w| w.named(many_names(2_000)))
        .at("service.example"),
    refused("2,000 names against 2,000 constraints", |w| {
        let each = (0..2_000).map(|n| seq(&[&dns(format!("n{n}.test").as_bytes())]));
        let value = seq(&[&tlv(0xa1, &each.collect::<Vec<_>>().concat())]);
        let middle = w.between().with(extension(30, true, &value)).signed(&w.root_key);
        let leaf = Paper { extensions: None, ..w.leaf() }.with(many_names(2_000));
        w.shown(vec![leaf.signed(&w.middle_key), middle])
    }),
    refused("4,000 addresses, none of them the right one", |w| {
        let each = (0..4_000_u32).map(|n| ip(&(0x0a00_0000 + n).to_be_bytes()));
        w.named(alt_names(&each.collect::<Vec<_>>()))
    })
    .at("127.0.0.1"),
    refused("a name of 30 kB", |w| w.named(alt_names(&[dns(&b"a.".repeat(15_000))]))),
    refused("an identifier of 10 kB", |w| with(w, extension_of(&[0x81; 10_000], true, &[5, 0]))),
];
