//! What both formats of the configuration are tried with.

use std::path::Path;

use zeroize::Zeroizing;

use crate::config::open::OpenError;
use crate::config::toml::Files;
use crate::config::{ConfigError, Loaded};

/// The key that stands in the configurations which bytes are put behind.
pub const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c";
/// Bytes in a row that make a part of the key worth something.
const PART: usize = 12;

/// Every file is there.
pub struct All;

impl Files for All {
    fn private(&self, _: &Path, _: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        Ok(Zeroizing::new(b"a-secret-in-a-file\n".to_vec()))
    }

    fn public(&self, _: &Path) -> Result<(), OpenError> {
        Ok(())
    }
}

/// What must hold of a file that was read, whatever is in it. `fuzzed` is the part of it that is not
/// ours.
pub fn sound(read: Result<Loaded, ConfigError>, fuzzed: &[u8]) {
    let said = match read {
        Ok(Loaded { config, warnings }) => {
            assert!((1..=3).contains(&config.prompts));
            assert!((2..=60).contains(&config.timeout.as_secs()));
            assert!(!config.keys.ikey.is_empty() && !config.keys.skey.expose().is_empty());
            assert!(!config.host.name.is_empty() && config.host.port != 0);
            assert!(warnings.iter().all(|line| line.contains(": warning: ")), "{warnings:?}");
            warnings.join("\n")
        }
        Err(error) => {
            assert!(!error.summary().is_empty() && !error.summary().contains('\n'));
            format!("{error}\n{}", error.summary())
        }
    };
    assert!(said.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{said:?}");
    let has_part =
        |text: &str| (0..=SECRET.len() - PART).any(|at| text.contains(&SECRET[at..at + PART]));
    assert!(!has_part(&said) || has_part(&String::from_utf8_lossy(fuzzed)), "{said}");
}

/// Is this word spelled in there, perhaps with an escape?
pub fn may_say(word: &str, bytes: &[u8]) -> bool {
    bytes.contains(&b'\\')
        || bytes.windows(word.len()).any(|at| at.eq_ignore_ascii_case(word.as_bytes()))
}
