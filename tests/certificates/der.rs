//! DER (X.690), written by hand.

/// An element with a minimal length.
pub fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut out = vec![tag];
    match length {
        0..=0x7f => out.extend(&length.to_be_bytes()[7..]),
        0x80..=0xff => out.extend([&[0x81], &length.to_be_bytes()[7..]].concat()),
        0x100..=0xffff => out.extend([&[0x82], &length.to_be_bytes()[6..]].concat()),
        _ => out.extend([&[0x83], &length.to_be_bytes()[5..]].concat()),
    }
    out.extend(contents);
    out
}

/// A `SEQUENCE` of these.
pub fn seq(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// An object identifier out of its encoded contents.
pub fn oid(contents: &[u8]) -> Vec<u8> {
    tlv(6, contents)
}

/// A `BIT STRING` of whole bytes.
pub fn bits(contents: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], contents].concat())
}

/// The contents of an element, whose header is at most four bytes long.
pub fn contents(element: &[u8]) -> &[u8] {
    match element[1] {
        0x81 => &element[3..],
        0x82 => &element[4..],
        _ => &element[2..],
    }
}

/// A distinguished name of one common name.
pub fn name(common: &str) -> Vec<u8> {
    let attribute = seq(&[&oid(&[0x55, 4, 3]), &tlv(12, common.as_bytes())]);
    seq(&[&tlv(0x31, &attribute)])
}

/// An `Extension` (RFC 5280, 4.1): `2.5.29.number`.
pub fn extension(number: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    extension_of(&[0x55, 0x1d, number], critical, value)
}

/// The same under any identifier.
pub fn extension_of(id: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { tlv(1, &[0xff]) } else { Vec::new() };
    seq(&[&oid(id), &flag, &tlv(4, value)])
}

/// `SubjectAltName` out of its names.
pub fn alt_names(names: &[Vec<u8>]) -> Vec<u8> {
    extension(17, false, &tlv(0x30, &names.concat()))
}

pub fn dns(name: &[u8]) -> Vec<u8> {
    tlv(0x82, name)
}

pub fn ip(address: &[u8]) -> Vec<u8> {
    tlv(0x87, address)
}

/// `BasicConstraints`.
pub fn authority(path_length: Option<u8>) -> Vec<u8> {
    let length = path_length.map_or_else(Vec::new, |length| tlv(2, &[length]));
    extension(19, true, &seq(&[&tlv(1, &[0xff]), &length]))
}

/// `KeyUsage` with these bits of its first byte.
pub fn key_usage(byte: u8) -> Vec<u8> {
    let unused = u8::try_from(byte.trailing_zeros().min(7)).unwrap_or(7);
    extension(15, true, &tlv(3, &[unused, byte]))
}

/// `ExtendedKeyUsage` with these purposes, `1.3.6.1.5.5.7.3.number` each.
pub fn purposes(numbers: &[u8]) -> Vec<u8> {
    let each = numbers.iter().map(|&n| oid(&[0x2b, 6, 1, 5, 5, 7, 3, n]));
    extension(37, false, &tlv(0x30, &each.collect::<Vec<_>>().concat()))
}

/// `Validity` between two times, each an `UTCTime` or, where it is longer, a `GeneralizedTime`.
pub fn validity(from: &str, until: &str) -> Vec<u8> {
    let time = |text: &str| tlv(if text.len() > 13 { 0x18 } else { 0x17 }, text.as_bytes());
    seq(&[&time(from), &time(until)])
}
