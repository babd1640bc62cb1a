//! For whom.

use super::der::{alt_names, dns, extension, ip, key_usage, name, oid, purposes, seq, tlv};
use super::kinds::{Kind, MIDDLE, Shown, World, believed, refused};
use super::paper::Paper;

fn to(world: &World, dns_name: &[u8]) -> Shown {
    world.named(alt_names(&[dns(dns_name)]))
}

/// A name in the subject only, with these names beside it.
fn in_subject(world: &World, common: &str, names: Option<Vec<u8>>) -> Shown {
    let extensions = [vec![key_usage(0x80), purposes(&[1])], names.into_iter().collect()].concat();
    world.under_middle(&Paper { subject: name(common), ..world.leaf() }.only(extensions))
}

/// Below an intermediate with these `NameConstraints`: subtrees that are permitted, and excluded.
fn within(world: &World, permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Shown {
    let trees = |tag: u8, bases: &[Vec<u8>]| {
        let each: Vec<Vec<u8>> = bases.iter().map(|base| seq(&[base])).collect();
        if each.is_empty() { Vec::new() } else { tlv(tag, &each.concat()) }
    };
    let value = seq(&[&trees(0xa0, permitted), &trees(0xa1, excluded)]);
    world.below(&world.between().with(extension(30, true, &value)))
}

/// `::ffff:127.0.0.1`
const MAPPED: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1];
const DEEP: &str = "api.deep.service.example";
const ADDRESS: &str = "127.0.0.1";

pub const KINDS: &[Kind] = &[
    believed("its name in capitals", |w| to(w, b"LOCALHOST")),
    believed("its address", |w| w.named(alt_names(&[ip(&[127, 0, 0, 1])]))).at(ADDRESS),
    believed("a wildcard for the name's own level", |w| to(w, b"*.service.example"))
        .at("api.service.example"),
    refused("another name", |w| to(w, b"other.example")),
    refused("the name with something before it", |w| to(w, b"api.localhost")),
    refused("the name with something behind it", |w| to(w, b"localhost.example")),
    refused("the name's beginning", |w| to(w, b"localhos")),
    refused("a wildcard and nothing else", |w| to(w, b"*")),
    refused("a wildcard below the name", |w| to(w, b"*.localhost")),
    refused("a wildcard within the name", |w| to(w, b"local*")),
    refused("a wildcard two levels above", |w| to(w, b"*.service.example")).at(DEEP),
    refused("a wildcard in the middle", |w| to(w, b"api.*.service.example")).at(DEEP),
    refused("two wildcards", |w| to(w, b"*.*.service.example")).at(DEEP),
    refused("a wildcard for a whole domain of the top", |w| to(w, b"*.example")).at(DEEP),
    refused("the name and a NUL, and more behind it", |w| to(w, b"localhost\0.evil.example")),
    refused("the name and a NUL", |w| to(w, b"localhost\0")),
    refused("a NUL before the name", |w| to(w, b"\0localhost")),
    refused("a space before the name", |w| to(w, b" localhost")),
    refused("a newline behind the name", |w| to(w, b"localhost\n")),
    refused("the name with a final dot", |w| to(w, b"localhost.")),
    refused("a name that is empty", |w| to(w, b"")),
    refused("a dot for a name", |w| to(w, b".")),
    refused("the name in UTF-16", |w| to(w, b"\0l\0o\0c\0a\0l\0h\0o\0s\0t")),
    refused("a name of letters that look alike", |w| to(w, "locаlhost".as_bytes())),
    refused("a name that is no UTF-8", |w| to(w, b"localhost\xff")),
    refused("the name in the subject only", |w| in_subject(w, "localhost", None)),
    refused("the name in the subject, another beside it", |w| {
        in_subject(w, "localhost", Some(alt_names(&[dns(b"other.example")])))
    }),
    refused("the name in the subject, no name beside it", |w| {
        in_subject(w, "localhost", Some(alt_names(&[])))
    }),
    refused("the address in the subject only", |w| in_subject(w, ADDRESS, None)).at(ADDRESS),
    refused("the address as a host name", |w| to(w, ADDRESS.as_bytes())).at(ADDRESS),
    refused("a wildcard over the address", |w| to(w, b"*.0.0.1")).at(ADDRESS),
    refused("another address", |w| w.named(alt_names(&[ip(&[127, 0, 0, 2])]))).at(ADDRESS),
    refused("the address with a mask, as in a constraint", |w| {
        w.named(alt_names(&[ip(&[127, 0, 0, 1, 255, 0, 0, 0])]))
    })
    .at(ADDRESS),
    refused("an address of five bytes", |w| w.named(alt_names(&[ip(&[127, 0, 0, 1, 0])])))
        .at(ADDRESS),
    refused("an empty address", |w| w.named(alt_names(&[ip(&[])]))).at(ADDRESS),
    refused("the address within IPv6", |w| w.named(alt_names(&[ip(&MAPPED)]))).at(ADDRESS),
    refused("the host name for the address", |w| to(w, b"localhost")).at(ADDRESS),
    refused("the address for the host name", |w| w.named(alt_names(&[ip(&[127, 0, 0, 1])]))),
    refused("the name as that of a mailbox", |w| w.named(alt_names(&[tlv(0x81, b"localhost")]))),
    refused("the name as a URI", |w| w.named(alt_names(&[tlv(0x86, b"https://localhost/")]))),
    refused("the name as that of a directory", |w| {
        w.named(alt_names(&[tlv(0xa4, &name("localhost"))]))
    }),
    refused("the name as one of another kind", |w| {
        let other = [oid(&[0x2a, 3]), tlv(0xa0, &tlv(12, b"localhost"))].concat();
        w.named(alt_names(&[tlv(0xa0, &other)]))
    }),
    refused("names of an unknown kind", |w| w.named(alt_names(&[tlv(0x89, b"localhost")]))),
    refused("no names at all", |w| w.under_middle(&w.leaf().only(vec![purposes(&[1])]))),
    refused("names that are no list", |w| w.named(extension(17, false, b"localhost"))),
    believed("constraints that permit the name", |w| {
        within(
            w,
            &[dns(b"localhost"), dns(b"service.example"), ip(&[127, 0, 0, 1, 255, 0, 0, 0])],
            &[],
        )
    }),
    refused("constraints that permit another name only", |w| within(w, &[dns(b"example")], &[])),
    refused("constraints that exclude the name", |w| within(w, &[], &[dns(b"localhost")])),
    refused("constraints that exclude another name of the certificate", |w| {
        within(w, &[], &[dns(b"service.example")])
    }),
    refused("constraints that permit other addresses only", |w| {
        within(w, &[ip(&[10, 0, 0, 0, 255, 0, 0, 0])], &[])
    }),
    refused("constraints that exclude every address", |w| within(w, &[], &[ip(&[0; 8])])),
    refused("constraints with a mask that has holes", |w| {
        within(w, &[ip(&[127, 0, 0, 0, 255, 0, 255, 0])], &[])
    }),
    believed("constraints of a kind of which it has no name", |w| {
        within(w, &[tlv(0x88, b"\x2a\x03")], &[])
    }),
    refused("constraints on a mailbox, and it has another", |w| {
        let value = seq(&[&tlv(0xa0, &seq(&[&tlv(0x81, b"a@service.example")]))]);
        let middle = w.between().with(extension(30, true, &value)).signed(&w.root_key);
        let names = alt_names(&[dns(b"localhost"), tlv(0x81, b"b@service.example")]);
        let leaf = Paper::server(MIDDLE, &w.leaf_key, names).signed(&w.middle_key);
        w.shown(vec![leaf, middle])
    }),
    refused("constraints that are no constraints", |w| {
        w.below(&w.between().with(extension(30, true, b"none")))
    }),
];
