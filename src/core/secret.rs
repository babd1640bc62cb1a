//! Text that must not be seen: wiped when dropped, redacted when shown.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroizing;

/// The largest page of memory that a kernel for this processor has, in bytes.
const PAGE: usize =
    if cfg!(any(target_arch = "x86", target_arch = "x86_64")) { 4096 } else { 65536 };

/// A key or a passcode. A clone is the same text in the same place.
#[derive(Clone)]
pub struct Secret(Arc<Kept>);

struct Kept {
    room: Zeroizing<Vec<u8>>,
    text: Range<usize>,
    /// The pages on which nothing else lies; empty where there are none.
    pages: Range<usize>,
}

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        let room = Zeroizing::new(text.into_bytes());
        Self(Arc::new(Kept { text: 0..room.len(), pages: 0..0, room }))
    }

    /// For what stays until the login is over: on pages where nothing else lies, so that they can be
    /// kept out of a core dump.
    #[must_use]
    pub fn alone(text: &str) -> Self {
        let pages = text.len().max(1).next_multiple_of(PAGE);
        let mut room = Zeroizing::new(vec![0; pages + PAGE]);
        // There is always such an offset, but no promise of it.
        let begin = room.as_ptr().align_offset(PAGE).min(PAGE);
        let place = begin..begin + text.len();
        if let Some(to) = room.get_mut(place.clone()) {
            to.copy_from_slice(text.as_bytes());
        }
        Self(Arc::new(Kept { room, text: place, pages: begin..begin + pages }))
    }

    /// The text itself; say at the call why it has to be seen.
    #[must_use]
    pub fn expose(&self) -> &str {
        let text = self.0.room.get(self.0.text.clone()).unwrap_or_default();
        // It came as one.
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// Compares two secrets without their white space, as an answer is sent without it. White space
    /// alone is Enter and looks like nothing. Makes no copy.
    #[must_use]
    pub fn looks_like(&self, other: &Self) -> bool {
        self.visible().next().is_some() && self.visible().eq(other.visible())
    }

    fn visible(&self) -> impl Iterator<Item = char> {
        self.expose().chars().filter(|c| !c.is_whitespace())
    }

    /// The memory that holds it and nothing else, by whole pages; nothing for one that is not
    /// [alone](Self::alone).
    #[must_use]
    pub fn pages(&self) -> &[u8] {
        self.0.room.get(self.0.pages.clone()).unwrap_or_default()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "Secret([redacted])");
    }

    #[test]
    fn one_that_is_alone_shares_its_pages_with_nothing() {
        for length in [0, 1, 40, PAGE - 1, PAGE, PAGE + 1] {
            let text = "x".repeat(length);
            let secret = Secret::alone(&text);
            assert_eq!((secret.expose(), &secret), (text.as_str(), &Secret::new(text.clone())));
            let pages = secret.pages();
            assert_eq!(pages.as_ptr().addr() % PAGE, 0, "{length}");
            assert_eq!(pages.len(), length.max(1).next_multiple_of(PAGE));
            assert_eq!(secret.0.room.len(), pages.len() + PAGE);
            assert_eq!(pages.as_ptr(), secret.expose().as_ptr());
            // What else is in its memory is nothing of anybody's.
            assert!(pages.iter().skip(length).all(|byte| *byte == 0));
        }
        assert_eq!(Secret::new("x".into()).pages(), b"");
    }

    #[test]
    fn a_clone_is_no_further_copy() {
        let secret = Secret::alone("s3cr3t");
        assert_eq!(secret.clone().expose().as_ptr(), secret.expose().as_ptr());
        assert_ne!(secret, Secret::alone("s3cr3u"));
    }

    #[test]
    fn space_does_not_tell_a_password_from_an_answer() {
        let alike =
            |one: &str, other: &str| Secret::new(one.into()).looks_like(&Secret::new(other.into()));
        for (password, answer) in
            [("123456", "123456"), ("123456", " 123 456\n"), ("a b", "ab"), ("a\u{2003}b", "ab ")]
        {
            assert!(alike(password, answer), "{answer:?}");
        }
        for (password, answer) in
            [("ab", "aB"), ("ab", "abc"), ("ab", ""), ("", "ab"), ("  ", ""), ("", ""), (" ", " ")]
        {
            assert!(!alike(password, answer), "{answer:?}");
        }
    }
}
