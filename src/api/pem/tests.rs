use proptest::prelude::*;

use super::*;

fn block(body: &str) -> String {
    let [begin, end] = [BEGIN, END].map(|rule| std::str::from_utf8(rule).expect("text"));
    format!("{begin}{body}\n{end}\n")
}

fn blocks(text: &str) -> Option<Vec<Range<usize>>> {
    super::blocks(text.as_bytes())
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
    let [begin, end] = [BEGIN, END].map(|rule| std::str::from_utf8(rule).expect("text"));
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
fn an_issuer_needs_no_more_than_the_head() {
    // SEQUENCE { SEQUENCE { [0] version, serial, algorithm, issuer …
    let tbs = [&[0xa0, 3, 2, 1, 2, 2, 1, 7, 0x30, 1, 0xff][..], &[0x30, 2, 0xaa, 0xab]].concat();
    let der = [&[0x30, 0x82, 0x7f, 0xff, 0x30, 0x81, 0xff][..], &tbs].concat();
    assert_eq!(issuer(&der), Some(&[0xaa, 0xab][..]));
    for cut in 0..der.len() {
        assert_eq!(issuer(&der[..cut]), None, "cut at {cut}");
    }
}

/// A certificate's head in lines of this width, with a name of this length for both issuer and subject.
fn head(name: usize, width: usize) -> (String, Vec<u8>) {
    let subject: Vec<u8> = (0..name).map(|at| u8::try_from(at % 251).expect("below 251")).collect();
    let long = |tag: u8, contents: &[u8]| {
        let length = u16::try_from(contents.len()).expect("a length").to_be_bytes();
        [&[tag, 0x82, length[0], length[1]][..], contents].concat()
    };
    let issuer: Vec<u8> = subject.iter().map(|byte| byte ^ 0x80).collect();
    let serial_and_algorithm = [2, 1, 7, 0x30, 1, 0xff];
    let key = vec![0x30; 512];
    let names = [long(0x30, &issuer), vec![0x30, 2, 1, 2], long(0x30, &subject), key].concat();
    let tbs = long(0x30, &[&serial_and_algorithm[..], &names].concat());
    let text = BASE64.encode(long(0x30, &tbs));
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).expect("text"))
        .collect();
    (block(&lines.join("\n")), subject)
}

/// The subject, where the head shows it; behind a long issuer it may not, and the parser is asked.
fn is_for_or(block: &str, subjects: &[&[u8]], unknown: bool) -> bool {
    is_for(block.as_bytes(), subjects).unwrap_or(unknown)
}

#[test]
fn a_subject_of_the_usual_length_is_read_from_the_head() {
    let (block, subject) = head(100, 64);
    assert_eq!(is_for(block.as_bytes(), &[b"somebody", &subject]), Some(true));
    assert_eq!(is_for(block.as_bytes(), &[b"somebody"]), Some(false));
}

proptest! {
    /// However long the lines and the names are.
    #[test]
    fn no_subject_is_taken_for_another(name in 1_usize..600, width in prop_oneof![Just(64_usize), 1_usize..100], flip in any::<prop::sample::Index>()) {
        let (block, subject) = head(name, width);
        let mut other = subject.clone();
        other[flip.index(name)] ^= 1;
        prop_assert!(is_for_or(&block, &[&other, &subject], true));
        prop_assert!(!is_for_or(&block, &[&other], false));
        prop_assert!(!is_for_or(&block, &[&subject[1..]], false));
    }

    /// Blanks among base64 are nothing, in lines of the usual length too.
    #[test]
    fn a_subject_is_found_behind_lines_with_blanks(name in 1_usize..600, every in 1_usize..64, times in 1_usize..5, blank in prop_oneof![Just(' '), Just('\t'), Just('\x0b'), Just('\x0c')]) {
        let (plain, subject) = head(name, every);
        let (begin, rest) = plain.split_at(BEGIN.len());
        let (body, end) = rest.split_at(rest.len() - END.len() - 1);
        let spread = body.replace('\n', &blank.to_string().repeat(times)).into_bytes();
        let lines: Vec<&str> = spread.chunks(64).map(|line| std::str::from_utf8(line).expect("text")).collect();
        let spread = format!("{begin}{}\n{end}", lines.join("\n"));
        let wanted = is_for(plain.as_bytes(), &[&subject]);
        prop_assert_ne!(is_for(spread.as_bytes(), &[&subject]), Some(false), "{:?}", wanted);
    }

    #[test]
    fn nothing_that_is_read_can_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100), text: String) {
        let _ = issuer(&bytes);
        let _ = issuer(&[&[0x30, 90, 0x30, 80][..], &bytes].concat());
        let _ = blocks(&text);
        let _ = is_for(text.as_bytes(), &[b"somebody"]);
        let _ = is_for(block(&text).as_bytes(), &[b"somebody"]);
    }
}
