//! The machine step by step, where what it wants is finer than what a login shows.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::witness::alphabet;
use super::*;
use crate::core::host::{Call as HostCall, Phase, profile};
use crate::core::request::Factor;

/// A login on a terminal, with a push unasked.
pub(crate) fn plan(service: &str) -> Plan {
    Plan {
        subject: Subject { username: "demo".into(), ..Subject::default() },
        echoes: alphabet::echoes(),
        autopush: Autopush::FirstPushDevice,
        rounds: 3,
        pushinfo: None,
        failmode: Failmode::Secure,
        timeout: Duration::from_secs(10),
        host: profile(
            service,
            None,
            HostCall { terminal: true, silent: false, phase: Phase::Auth },
        ),
        announce: Announce::Sent,
        silent: Duration::ZERO,
        deadline: None,
        jitter: Duration::ZERO,
    }
}

pub(super) fn says(response: &Value) -> Event {
    Event::Reply(alphabet::ok(response), UNIX_EPOCH)
}

pub(super) fn waited(waited: Duration) -> Spent {
    Spent { waited, whole: waited }
}

pub(super) fn at_once() -> Spent {
    waited(Duration::ZERO)
}

/// A push that is out.
pub(super) fn pushed(machine: &mut Machine) -> Next {
    machine.step(Event::Start, at_once());
    let offer = json!({"result": "auth", "devices": alphabet::devices()});
    machine.step(says(&offer), at_once());
    machine.step(says(&json!({"txid": "T1"})), at_once()).next
}

/// However soon the service answers each poll, the person is asked at the moment when the host would
/// lose patience, and not after another pause.
#[test]
fn a_reply_in_the_last_moment_of_the_hosts_patience_asks_at_once() {
    let mut machine = Machine::new(plan("cockpit"));
    let mut next = pushed(&mut machine);
    for _ in 0..100 {
        next = match next {
            Next::Exchange(_, patience) => {
                let takes = patience.min(Duration::from_millis(250));
                let is_last = takes == patience;
                let next = machine.step(says(&json!({"result": "waiting"})), waited(takes)).next;
                if is_last {
                    assert!(matches!(next, Next::Ask(_)), "{next:?}");
                    return;
                }
                next
            }
            Next::Pause(span) => machine.step(Event::Tick, waited(span)).next,
            other => panic!("{other:?}"),
        };
    }
    panic!("nobody was asked");
}

/// New passcodes cost no try the first time; from the second on they do.
#[test]
fn only_the_first_text_message_is_free() {
    let mut machine = Machine::new(Plan { autopush: Autopush::Off, ..plan("login") });
    machine.step(Event::Start, at_once());
    let offer = json!({"result": "auth", "devices": alphabet::devices()});
    let mut next = machine.step(says(&offer), at_once()).next;
    let mut asked = 0;
    while let Next::Ask(_) = next {
        asked += 1;
        assert!(asked < 10, "for ever");
        machine.step(Event::Answer(Secret::new("sms".into())), at_once());
        next = machine.step(says(&json!({"result": "deny", "status": "sent"})), at_once()).next;
    }
    assert_eq!((asked, next), (4, Next::End(Outcome::RoundsUsedUp)));
}

/// What Enter means is what the prompt has announced, and not what the service would do by itself.
#[test]
fn enter_sends_what_was_announced() {
    let mut machine = Machine::new(Plan { announce: Announce::Prompt, ..plan("login") });
    machine.step(Event::Start, at_once());
    let factors = json!({"default": "phone1", "1": "phone1", "2": "push1"});
    let offer = json!({"result": "auth", "devices": alphabet::devices(),
        "prompt": {"text": "m", "factors": factors}});
    let next = machine.step(says(&offer), at_once()).next;
    assert!(matches!(&next, Next::Ask(text) if text.as_str().contains("push to iPhone")));
    let next = machine.step(Event::Answer(Secret::new(" ".into())), at_once()).next;
    let Next::Exchange(request, _) = next else { panic!("{next:?}") };
    let Call::Auth { factor: Factor::Prompt { answer, .. }, .. } = request.call else {
        panic!("{request:?}")
    };
    assert_eq!(answer.expose(), "push1");
}

/// A host that bears hardly any silence does not get a prompt for ever.
#[test]
fn one_factor_has_so_many_prompts_that_only_keep_the_host_patient() {
    let silence = Some(Duration::from_secs(5));
    let host = Profile { silence, ..plan("cockpit").host };
    let mut machine = Machine::new(Plan { host, ..plan("cockpit") });
    let mut next = pushed(&mut machine);
    let mut asked = 0;
    for _ in 0..1_000 {
        next = match next {
            Next::Exchange(_, patience) | Next::Await(patience) => {
                machine.step(Event::Tick, waited(patience)).next
            }
            Next::Pause(span) => machine.step(Event::Tick, waited(span)).next,
            Next::Ask(_) => {
                asked += 1;
                machine.step(Event::Answer(Secret::new(String::new())), at_once()).next
            }
            Next::GiveUp => {
                let silent = Failure::Outage(Outage::Silent);
                machine.step(Event::Failed(silent), at_once()).next
            }
            Next::End(outcome) => {
                // The menu at the end is none of them, and fails with the service.
                assert_eq!((asked, outcome), (waiting::STILL_PROMPTS, Outcome::TimedOut));
                return;
            }
        };
    }
    panic!("no end");
}

/// Two digits are a span of time or a device, not what the phone wants typed.
#[test]
fn only_a_longer_number_in_the_services_words_is_taken_for_its_code() {
    for (typed, told) in [("639", "Type that code on the phone"), ("45", "That is no passcode")] {
        let mut machine = Machine::new(plan("cockpit"));
        pushed(&mut machine);
        let words = json!({"result": "waiting", "status": "pushed",
            "status_msg": "Type 639 within 45 s."});
        let next = machine.step(says(&words), at_once()).next;
        assert!(matches!(next, Next::Ask(_)), "{next:?}");
        let step = machine.step(Event::Answer(Secret::new(typed.into())), at_once());
        assert!(step.say.iter().any(|text| text.as_str().starts_with(told)), "{typed}: {step:?}");
    }
}
