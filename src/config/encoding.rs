//! Bytes that are no text.

use zeroize::Zeroizing;

use super::diagnostic::Mistake;

const BOM: &[u8] = b"\xef\xbb\xbf";
/// Where it stands. Only it can be a mistake there: it is read as three spaces.
pub const BOM_SPAN: std::ops::Range<usize> = 0..BOM.len();

/// May a byte order mark stand at the beginning?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Refused,
    Tolerated,
}

/// The bytes as text of the same length, and what was wrong with them, once for each line. Where
/// they are no text a `?` stands, so that the rest can still be looked at; with a mistake in the
/// list nothing of it is ever used.
#[must_use]
pub fn decode(bytes: &[u8], mark: Mark) -> (Zeroizing<String>, Vec<Mistake>) {
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut last = None;
    let mut add = |line: usize, span, text: &str| {
        if last.replace(line) != Some(line) {
            mistakes.push(Mistake { span, text: text.to_owned() });
        }
    };
    // Never reallocated: a reallocation would leave a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len()));
    let mut rest = bytes;
    if let Some(after) = bytes.strip_prefix(BOM) {
        if mark == Mark::Refused {
            add(
                0,
                BOM_SPAN,
                "the file begins with a byte order mark; save it as UTF-8 without BOM",
            );
        }
        text.push_str("   ");
        rest = after;
    }
    let mut line = 0;
    for chunk in rest.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == '\0' {
                let at = text.len();
                add(line, at..at + 1, "a NUL byte; write text only, and delete this byte");
            }
            line += usize::from(c == '\n');
            text.push(c);
        }
        let bad = chunk.invalid().len();
        if bad > 0 {
            let at = text.len();
            add(
                line,
                at..at + bad,
                "not UTF-8; save the file in that encoding, or write this in ASCII",
            );
            text.extend(std::iter::repeat_n('?', bad));
        }
    }
    (text, mistakes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_as_long_as_the_bytes_and_each_line_is_named_once() {
        let bytes = b"\xef\xbb\xbfa\xff\nb\xe2\x82\xffc\xff\0\n\0\n";
        let (text, mistakes) = decode(bytes, Mark::Refused);
        assert_eq!(&*text, "   a?\nb???c?\0\n\0\n");
        assert_eq!(text.len(), bytes.len());
        let spans: Vec<_> = mistakes.into_iter().map(|mistake| mistake.span).collect();
        assert_eq!(spans, [0..3, 7..9, 14..15]);
        assert!(decode("ä".as_bytes(), Mark::Refused).1.is_empty());
        let (text, mistakes) = decode(b"\xef\xbb\xbfa\xff", Mark::Tolerated);
        assert_eq!((text.as_str(), mistakes.len(), mistakes[0].span.start), ("   a?", 1, 4));
    }
}
