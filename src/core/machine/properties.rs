//! Whatever the service, the network and the person do: who gets in, how often a factor is sent, and
//! that it ends.

use std::time::UNIX_EPOCH;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::core::any_reply::{plain_result, replies};
use crate::core::failure::{Local, Untrusted};
use crate::core::host::{Call as HostCall, Phase, profile};
use crate::core::reply::{Preauth, Problem};
use crate::core::request::Factor;
use crate::core::verdict::{Opening, opens};

/// What happens next, where it may. What the machine waits for says which part of it counts.
#[derive(Clone, Debug)]
struct Move {
    happens: Happens,
    /// Of the time that is allowed, in thousandths.
    takes: u32,
    /// What the person types, if asked.
    answer: Option<String>,
}

#[derive(Clone, Debug)]
enum Happens {
    /// To preauth, auth or status, whichever is asked.
    Reply([HttpReply; 3]),
    Failed(Failure),
    Late,
    Cancelled,
    PeerGone,
}

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
    let words = select(vec!["", "1", "2", "push", "phone", "sms", "123456", "verified_push1"]);
    let answer = prop_oneof![
        8 => words.prop_map(|word| Some(word.to_owned())),
        2 => any::<String>().prop_map(Some),
        1 => Just(None),
    ];
    let one = (happens, takes, answer);
    let one = one.prop_map(|(happens, takes, answer)| Move { happens, takes, answer });
    proptest::collection::vec(one, 1..9)
}

fn plans() -> impl Strategy<Value = Plan> {
    let autopush = select(vec![Autopush::Off, Autopush::FirstPushDevice, Autopush::ServiceDefault]);
    let failmode = select(vec![Failmode::Safe, Failmode::Secure]);
    let host = select(vec!["login", "sshd", "cockpit", "sudo"]).prop_map(|service| {
        // Where a terminal tells at once, sudo without one does not.
        let terminal = service == "login";
        profile(service, None, HostCall { terminal, silent: false, phase: Phase::Auth })
    });
    let plan = (autopush, failmode, host, 1..4_u8, 2..100_u64, 0..1000_u64, any::<bool>());
    plan.prop_map(|(autopush, failmode, host, rounds, timeout, jitter, pushinfo)| Plan {
        subject: Subject { username: "demo".into(), ..Subject::default() },
        autopush,
        rounds,
        pushinfo: pushinfo.then(|| "a=b".to_owned()),
        failmode,
        timeout: Duration::from_secs(timeout),
        host,
        announce: Announce::Sent,
        silent: Duration::ZERO,
        deadline: None,
        jitter: Duration::from_millis(jitter),
    })
}

/// What the world saw of one login.
#[derive(Debug, Default)]
struct Seen {
    outcome: Option<Outcome>,
    steps: u32,
    /// Time that was not spent in a conversation.
    waited: Duration,
    asked: u8,
    /// `/auth` requests, without those that a whole reply told to send again.
    auths: u8,
    /// The last reply, to which path, and what it says in plain JSON.
    last: Option<(&'static str, Option<String>)>,
    /// Has preauth announced a verified push?
    verified: bool,
    /// The transaction that it announced last, until a push has carried it.
    announced: Option<Txid>,
    verified_pushes: u8,
}

impl Seen {
    /// Who wants pushes verified gets no other, and none twice.
    fn pushed(&mut self, factor: &Factor) {
        let txid = match factor {
            Factor::Push { txid, .. } => txid,
            Factor::Prompt { answer, txid, .. } if answer.expose().contains("push") => txid,
            _ => return,
        };
        assert_eq!(txid.is_some(), self.verified, "{self:?}");
        assert_eq!(txid.as_ref(), self.announced.as_ref(), "{self:?}");
        self.verified_pushes += u8::from(self.verified);
    }

    fn replied(&mut self, call: &Call, reply: &HttpReply) {
        match (call, reply::preauth(reply), reply::auth(reply)) {
            (Call::Preauth { .. }, Ok(Preauth::Auth(offer)), _) => {
                self.verified |= offer.verified.is_some();
                self.announced = offer.verified.map(|verified| verified.txid);
            }
            // Only what was not carried out is sent again.
            (Call::Auth { .. }, _, Err(Problem::RateLimited(_) | Problem::ClockOff(_))) => {
                self.auths -= 1;
            }
            (Call::Auth { factor: Factor::Push { .. } | Factor::Prompt { .. }, .. }, ..) => {
                self.announced = None;
            }
            _ => {}
        }
    }
}

/// More steps than any login takes.
const MANY: u32 = 20_000;

fn play(plan: Plan, moves: &[Move]) -> Seen {
    let mut machine = Machine::new(plan);
    let mut seen = Seen::default();
    // Once all have happened they happen again: a service that never changes its ways.
    let mut moves = moves.iter().cycle();
    let (mut event, mut spent) = (Event::Start, Duration::ZERO);
    while seen.steps < MANY {
        seen.steps += 1;
        seen.waited += spent;
        let step = machine.step(event, spent);
        for text in &step.say {
            assert!(text.as_str().chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        }
        let Some(now) = moves.next() else { break };
        (event, spent) = match step.next {
            Next::Exchange(request, patience) => exchanged(&request, patience, now, &mut seen),
            Next::Pause(span) => match now.happens {
                Happens::Cancelled => (Event::Cancelled, span / 2),
                Happens::PeerGone => (Event::PeerGone, span / 2),
                _ => (Event::Tick, span),
            },
            Next::Ask(_) => {
                seen.asked += 1;
                let answer = now.answer.clone().map(Secret::new);
                (answer.map_or(Event::NoAnswer, Event::Answer), Duration::ZERO)
            }
            Next::GiveUp => (Event::Failed(Failure::Outage(Outage::Silent)), Duration::ZERO),
            Next::End(outcome) => {
                seen.outcome = Some(outcome);
                break;
            }
        };
    }
    seen
}

fn exchanged(
    request: &Request,
    patience: Duration,
    now: &Move,
    seen: &mut Seen,
) -> (Event, Duration) {
    let (_, path) = request.call.endpoint();
    if let Call::Auth { factor, .. } = &request.call {
        seen.auths += 1;
        seen.pushed(factor);
    }
    let spent = patience * now.takes / 1000;
    match &now.happens {
        // No time left is no time for a reply.
        _ if patience.is_zero() => (Event::Tick, patience),
        Happens::Late => (Event::Tick, patience),
        Happens::Failed(failure) => (Event::Failed(failure.clone()), spent),
        Happens::Cancelled => (Event::Cancelled, spent),
        Happens::PeerGone => (Event::PeerGone, spent),
        Happens::Reply([preauth, auth, status]) => {
            let reply = match &request.call {
                Call::Preauth { .. } => preauth,
                Call::Auth { .. } => auth,
                Call::Status { .. } => status,
            };
            seen.replied(&request.call, reply);
            seen.last = Some((path, plain_result(reply)));
            (Event::Reply(reply.clone(), UNIX_EPOCH + Duration::from_secs(1_790_000_000)), spent)
        }
    }
}

/// Does the last reply, and it alone, say this in answer to one of these?
fn said(seen: &Seen, result: &str, paths: &[&str]) -> bool {
    let last = seen.last.as_ref();
    last.is_some_and(|(path, plain)| paths.contains(path) && plain.as_deref() == Some(result))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_only_an_allow_or_an_early_outage_lets_in_and_it_ends(
        plan in plans(), moves in moves(),
    ) {
        let seen = play(plan.clone(), &moves);
        lets_in_for_a_reason(&plan, &seen)?;
        // Asking for new passcodes the first time costs no round.
        let rounds = plan.rounds + 1;
        prop_assert!(seen.auths <= rounds, "{} factors in {} rounds", seen.auths, rounds);
        // Each factor may want a code to be read, however often the service changes its words.
        let prompts = rounds * (1 + CODE_PROMPTS);
        prop_assert!(seen.asked <= prompts, "{} prompts in {} rounds", seen.asked, rounds);
        let longest = (plan.timeout + FACTOR_BUDGET) * u32::from(rounds);
        // A poll is asked once more, or paused for, up to a second after its budget.
        let slack = Duration::from_secs(2) * u32::from(rounds);
        prop_assert!(seen.waited <= longest + slack, "{:?} of {:?}", seen.waited, longest);
    }
}

fn lets_in_for_a_reason(plan: &Plan, seen: &Seen) -> Result<(), TestCaseError> {
    let Some(outcome) = &seen.outcome else {
        return Err(TestCaseError::fail(format!("no end after {MANY} steps: {seen:?}")));
    };
    match opens(outcome, Some(plan.failmode)) {
        None => {}
        // Decided before the machine is asked.
        Some(Opening::Exemption | Opening::Earlier(_)) => prop_assert!(false, "{:?}", seen),
        Some(Opening::Approval) => {
            let paths = ["/auth/v2/auth", "/auth/v2/auth_status"];
            prop_assert!(seen.auths > 0 && said(seen, "allow", &paths), "{:?}", seen);
        }
        Some(Opening::Policy) => {
            prop_assert!(said(seen, "allow", &["/auth/v2/preauth"]), "{:?}", seen);
        }
        Some(Opening::Failsafe(_)) => {
            prop_assert!(seen.auths == 0 && plan.failmode == Failmode::Safe, "{:?}", seen);
        }
    }
    Ok(())
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
            _ => "another",
        };
        *ends.entry(name).or_insert(0) += 1;
    }
    assert!(ends.len() == 11 && ends.values().all(|count| *count > 0), "{ends:#?}");
}
