//! The host's time for a login: it ends before the host ends it, and says so.

use super::codes::{AT_ONCE, at, host};
use super::*;

fn within(seconds: u64, autopush: Autopush) -> Plan {
    Plan { deadline: Some(Duration::from_secs(seconds)), ..at(host("login"), autopush) }
}

fn hangs() -> Answer {
    Answer::Hangs(Failure::Outage(Outage::Silent))
}

#[test]
fn a_push_that_nobody_answers_ends_with_the_login() {
    let ran = run_with(
        within(50, AT_ONCE),
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent to iPhone. Approve it there within 45 s to log in."),
            Expect::Call(STATUS, 0.0, hangs()),
        ],
    );
    assert_eq!(ran.outcome, Outcome::GraceOver);
    assert_eq!(ran.elapsed, Duration::from_secs(50));
}

#[test]
fn a_push_that_is_approved_in_time_lets_in() {
    let ran = run_with(
        within(50, AT_ONCE),
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("within 45 s"),
            status_after(49.0, "allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn nothing_is_said_about_a_time_that_is_long_enough() {
    let ran = run_with(
        within(120, AT_ONCE),
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent to iPhone. Approve it there to log in."),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn time_at_a_prompt_counts_and_a_late_answer_sends_nothing() {
    for (seconds, sends) in [(20.0, true), (54.0, true), (55.2, false), (300.0, false)] {
        let mut script = vec![
            preauth(PHONE),
            Expect::Info("This login ends in 55 s."),
            Expect::Prompt(
                "Duo login for demo\n\n 1. Push to iPhone\n 2. Call XXX-XXX-0123\n 3. Text new passcodes to XXX-XXX-0123\n\nPasscode or option (1-3) [1]: ",
                seconds,
                "1",
            ),
        ];
        if sends {
            script.extend([
                started("T1"),
                Expect::Info("within"),
                status_after(1.0, "allow", "allow", ""),
            ]);
        }
        let ran = run_with(within(60, Autopush::Off), script);
        let outcome = if sends { Outcome::Approved } else { Outcome::GraceOver };
        assert_eq!(ran.outcome, outcome, "{seconds}");
        assert_eq!(ran.auths().len(), usize::from(sends), "{seconds}");
        if !sends {
            assert_eq!(ran.trace, Trace::default(), "{seconds}: nothing was sent");
        }
    }
}

#[test]
fn each_prompt_near_the_end_says_when_it_is() {
    let ran = run_with(
        within(100, Autopush::Off),
        [preauth(PHONE), Expect::Ask("Passcode or option", None)],
    );
    assert_eq!(ran.outcome, Outcome::GraceOver, "nobody answered until then");
    let plan = Plan { announce: Announce::Prompt, ..within(80, AT_ONCE) };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            Expect::Info("This login ends in 75 s."),
            Expect::Ask("Press Enter to send a push", None),
        ],
    );
    assert_eq!(ran.outcome, Outcome::GraceOver, "nobody answered until then");
}

#[test]
fn a_call_and_a_code_say_until_when() {
    let ran = run_with(
        within(40, Autopush::Off),
        [
            preauth(PHONE),
            Expect::Info("This login ends in 35 s."),
            Expect::Prompt(
                "Duo login for demo\n\n 1. Push to iPhone\n 2. Call XXX-XXX-0123\n 3. Text new passcodes to XXX-XXX-0123\n\nPasscode or option (1-3) [1]: ",
                1.0,
                "2",
            ),
            started("T1"),
            Expect::Info("Calling XXX-XXX-0123. Answer it within 35 s."),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    let plan = Plan { deadline: Some(Duration::from_secs(40)), ..at(host("sshd"), AT_ONCE) };
    let ran = run_with(
        plan,
        [
            preauth(VERIFIED),
            started("T1"),
            Expect::Prompt(
                "Push sent to iPhone. Type 417 there within 35 s, then press Enter here: ",
                39.0,
                "",
            ),
            status_after(0.1, "allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
}

/// Who logs in can use the time up before the service is asked: that is no outage of the service.
#[test]
fn a_service_that_is_cut_short_by_the_end_is_no_outage() {
    let plan = Plan { failmode: Failmode::Safe, ..within(6, AT_ONCE) };
    let ran = run_with(plan, [Expect::Call(PREAUTH, 0.0, hangs())]);
    assert_eq!(ran.outcome, Outcome::GraceOver);
    assert_eq!(ran.elapsed, Duration::from_secs(6));
    let ran = run_with(Plan { failmode: Failmode::Safe, ..within(0, AT_ONCE) }, []);
    assert_eq!(ran.outcome, Outcome::GraceOver);
}

#[test]
fn a_second_round_is_offered_only_in_time() {
    let first = || {
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("Push sent"),
            status_after(60.0, "deny", "timeout", ""),
        ]
    };
    let ran = run_with(within(90, AT_ONCE), first().into_iter().chain([
        Expect::Info("Nobody answered in time.\nThis login ends in 25 s."),
        Expect::Prompt(
            "Duo login for demo\n\n 1. Push to iPhone\n 2. Call XXX-XXX-0123\n 3. Text new passcodes to XXX-XXX-0123\n\nPasscode or option (1-3) [1]: ",
            5.0,
            "1",
        ),
        started("T2"),
        Expect::Info("Approve it there within 20 s to log in."),
        Expect::Call(STATUS, 0.0, hangs()),
    ]));
    assert_eq!(ran.outcome, Outcome::GraceOver);
    assert_eq!(ran.elapsed, Duration::from_secs(90));
}

#[test]
fn a_pause_that_goes_beyond_the_end_is_not_made() {
    let late = busy(Some(RetryAfter::Seconds(Duration::from_secs(8))));
    let ran = run_with(within(7, AT_ONCE), [Expect::Call(PREAUTH, 0.1, late)]);
    assert_eq!(ran.outcome, Outcome::RateLimited);
    assert!(ran.elapsed < Duration::from_secs(1));
}

#[test]
fn a_busy_service_is_not_sent_a_push_in_the_last_moments() {
    let late = busy(Some(RetryAfter::Seconds(Duration::from_secs(6))));
    let ran = run_with(
        within(10, AT_ONCE),
        [
            preauth(PHONE),
            Expect::Call(AUTH, 0.1, late),
            Expect::Info("trying again in 6 s"),
            Expect::Pause(6.0),
        ],
    );
    assert_eq!(ran.outcome, Outcome::GraceOver);
    assert_eq!(ran.auths().len(), 1);
}

#[test]
fn a_passcode_typed_too_late_while_a_push_is_out_is_not_sent() {
    let plan = Plan { deadline: Some(Duration::from_secs(40)), ..at(host("cockpit"), AT_ONCE) };
    let ran = run_with(
        plan,
        [
            preauth(PHONE),
            started("T1"),
            Expect::Info("within 35 s"),
            status_after(60.0, "allow", "allow", ""),
            Expect::Prompt(super::still_waiting::STILL, 10.0, "1234567"),
        ],
    );
    assert_eq!(ran.outcome, Outcome::GraceOver);
    assert_eq!(ran.auths().len(), 1);
}
