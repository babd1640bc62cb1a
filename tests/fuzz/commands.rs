//! A command line of any bytes, as the kernel has it, on its way to the phone.

use crate::core::command::{MAX_BYTES, arguments, is_answered_on_stdin, render};
use crate::core::glyph::{Glyph, classify};
use crate::core::pushinfo::{self, Facts};

pub fn target(data: &[u8]) {
    let words = arguments(data);
    let _ = is_answered_on_stdin(&words);
    let line = render(&words);
    assert!(line.len() <= MAX_BYTES);
    assert!(line.chars().all(|c| matches!(classify(c), Glyph::Plain | Glyph::Mark)), "{line:?}");
    // No argument can write this mark itself.
    if !line.contains(" bytes…") {
        assert_eq!(read(&line), words, "{line:?}");
    }
    let user = String::from_utf8_lossy(data);
    let facts = Facts {
        service: "sudo",
        user: &user,
        client: None,
        terminal: Some(&user),
        server: None,
        cmdline: Some(data),
    };
    let query = facts.query();
    assert!(query.len() < pushinfo::MAX_BYTES);
    let pairs: Vec<(String, String)> = query.split('&').map(decoded).collect();
    let wanted: Vec<(String, String)> =
        facts.pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    assert_eq!(pairs, wanted);
    for (_, value) in pairs {
        assert!(super::is_clean(&value) && !value.contains('\n'), "{value:?}");
    }
}

/// `key=value`, the value percent-encoded.
fn decoded(pair: &str) -> (String, String) {
    let (key, value) = pair.split_once('=').expect("a pair");
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let byte = if *first == b'%' {
            let (hex, after) = rest.split_at(2);
            rest = after;
            u8::from_str_radix(std::str::from_utf8(hex).expect("hex"), 16).expect("hex")
        } else {
            assert!(first.is_ascii_alphanumeric() || b"-_.~".contains(first), "{value}");
            *first
        };
        bytes.push(byte);
    }
    (key.to_owned(), String::from_utf8(bytes).expect("text"))
}

/// What a shell makes of it: bare words, `'…'`, `\'` between them, and `$'…'`.
fn read(line: &str) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let mut word = Vec::new();
        loop {
            if let Some(after) = rest.strip_prefix("$'") {
                rest = escaped(after, &mut word);
            } else if let Some(after) = rest.strip_prefix('\'') {
                let (plain, after) = after.split_once('\'').expect("the end of a quote");
                word.extend_from_slice(plain.as_bytes());
                rest = after;
            } else if let Some(after) = rest.strip_prefix("\\'") {
                word.push(b'\'');
                rest = after;
            } else {
                let end = rest.find([' ', '\'', '\\', '$']).unwrap_or(rest.len());
                word.extend_from_slice(&rest.as_bytes()[..end]);
                rest = &rest[end..];
                assert!(end > 0 || rest.is_empty() || rest.starts_with(' '), "{line:?}");
            }
            if rest.is_empty() || rest.starts_with(' ') {
                break;
            }
        }
        words.push(word);
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    words
}

/// Up to and with the end of `$'…'`.
fn escaped<'t>(text: &'t str, word: &mut Vec<u8>) -> &'t str {
    let mut rest = text;
    loop {
        let c = rest.chars().next().expect("the end of a quote");
        rest = &rest[c.len_utf8()..];
        if c == '\'' {
            return rest;
        }
        if c != '\\' {
            word.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let kind = rest.chars().next().expect("an escape");
        rest = &rest[kind.len_utf8()..];
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let (hex, after) = rest.split_at(digits);
        rest = after;
        let number = u32::from_str_radix(hex, 16).unwrap_or(0);
        match kind {
            'n' => word.push(b'\n'),
            'r' => word.push(b'\r'),
            't' => word.push(b'\t'),
            'e' => word.push(0x1b),
            '\'' | '\\' => word.push(kind as u8),
            'x' => word.push(u8::try_from(number).expect("a byte")),
            'u' | 'U' => {
                let c = char::from_u32(number).expect("a character");
                word.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => panic!("an escape that no shell knows: {kind:?}"),
        }
    }
}
