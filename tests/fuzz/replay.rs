//! What the fuzzer has kept, with every `make test`: each file of `fuzz/corpus/` through its target.

use std::fs;
use std::path::{Path, PathBuf};

use super::{TARGETS, run};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a name");
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

fn replay(target: &str) {
    let corpus = fuzz().join("corpus").join(target);
    let names = names(&corpus);
    assert!(names.len() >= 10, "{}: a corpus of {}", corpus.display(), names.len());
    for name in names {
        let data = fs::read(corpus.join(&name)).expect("a file");
        let result = std::panic::catch_unwind(|| run(target, &data));
        assert!(result.is_ok(), "{}", corpus.join(&name).display());
    }
}

/// One test for each target.
macro_rules! replayed {
    ($($target:ident)*) => {
        $(#[test] fn $target() { replay(stringify!($target)); })*

        #[test]
        fn each_target_has_its_program_its_corpus_and_its_test() {
            let here = [$(stringify!($target)),*];
            let table: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(here[..], table);
            assert_eq!(names(&fuzz().join("corpus")), table);
            let programs: Vec<String> = table.iter().map(|name| format!("{name}.rs")).collect();
            assert_eq!(names(&fuzz().join("fuzz_targets")), programs);
        }
    };
}

replayed! { args commands groups http ini link machine menu replies text toml trust tunnel }
