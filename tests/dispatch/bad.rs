//! Stacks that are known to be wrong, each as somebody has written it: the search finds what is wrong
//! with them, and libpam goes the way that it found.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::claims::{Flaw, flaws, opens};
use crate::libpam;
use crate::replay;
use crate::sim::load::{Files, chain};
use crate::sim::search::told;
use crate::stacks::included;

/// `bad/`: names and texts. The first line of each says `# GROUP: FLAW, FLAW…`.
fn bad() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dispatch/bad");
    let text = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        (name.to_owned(), fs::read_to_string(&path).expect("a file to read"))
    };
    fs::read_dir(folder).expect("the bad ones").map(text).collect()
}

fn expected(text: &str) -> (&'static str, BTreeSet<Flaw>) {
    let first = text.lines().next().and_then(|line| line.strip_prefix("# "));
    let (group, flaws) = first.and_then(|line| line.split_once(": ")).expect("# GROUP: FLAW");
    let named = |name| Flaw::named(name).unwrap_or_else(|| panic!("{name:?} is no flaw"));
    let group = if group == "account" { "account" } else { "auth" };
    (group, flaws.split(", ").map(named).collect())
}

#[test]
fn what_is_wrong_with_a_bad_stack_is_found_and_libpam_proves_it() {
    let mut kinds = BTreeSet::new();
    for (name, text) in bad() {
        let (group, expected) = expected(&text);
        let mut files = included("");
        files.insert("door".to_owned(), text);
        let chain = chain(&files, "door", group, libpam::DEBIAN).expect("a stack");
        let found = flaws(&chain, group, &[]);
        let flaws: BTreeSet<Flaw> = found.iter().map(|one| one.flaw).collect();
        let ways = || found.iter().map(|one| told(&chain, &one.way)).collect::<Vec<_>>();
        assert_eq!(flaws, expected, "{name}: {:#?}", ways());
        for one in &found {
            let way = told(&chain, &one.way);
            let outcome = replay::agreed(&files, "door", group, replay::along(&chain, &one.way));
            let called = outcome.called.iter().any(|place| {
                chain.iter().any(|line| line.place == *place && line.module() == "pam_duo2.so")
            });
            let open = opens(outcome.result, group);
            let proved = match one.flaw {
                Flaw::OpensWithoutUs => open && !called,
                Flaw::OpensAgainstUs => open && called,
                Flaw::AsksTooEarly => called,
                Flaw::NeverOpens => !open,
            };
            assert!(proved, "{name}: {:?} by {way}: {outcome:?}", one.flaw);
            kinds.insert(one.flaw);
        }
    }
    assert_eq!(kinds.len(), 4, "only {kinds:?} were found at all");
}
