//! What needs root: private mount namespaces.

mod account;
mod directory;
mod groups;
mod harness;
mod ini;
mod journal;
mod journald;
mod kept_out;
mod log;
mod memcheck;
mod pamtester;
mod pamtester_operations;
mod password;
mod proxy;
mod stacks;
mod stacks_compared;
mod su;
mod usernames;

/// Fails with a word about what to do instead of with whatever breaks first.
pub fn needs_root() {
    assert_eq!(
        std::fs::metadata("/proc/self").map(|m| std::os::unix::fs::MetadataExt::uid(&m)).ok(),
        Some(0),
        "needs root: `make test` asks for sudo; `make test-user` runs what goes without"
    );
}
