//! The words behind the module's name in a PAM stack, separated by NULs.

use std::ffi::{CStr, CString};

use crate::core::text::log_field;
use crate::pam::args::{Args, Debug};

pub fn target(data: &[u8]) {
    let words: Vec<CString> =
        data.split(|byte| *byte == 0).filter_map(|word| CString::new(word).ok()).collect();
    let words: Vec<&CStr> = words.iter().map(CString::as_c_str).collect();
    let (mut named, mut debug, mut wrong) = (None, Debug::Off, 0);
    for word in &words {
        match (word.to_bytes(), word.to_str()) {
            (b"debug", _) => debug = Debug::On,
            ([b'c', b'o', b'n', b'f', b'=', b'/', ..], Ok(word)) if named.is_none() => {
                named = word.get(5..);
            }
            _ => wrong += 1,
        }
    }
    match Args::parse(&words) {
        Ok(args) => {
            assert_eq!(wrong, 0, "{words:?}");
            assert_eq!(args.conf.as_deref(), named.map(std::path::Path::new));
            assert_eq!(args.debug, debug);
        }
        Err(mistakes) => {
            assert_eq!(mistakes.len(), wrong, "{words:?}");
            for mistake in mistakes {
                let field = log_field("reason", &mistake.to_string());
                assert!(super::is_clean(&field) && !field.contains('\n'), "{field:?}");
            }
        }
    }
}
