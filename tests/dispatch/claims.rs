//! What can be wrong with a stack, looked for along every way through it.

use crate::sim::code::Code;
use crate::sim::load::Handler;
use crate::sim::search::{Ending, Step, endings};

/// Ours.
const MODULE: &str = "pam_duo2.so";

/// Who asks for the first factor in the shipped stacks.
const FIRST: [&str; 2] = ["pam_unix.so", "pam_sss.so"];

/// What is wrong, by the words that `bad/` has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Lets in without calling the module.
    OpensWithoutUs,
    /// Lets in although the module refused or failed.
    OpensAgainstUs,
    /// Calls the module although the first factor was wrong.
    AsksTooEarly,
    /// Lets nobody in, whatever happens.
    NeverOpens,
}

impl Flaw {
    pub fn named(name: &str) -> Option<Flaw> {
        let all = [
            ("opens without us", Flaw::OpensWithoutUs),
            ("opens against us", Flaw::OpensAgainstUs),
            ("asks too early", Flaw::AsksTooEarly),
            ("never opens", Flaw::NeverOpens),
        ];
        all.into_iter().find_map(|(word, flaw)| (word == name).then_some(flaw))
    }
}

/// A flaw and a way to it.
#[derive(Debug)]
pub struct Finding {
    pub flaw: Flaw,
    pub way: Vec<Step>,
}

/// Each kind of flaw that a chain of this group has, once.
///
/// Every module is taken to return every code, with these exceptions: `pam_deny` never succeeds,
/// ours never says `PAM_IGNORE` in `auth` (`src/pam/entry.rs`), and of those in `trusted` it is known
/// whom they succeed for.
pub fn flaws(chain: &[Handler], group: &str, trusted: &[&str]) -> Vec<Finding> {
    let refusing = |handler: &Handler| match handler.module() {
        MODULE => all_but(&never_refusals(group)),
        _ => of_others(handler, trusted),
    };
    let shut = endings(chain, refusing, is_ours);
    let wrong = |handler: &Handler| match handler.module() {
        name if FIRST.contains(&name) => all_but(&[Code::SUCCESS]),
        _ => of_others(handler, trusted),
    };
    let guessed = endings(chain, wrong, is_ours);
    let agreeing = |handler: &Handler| match handler.module() {
        MODULE => vec![Code::SUCCESS],
        _ => of_others(handler, trusted),
    };
    let agreed = endings(chain, agreeing, is_ours);

    let opens = |ending: &&Ending| opens(ending.result, group);
    let open: Vec<&Ending> = shut.iter().filter(opens).collect();
    let mut found = Vec::new();
    let mut add = |flaw, ending: Option<&Ending>| {
        found.extend(ending.map(|ending| Finding { flaw, way: ending.way.clone() }));
    };
    add(Flaw::OpensWithoutUs, open.iter().copied().find(|ending| !ending.met));
    add(Flaw::OpensAgainstUs, open.iter().copied().find(|ending| ending.met));
    if group == "auth" {
        add(Flaw::AsksTooEarly, guessed.iter().find(|ending| ending.met));
    }
    if !agreed.iter().any(|ending| ending.result == Code::SUCCESS) {
        add(Flaw::NeverOpens, agreed.first());
    }
    found
}

/// Does a host go on after this? In the account phase it may after `PAM_NEW_AUTHTOK_REQD`, once the
/// person has chosen a new password.
pub fn opens(result: Code, group: &str) -> bool {
    result == Code::SUCCESS || (group == "account" && result == Code::NEW_AUTHTOK_REQD)
}

/// What ours does not say when it refuses or fails.
fn never_refusals(group: &str) -> Vec<Code> {
    let mut never = vec![Code::SUCCESS, Code::IGNORE];
    // A module that keeps no passwords has none to call old.
    never.extend((group == "account").then_some(Code::NEW_AUTHTOK_REQD));
    never
}

fn of_others(handler: &Handler, trusted: &[&str]) -> Vec<Code> {
    match handler.module() {
        "pam_deny.so" => vec![Code::AUTH_ERR, Code::MODULE_UNKNOWN],
        name if trusted.contains(&name) => all_but(&[Code::SUCCESS]),
        _ => Code::all().collect(),
    }
}

fn all_but(without: &[Code]) -> Vec<Code> {
    Code::all().filter(|code| !without.contains(code)).collect()
}

pub fn is_ours(handler: &Handler) -> bool {
    handler.module() == MODULE
}
