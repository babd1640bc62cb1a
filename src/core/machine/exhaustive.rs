//! Every sequence of events up to a bound, out of an alphabet with one of each kind, for every host.
//!
//! States that were reached before are not gone on from again: a state is the machine's own and what
//! the reference knows of the past, so that the same state has the same future.

mod walk;

use serde_json::json;

use super::witness::{History, MANY, alphabet, bounds_of, longest, reason};
use super::*;
use crate::core::host::{Call as HostCall, Phase, Prompts, names, profile};
use crate::core::verdict::verdict;
use walk::{Depth, Walk};

/// Each host as it is told apart: what it can show differs by its terminal and by the phase.
fn hosts() -> Vec<Profile> {
    let unseen = profile("", None, HostCall { terminal: true, silent: false, phase: Phase::Auth });
    let mut hosts: Vec<Profile> = Vec::new();
    for name in names() {
        for (terminal, silent) in [(true, false), (false, false), (true, true)] {
            for phase in [Phase::Auth, Phase::Account] {
                let host = profile("", Some(name), HostCall { terminal, silent, phase });
                // Nothing here is decided by these.
                let host = Profile {
                    name: "",
                    class: unseen.class,
                    person: unseen.person,
                    work: unseen.work,
                    pictures: unseen.pictures,
                    client: unseen.client,
                    infos: unseen.infos,
                    grace: unseen.grace,
                    unanswered: unseen.unanswered,
                    ..host
                };
                if !hosts.contains(&host) {
                    hosts.push(host);
                }
            }
        }
    }
    hosts
}

fn plan(host: Profile) -> Plan {
    Plan {
        subject: Subject { username: "demo".into(), ..Subject::default() },
        echoes: alphabet::echoes(),
        autopush: Autopush::FirstPushDevice,
        rounds: 2,
        pushinfo: Some("a=b".to_owned()),
        failmode: Failmode::Safe,
        timeout: Duration::from_secs(10),
        host,
        announce: Announce::Sent,
        silent: Duration::ZERO,
        deadline: None,
        jitter: Duration::from_millis(250),
    }
}

/// What the admin can decide, and a host that is about to end the login, or will be soon.
fn plans(host: Profile) -> Vec<Plan> {
    let of = |autopush, announce| Plan { autopush, announce, ..plan(host) };
    let ending = |seconds| Plan { deadline: Some(Duration::from_secs(seconds)), ..plan(host) };
    vec![
        of(Autopush::FirstPushDevice, Announce::Sent),
        of(Autopush::FirstPushDevice, Announce::Prompt),
        of(Autopush::ServiceDefault, Announce::Sent),
        of(Autopush::ServiceDefault, Announce::Prompt),
        of(Autopush::Off, Announce::Sent),
        ending(4),
        ending(30),
    ]
}

/// Every login by these plans, of so many events after these replies: how they ended.
fn walk(plans: &[Plan], after: &[HttpReply], depth: Depth) -> Vec<&'static str> {
    let mut walk = Walk::new(depth);
    for plan in plans {
        walk.from(plan, after);
    }
    let (steps, ends) = walk.told();
    println!("{} plans, {steps} steps, {ends:?}", plans.len());
    ends
}

fn of_service(service: &str) -> Profile {
    profile(service, None, HostCall { terminal: true, silent: false, phase: Phase::Auth })
}

/// What most have, and what most differs from it.
fn two_plans() -> [Plan; 2] {
    let cockpit = plan(of_service("cockpit"));
    [plan(of_service("login")), Plan { autopush: Autopush::Off, ..cockpit }]
}

/// All that a login by the machine can end with.
const ENDS: [&str; 21] = [
    "allow",
    "bypass",
    "cancelled",
    "clock_off",
    "deny",
    "fraud",
    "keys_refused",
    "local",
    "locked_out",
    "no_answer",
    "not_enrolled",
    "peer_gone",
    "proxy",
    "rate_limited",
    "refused",
    "rounds",
    "timeout",
    "unintelligible",
    "unreachable",
    "untrusted",
    "grace_over",
];

#[test]
fn on_every_host_three_events_open_the_door_for_a_reason_only() {
    let plans: Vec<Plan> = hosts().into_iter().map(plan).collect();
    assert_eq!(plans.len(), 12);
    walk(&plans, &[], Depth { whole: 2, events: 3 });
}

#[test]
fn by_every_plan_three_events_open_the_door_for_a_reason_only() {
    let ends = walk(&plans(of_service("login")), &[], Depth { whole: 3, events: 3 });
    assert!(ENDS.iter().all(|name| ends.contains(name)), "{ends:?}");
}

/// preauth, auth, `auth_status` and what comes of that: every pair of replies of one round.
#[test]
fn four_events_open_the_door_for_a_reason_only() {
    walk(&two_plans(), &[], Depth { whole: 2, events: 4 });
}

/// And those of the next: an answer, preauth once more for a new code, auth, `auth_status`.
#[test]
fn after_a_verified_push_that_ran_out_four_events_open_the_door_for_a_reason_only() {
    let ran_out = [
        json!({"result": "auth", "devices": alphabet::devices(), "txid": "V0",
            "verification_code": "639"}),
        json!({"txid": "T0"}),
        json!({"result": "deny", "status": "timeout"}),
    ];
    let plans = [plan(of_service("login")), plan(of_service("sudo"))];
    walk(&plans, &ran_out.each_ref().map(alphabet::ok), Depth { whole: 2, events: 4 });
}

#[test]
#[ignore = "takes minutes"]
fn on_every_host_and_by_every_plan_four_events_open_the_door_for_a_reason_only() {
    let plans: Vec<Plan> = hosts().into_iter().flat_map(plans).collect();
    walk(&plans, &[], Depth { whole: 3, events: 4 });
}

#[test]
#[ignore = "takes minutes"]
fn six_events_open_the_door_for_a_reason_only() {
    walk(&two_plans(), &[], Depth { whole: 2, events: 6 });
}
