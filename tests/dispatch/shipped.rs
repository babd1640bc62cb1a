//! The shipped stacks: nothing but our success opens them, whatever the other modules return.

use proptest::prelude::RngCore;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::claims::{self, Flaw, flaws};
use crate::libpam;
use crate::replay;
use crate::sim::code::Code;
use crate::sim::load::{Files, Handler, chain};
use crate::sim::search::told;
use crate::stacks::{Shipped, shipped};

/// The ways round us that are meant: the file, its group, the module that opens it, and for whom.
const WAYS_ROUND: [(&str, &str, &str); 2] = [
    // root becomes anybody.
    ("su.debian", "auth", "pam_rootok.so"),
    ("su.redhat", "auth", "pam_rootok.so"),
];

/// A folder with this stack in it, and with what it includes.
fn folder(stack: &Shipped) -> Files {
    let mut files = stack.included.clone();
    files.insert(stack.service.clone(), stack.text.clone());
    let other = "auth required pam_deny.so\naccount required pam_deny.so\n";
    files.insert("other".to_owned(), other.to_owned());
    files
}

fn chain_of(stack: &Shipped, group: &'static str) -> Vec<Handler> {
    chain(&folder(stack), &stack.service, group, libpam::DEBIAN)
        .unwrap_or_else(|why| panic!("{}: {why}", stack.file))
}

fn trusted(stack: &Shipped, group: &str) -> Vec<&'static str> {
    let here = |way: &&(&str, &str, &str)| way.0 == stack.file && way.1 == group;
    WAYS_ROUND.iter().filter(here).map(|way| way.2).collect()
}

/// The stacks with a line of ours for this group, be it one for those who want it.
fn with_ours(group: &str) -> Vec<Shipped> {
    let stacks = shipped().into_iter().map(Shipped::with_account_line);
    stacks.filter(|stack| stack.ours(group) > 0).collect()
}

/// No way through a stack leads in without our success, and where the README says so, none leads to
/// us without a first factor.
#[test]
fn nothing_but_our_success_opens_a_shipped_stack() {
    let mut tried = 0;
    for group in ["auth", "account"] {
        for stack in with_ours(group) {
            let chain = chain_of(&stack, group);
            assert_eq!(
                chain.iter().filter(|one| claims::is_ours(one)).count(),
                1,
                "{}",
                stack.file
            );
            let found = flaws(&chain, group, &trusted(&stack, group));
            let ways: Vec<String> = found
                .iter()
                .map(|one| format!("{:?}: {}", one.flaw, told(&chain, &one.way)))
                .collect();
            let flaws: Vec<Flaw> = found.iter().map(|one| one.flaw).collect();
            let promised =
                if stack.loud && group == "auth" { vec![Flaw::AsksTooEarly] } else { vec![] };
            assert_eq!(flaws, promised, "{} {group}: {ways:#?}", stack.file);
            tried += 1;
        }
    }
    assert!(tried >= 40, "only {tried} were found");
}

/// A way round that leads nowhere any more would hide the next one.
#[test]
fn each_way_round_that_is_meant_is_there() {
    for (file, group, module) in WAYS_ROUND {
        let stack = shipped()
            .into_iter()
            .find(|stack| stack.file == file)
            .unwrap_or_else(|| panic!("{file} is gone"));
        let chain = chain_of(&stack, group);
        let found = flaws(&chain, group, &[]);
        let [one] = &found[..] else { panic!("{file}: {found:?}") };
        assert_eq!(one.flaw, Flaw::OpensWithoutUs, "{file}");
        let (at, code) = one.way.last().expect("a way");
        assert_eq!((chain[*at].module(), *code), (module, Code::SUCCESS), "{file}");
    }
}

/// Each of these runs the account part where nobody waits for a question: sudo for every command, su
/// for root too, cron for every job.
#[test]
fn nobody_is_asked_in_the_account_phase_of_sudo_su_login_cron_or_polkit() {
    let may_ask = ["sshd", "cockpit"];
    for stack in shipped().iter().filter(|stack| !may_ask.contains(&stack.service.as_str())) {
        let chain = chain_of(stack, "account");
        assert!(!chain.is_empty(), "{}", stack.file);
        assert!(!chain.iter().any(claims::is_ours), "{} asks", stack.file);
    }
}

/// sshd and Cockpit have a road that skips `auth`; how to ask there stands in their files.
#[test]
fn sshd_and_cockpit_show_the_account_line_and_what_it_needs() {
    let shown: Vec<Shipped> = with_ours("account");
    for stack in shipped() {
        let usual = ["sshd.", "cockpit."].iter().any(|host| stack.file.starts_with(host));
        if usual {
            assert_eq!(stack.ours("account"), 0, "{}: it is for those who want it", stack.file);
            assert!(shown.iter().any(|one| one.file == stack.file), "{}", stack.file);
            let table = format!("[service.{}]", stack.service);
            assert!(stack.text.contains(&table), "{} does not name {table}", stack.file);
            assert!(stack.text.contains("account = true"), "{}", stack.file);
        }
    }
}

/// The simulation and libpam go the same way through the shipped files themselves.
#[test]
fn libpam_goes_the_way_that_the_simulation_says_through_shipped_stacks() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut opened = 0;
    for group in ["auth", "account"] {
        for stack in with_ours(group) {
            for _ in 0..ROUNDS {
                let seed = random.next_u64();
                let outcome = replay::agreed(&folder(&stack), &stack.service, group, |place| {
                    mostly_success(seed, place)
                });
                opened += u32::from(outcome.result == Code::SUCCESS);
            }
        }
    }
    assert!(opened > ROUNDS, "{opened} logins were let in: too few to show anything");
}

/// For each stack.
const ROUNDS: u32 = 60;

/// The code of a module, the same one for each place in one round.
fn mostly_success(seed: u64, place: &str) -> Code {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (seed, place).hash(&mut hasher);
    let number = hasher.finish();
    if number % 4 == 0 {
        Code(i32::try_from(number / 4 % 34).expect("a small number") - 1)
    } else {
        Code::SUCCESS
    }
}
