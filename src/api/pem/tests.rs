use base64::Engine as _;
use proptest::prelude::*;

use super::*;

fn block(body: &str) -> String {
    let [begin, end] = [BEGIN, END].map(|rule| str::from_utf8(rule).expect("text"));
    format!("{begin}{body}\n{end}\n")
}

fn blocks(text: &str) -> Option<Vec<Range<usize>>> {
    super::blocks(text.as_bytes())
}

/// What is decoded when `limit` characters are asked for.
fn decode(text: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    Base64(text).decode(limit, &mut out);
    out
}

#[test]
fn blocks_are_found_between_comments() {
    let text = format!(
        "# a root - or two\n{}\nAnother-Root\n-- \n{}",
        block("AAAA"),
        block("BBBB").trim_end()
    );
    let found = blocks(&text).expect("a plain bundle");
    let shown: Vec<_> = found.iter().map(|range| &text[range.clone()]).collect();
    assert_eq!(shown, [block("AAAA").trim_end(), block("BBBB").trim_end()]);
    assert_eq!(blocks(""), Some(vec![]));
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    let [begin, end] = [BEGIN, END].map(|rule| str::from_utf8(rule).expect("text"));
    for text in [
        block("AAAA").replace('\n', "\r\n"),
        block("AAAA").replace("BEGIN", "BEGIN TRUSTED"),
        block("AAAA").replacen(begin.trim_end(), "-----BEGIN CERTIFICATE----- ", 1),
        format!("{begin}AAAA\n{}", block("AAAA")),
        format!("{begin}AAAA\n"),
        format!("{begin}AAAA{end}\n"),
        format!("{begin}AA-A\n{end}\n"),
        format!("{end}\n"),
        format!("{begin}AAAA\n{end}x\n"),
    ] {
        assert_eq!(blocks(&text), None, "{text:?}");
    }
}

#[test]
fn names_need_no_more_than_the_head() {
    // SEQUENCE { SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject …
    let tbs = [
        &[0xa0, 3, 2, 1, 2, 2, 1, 7, 0x30, 1, 0xff][..],
        &[0x30, 2, 0xaa, 0xab],
        &[0x30, 0],
        &[0x30, 1, 0xbb],
    ]
    .concat();
    let der = [&[0x30, 0x82, 0x7f, 0xff, 0x30, 0x81, 0xff][..], &tbs].concat();
    assert_eq!(names(&der), Some(Names { issuer: &[0xaa, 0xab], subject: &[0xbb] }));
    for cut in 0..der.len() {
        assert_eq!(names(&der[..cut]), None, "cut at {cut}");
    }
}

proptest! {
    /// Any limit gives the bytes before it.
    #[test]
    fn base64_is_decoded_up_to_the_limit(bytes in proptest::collection::vec(any::<u8>(), 0..200), limit in 0_usize..300, width in 1_usize..80) {
        let text = base64::engine::general_purpose::STANDARD.encode(&bytes);
        let lines = text.as_bytes().chunks(width).collect::<Vec<_>>().join(&b'\n');
        prop_assert_eq!(&decode(&lines, usize::MAX), &bytes);
        let some = decode(&lines, limit);
        prop_assert!(bytes.starts_with(&some));
        prop_assert!(some.len() >= bytes.len().min(limit / 4 * 3));
        // In pieces it is the same.
        let (mut base64, mut whole) = (Base64(&lines), Vec::new());
        while { let before = whole.len(); base64.decode(limit.max(4), &mut whole); whole.len() > before } {}
        prop_assert_eq!(&whole, &bytes);
    }

    #[test]
    fn nothing_that_is_read_can_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100), text: String) {
        let _ = names(&bytes);
        let _ = names(&[&[0x30, 90, 0x30, 80][..], &bytes].concat());
        let _ = blocks(&text);
        let _ = of_subject(text.as_bytes(), <[u8]>::to_vec);
        let _ = of_subject(block(&text).as_bytes(), <[u8]>::to_vec);
    }
}
