//! valgrind's memcheck around a host, and what it counted.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

/// What belongs to the programs that load the module.
const HOSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/memcheck/hosts.supp");

/// One run of memcheck.
pub struct Memcheck {
    dir: TempDir,
    unwritten: &'static str,
}

/// What one run came to.
#[derive(Debug)]
pub struct Report {
    /// Reads and writes of what is not ours or was never written, and blocks that are lost
    /// (definitely, indirectly or possibly), each place once.
    pub errors: u64,
    /// Bytes of the heap that were not given back when the host ended.
    pub in_use: u64,
    /// All of it, for whoever has to find the cause.
    pub text: String,
}

impl Memcheck {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder for memcheck's report");
        Memcheck { dir, unwritten: "yes" }
    }

    /// Without the count of what was never written: over AES-GCM, which memcheck cannot follow.
    pub fn of_addresses_and_leaks() -> Self {
        Memcheck { unwritten: "no", ..Self::new() }
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("report")
    }

    /// The command in front of the host's.
    pub fn words(&self) -> Vec<String> {
        let log = format!("--log-file={}", self.log().display());
        let lost = "definite,indirect,possible";
        [
            "valgrind",
            "--tool=memcheck",
            "--leak-check=full",
            "--num-callers=40",
            &format!("--show-leak-kinds={lost}"),
            &format!("--errors-for-leak-kinds={lost}"),
            &format!("--undef-value-errors={}", self.unwritten),
            &format!("--suppressions={HOSTS}"),
            &log,
        ]
        .map(str::to_owned)
        .into()
    }

    /// What it counted. A report without its last line is none: the host was ended before.
    pub fn report(self) -> Report {
        let text = fs::read_to_string(self.log()).expect("memcheck's report: run `make deps`");
        let number = |behind: &str| -> Option<u64> {
            let rest = &text[text.find(behind)? + behind.len()..];
            let word = rest.split_whitespace().next()?;
            word.replace(',', "").parse().ok()
        };
        let told = number("ERROR SUMMARY:").zip(number("in use at exit:"));
        let (errors, in_use) = told.unwrap_or_else(|| panic!("no whole report: {text}"));
        Report { errors, in_use, text }
    }
}
