//! Whatever the service, the network and the person do: who gets in, how often a factor is sent, and
//! that it ends.

use proptest::prelude::*;
use proptest::sample::select;

use super::witness::{Happens, Move, alphabet, holds, play};
use super::*;
use crate::core::any_reply::replies;
use crate::core::failure::{Local, Untrusted};
use crate::core::host::{Call as HostCall, Phase, Prompts, profile};

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let failures = select(vec![
        Failure::Outage(Outage::Silent),
        Failure::Outage(Outage::Cut),
        Failure::Outage(Outage::ServerError(503)),
        Failure::Local(Local::NoMemory),
        Failure::Untrusted(Untrusted::TooLarge),
    ]);
    let happens = prop_oneof![
        60 => replies().prop_map(Happens::Reply),
        4 => failures.prop_map(Happens::Failed),
        2 => Just(Happens::Late),
        1 => Just(Happens::Cancelled),
        1 => Just(Happens::PeerGone),
    ];
    let takes = prop_oneof![3 => Just(0_u32), 2 => 0..20_u32, 1 => 0..1000_u32];
    let words =
        select(vec!["", "1", "2", "push", "phone", "sms", "123456", "verified_push1", "demo"]);
    let answer = prop_oneof![
        8 => words.prop_map(|word| Some(word.to_owned())),
        2 => any::<String>().prop_map(Some),
        1 => Just(None),
    ];
    let one = (happens, takes, answer, prop_oneof![2 => 0..5_u64, 1 => 0..90_u64]);
    let one =
        one.prop_map(|(happens, takes, answer, thinks)| Move { happens, takes, answer, thinks });
    proptest::collection::vec(one, 1..9)
}

fn hosts() -> impl Strategy<Value = Profile> {
    let silences = prop_oneof![3 => Just(None), 2 => (15..40_u64).prop_map(Some)];
    let prompts = select(vec![Prompts::Shown, Prompts::Shown, Prompts::Shown, Prompts::Refused]);
    let services = select(vec!["login", "sshd", "cockpit", "sudo"]);
    (services, silences, prompts).prop_map(|(service, silence, prompts)| {
        // Where a terminal tells at once, sudo without one does not.
        let terminal = service == "login";
        let call = HostCall { terminal, silent: false, phase: Phase::Auth };
        let host = profile(service, None, call);
        Profile { silence: silence.map(Duration::from_secs).or(host.silence), prompts, ..host }
    })
}

prop_compose! {
    fn plans()(
        autopush in select(vec![Autopush::Off, Autopush::FirstPushDevice, Autopush::ServiceDefault]),
        announce in select(vec![Announce::Sent, Announce::Sent, Announce::Prompt]),
        failmode in select(vec![Failmode::Safe, Failmode::Secure]),
        host in hosts(),
        rounds in 1..4_u8,
        timeout in 2..100_u64,
        jitter in 0..1000_u64,
        silent in prop_oneof![2 => Just(0), 1 => 0..30_000_u64],
        deadline in prop_oneof![2 => Just(None), 1 => (0..200_u64).prop_map(Some)],
        pushinfo in any::<bool>(),
    ) -> Plan {
        Plan {
            subject: Subject { username: "demo".into(), ..Subject::default() },
            echoes: alphabet::echoes(),
            autopush,
            rounds,
            pushinfo: pushinfo.then(|| "a=b".to_owned()),
            failmode,
            timeout: Duration::from_secs(timeout),
            host,
            announce,
            silent: Duration::from_millis(silent),
            deadline: deadline.map(Duration::from_secs),
            jitter: Duration::from_millis(jitter),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_only_an_allow_or_an_early_outage_lets_in_and_it_ends(
        plan in plans(), moves in moves(),
    ) {
        holds(&plan, &play(plan.clone(), &moves));
    }
}

/// The replies are so that logins really get that far.
#[test]
fn the_random_logins_come_to_every_kind_of_end() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let mut ends = std::collections::BTreeMap::new();
    for _ in 0..1_000 {
        let tree = (plans(), moves()).new_tree(runner).expect("a case");
        let (plan, moves) = proptest::strategy::ValueTree::current(&tree);
        let seen = play(plan, &moves);
        if seen.typed_waiting.is_some() {
            *ends.entry("answered while it waited").or_insert(0) += 1;
        }
        if seen.verified_pushes > 0 {
            *ends.entry("after a verified push").or_insert(0) += 1;
        }
        let name = match seen.outcome {
            Some(Outcome::Approved) if seen.asked > 0 => "approved after a prompt",
            Some(Outcome::Approved) => "approved",
            Some(Outcome::Bypassed) => "bypassed",
            Some(Outcome::RoundsUsedUp) => "rounds used up",
            Some(Outcome::TimedOut) => "timed out",
            Some(Outcome::Unreachable(_)) => "unreachable",
            Some(Outcome::Lost(_)) => "lost",
            Some(Outcome::Fraud) => "fraud",
            Some(Outcome::RateLimited) => "rate limited",
            Some(Outcome::GraceOver) => "grace over",
            Some(Outcome::NoConversation(Some(_), _)) => "nobody to ask",
            _ => "another",
        };
        *ends.entry(name).or_insert(0) += 1;
    }
    assert!(ends.len() == 14 && ends.values().all(|count| *count > 0), "{ends:#?}");
}
