//! Keys that are in no core dump of the host.
//!
//! `prctl(PR_SET_DUMPABLE)` would do it for all of the process, but changes the host: who may trace it, and who
//! owns its files in `/proc`. So only the pages that hold a key and nothing else are kept out
//! (`MADV_DONTDUMP`, madvise(2)), for as long as the login takes.

use std::ffi::c_void;

use rustix::mm::{Advice, madvise};

use crate::config::Config;
use crate::core::secret::Secret;

/// The secrets of a configuration, kept out of dumps until this is dropped. Where the kernel cannot do it a login goes on
/// all the same.
#[derive(Debug)]
#[must_use = "they are dumped again once this is dropped"]
pub struct Undumped(Vec<Secret>);

impl Undumped {
    pub fn of(config: &Config) -> Self {
        let proxy = config.proxy.as_ref().and_then(|proxy| proxy.credentials.clone());
        let secrets: Vec<Secret> = proxy.into_iter().chain([config.keys.skey.clone()]).collect();
        for secret in &secrets {
            advise(secret, Advice::LinuxDontDump);
        }
        Self(secrets)
    }
}

impl Drop for Undumped {
    fn drop(&mut self) {
        for secret in &self.0 {
            advise(secret, Advice::LinuxDoDump);
        }
    }
}

fn advise(secret: &Secret, advice: Advice) {
    let pages = secret.pages();
    if pages.is_empty() {
        return;
    }
    let address: *const u8 = pages.as_ptr();
    // SAFETY: neither advice changes what the memory holds or who may use it, and the pages are the secret's own.
    let _ = unsafe { madvise(address.cast_mut().cast::<c_void>(), pages.len(), advice) };
}
