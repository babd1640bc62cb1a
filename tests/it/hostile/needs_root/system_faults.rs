//! Each system call that a login makes fails: those of libc and those that the module makes by itself.

use std::path::Path;

use super::call::Call;
use super::faults::{name, of_system_call};
use super::tool::{Prepared, Tool};
use super::trial::{Fault, Manner, Scene, Stage, kinds, places};
use crate::hostile::built;
use crate::support::{Login, bins};

/// The login's host under `inject.c`.
const INJECT: Tool = Tool { prepare: under_inject, least: 200 };

fn under_inject(login: Login, fault: Option<&Fault>, report: &Path) -> Prepared {
    let mark = built::mark().display();
    let login = login
        .stack(&format!("auth required {mark} begin"))
        .stack("auth required {module}")
        .stack(&format!("auth required {mark} end"));
    let target = fault.map_or("-".to_owned(), |Fault { call, always, .. }| {
        let nth = if *always { 0 } else { call.nth };
        format!("{}:{}:{}:{nth}", call.thread, call.what, call.site)
    });
    let module = bins::module();
    let paths = [built::inject(), report, &module].map(|path| path.display().to_string());
    let word = fault.map_or("0", |fault| fault.word).to_owned();
    (login, paths.into_iter().chain([target, word]).collect())
}

fn calls(stage: &Stage, scene: Scene) -> Vec<Call> {
    let calls = INJECT.calls(stage, scene);
    assert!(calls.iter().any(|call| call.thread == 1), "the resolver has a thread");
    calls
}

fn fault((scene, call): &(Scene, Call), word: &'static str, always: bool) -> Fault {
    let Call { thread, what, site, nth, .. } = call;
    let which = if always { "each".to_owned() } else { format!("thread {thread}, {site}, {nth}") };
    Fault {
        scene: *scene,
        call: call.clone(),
        always,
        word,
        name: format!("{} ({which}): {word}", name(what)),
    }
}

#[test]
fn no_system_call_that_fails_once_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let chosen = places(|scene| calls(&stage, scene), 2);
    let faults: Vec<Fault> = chosen
        .iter()
        .filter_map(|place| Some(fault(place, of_system_call(&place.1.what).first()?, false)))
        .collect();
    INJECT.try_all(&faults, stage, Manner::GATE);
}

#[test]
fn no_system_call_that_fails_each_time_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let kinds = kinds(|scene| calls(&stage, scene));
    let faults: Vec<Fault> = kinds
        .iter()
        .flat_map(|place| of_system_call(&place.1.what).iter().map(|word| fault(place, word, true)))
        // A signal each time, for ever, is none: std asks again until there was none.
        .filter(|fault| !fault.word.ends_with("-4"))
        .collect();
    INJECT.try_all(&faults, stage, Manner::GATE);
}

#[test]
#[ignore = "takes minutes: `make test-long`"]
fn no_system_call_that_fails_in_any_way_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let chosen = places(|scene| calls(&stage, scene), 6);
    let faults: Vec<Fault> = chosen
        .iter()
        .flat_map(|place| {
            of_system_call(&place.1.what).iter().map(|word| fault(place, word, false))
        })
        .collect();
    INJECT.try_all(&faults, stage, Manner::ALL);
}
