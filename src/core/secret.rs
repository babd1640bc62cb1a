//! Text that must not be seen: wiped when dropped, redacted when shown.

use std::fmt;
use zeroize::Zeroizing;

/// A key or a passcode.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself; say at the call why it has to be seen.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// Is this the same text, white space apart? An answer is sent without it, so that a password with a
/// space behind it is the password. No copy of either is made.
#[must_use]
pub fn is_the_same_but_for_space(one: &[u8], other: &[u8]) -> bool {
    // Where there is nothing else, space counts: Enter is not the password "  ".
    if spaceless(one).next().is_none() {
        return one == other;
    }
    spaceless(one).eq(spaceless(other))
}

/// Its characters, and each byte that belongs to none.
fn spaceless(text: &[u8]) -> impl Iterator<Item = Result<char, u8>> {
    text.utf8_chunks().flat_map(|chunk| {
        let visible = chunk.valid().chars().filter(|c| !c.is_whitespace()).map(Ok);
        visible.chain(chunk.invalid().iter().copied().map(Err))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "Secret([redacted])");
    }

    #[test]
    fn space_does_not_tell_a_password_from_an_answer() {
        for (password, answer) in
            [("123456", "123456"), ("123456", " 123 456\n"), ("a b", "ab"), ("a\u{2003}b", "ab ")]
        {
            assert!(
                is_the_same_but_for_space(password.as_bytes(), answer.as_bytes()),
                "{answer:?}"
            );
        }
        for (password, answer) in [("ab", "aB"), ("ab", "abc"), ("ab", ""), ("", "ab"), ("  ", "")]
        {
            assert!(
                !is_the_same_but_for_space(password.as_bytes(), answer.as_bytes()),
                "{answer:?}"
            );
        }
        assert!(is_the_same_but_for_space(b"caf\xe9 ", b"caf\xe9"));
        assert!(!is_the_same_but_for_space(b"caf\xe9", b"caf\xe8"));
        assert!(!is_the_same_but_for_space(b"caf\xe9", "caf\u{fffd}".as_bytes()));
    }
}
