//! memcheck sees what it is there for: in modules that do it wrong on purpose.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::under_memcheck;
use crate::support::memcheck::Report;
use crate::support::{Login, Memcheck};

/// `tests/memcheck/NAME`, built by the C compiler with these arguments behind it.
fn built(dir: &Path, name: &str, args: &[&str]) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/memcheck").join(name);
    let path = dir.join("built");
    let said = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-g", "-o"])
        .args([&path, &source])
        .args(args)
        .output()
        .expect("a C compiler: run `make deps`");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    path
}

/// Four transactions with a module that makes this mistake, after `turns` of them.
fn wrong(mistake: &str, turns: &str) -> Report {
    let dir = tempfile::tempdir().expect("a folder");
    // As ours, it stays mapped: what it keeps is kept, and not lost at dlclose.
    let module = built(dir.path(), "wrong.c", &["-shared", "-fPIC", "-Wl,-z,nodelete"]);
    let line = format!("auth required {} {mistake}", module.display());
    let login = Login::unconfigured().stack(&line).pamtalk(["--repeat", turns]);
    let (told, report) = under_memcheck(login);
    assert!(told.codes().iter().all(|code| *code == "PAM_SUCCESS"), "{told:?}");
    report
}

#[test]
fn memcheck_finds_each_mistake_that_it_is_there_for() {
    assert_eq!(wrong("none", "2").errors, 0);
    for mistake in ["lost", "unwritten", "beyond", "sent"] {
        let report = wrong(mistake, "2");
        assert!(report.errors > 0, "{mistake}: {}", report.text);
    }
}

#[test]
fn memory_that_is_kept_for_ever_is_no_error_but_grows() {
    let (two, four) = (wrong("kept", "2"), wrong("kept", "4"));
    assert_eq!((two.errors, four.errors), (0, 0), "{}", four.text);
    assert!(four.in_use >= two.in_use + 2 * 100, "{} and {} bytes", two.in_use, four.in_use);
}

/// ring's sources, wherever cargo has them: they stand in what it noted beside this program.
#[cfg(target_arch = "x86_64")]
fn ring() -> PathBuf {
    let own = std::env::current_exe().expect("a path to this program");
    let beside = std::fs::read_dir(own.parent().expect("a folder")).expect("a folder to read");
    beside
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            (name.starts_with("ring-") && path.extension()? == "d").then_some(())?;
            let noted = std::fs::read_to_string(&path).ok()?;
            let root =
                noted.split_whitespace().find_map(|word| word.strip_suffix("/src/lib.rs"))?;
            Some(PathBuf::from(root))
        })
        .find(|root| root.join("pregenerated").is_dir())
        .expect("ring was built beside this program")
}

#[test]
#[cfg(target_arch = "x86_64")] // The other platforms have another GHASH.
fn what_memcheck_says_of_aes_depends_on_registers_that_do_not_matter() {
    let dir = tempfile::tempdir().expect("a folder");
    // ring's build gives its symbols a prefix here; without, they have the names that the source says.
    let prefixes = dir.path().join("ring_core_generated");
    std::fs::create_dir(&prefixes).expect("a folder");
    std::fs::write(prefixes.join("prefix_symbols_asm.h"), "").expect("a file");
    let ring = ring();
    let assembly = ring.join("pregenerated/ghash-x86_64-elf.S").display().to_string();
    let includes =
        [ring.join("include"), dir.path().to_owned()].map(|p| format!("-I{}", p.display()));
    let args = [&assembly, &includes[0], &includes[1], "-mno-red-zone", "-no-pie"];
    let program = built(dir.path(), "ghash.c", &args);
    let same = Command::new(&program).arg("registers").output().expect("it runs");
    assert!(same.status.success(), "{same:?}");
    let errors = |what: &str| {
        let memcheck = Memcheck::new();
        let words = memcheck.words();
        let run = Command::new(&words[0]).args(&words[1..]).arg(&program).arg(what).output();
        assert!(run.expect("valgrind runs").status.success(), "{what}");
        memcheck.report().errors
    };
    assert_eq!(errors("written"), 0);
    assert!(errors("unwritten") > 0, "memcheck follows it by now: AES needs no exception any more");
}
