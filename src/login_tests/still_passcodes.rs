//! What is typed while a push is out: a passcode is tried, and nothing else is ever sent.

use super::codes::{AT_ONCE, at, host, polled};
use super::still_waiting::{STILL, approved, cockpit, out};
use super::*;

const PUSH: &str = "push";
const NOT_ACCEPTED: &str = "That passcode was not accepted. Still waiting for the push to iPhone: press Enter, or type a passcode.";

/// The factors that were sent, by their words.
fn sent(ran: &Ran) -> Vec<&str> {
    ran.auths()
        .into_iter()
        .map(|factor| match factor {
            Factor::Push { .. } => PUSH,
            Factor::Passcode(passcode) => passcode.expose(),
            Factor::Prompt { answer, .. } => answer.expose(),
            Factor::Phone { .. } => "phone",
            Factor::Sms { .. } => "sms",
        })
        .collect()
}

fn after_out(more: impl IntoIterator<Item = Expect>) -> Ran {
    run_with(cockpit(), out().into_iter().chain(more))
}

/// A poll that the passcode interrupts.
fn open_poll() -> Expect {
    approved(3600.0)
}

fn typed(passcode: &'static str) -> Expect {
    Expect::Prompt(STILL, 2.0, passcode)
}

fn wrong(txid: &str) -> [Expect; 2] {
    [started(txid), status_after(0.1, "deny", "deny", "")]
}

#[test]
fn a_right_passcode_lets_in_although_nobody_takes_the_phone() {
    let ran = after_out([
        open_poll(),
        typed("12 34 56 7"),
        started("T2"),
        status_after(0.1, "allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(sent(&ran), [PUSH, "1234567"]);
    assert_eq!(ran.trace.factor, Some("passcode"));
    assert_eq!(ran.trace.txid.unwrap().0, "T2");
}

#[test]
fn a_wrong_passcode_leaves_the_push_where_it_was() {
    let ran =
        after_out([open_poll(), typed("1234567")].into_iter().chain(wrong("T2")).chain([
            Expect::Prompt(NOT_ACCEPTED, 5.0, ""),
            status_after(0.1, "allow", "allow", ""),
        ]));
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(sent(&ran), [PUSH, "1234567"]);
    polled(&ran, "T1");
    assert_eq!(ran.trace.factor, Some("push"));
    assert_eq!(ran.trace.device.as_deref(), Some("iPhone"));
    assert_eq!(ran.trace.txid.unwrap().0, "T1");
    assert_eq!(ran.trace.said, None);
}

#[test]
fn after_a_wrong_passcode_the_push_may_have_been_refused() {
    let ran =
        after_out([open_poll(), typed("1234567")].into_iter().chain(wrong("T2")).chain([
            Expect::Prompt(NOT_ACCEPTED, 5.0, ""),
            status_after(0.1, "deny", "fraud", ""),
        ]));
    assert_eq!(ran.outcome, Outcome::Fraud);
}

#[test]
fn in_the_services_own_menu_a_passcode_is_its_answer() {
    let menu = MENU.replace(r#""1":"push1""#, r#""1":"push1","3":"sms1""#);
    let still = "Push sent. Still waiting: press Enter, or type a passcode.";
    let ran = run_with(
        cockpit(),
        [
            preauth(&menu),
            started("T1"),
            open_poll(),
            Expect::Prompt(still, 1.0, "1234567"),
            started("T2"),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(sent(&ran), ["push1", "1234567"]);
}

#[test]
fn what_is_no_passcode_sends_nothing() {
    let answers = [
        "1", "2", "3", "99", "push", "PUSH", "push 2", "phone", "phone2", "sms", "auto", "öäü", "-",
    ];
    for answer in answers {
        let ran = after_out([approved(40.0), typed(answer), Expect::Info("That is no passcode.")]);
        assert_eq!(ran.outcome, Outcome::Approved, "{answer}");
        assert_eq!(sent(&ran), [PUSH], "{answer}");
        assert_eq!(ran.calls.len(), 3, "the poll stays in flight: {answer}");
    }
}

#[test]
fn as_many_passcodes_are_tried_as_there_are_rounds() {
    let plan = Plan { rounds: 2, ..cockpit() };
    let last = "Push sent to iPhone. Still waiting: press Enter.";
    let ran = run_with(
        plan,
        out()
            .into_iter()
            .chain([open_poll(), typed("1111111")])
            .chain(wrong("T2"))
            .chain([Expect::Prompt(NOT_ACCEPTED, 1.0, "2222222")])
            .chain(wrong("T3"))
            .chain([
                Expect::Info("That passcode was not accepted."),
                status_after(38.0, "allow", "allow", ""),
                Expect::Prompt(last, 1.0, "3333333"),
                Expect::Info("No more passcodes are taken"),
            ]),
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(sent(&ran), [PUSH, "1111111", "2222222"]);
    polled(&ran, "T1");
}

/// Whoever guesses has no more tries by waiting than by the menu.
#[test]
fn a_passcode_tried_while_a_push_is_out_is_one_try_less_at_the_menu() {
    let plan = Plan { rounds: 2, ..cockpit() };
    let ran = run_with(
        plan,
        out().into_iter().chain([open_poll(), typed("1111111")]).chain(wrong("T2")).chain([
            Expect::Prompt(NOT_ACCEPTED, 1.0, ""),
            status_after(20.0, "deny", "timeout", ""),
        ]),
    );
    assert_eq!(ran.outcome, Outcome::TimedOut);
    let menu = "Duo: 1 = push to iPhone, 2 = call, 3 = text passcodes, or type a passcode";
    let at_the_menu = |passcode| {
        let [started, denied] = wrong("T0");
        [
            Expect::Prompt(menu, 1.0, passcode),
            started,
            denied,
            Expect::Info("That passcode was not accepted."),
        ]
    };
    let plan = Plan { autopush: Autopush::Off, ..cockpit() };
    let ran = run_with(
        plan,
        [preauth(PHONE)]
            .into_iter()
            .chain(at_the_menu("1111111"))
            .chain(at_the_menu("2222222"))
            .chain([Expect::Prompt(menu, 1.0, "1"), started("T1"), open_poll(), typed("3333333")])
            .chain(wrong("T2"))
            .chain([Expect::Info("That passcode was not accepted."), status("allow", "allow", "")]),
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    assert_eq!(sent(&ran), ["1111111", "2222222", PUSH, "3333333"]);
}

#[test]
fn an_account_that_a_passcode_locks_is_locked() {
    let ran = after_out([
        open_poll(),
        typed("1234567"),
        started("T2"),
        status("deny", "locked_out", "Call us."),
    ]);
    assert_eq!(ran.outcome, Outcome::LockedOut(Some("Call us.".into())));
}

#[test]
fn a_passcode_whose_answer_is_lost_is_not_sent_again() {
    for end in [
        Expect::Call(AUTH, 1.0, Answer::Fails(Failure::Outage(Outage::Cut))),
        Expect::Call(AUTH, 0.0, Answer::Hangs(Failure::Outage(Outage::Silent))),
        Expect::Call(AUTH, 0.1, fail(50300)),
    ] {
        let asked = "There is no answer about that passcode. Still waiting for the push to iPhone: press Enter, or type a passcode.";
        let ran = after_out([
            open_poll(),
            typed("1234567"),
            end,
            Expect::Prompt(asked, 1.0, ""),
            status("allow", "allow", ""),
        ]);
        assert_eq!(ran.outcome, Outcome::Approved);
        assert_eq!(sent(&ran), [PUSH, "1234567"]);
        polled(&ran, "T1");
    }
}

/// However long the service took over passcodes, how the push ended is asked once more.
#[test]
fn a_push_whose_time_went_by_over_passcodes_still_lets_in() {
    let asked = "There is no answer about that passcode. Still waiting for the push to iPhone: press Enter, or type a passcode.";
    let silent = || Expect::Call(STATUS, 0.0, Answer::Hangs(Failure::Outage(Outage::Silent)));
    let plan = Plan { timeout: Duration::from_secs(60), ..cockpit() };
    let ran = run_with(
        plan,
        out().into_iter().chain([
            open_poll(),
            typed("1111111"),
            started("T2"),
            silent(),
            Expect::Prompt(asked, 1.0, "2222222"),
            started("T3"),
            silent(),
            Expect::Prompt(asked, 1.0, ""),
            status("allow", "allow", ""),
        ]),
    );
    assert_eq!(ran.outcome, Outcome::Approved);
    polled(&ran, "T1");
}

#[test]
fn a_busy_service_tries_the_passcode_later_or_not_at_all() {
    let after = |seconds| busy(Some(RetryAfter::Seconds(Duration::from_secs(seconds))));
    let ran = after_out([
        open_poll(),
        typed("1234567"),
        Expect::Call(AUTH, 0.1, after(3)),
        Expect::Info("trying again in 3 s"),
        Expect::Pause(3.0),
        started("T2"),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
    let asked = "The service is busy. Still waiting for the push to iPhone: press Enter, or type a passcode.";
    let ran = after_out([
        open_poll(),
        typed("1234567"),
        Expect::Call(AUTH, 0.1, after(60)),
        Expect::Prompt(asked, 1.0, ""),
        status("allow", "allow", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Approved);
}

#[test]
fn a_passcode_typed_where_a_code_was_to_be_read_is_tried() {
    for service in ["sshd", "cockpit"] {
        let ran = run_with(
            at(host(service), AT_ONCE),
            [
                preauth(VERIFIED),
                started("T1"),
                Expect::Ask("Type 417 there, then press Enter here: ", Some("1234567")),
                started("T2"),
                status("deny", "deny", "Incorrect passcode."),
                Expect::Ask(
                    "Incorrect passcode. Still waiting for the push to iPhone (type 417 there): press Enter",
                    Some(""),
                ),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved, "{service}");
        assert_eq!(sent(&ran), [PUSH, "1234567"], "{service}");
        polled(&ran, "T1");
    }
}

#[test]
fn the_code_of_a_verified_push_is_for_the_phone_and_is_not_sent() {
    for code in ["417", "4170", "417000"] {
        let offer = VERIFIED.replace("417", code);
        let ran = run_with(
            at(host("sshd"), AT_ONCE),
            [
                preauth(&offer),
                started("T1"),
                Expect::Ask("then press Enter here: ", Some(code)),
                Expect::Info("Type that code on the phone, not here."),
                status("allow", "allow", ""),
            ],
        );
        assert_eq!(ran.outcome, Outcome::Approved);
        assert_eq!(sent(&ran), [PUSH], "{code}");
    }
    // As well where the service's own words had it.
    let menu = MENU.replace("push1", "verified_push1");
    let ran = run_with(
        at(host("sshd"), AT_ONCE),
        [
            preauth(&menu),
            started("T1"),
            Expect::Info("Push sent"),
            status("waiting", "pushed", "Enter 417000 in Duo Mobile."),
            Expect::Ask("417000", Some("417 000")),
            Expect::Info("Type that code on the phone, not here."),
            status("allow", "allow", ""),
        ],
    );
    assert_eq!(sent(&ran), ["verified_push1"]);
}

#[test]
fn a_passcode_that_makes_a_phone_ask_is_refused_for_good() {
    let ran = after_out([
        open_poll(),
        typed("9999999"),
        started("T2"),
        status("waiting", "pushed", "Pushed a login request to your device..."),
        status("deny", "deny", ""),
    ]);
    assert_eq!(ran.outcome, Outcome::Denied(None));
}
