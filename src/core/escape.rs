//! Terminal escape sequences (ECMA-48), found as a whole so that no half of one stays behind as text.

/// If `text` starts with an escape sequence, what comes after it.
///
/// A sequence that does not end on its line is only robbed of its introducer: otherwise an unfinished
/// one in a name would hide whatever the sentence says after that name.
#[must_use]
pub fn skip(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let introducer = match chars.next()? {
        '\u{1b}' => {
            let after_escape = chars.as_str();
            match chars.next() {
                Some(c @ ('[' | ']' | 'P' | 'X' | '^' | '_')) => c,
                // `ESC ( B` and the like: intermediates, then one final byte.
                Some(' '..='/') => return Some(skip_final(chars.as_str(), ' '..='/')),
                Some('0'..='~') => return Some(chars.as_str()),
                _ => return Some(after_escape),
            }
        }
        '\u{90}' => 'P',
        '\u{98}' => 'X',
        '\u{9b}' => '[',
        '\u{9d}' => ']',
        '\u{9e}' => '^',
        '\u{9f}' => '_',
        _ => return None,
    };
    let body = chars.as_str();
    Some(if introducer == '[' {
        skip_final(body, ' '..='?')
    } else {
        skip_string(body).unwrap_or(body)
    })
}

/// Skips parameters and intermediates, and the final byte if there is one.
fn skip_final(body: &str, middle: std::ops::RangeInclusive<char>) -> &str {
    let rest = body.trim_start_matches(|c| middle.contains(&c));
    match rest.chars().next() {
        Some('0'..='~') => &rest[1..],
        // Cut short: what looked like parameters is text again.
        _ => body,
    }
}

/// Skips a control string (OSC, DCS, …) up to and with its end: BEL, ST or `ESC \`.
fn skip_string(body: &str) -> Option<&str> {
    let end = body.find(['\u{7}', '\u{9c}', '\u{1b}', '\n', '\r'])?;
    let rest = &body[end..];
    rest.strip_prefix('\u{7}')
        .or_else(|| rest.strip_prefix('\u{9c}'))
        .or_else(|| rest.strip_prefix("\u{1b}\\"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_is_no_sequence() {
        assert_eq!(skip("[31m"), None);
        assert_eq!(skip(""), None);
    }

    #[test]
    fn whole_sequences_are_skipped() {
        for sequence in [
            "\u{1b}[0m",
            "\u{1b}[?25l",
            "\u{9b}1;2H",
            "\u{1b}c",
            "\u{1b}(B",
            "\u{1b}]0;t\u{7}",
            "\u{1b}]0;t\u{1b}\\",
            "\u{9d}0;t\u{9c}",
            "\u{1b}Pq#0\u{1b}\\",
            "\u{1b}_x\u{9c}",
            "\u{90}q#0\u{9c}",
            "\u{98}x\u{9c}",
            "\u{9e}x\u{7}",
            "\u{9f}x\u{1b}\\",
        ] {
            assert_eq!(skip(&format!("{sequence}rest")), Some("rest"), "{sequence:?}");
        }
    }

    #[test]
    fn an_unfinished_sequence_hides_nothing_after_it() {
        assert_eq!(skip("\u{1b}]0;alice logs in"), Some("0;alice logs in"));
        assert_eq!(skip("\u{1b}]0;a\nb\u{7}"), Some("0;a\nb\u{7}"));
        assert_eq!(skip("\u{1b}[12\n"), Some("12\n"));
        assert_eq!(skip("\u{1b}"), Some(""));
        assert_eq!(skip("\u{1b}é"), Some("é"));
    }

    proptest! {
        /// So whoever skips in a loop comes to the end.
        #[test]
        fn what_is_left_is_always_less_and_the_end_of_the_text(
            text in "([\u{1b}\u{9b}\u{90}\u{9c}\u{7}]|[\\[\\]PX^_(\\\\;0-9m]|\\n|.){1,20}",
        ) {
            if let Some(rest) = skip(&text) {
                prop_assert!(rest.len() < text.len() && text.ends_with(rest), "{:?}", rest);
            }
        }
    }
}
