//! The machine at the borders of its times, and where the flow looks at them too soon or too late.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::stepped::{at_once, plan, pushed, says, waited};
use super::witness::alphabet;
use super::*;
use crate::core::reply::RetryAfter;
use crate::core::request::Factor;

fn fails(status: u16, code: u32, detail: &str) -> HttpReply {
    let body = json!({"stat": "FAIL", "code": code, "message": "m", "message_detail": detail});
    HttpReply { status, date: None, retry_after: None, body: body.to_string().into_bytes() }
}

fn replies(reply: HttpReply) -> Event {
    Event::Reply(reply, UNIX_EPOCH)
}

fn busy(seconds: Option<u64>) -> Event {
    let retry_after = seconds.map(|seconds| RetryAfter::Seconds(Duration::from_secs(seconds)));
    replies(HttpReply { retry_after, ..fails(429, 42901, "") })
}

fn started(plan: Plan) -> Machine {
    let mut machine = Machine::new(plan);
    machine.step(Event::Start, at_once());
    machine
}

fn still_waiting() -> Value {
    json!({"result": "waiting"})
}

/// A pause that the service has asked for is kept to.
#[test]
fn a_tick_before_its_time_goes_on_with_the_pause() {
    let mut machine = started(plan("login"));
    let Next::Pause(span) = machine.step(busy(None), at_once()).next else { panic!("no pause") };
    let part = span / 4;
    assert_eq!(
        machine.step(Event::Tick, waited(part)).next,
        Next::Pause(span.saturating_sub(part))
    );
    let next = machine.step(Event::Tick, waited(span.saturating_sub(part))).next;
    assert!(matches!(next, Next::Exchange(..)), "{next:?}");
}

#[test]
fn a_tick_before_its_time_goes_on_waiting_for_the_reply() {
    let mut machine = started(plan("login"));
    let second = Duration::from_secs(1);
    assert_eq!(machine.step(Event::Tick, waited(second)).next, Next::Await(9 * second));
    assert_eq!(machine.step(Event::Tick, waited(9 * second)).next, Next::GiveUp);
}

/// A push that goes out with what a slow preauth has left would be one whose answer nobody waits for.
#[test]
fn an_answered_prompt_begins_the_time_for_the_service_anew() {
    for announce in [Announce::Sent, Announce::Prompt] {
        let autopush = match announce {
            Announce::Sent => Autopush::Off,
            Announce::Prompt => Autopush::FirstPushDevice,
        };
        let mut machine = started(Plan { autopush, announce, ..plan("login") });
        let offer = json!({"result": "auth", "devices": alphabet::devices()});
        let next = machine.step(says(&offer), waited(Duration::from_millis(9_600))).next;
        assert!(matches!(next, Next::Ask(_)), "{next:?}");
        let next = machine.step(Event::Answer(Secret::new("1".into())), at_once()).next;
        let Next::Exchange(_, patience) = next else { panic!("{next:?}") };
        assert_eq!(patience, Duration::from_secs(10), "{announce:?}");
    }
}

/// There is nothing that could come.
#[test]
fn a_tick_with_nothing_in_flight_waits_for_nothing() {
    assert_eq!(Machine::new(plan("login")).step(Event::Tick, at_once()).next, Next::GiveUp);
}

/// A process that was stopped meanwhile finds the passcode's time over, but not the push's.
#[test]
fn a_pause_for_a_passcode_that_took_too_long_leads_back_to_the_push() {
    let mut machine = Machine::new(plan("cockpit"));
    let mut next = pushed(&mut machine);
    while let Next::Exchange(_, patience) = next {
        next = machine.step(Event::Tick, waited(patience)).next;
    }
    assert!(matches!(next, Next::Ask(_)), "{next:?}");
    let passcode = Event::Answer(Secret::new("123456".into()));
    let next = machine.step(passcode, at_once()).next;
    assert!(matches!(next, Next::Exchange(..)), "{next:?}");
    let next = machine.step(busy(None), at_once()).next;
    assert!(matches!(next, Next::Pause(_)), "{next:?}");
    let next = machine.step(Event::Tick, waited(Duration::from_secs(20))).next;
    let Next::Ask(words) = next else { panic!("{next:?}") };
    assert!(words.as_str().starts_with("The service is busy. Still waiting"), "{words}");
}

#[test]
fn a_pause_that_leaves_no_time_for_the_call_is_not_made() {
    for (seconds, next) in
        [(9, Next::Pause(Duration::from_secs(9))), (10, Next::End(Outcome::RateLimited))]
    {
        let mut machine = started(plan("login"));
        assert_eq!(machine.step(busy(Some(seconds)), at_once()).next, next);
    }
}

#[test]
fn a_pause_of_our_own_is_longer_by_the_jitter() {
    let jitter = Duration::from_millis(250);
    let mut machine = started(Plan { jitter, ..plan("login") });
    for pause in [1_250, 2_250] {
        let pause = Duration::from_millis(pause);
        assert_eq!(machine.step(busy(None), at_once()).next, Next::Pause(pause));
        machine.step(Event::Tick, waited(pause));
    }
}

#[test]
fn a_lost_poll_is_repeated_only_if_there_is_time_after_the_pause() {
    let second = Duration::from_secs(1);
    for (left, is_repeated) in [(second, false), (second + Duration::from_millis(1), true)] {
        let mut machine = Machine::new(plan("login"));
        pushed(&mut machine);
        let cut = Event::Failed(Failure::Outage(Outage::Cut));
        let next = machine.step(cut, waited(FACTOR_BUDGET.saturating_sub(left))).next;
        let lost = Next::End(Outcome::Lost(Outage::Cut));
        assert_eq!(next, if is_repeated { Next::Pause(second) } else { lost });
    }
}

#[test]
fn polls_that_are_held_back_for_half_a_second_are_not_slowed_down() {
    for (millis, pauses) in [(499, true), (500, false)] {
        let mut machine = Machine::new(plan("login"));
        pushed(&mut machine);
        let held = waited(Duration::from_millis(millis));
        let nexts: Vec<Next> =
            (0..5).map(|_| machine.step(says(&still_waiting()), held).next).collect();
        let paused = nexts.iter().any(|next| matches!(next, Next::Pause(_)));
        assert_eq!(paused, pauses, "{millis}: {nexts:?}");
    }
}

/// A clock that is ahead of the service's is corrected backwards.
#[test]
fn a_skew_has_the_sign_of_the_clock_that_is_wrong() {
    let ours = UNIX_EPOCH + Duration::from_secs(1_000_000);
    for (theirs, skew) in [(1_000_900, 900), (999_100, -900)] {
        let mut machine = started(plan("login"));
        let date = Some(UNIX_EPOCH + Duration::from_secs(theirs));
        let reply = HttpReply { date, ..fails(401, 40105, "") };
        let next = machine.step(Event::Reply(reply, ours), at_once()).next;
        let Next::Exchange(request, _) = next else { panic!("{next:?}") };
        assert_eq!(request.skew, skew);
    }
}

/// A machine without a battery begins in 1970; who says that it is later by more than a century lies.
#[test]
fn a_clock_is_corrected_by_a_century_at_the_most() {
    const CENTURY: u64 = 3_162_240_000;
    for (theirs, corrected) in [(CENTURY, true), (CENTURY + 1, false)] {
        let mut machine = started(plan("login"));
        let date = Some(UNIX_EPOCH + Duration::from_secs(theirs));
        let next = machine.step(replies(HttpReply { date, ..fails(401, 40105, "") }), at_once());
        match next.next {
            Next::Exchange(request, _) if corrected => {
                assert_eq!(u64::try_from(request.skew), Ok(CENTURY));
            }
            next => assert_eq!((next, corrected), (Next::End(Outcome::ClockOff), false)),
        }
    }
}

#[test]
fn only_the_parameter_that_an_old_service_lacks_is_left_out() {
    let mut machine = started(plan("login"));
    let next = machine.step(replies(fails(400, 40002, "text_prompt")), at_once()).next;
    let Next::Exchange(request, _) = next else { panic!("{next:?}") };
    assert!(
        matches!(request.call, Call::Preauth { text_prompt: TextPrompt::Omit, .. }),
        "{request:?}"
    );
    let mut machine = started(plan("login"));
    let next = machine.step(replies(fails(400, 40002, "username")), at_once()).next;
    let why = "the service refuses a parameter: username".to_owned();
    assert_eq!(next, Next::End(Outcome::Unintelligible(why)));
}

/// Only a push needs a new code.
#[test]
fn a_passcode_after_a_verified_push_is_sent_without_asking_for_a_code() {
    let mut machine = started(plan("login"));
    let offer = json!({"result": "auth", "devices": alphabet::devices(), "txid": "V0",
        "verification_code": "639"});
    machine.step(says(&offer), at_once());
    machine.step(says(&json!({"txid": "T0"})), at_once());
    let ran_out = json!({"result": "deny", "status": "timeout"});
    let next = machine.step(says(&ran_out), at_once()).next;
    assert!(matches!(next, Next::Ask(_)), "{next:?}");
    let next = machine.step(Event::Answer(Secret::new("123456".into())), at_once()).next;
    let Next::Exchange(request, _) = next else { panic!("{next:?}") };
    assert!(matches!(request.call, Call::Auth { factor: Factor::Passcode(_), .. }), "{request:?}");
}

/// The code is for a push, and none goes out.
#[test]
fn a_passcode_in_the_place_of_a_verified_push_tells_no_code() {
    let mut machine = started(Plan { autopush: Autopush::Off, ..plan("login") });
    let offer = json!({"result": "auth", "devices": alphabet::devices(), "txid": "V0",
        "verification_code": "639"});
    machine.step(says(&offer), at_once());
    let step = machine.step(Event::Answer(Secret::new("123456".into())), at_once());
    assert!(step.say.is_none(), "{step:?}");
    let Next::Exchange(request, _) = step.next else { panic!("{step:?}") };
    assert!(matches!(request.call, Call::Auth { factor: Factor::Passcode(_), .. }), "{request:?}");
}

#[test]
fn a_call_with_time_enough_is_told_without_a_time() {
    let mut machine = started(Plan { autopush: Autopush::Off, ..plan("login") });
    let offer = json!({"result": "auth", "devices": alphabet::devices()});
    machine.step(says(&offer), at_once());
    machine.step(Event::Answer(Secret::new("phone".into())), at_once());
    let step = machine.step(says(&json!({"txid": "T1"})), at_once());
    let said: Vec<&str> = step.say.iter().map(Text::as_str).collect();
    assert_eq!(said, ["Calling 0100."]);
}
