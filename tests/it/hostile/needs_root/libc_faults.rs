//! Each call into libc and libpam fails that is no system call, or not only one.

use std::path::Path;

use super::call::{Call, report};
use super::tool::{Prepared, Tool};
use super::trial::{Fault, Manner, Scene, Stage, kinds, places};
use crate::hostile::built;
use crate::hostile::imports::of_function;
use crate::needs_root::needs_root;
use crate::support::{Login, bins};

/// `shim.c` in the login's host.
const SHIM: Tool = Tool { prepare: with_shim, least: 100 };

fn with_shim(login: Login, fault: Option<&Fault>, report: &Path) -> Prepared {
    let (target, word) = fault.map_or((String::new(), ""), |fault| {
        let Call { what, site, nth, .. } = &fault.call;
        (format!("{what}:{site}:{}", if fault.always { 0 } else { *nth }), fault.word)
    });
    let variables = [
        ("LD_PRELOAD", built::shim().display().to_string()),
        ("SHIM_MODULE", bins::module().display().to_string()),
        ("SHIM_REPORT", report.display().to_string()),
        ("SHIM_TARGET", target),
        ("SHIM_FAULT", word.to_owned()),
    ];
    let words = variables.map(|(name, value)| format!("{name}={value}"));
    (login, ["env".to_owned()].into_iter().chain(words).collect())
}

fn fault((scene, call): &(Scene, Call), word: &'static str, always: bool) -> Fault {
    let Call { what, site, nth, .. } = call;
    let which = if always { "each".to_owned() } else { format!("{site}, {nth}") };
    Fault {
        scene: *scene,
        call: call.clone(),
        always,
        word,
        name: format!("{what} ({which}): {word}"),
    }
}

/// In each way that it can, the first and the last from each place.
#[test]
fn no_call_into_libc_or_libpam_that_fails_once_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let chosen = places(|scene| SHIM.calls(&stage, scene), 2);
    let faults: Vec<Fault> = chosen
        .iter()
        .flat_map(|place| of_function(&place.1.what).iter().map(|word| fault(place, word, false)))
        .collect();
    SHIM.try_all(&faults, stage, Manner::GATE);
}

#[test]
fn no_call_into_libc_or_libpam_that_fails_each_time_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let kinds = kinds(|scene| SHIM.calls(&stage, scene));
    let faults: Vec<Fault> = kinds
        .iter()
        .flat_map(|place| of_function(&place.1.what).iter().map(|word| fault(place, word, true)))
        .collect();
    SHIM.try_all(&faults, stage, Manner::GATE);
}

#[test]
#[ignore = "takes minutes: `make test-long`"]
fn no_call_into_libc_or_libpam_that_fails_at_any_time_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let chosen = places(|scene| SHIM.calls(&stage, scene), usize::MAX);
    let faults: Vec<Fault> = chosen
        .iter()
        .flat_map(|place| of_function(&place.1.what).iter().map(|word| fault(place, word, false)))
        .collect();
    SHIM.try_all(&faults, stage, Manner::ALL);
}

/// Of the allocations, whose places nobody can tell apart, each ninth. std ends a host for which it has no
/// memory; all that is claimed is that nobody gets in by it.
#[test]
#[ignore = "takes minutes: `make test-long`"]
fn no_allocation_that_fails_opens_the_door() {
    let stage = Stage::new();
    let call = |nth| {
        let what = "memory".to_owned();
        (Scene::Login, Call { what, site: "0".to_owned(), nth, ..Fault::none().call })
    };
    let counted = tempfile::NamedTempFile::new().expect("a file for the report");
    SHIM.play(
        &stage,
        Some(&fault(&call(u32::MAX >> 1), "0", false)),
        (Scene::Login, Manner::Approved),
        counted.path(),
    );
    let made = report(counted.path()).iter().filter(|call| call.what == "memory").count();
    assert!(made > 500, "a login allocates more often than {made} times");
    needs_root();
    let made = u32::try_from(made).expect("a number of calls");
    let faults: Vec<Fault> =
        (1..=made).step_by(9).map(|nth| fault(&call(nth), "0", false)).collect();
    SHIM.try_all(&faults, stage, Manner::GATE);
}
