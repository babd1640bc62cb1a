//! What goes wrong, and that nothing but an allow or a named outage lets in.

use super::*;
use crate::core::verdict::FactorChosen;

#[test]
fn no_service_in_preauth_is_an_outage_and_later_it_is_a_loss() {
    let ran = run_ok([Expect::Call(PREAUTH, 0.1, Answer::Fails(refused()))]);
    assert_eq!(ran.outcome, Outcome::Unreachable(Outage::ConnectRefused));
    let ran = run_ok([preauth(PHONE), Expect::Call(AUTH, 0.1, Answer::Fails(refused()))]);
    assert_eq!(ran.outcome, Outcome::Lost(Outage::ConnectRefused));
    assert_eq!(ran.auths().len(), 1, "a lost /auth is never repeated");
}

#[test]
fn a_server_error_is_an_outage_only_before_the_factor() {
    let ran = run_ok([Expect::Call(PREAUTH, 0.1, fail(50301))]);
    assert_eq!(ran.outcome, Outcome::Unreachable(Outage::ServerError(503)));
    let ran = run_ok([preauth(PHONE), Expect::Call(AUTH, 0.1, fail(50301))]);
    assert_eq!(ran.outcome, Outcome::Lost(Outage::ServerError(503)));
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn a_failure_of_this_machine_is_never_an_outage() {
    let local = || Failure::Local(Local::NoDescriptor);
    let ran = run_ok([Expect::Call(PREAUTH, 0.1, Answer::Fails(local()))]);
    assert_eq!(ran.outcome, Outcome::Local(Local::NoDescriptor));
}

#[test]
fn a_silent_service_ends_with_the_budget() {
    let silent = Failure::Outage(Outage::Silent);
    let ran = run_ok([Expect::Call(PREAUTH, 0.0, Answer::Hangs(silent.clone()))]);
    assert_eq!(ran.outcome, Outcome::Unreachable(Outage::Silent));
    assert_eq!(ran.elapsed, Duration::from_secs(10));
    let ran = run_ok([
        Expect::Call(PREAUTH, 4.0, ok(PHONE)),
        Expect::Call(AUTH, 0.0, Answer::Hangs(silent)),
    ]);
    assert_eq!(ran.outcome, Outcome::Lost(Outage::Silent));
    assert_eq!(ran.elapsed, Duration::from_secs(10), "one budget for preauth and auth");
}

#[test]
fn a_push_that_nobody_decides_ends_after_its_own_budget() {
    let ran = run_ok([
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent"),
        Expect::Call(STATUS, 0.0, Answer::Hangs(Failure::Outage(Outage::Silent))),
    ]);
    assert_eq!(ran.outcome, Outcome::TimedOut);
    assert!((65.0..66.0).contains(&ran.elapsed.as_secs_f64()), "{:?}", ran.elapsed);
}

#[test]
fn a_poll_that_is_lost_is_asked_again_a_few_times() {
    let lost = || Expect::Call(STATUS, 2.0, Answer::Fails(Failure::Outage(Outage::Cut)));
    let begin = || [preauth(PHONE), started("T1"), Expect::Info("Push sent")];
    let ran = run_ok(begin().into_iter().chain([
        lost(),
        Expect::Pause(1.0),
        status("allow", "allow", ""),
    ]));
    assert_eq!(ran.outcome, Outcome::Approved);
    let ran = run_ok(begin().into_iter().chain([
        lost(),
        Expect::Pause(1.0),
        lost(),
        Expect::Pause(1.0),
        lost(),
    ]));
    assert_eq!(ran.outcome, Outcome::Lost(Outage::Cut));
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn a_long_poll_that_ran_out_is_asked_again() {
    let ran = run_ok([
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent"),
        Expect::Call(STATUS, 25.0, fail(40002)),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_service_that_does_not_hold_polls_back_is_asked_once_a_second() {
    let quick = || status_after(0.01, "waiting", "pushed", "x");
    let mut script = vec![preauth(PHONE), started("T1"), Expect::Info("Push sent")];
    script.extend([quick(), quick(), quick(), quick()]);
    script.extend([Expect::Pause(1.0), quick(), Expect::Pause(1.0)]);
    script.push(status("allow", "allow", ""));
    assert_eq!(run_ok(script).outcome, Outcome::Approved);
}

#[test]
fn a_clock_that_is_off_is_corrected_once_by_the_services_date() {
    let off = |ahead: u64| {
        let body = br#"{"stat":"FAIL","code":40105,"message":"Bad request timestamp"}"#;
        let date = Some(UNIX_EPOCH + Duration::from_secs(1_000_000 + ahead));
        Answer::With(HttpReply { status: 401, date, retry_after: None, body: body.to_vec() })
    };
    let ran = run_ok([
        Expect::Call(PREAUTH, 0.0, off(7200)),
        preauth(PHONE),
        started("T1"),
        Expect::Info("Push sent"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    let skews: Vec<i64> = ran.calls.iter().map(|request| request.skew).collect();
    assert_eq!(skews, [0, 7200, 7200, 7200]);
    let ran =
        run_ok([Expect::Call(PREAUTH, 0.0, off(7200)), Expect::Call(PREAUTH, 0.0, off(9000))]);
    assert_eq!(ran.outcome, Outcome::ClockOff);
    // A time that nobody lives in is not followed.
    let ran = run_ok([Expect::Call(PREAUTH, 0.0, off(250_000_000_000))]);
    assert_eq!(ran.outcome, Outcome::ClockOff);
}

#[test]
fn a_busy_service_is_asked_again_when_it_says_so_and_the_user_is_told() {
    let soon = Some(RetryAfter::Seconds(Duration::from_secs(2)));
    let ran = run_ok([
        preauth(PHONE),
        Expect::Call(AUTH, 0.1, busy(soon)),
        Expect::Info("trying again in 2 s"),
        Expect::Pause(2.0),
        started("T1"),
        Expect::Info("Push sent"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_busy_service_backs_off_within_the_budget() {
    let ran = run_ok([
        Expect::Call(PREAUTH, 0.1, busy(None)),
        Expect::Info("trying again"),
        Expect::Pause(1.0),
        Expect::Call(PREAUTH, 0.1, busy(None)),
        Expect::Info("trying again"),
        Expect::Pause(2.0),
        Expect::Call(PREAUTH, 0.1, busy(None)),
        Expect::Info("trying again"),
        Expect::Pause(4.0),
        Expect::Call(PREAUTH, 0.1, busy(None)),
    ]);
    assert_eq!(ran.outcome, Outcome::RateLimited);
    assert!(ran.elapsed < Duration::from_secs(10));
}

#[test]
fn a_retry_after_beyond_the_budget_ends_it_at_once() {
    for seconds in [10, 3600, u64::MAX] {
        let late = Some(RetryAfter::Seconds(Duration::from_secs(seconds)));
        let ran = run_ok([Expect::Call(PREAUTH, 0.1, busy(late))]);
        assert_eq!(ran.outcome, Outcome::RateLimited);
        assert!(ran.elapsed < Duration::from_secs(1));
    }
}

#[test]
fn a_service_that_knows_no_text_prompt_is_asked_without_it_once() {
    let ran = run_ok([Expect::Call(PREAUTH, 0.1, fail(40002)), preauth(r#"{"result":"allow"}"#)]);
    let asked: Vec<TextPrompt> = ran
        .calls
        .iter()
        .map(|request| match &request.call {
            Call::Preauth { text_prompt, .. } => *text_prompt,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(asked, [TextPrompt::Ask, TextPrompt::Omit]);
    let ran =
        run_ok([Expect::Call(PREAUTH, 0.1, fail(40002)), Expect::Call(PREAUTH, 0.1, fail(40002))]);
    assert!(matches!(ran.outcome, Outcome::Unintelligible(_)));
}

#[test]
fn refused_keys_and_replies_that_say_nothing_deny() {
    for code in [40101, 40102, 40103, 40301] {
        let ran = run_ok([Expect::Call(PREAUTH, 0.1, fail(code))]);
        assert!(matches!(ran.outcome, Outcome::KeysRefused(_)), "{code}");
    }
    let ran = run_ok([preauth(r#"{"result":"perhaps"}"#)]);
    assert!(matches!(ran.outcome, Outcome::Unintelligible(_)));
}

#[test]
fn ctrl_c_and_a_vanished_client_end_the_wait() {
    let begin = || [preauth(PHONE), started("T1"), Expect::Info("Push sent")];
    let ran = run_ok(begin().into_iter().chain([Expect::Call(STATUS, 1.0, Answer::Cancelled)]));
    assert_eq!(ran.outcome, Outcome::Cancelled);
    let ran = run_ok(begin().into_iter().chain([Expect::Call(STATUS, 1.0, Answer::PeerGone)]));
    assert_eq!(ran.outcome, Outcome::PeerGone);
}

#[test]
fn a_prompt_that_fails_is_looked_behind() {
    let menu = || Plan { autopush: Autopush::Off, ..plan() };
    let ended = |at_the_prompt| run_with(menu(), [preauth(PHONE), at_the_prompt]).outcome;
    assert_eq!(
        ended(Expect::Ask("Passcode", None)),
        Outcome::NoConversation(None, FactorChosen::NotYet)
    );
    assert_eq!(ended(Expect::AskGone("Passcode", Gone::Cancelled)), Outcome::Cancelled);
    assert_eq!(ended(Expect::AskGone("Passcode", Gone::PeerGone)), Outcome::PeerGone);
}

#[test]
fn a_service_that_waits_for_ever_is_left_when_the_factors_budget_is_gone() {
    let mut script = vec![preauth(PHONE), started("T1"), Expect::Info("Push sent")];
    script.extend((0..6).map(|_| status_after(10.0, "waiting", "pushed", "x")));
    script.push(Expect::Call(STATUS, 9.0, Answer::Hangs(Failure::Outage(Outage::Silent))));
    let ran = run_ok(script);
    assert_eq!(ran.outcome, Outcome::TimedOut);
    assert!((65.0..66.0).contains(&ran.elapsed.as_secs_f64()), "{:?}", ran.elapsed);
}

#[test]
fn a_busy_service_that_then_hangs_is_still_no_outage() {
    let late = Some(RetryAfter::Seconds(Duration::from_secs(9)));
    for end in [Answer::Hangs(Failure::Outage(Outage::Silent)), Answer::Fails(refused())] {
        let ran = run_ok([
            Expect::Call(PREAUTH, 0.1, busy(late)),
            Expect::Info("trying again in 9 s"),
            Expect::Pause(9.0),
            Expect::Call(PREAUTH, 0.0, end),
        ]);
        assert_eq!(ran.outcome, Outcome::RateLimited);
    }
}

/// A process that was stopped in a pause finds its budget gone: what it sent now, it would not wait for.
#[test]
fn a_pause_that_took_too_long_sends_no_push() {
    let reply = |answer: Expect| match answer {
        Expect::Call(_, _, Answer::Json(status, body)) => {
            HttpReply { status, date: None, retry_after: None, body: body.into_bytes() }
        }
        _ => panic!("no JSON"),
    };
    let Answer::With(late) = busy(Some(RetryAfter::Seconds(Duration::from_secs(3)))) else {
        panic!("no reply")
    };
    let mut machine = Machine::new(plan());
    let mut step = |event, seconds| {
        let waited = Duration::from_secs(seconds);
        machine.step(event, Spent { waited, whole: waited }).next
    };
    step(Event::Start, 0);
    let sent = step(Event::Reply(reply(preauth(PHONE)), UNIX_EPOCH), 0);
    assert!(matches!(sent, Next::Exchange(..)), "{sent:?}");
    assert_eq!(step(Event::Reply(late, UNIX_EPOCH), 0), Next::Pause(Duration::from_secs(3)));
    assert_eq!(step(Event::Tick, 3600), Next::End(Outcome::RateLimited));
}
