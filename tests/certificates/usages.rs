//! What for, by whom and until when.

use super::der::{authority, extension, extension_of, key_usage, purposes, seq, tlv, validity};
use super::kinds::{Kind, ROOT, Shown, World, believed, refused, usual};
use super::paper::Paper;

/// The server's certificate with these extensions beside its names.
fn server(world: &World, extensions: Vec<Vec<u8>>) -> Shown {
    world.under_middle(&world.leaf().only([extensions, vec![usual()]].concat()))
}

/// Below an intermediate with these extensions and no others.
fn under(world: &World, extensions: Vec<Vec<u8>>) -> Shown {
    world.below(&world.between().only(extensions))
}

fn valid(world: &World, from: &str, until: &str) -> Shown {
    world.under_middle(&Paper { validity: validity(from, until), ..world.leaf() })
}

/// `2.5.29.37.0`, any purpose.
fn any_purpose() -> Vec<u8> {
    extension(37, false, &seq(&[&[6, 4, 0x55, 0x1d, 0x25, 0]]))
}

pub const KINDS: &[Kind] = &[
    believed("no purpose is named", |w| server(w, vec![])),
    believed("a server's and a client's", |w| server(w, vec![purposes(&[1, 2])])),
    refused("a client's only", |w| server(w, vec![purposes(&[2])])),
    refused("for signing code only", |w| server(w, vec![purposes(&[3])])),
    refused("for any purpose, and so for no server's", |w| server(w, vec![any_purpose()])),
    refused("an empty list of purposes", |w| server(w, vec![purposes(&[])])),
    refused("the intermediate is for clients only", |w| {
        under(w, vec![authority(None), purposes(&[2])])
    }),
    // What a key may do (KeyUsage) is not looked at: only an authority can be an issuer, and none
    // gives its certificates such bits by mistake.
    believed("the server's key may sign certificates only", |w| server(w, vec![key_usage(0x04)])),
    believed("the intermediate's key may sign revocations only", |w| {
        under(w, vec![authority(None), key_usage(0x02)])
    }),
    refused("the server's certificate is an authority's", |w| server(w, vec![authority(None)])),
    refused("the intermediate is no authority", |w| {
        under(w, vec![extension(19, true, &seq(&[])), key_usage(0x06)])
    }),
    refused("the intermediate is explicitly no authority", |w| {
        under(w, vec![extension(19, true, &seq(&[&tlv(1, &[0])]))])
    }),
    refused("the intermediate does not say that it is an authority", |w| {
        under(w, vec![key_usage(0x06)])
    }),
    refused("the intermediate is of version 1", |w| {
        w.below(&Paper { version: vec![], extensions: None, ..w.between() })
    }),
    refused("the server's certificate is an issuer", |w| {
        // A customer of the authority, who sells on.
        let customer = Paper { public: w.other_key.public.clone(), ..w.leaf() };
        let forged = Paper::server("the service", &w.leaf_key, usual()).signed(&w.other_key);
        w.shown(vec![forged, customer.signed(&w.middle_key), w.middle.clone()])
    }),
    refused("it expired", |w| valid(w, "200101000000Z", "210101000000Z")),
    refused("it is not yet valid", |w| valid(w, "480101000000Z", "491231235959Z")),
    refused("it ends before it begins", |w| valid(w, "491231235959Z", "200101000000Z")),
    refused("the intermediate expired", |w| {
        let validity = validity("200101000000Z", "210101000000Z");
        w.below(&Paper { validity, ..w.between() })
    }),
    refused("the intermediate is not yet valid", |w| {
        let validity = validity("480101000000Z", "491231235959Z");
        w.below(&Paper { validity, ..w.between() })
    }),
    // A trust store says whom to trust, not for how long (RFC 5280, 6.1.1).
    believed("the root in the store expired", |w| {
        let validity = validity("100101000000Z", "110101000000Z");
        let root = Paper { validity, ..Paper::authority(ROOT, ROOT, &w.root_key) };
        Shown { anchors: vec![root.signed(&w.root_key)], ..w.under_middle(&w.leaf()) }
    }),
    believed("it ends in the year 9999", |w| valid(w, "200101000000Z", "99991231235959Z")),
    refused("the thirteenth month", |w| valid(w, "200101000000Z", "491331235959Z")),
    refused("the thirtieth of February", |w| valid(w, "200101000000Z", "490230235959Z")),
    refused("the 25th hour", |w| valid(w, "200101000000Z", "491231255959Z")),
    refused("a time without seconds", |w| valid(w, "200101000000Z", "4912312359Z")),
    refused("a time with fractions of a second", |w| {
        valid(w, "200101000000Z", "20491231235959.5Z")
    }),
    refused("a time in another zone", |w| valid(w, "200101000000Z", "20491231235959+0100")),
    refused("a time that is a word", |w| valid(w, "always", "and forever")),
    refused("an extension that nobody knows and everybody must", |w| {
        let unknown = extension_of(&[0x2a, 3, 4], true, &[5, 0]);
        w.under_middle(&w.leaf().with(unknown))
    }),
    believed("an extension that nobody knows", |w| {
        let unknown = extension_of(&[0x2a, 3, 4], false, &[5, 0]);
        w.under_middle(&w.leaf().with(unknown))
    }),
    refused("the intermediate has an extension that everybody must know", |w| {
        let unknown = extension_of(&[0x2a, 3, 4], true, &[5, 0]);
        w.below(&w.between().with(unknown))
    }),
    refused("it must be stapled, and everybody must know that", |w| {
        let id = [0x2b, 6, 1, 5, 5, 7, 1, 24];
        w.under_middle(&w.leaf().with(extension_of(&id, true, &seq(&[&tlv(2, &[5])]))))
    }),
];
