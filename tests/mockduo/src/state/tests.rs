//! The machine alone: transactions, answers, expiry, verified push, enrolment.

use super::*;
use crate::scenario::{Answer, Scenario};

const START: Millis = 1_000_000;

fn machine(scenario: &str, auto: &str) -> State {
    State::new(&Scenario::parse(scenario).unwrap(), auto.parse().unwrap(), 60_000)
}

fn push(state: &mut State, code: Option<&str>) -> String {
    let new = NewTx { user: "demo".into(), code: code.map(str::to_owned), ..NewTx::default() };
    state.begin(START, Kind::Push, new)
}

fn told(state: &mut State, txid: &str) -> Option<&'static str> {
    match state.poll(txid) {
        Poll::Ready(view) => Some(view.status),
        Poll::Wait => None,
        Poll::Unknown => Some("unknown"),
    }
}

fn decided(state: &mut State) -> Vec<(&'static str, By)> {
    let events = state.take_events().into_iter();
    let only = |event| match event {
        Event::Decided { status, by, .. } => Some((status, by)),
        _ => None,
    };
    events.filter_map(only).collect()
}

#[test]
fn a_push_is_told_once_then_waits_then_its_decision_is_told_for_ever() {
    let mut state = machine("", "off");
    let txid = push(&mut state, None);
    assert_eq!(told(&mut state, &txid), Some("pushed"));
    assert_eq!(told(&mut state, &txid), None);
    state.answer(START + 5, &txid, Answer::Approve, None).unwrap();
    assert_eq!(told(&mut state, &txid), Some("allow"));
    assert_eq!(told(&mut state, &txid), Some("allow"));
}

#[test]
fn there_is_one_answer_per_push() {
    let mut state = machine("", "off");
    let txid = push(&mut state, None);
    assert_eq!(state.answer(START, "other", Answer::Deny, None), Err(AnswerError::Unknown));
    state.answer(START, &txid, Answer::Deny, None).unwrap();
    let again = state.answer(START, &txid, Answer::Approve, None);
    assert_eq!(again, Err(AnswerError::AlreadyDecided));
    state.tick(START + 60_000);
    assert_eq!(told(&mut state, &txid), Some("deny"));
    assert_eq!(decided(&mut state), [("deny", By::Web)]);
}

#[test]
fn a_push_expires_and_its_result_is_kept_five_minutes() {
    let mut state = machine("", "off");
    let txid = push(&mut state, None);
    state.tick(START + 59_999);
    assert_eq!(told(&mut state, &txid), Some("pushed"));
    assert_eq!(state.next_due(), Some(START + 60_000));
    state.tick(START + 60_000);
    assert_eq!(told(&mut state, &txid), Some("timeout"));
    assert_eq!(decided(&mut state), [("timeout", By::Ttl)]);
    state.tick(START + 60_000 + KEPT - 1);
    assert_eq!(told(&mut state, &txid), Some("timeout"));
    state.tick(START + 60_000 + KEPT);
    assert_eq!(told(&mut state, &txid), Some("unknown"));
    assert_eq!(state.next_due(), None);
}

#[test]
fn the_automatic_phone_answers_at_its_time() {
    for (auto, status) in [("approve=2s", "allow"), ("deny=2s", "deny"), ("fraud=2s", "fraud")] {
        let mut state = machine("", auto);
        let txid = push(&mut state, Some("123456"));
        state.tick(START + 1999);
        assert_eq!(told(&mut state, &txid), Some("pushed"));
        state.tick(START + 2000);
        assert_eq!(told(&mut state, &txid), Some(status));
        assert_eq!(decided(&mut state), [(status, By::Auto)]);
    }
}

#[test]
fn a_users_own_phone_goes_before_the_services() {
    let mut state = machine("[[users]]\nname='demo'\nauto='off'\n", "approve=0s");
    let txid = push(&mut state, None);
    state.tick(START + 1000);
    assert_eq!(told(&mut state, &txid), Some("pushed"));
}

#[test]
fn a_verified_push_needs_its_code_to_be_approved_but_not_to_be_denied() {
    let mut state = machine("", "off");
    let txid = push(&mut state, Some("123456"));
    for wrong in [None, Some(""), Some("123457"), Some("12345")] {
        let got = state.answer(START, &txid, Answer::Approve, wrong);
        assert_eq!(got, Err(AnswerError::WrongCode), "{wrong:?}");
    }
    state.answer(START, &txid, Answer::Approve, Some(" 123456 ")).unwrap();
    let other = push(&mut state, Some("123456"));
    state.answer(START, &other, Answer::Fraud, None).unwrap();
    assert_eq!(told(&mut state, &other), Some("fraud"));
}

#[test]
fn a_verification_is_good_once_for_its_user_within_a_minute() {
    let mut state = machine("", "off");
    let (id, made) = state.verify_begin(START, "demo");
    assert_eq!(made.code.len(), 6);
    assert_eq!(state.verify_take(START, "other", &id), None);
    assert_eq!(state.verify_take(START + 59_999, "demo", &id), Some(made.code));
    assert_eq!(state.verify_take(START, "demo", &id), None);
    let (late, _) = state.verify_begin(START, "demo");
    assert_eq!(state.verify_take(START + 60_000, "demo", &late), None);
}

#[test]
fn a_called_phone_rings_is_answered_and_decides() {
    let mut state = machine("", "off");
    let new = NewTx { user: "demo".into(), ..NewTx::default() };
    let txid = state.begin(START, Kind::PhoneCall, new);
    assert_eq!(told(&mut state, &txid), Some("calling"));
    state.tick(START + 1000);
    assert_eq!(told(&mut state, &txid), Some("answered"));
    state.answer(START + 1500, &txid, Answer::Approve, None).unwrap();
    assert_eq!(told(&mut state, &txid), Some("allow"));
}

#[test]
fn a_push_that_failed_shows_on_no_phone_and_times_out() {
    let mut state = machine("", "approve=0s");
    let new = NewTx { user: "demo".into(), push_fails: true, ..NewTx::default() };
    let txid = state.begin(START, Kind::Push, new);
    assert_eq!(told(&mut state, &txid), Some("push_failed"));
    assert!(state.snapshot(START).pending.is_empty());
    state.tick(START + 60_000);
    assert_eq!(told(&mut state, &txid), Some("timeout"));
}

#[test]
fn failures_in_a_row_lock_the_user_out_and_an_approval_begins_anew() {
    let mut state = machine("[[users]]\nname='demo'\nlockout_after=2\n", "off");
    let mut tap = |answer| {
        let txid = push(&mut state, None);
        state.answer(START, &txid, answer, None).unwrap();
        let locked = state.user("demo").unwrap().locked;
        (told(&mut state, &txid).unwrap(), locked)
    };
    assert_eq!(tap(Answer::Deny), ("deny", false));
    assert_eq!(tap(Answer::Approve), ("allow", false));
    assert_eq!(tap(Answer::Deny), ("deny", false));
    assert_eq!(tap(Answer::Fraud), ("locked_out", true));
}

#[test]
fn an_approval_is_remembered_only_where_the_policy_says_so() {
    let mut state = machine("[[users]]\nname='demo'\nremember='1m'\n", "off");
    let txid = push(&mut state, None);
    state.answer(START, &txid, Answer::Approve, None).unwrap();
    let Poll::Ready(view) = state.poll(&txid) else { panic!("decided") };
    let token = view.trusted_device_token.unwrap();
    assert_eq!(state.user("demo").unwrap().tokens.get(&token), Some(&(START + 60_000)));
    let refused = push(&mut state, None);
    state.answer(START, &refused, Answer::Deny, None).unwrap();
    let Poll::Ready(view) = state.poll(&refused) else { panic!("decided") };
    assert_eq!(view.trusted_device_token, None);
}

#[test]
fn the_phone_shows_what_is_pending_oldest_first_and_what_ended_newest_first() {
    let mut state = machine("", "off");
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let new = NewTx {
        user: "demo".into(),
        device: Some("DPFZRS9FB0D46QFTM891".into()),
        pushinfo: vec![pair("Z", "1"), pair("A", "2")],
        push_type: Some("SSH login".into()),
        ipaddr: Some("192.0.2.1".into()),
        ..NewTx::default()
    };
    let first = state.begin(START, Kind::Push, new);
    let second = push(&mut state, Some("1"));
    let shown = state.snapshot(START);
    let ids: Vec<_> = shown.pending.iter().map(|p| p.created).collect();
    assert_eq!(ids, [START, START]);
    let one = shown.pending.iter().find(|p| p.txid == first).unwrap();
    let want =
        [pair("Z", "1"), pair("A", "2"), pair("type", "SSH login"), pair("ipaddr", "192.0.2.1")];
    assert_eq!(one.info, want);
    assert_eq!(one.device.as_deref(), Some("iPhone (XXX-XXX-0100)"));
    assert_eq!(one.expires, START + 60_000);
    state.answer(START, &first, Answer::Approve, None).unwrap();
    state.answer(START, &second, Answer::Deny, None).unwrap();
    let after = state.snapshot(START);
    assert!(after.pending.is_empty());
    let results: Vec<_> = after.history.iter().map(|e| e.result).collect();
    assert_eq!(results, ["deny", "allow"]);
}

#[test]
fn an_enrolment_waits_succeeds_or_becomes_invalid() {
    let mut state = machine("", "off");
    let made = state.enrol(START, Some("new"), 10_000, 3).unwrap();
    assert_eq!(made.bypass_codes.len(), 3);
    assert!(state.enrol(START, Some("NEW"), 10_000, 0).is_err());
    let (id, code) = (made.user_id.as_str(), made.activation_code.as_str());
    assert_eq!(state.enrol_status(START, id, code), EnrolStatus::Waiting);
    assert_eq!(state.enrol_status(START, id, "other"), EnrolStatus::Invalid);
    assert_eq!(state.enrol_status(START + 10_000, id, code), EnrolStatus::Invalid);
    assert!(!state.activate(START + 10_000, id));
    assert!(state.activate(START + 9000, id));
    assert_eq!(state.enrol_status(START + 20_000, id, code), EnrolStatus::Success);
    assert!(state.user("new").unwrap().spec.devices[0].can("push"));
}
