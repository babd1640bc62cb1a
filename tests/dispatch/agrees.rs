//! The simulation says what libpam does: which modules it calls, in which order, and the result.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::libpam::{self, Outcome};
use crate::random;
use crate::sim::code::Code;
use crate::sim::load::{Dialect, Files, Handler, Kind, chain};
use crate::sim::play::Play;

/// What the simulation makes of a folder in which every module is the stub.
///
/// # Errors
/// What makes libpam refuse to begin.
pub fn simulated(
    files: &Files,
    service: &str,
    group: &'static str,
    dialect: Dialect,
) -> Result<Outcome, String> {
    let chain = chain(files, service, group, dialect)?;
    let mut play = Play::begin(&chain);
    let mut called = Vec::new();
    while let Some(handler) = play.next(&chain) {
        let (label, code) = stub(handler);
        called.extend(label);
        play.returned(&chain, code);
    }
    Ok(Outcome { result: play.result(), called })
}

/// What the stub says and returns by its arguments; another file is no module at all.
fn stub(handler: &Handler) -> (Option<String>, Code) {
    match &handler.kind {
        Kind::Module(path, words) if std::path::Path::new(path) == libpam::stub() => {
            (Some(words[0].clone()), Code(words[1].parse().expect("a code")))
        }
        _ => (None, Code::MODULE_UNKNOWN),
    }
}

/// What the simulation and libpam make of these files, in this order.
pub fn both(
    files: &Files,
    service: &str,
    group: &'static str,
) -> (Result<Outcome, String>, Result<Outcome, Code>) {
    let stub = libpam::stub().to_str().expect("UTF-8");
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("{}/", folder.path().display());
    let mut here = Files::new();
    for (name, text) in files {
        let text = text.replace(random::STUB, stub);
        std::fs::write(folder.path().join(name), text.replace(random::FOLDER, &path))
            .expect("a service file is written");
        here.insert(name.clone(), text.replace(random::FOLDER, ""));
    }
    let said = simulated(&here, service, group, libpam::dialect());
    (said, libpam::run(folder.path(), service, group))
}

/// So many folders, the same ones each time.
const CASES: u32 = 2500;

#[test]
fn libpam_goes_the_way_that_the_simulation_says_through_random_stacks() {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::<String, u32>::new());
    let group = prop_oneof![9 => Just("auth"), 1 => Just("account")];
    runner
        .run(&(random::files(), group), |(files, group)| {
            let (said, real) = both(&files, "door", group);
            let said = said.map_err(TestCaseError::fail)?;
            prop_assert_eq!(Ok(&said), real.as_ref());
            *seen.borrow_mut().entry(format!("{group} {:?}", said.result)).or_default() += 1;
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
    // Stacks that all refuse would show nothing.
    let seen = seen.into_inner();
    for result in ["auth success", "auth perm_denied", "auth auth_err", "auth incomplete"] {
        assert!(seen.get(result).is_some_and(|&count| count > CASES / 100), "{result}: {seen:?}");
    }
}

/// What keeps libpam from beginning keeps the simulation from it as well.
#[test]
fn files_that_cannot_be_read_begin_nothing() {
    let line = "auth required STUB it 0\n";
    for text in ["@include FOLDER/nowhere\n", "auth required STUB it 0 \\\n"] {
        let files = [("door", text), ("other", line)];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let (said, real) = both(&files, "door", "auth");
        assert_eq!(said.as_ref().ok(), real.as_ref().ok(), "{text:?}: {said:?} {real:?}");
    }
}

/// libpam 1.6.1 has changed what ends them.
#[test]
fn lines_that_go_on_are_joined_as_this_machines_libpam_joins_them() {
    for text in [
        "auth required STUB a \\\n0\n",
        "auth required STUB a 0 \\\n# no\nauth required STUB b 7\n",
        "auth required STUB a 0 \\\n\nauth required STUB b 0\n",
        "auth required STUB a 0 \\\n \t # no \\\nauth required STUB b 7\n",
        "auth required STUB a \\\n0 # no\nauth required STUB b 7\n",
        "auth required STUB a 0 # no \\\nauth required STUB b 7\n",
        "\\\n \\\n\nauth required STUB a 0\n",
        "\\\n# no\nauth required STUB a 0\n",
    ] {
        let files = [("door", text), ("other", "auth required STUB it 7\n")];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let (said, real) = both(&files, "door", "auth");
        assert_eq!(Ok(&said.expect("files that can be read")), real.as_ref(), "{text:?}");
    }
}

/// What chance comes to too seldom.
#[test]
fn a_second_substack_resets_to_where_it_began_itself() {
    let fails = "auth required STUB a 7\n".to_owned();
    let resets = "auth required STUB b 7\nauth [default=reset] STUB c 0\n".to_owned();
    let between = "auth required STUB d 0\n";
    for (first, second) in [(&fails, &resets), (&resets, &fails), (&resets, &resets)] {
        let door =
            format!("{between}auth substack FOLDER/first\n{between}auth substack FOLDER/second\n");
        let files = [("door", &door), ("first", first), ("second", second), ("other", &fails)];
        let files = files.map(|(name, text)| (name.to_owned(), text.clone())).into();
        let (said, real) = both(&files, "door", "auth");
        let said = said.expect("files that can be read");
        assert_eq!(Ok(&said), real.as_ref());
        assert_eq!(said.result == Code::SUCCESS, first == second, "{files:?}");
    }
}
