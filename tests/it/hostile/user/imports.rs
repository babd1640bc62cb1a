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

#[test]
fn every_function_that_the_module_imports_is_one_that_is_made_to_fail() {
    let imported = symbols("--undefined-only", &bins::module());
    assert!(imported.len() > 60, "too few to be the module's: {imported:?}");
    let shimmed = symbols("--defined-only", built::shim());
    let unknown: Vec<&String> = imported
        .iter()
        .filter(|name| {
            let row = IMPORTS.iter().find(|(known, _)| known == name);
            let by_shim = matches!(row, Some((_, Import::Shim(_) | Import::Memory)));
            row.is_none() || by_shim != shimmed.contains(name) && *name != "freeaddrinfo"
        })
        .collect();
    assert!(
        unknown.is_empty(),
        "add to tests/it/hostile/imports.rs, and what is no system call to c/shim_calls.c: {unknown:?}"
    );
}
