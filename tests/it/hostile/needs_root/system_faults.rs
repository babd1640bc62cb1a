//! Each system call that a login makes fails: those of libc and those that the module makes by itself.

use std::path::Path;

use super::call::{Call, report};
use super::faults::{name, of_system_call};
use super::judge::judge;
use super::trial::{Ended, Fault, Manner, Scene, Stage, each, kinds, places, run};
use crate::hostile::built;
use crate::needs_root::needs_root;
use crate::support::bins;

/// One login under `inject.c`.
fn play(stage: &Stage, fault: Option<&Fault>, at: (Scene, Manner), path: &Path) -> Ended {
    let (scene, manner) = at;
    let (login, address) = stage.login(manner, scene);
    let mark = built::mark().display();
    let login = login
        .stack(&format!("auth required {mark} begin"))
        .stack("auth required {module}")
        .stack(&format!("auth required {mark} end"));
    let module = bins::module();
    let target = fault.map_or("-".to_owned(), |Fault { call, always, .. }| {
        let nth = if *always { 0 } else { call.nth };
        format!("{}:{}:{}:{nth}", call.thread, call.what, call.site)
    });
    let [inject, report_to, module] = [built::inject(), path, &module].map(|p| p.to_str());
    let words = [inject, report_to, module].map(|word| word.expect("a plain path"));
    let within = [words[0], words[1], words[2], &target, fault.map_or("0", |fault| fault.word)];
    let (status, told, errors, log) = run(login, &within);
    let hit = report(path).into_iter().find(|call| call.failed);
    let fault = fault.cloned().unwrap_or_else(Fault::none);
    Ended { fault, manner, address, status, told, errors, log, hit }
}

/// The calls of a login in which nothing fails.
fn calls(stage: &Stage, scene: Scene) -> Vec<Call> {
    needs_root();
    let path = tempfile::NamedTempFile::new().expect("a file for the report");
    let ended = play(stage, None, (scene, Manner::Approved), path.path());
    let told = ended.told.as_ref().expect("a login");
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?} {}", ended.errors);
    let calls = report(path.path());
    assert!(calls.len() > 200, "a login makes more calls than these: {calls:#?}");
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

fn all_at_once(faults: &[Fault], stage: Stage, manners: &[Manner]) {
    let ended = each(faults, manners, |fault, manner, path| {
        play(&stage, Some(fault), (fault.scene, manner), path)
    });
    judge(&ended, &stage.strike());
}

#[test]
fn no_system_call_that_fails_once_opens_the_door_or_ends_the_host() {
    let stage = Stage::new();
    let chosen = places(|scene| calls(&stage, scene), 2);
    let faults: Vec<Fault> = chosen
        .iter()
        .filter_map(|place| Some(fault(place, of_system_call(&place.1.what).first()?, false)))
        .collect();
    all_at_once(&faults, stage, Manner::GATE);
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
    all_at_once(&faults, stage, Manner::GATE);
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
    all_at_once(&faults, stage, Manner::ALL);
}
