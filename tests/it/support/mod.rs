//! What the tests stand on: the binaries, the mock service, one login.

pub mod bins;
pub mod etc;
mod ini;
pub mod login;
pub mod memcheck;
pub mod mock;
pub mod shared;
pub mod stacks;
pub mod tinyproxy;
pub mod told;

pub use login::{ConfigFile, Format, Login};
pub use memcheck::Memcheck;
pub use mock::{Mock, Seen};
pub use tinyproxy::Tinyproxy;
pub use told::{Told, refusal};

use std::process::Command;
use std::sync::OnceLock;

/// Who runs the tests: a user that this system certainly knows.
pub fn me() -> &'static str {
    static ME: OnceLock<String> = OnceLock::new();
    ME.get_or_init(|| {
        let said = Command::new("id").arg("-un").output().expect("id runs");
        String::from_utf8(said.stdout).expect("a name in UTF-8").trim().to_owned()
    })
}
