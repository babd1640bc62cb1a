//! That nothing is imported which no test has fail.

use std::path::Path;
use std::process::Command;

use crate::hostile::built;
use crate::hostile::imports::{IMPORTS, Import};
use crate::support::bins;

/// What `nm -D` says with this option, without versions.
fn symbols(option: &str, library: &Path) -> Vec<String> {
    let said = Command::new("nm").args(["-D", option]).arg(library).output().expect("binutils");
    assert!(said.status.success(), "{said:?}");
    let text = String::from_utf8(said.stdout).expect("names in ASCII");
    let name = |line: &str| line.rsplit(' ').next()?.split('@').next().map(str::to_owned);
    text.lines().filter_map(name).collect()
}

/// What the module imports.
fn imported() -> Vec<String> {
    let imported = symbols("--undefined-only", &bins::module());
    assert!(imported.len() > 60, "too few to be the module's: {imported:?}");
    imported
}

/// Was the module made by the compiler that the list of its imports was kept with? Others have other
/// standard libraries, which may import more: `tests/scripts/hardening.sh` says then what came.
fn by_the_kept_compiler() -> bool {
    let kept = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts/imports.txt"));
    let kept = kept.lines().find_map(|line| line.strip_prefix("# rustc ")).expect("its version");
    let module = std::fs::read(bins::module()).expect("the module");
    let text = String::from_utf8_lossy(&module);
    // In the section `.comment`.
    let made =
        text.split_once("rustc version ").and_then(|(_, rest)| rest.split([' ', '\0']).next());
    made == Some(kept) && cfg!(target_arch = "x86_64")
}

/// Those of the imports that are tried otherwise than their row says; where all are known, those
/// without a row, too.
fn untried(imported: &[String], all_are_known: bool) -> Vec<&String> {
    let shimmed = symbols("--defined-only", built::shim());
    let wrong = |name: &&String| {
        let Some((_, how)) = IMPORTS.iter().find(|(known, _)| known == name) else {
            return all_are_known;
        };
        let by_shim = matches!(how, Import::Shim(_) | Import::Memory);
        by_shim != shimmed.contains(name) && *name != "freeaddrinfo"
    };
    imported.iter().filter(wrong).collect()
}

#[test]
fn every_function_that_the_module_imports_is_one_that_is_made_to_fail() {
    let imported = imported();
    let untried = untried(&imported, by_the_kept_compiler());
    assert!(
        untried.is_empty(),
        "add to tests/it/hostile/imports.rs, and what is no system call to c/shim_calls.c: {untried:?}"
    );
}

#[test]
fn one_more_import_is_an_error_with_the_compiler_that_the_list_was_kept_with_and_no_other() {
    let mut imported = imported();
    imported.push("one_more".to_owned());
    let last = imported.last().expect("the one that was pushed");
    assert!(untried(&imported, true).contains(&last));
    assert!(!untried(&imported, false).contains(&last));
}
