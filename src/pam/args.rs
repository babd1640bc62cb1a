//! The words behind the module's name in a PAM stack.

use std::ffi::CStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::core::text::{Size, Text};

/// What the line in the stack asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// `conf=/absolute/path`: this file and no other.
    pub conf: Option<PathBuf>,
    pub debug: Debug,
}

/// Are the steps logged too?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Debug {
    #[default]
    Off,
    On,
}

/// A word that is refused. A stack with a mistake in it lets nobody in: what was meant is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    Unknown(String),
    Relative(String),
    Twice(&'static str),
    NotText(String),
}

impl Args {
    /// Reads all words.
    ///
    /// # Errors
    /// Every mistake, in the order of the words.
    pub fn parse(words: &[&CStr]) -> Result<Self, Vec<Mistake>> {
        let mut args = Self::default();
        let mut mistakes = Vec::new();
        for word in words {
            if let Err(mistake) = args.take(word) {
                mistakes.push(mistake);
            }
        }
        if mistakes.is_empty() { Ok(args) } else { Err(mistakes) }
    }

    fn take(&mut self, word: &CStr) -> Result<(), Mistake> {
        let Ok(word) = word.to_str() else {
            return Err(Mistake::NotText(word.to_string_lossy().into_owned()));
        };
        match word.strip_prefix("conf=") {
            Some(_) if self.conf.is_some() => Err(Mistake::Twice("conf=")),
            Some(path) if path.starts_with('/') => {
                self.conf = Some(PathBuf::from(path));
                Ok(())
            }
            Some(path) => Err(Mistake::Relative(path.to_owned())),
            None if word == "debug" => {
                self.debug = Debug::On;
                Ok(())
            }
            None => Err(Mistake::Unknown(word.to_owned())),
        }
    }
}

/// For an admin whose session line looks as if it asked somebody.
pub const IDLE_SESSION_LINE: &str = "warning: pam_duo2.so stands in the session part of this stack \
     and asks nobody there: write it in the auth part, or in the account part with account = true, \
     and take this line out";

/// What an admin reads whose account line does nothing, for want of a word in the file that ruled.
#[must_use]
pub fn idle_account_line(path: Option<&Path>, service: &str) -> String {
    let path = path.unwrap_or(Path::new("pam_duo2.toml")).display();
    let service = Text::line(service, Size::NAME);
    format!(
        "{path}: warning: pam_duo2.so stands in the account part of {service}'s stack and asks \
         nobody there: write account = true below [service.{service}] in pam_duo2.toml, or take \
         the line out of the stack"
    )
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(word) => write!(
                f,
                "unknown argument \"{word}\" in the PAM stack: write conf=/absolute/path, debug, or nothing"
            ),
            Self::Relative(path) => {
                write!(f, "conf=\"{path}\" in the PAM stack: write an absolute path")
            }
            Self::Twice(word) => write!(f, "{word} stands twice in the PAM stack: write it once"),
            Self::NotText(word) => write!(f, "argument \"{word}\" in the PAM stack is not UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_mean_the_default_file_and_no_debug() {
        assert_eq!(Args::parse(&[]), Ok(Args { conf: None, debug: Debug::Off }));
    }

    #[test]
    fn both_words_are_taken_in_any_order() {
        let expected = Args { conf: Some("/etc/duo/a b.toml".into()), debug: Debug::On };
        assert_eq!(Args::parse(&[c"debug", c"conf=/etc/duo/a b.toml"]).as_ref(), Ok(&expected));
        assert_eq!(Args::parse(&[c"conf=/etc/duo/a b.toml", c"debug"]).as_ref(), Ok(&expected));
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let words =
            [c"conf=a.toml", c"conf=", c"Debug", c"conf=/a", c"conf=/b", c"debug=1", c"\xff"];
        assert_eq!(
            Args::parse(&words),
            Err(vec![
                Mistake::Relative("a.toml".into()),
                Mistake::Relative(String::new()),
                Mistake::Unknown("Debug".into()),
                Mistake::Twice("conf="),
                Mistake::Unknown("debug=1".into()),
                Mistake::NotText("\u{fffd}".into()),
            ])
        );
    }

    #[test]
    fn a_mistake_says_what_to_write_instead() {
        assert_eq!(
            Mistake::Relative("x".into()).to_string(),
            "conf=\"x\" in the PAM stack: write an absolute path"
        );
    }
}
