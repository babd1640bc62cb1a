//! More than one try.

use super::case::Answer::{Texted, Types};
use super::case::Sent::{Call, Passcode, Push, Text};
use super::case::{Case, End};
use super::play::BUSY;

/// A second later nobody has answered.
const NOBODY: Case =
    Case { server: "push_ttl = \"1s\"", user: "passcodes = [\"123456\"]", ..Case::USUAL };

/// The usual phone, where every push fails to reach it.
const UNREACHED: &str = "[[users.devices]]
id = \"DPHONE1\"
name = \"iPhone\"
number = \"XXX-XXX-0100\"
push = \"fails\"
";

const TWO_TRIES: &[(&str, &str)] = &[("prompts", "2")];
const ONE_TRY: &[(&str, &str)] = &[("prompts", "1")];

cases!(
    wrong_passcodes_cost_one_request_and_one_round_each = Case {
        answers: &[Types("111111"), Types("222222"), Types("123456")],
        sent: &[Passcode, Passcode, Passcode],
        reads: &["not accepted", "not accepted", "Approved"],
        ..Case::USUAL
    },
    as_many_wrong_passcodes_as_there_are_rounds = Case {
        answers: &[Types("111111"), Types("222222"), Types("333333"), Types("123456")],
        sent: &[Passcode, Passcode, Passcode],
        ends: End::Refused,
        reads: &["not accepted", "Too many failed tries."],
        left: 1,
        ..Case::USUAL
    },
    two_rounds_are_two = Case {
        options: TWO_TRIES,
        answers: &[Types("111111"), Types("222222"), Types("123456")],
        sent: &[Passcode, Passcode],
        ends: End::Refused,
        left: 1,
        ..Case::USUAL
    },
    one_round_is_one = Case {
        options: ONE_TRY,
        answers: &[Types("111111"), Types("123456")],
        sent: &[Passcode],
        ends: End::Refused,
        left: 1,
        ..Case::USUAL
    },
    what_is_neither_a_choice_nor_a_passcode_is_not_sent_and_costs_a_round = Case {
        answers: &[Types("7"), Types("pushh"), Types("push")],
        sent: &[Push(1)],
        reads: &["neither", "neither", "Approved"],
        ..Case::USUAL
    },
    a_phone_that_is_not_there_is_not_called = Case {
        options: TWO_TRIES,
        answers: &[Types("phone2"), Types("sms9")],
        ends: End::Refused,
        reads: &["neither", "neither"],
        ..Case::USUAL
    },
    the_first_text_message_costs_no_round = Case {
        options: ONE_TRY,
        answers: &[Types("sms"), Texted(1)],
        sent: &[Text(1), Passcode],
        ..Case::USUAL
    },
    a_second_text_message_costs_one = Case {
        options: ONE_TRY,
        answers: &[Types("sms"), Types("sms"), Texted(2)],
        sent: &[Text(1), Text(1)],
        ends: End::Refused,
        left: 1,
        ..Case::USUAL
    },
    old_passcodes_are_void_after_a_second_text_message = Case {
        answers: &[Types("sms"), Types("sms"), Texted(1), Texted(2)],
        sent: &[Text(1), Text(1), Passcode, Passcode],
        reads: &["New SMS", "New SMS", "not accepted", "Approved"],
        ..Case::USUAL
    },
    a_push_after_wrong_passcodes = Case {
        answers: &[Types("111111"), Types("push")],
        sent: &[Passcode, Push(1)],
        ..Case::USUAL
    },
    a_push_that_ran_out_offers_another_way = Case {
        answers: &[Types("push"), Types("123456")],
        sent: &[Push(1), Passcode],
        reads: &["Push sent", "Nobody answered in time.", "asscode", "Approved"],
        ..NOBODY
    },
    an_autopush_that_ran_out_offers_another_way = Case {
        options: &[("autopush", "true")],
        answers: &[Types("123456")],
        sent: &[Push(1), Passcode],
        reads: &["Push sent", "Nobody answered in time.", "asscode", "Approved"],
        ..NOBODY
    },
    an_autopush_is_a_round = Case {
        options: &[("autopush", "true"), ("prompts", "1")],
        answers: &[Types("123456")],
        sent: &[Push(1)],
        ends: End::RanOut,
        reads: &["Push sent", "Nobody answered in time."],
        left: 1,
        ..NOBODY
    },
    a_call_that_is_answered_and_not_confirmed_offers_another_way = Case {
        server: "push_ttl = \"3s\"",
        answers: &[Types("phone"), Types("123456")],
        sent: &[Call(1), Passcode],
        reads: &["Dialing", "press a key", "Nobody answered in time.", "Approved"],
        ..NOBODY
    },
    a_call_that_is_answered_and_never_confirmed_lets_nobody_in = Case {
        server: "push_ttl = \"3s\"",
        options: ONE_TRY,
        answers: &[Types("phone")],
        sent: &[Call(1)],
        ends: End::RanOut,
        reads: &["press a key", "Nobody answered in time."],
        ..NOBODY
    },
    a_push_that_does_not_reach_the_phone_offers_another_way = Case {
        devices: UNREACHED,
        answers: &[Types("push"), Types("123456")],
        sent: &[Push(1), Passcode],
        reads: &["could not be sent to your device", "Nobody answered in time.", "Approved"],
        ..NOBODY
    },
    three_pushes_that_run_out = Case {
        answers: &[Types("push"), Types("push"), Types("push"), Types("123456")],
        sent: &[Push(1), Push(1), Push(1)],
        ends: End::RanOut,
        left: 1,
        ..NOBODY
    },
    a_refused_push_ends_the_login_with_rounds_left = Case {
        user: "auto = \"deny\"\npasscodes = [\"123456\"]",
        answers: &[Types("push"), Types("123456")],
        sent: &[Push(1)],
        ends: End::Refused,
        reads: &["denied"],
        left: 1,
        ..Case::USUAL
    },
    a_refused_call_ends_the_login_with_rounds_left = Case {
        user: "auto = \"deny=2500ms\"\npasscodes = [\"123456\"]",
        answers: &[Types("phone"), Types("123456")],
        sent: &[Call(1)],
        ends: End::Refused,
        reads: &["press a key", "denied"],
        left: 1,
        ..Case::USUAL
    },
    a_passcode_that_makes_a_phone_ask_is_refused_for_good = Case {
        faults: "[[faults]]\non = \"auth_status\"\ncall = 1\n\
                 set = { \"response.result\" = \"waiting\", \"response.status\" = \"pushed\" }\n",
        answers: &[Types("654321"), Types("123456")],
        sent: &[Passcode],
        ends: End::Refused,
        reads: &["denied"],
        left: 1,
        ..Case::USUAL
    },
    a_push_reported_as_fraud_ends_the_login = Case {
        user: "auto = \"fraud\"\npasscodes = [\"123456\"]",
        answers: &[Types("push"), Types("123456")],
        sent: &[Push(1)],
        ends: End::Refused,
        reads: &["fraud"],
        left: 1,
        ..Case::USUAL
    },
    a_busy_service_gets_the_same_answer_again = Case {
        server: "rate_limit = { calls = 1, per = \"3s\" }",
        answers: &[Types("111111"), Types("123456")],
        sent: &[Passcode, Passcode],
        reads: &["not accepted", BUSY, "Approved"],
        ..Case::USUAL
    },
    wrong_passcodes_lock_the_account = Case {
        user: "passcodes = [\"123456\"]\nlockout_after = 2",
        answers: &[Types("111111"), Types("222222"), Types("123456")],
        sent: &[Passcode, Passcode],
        ends: End::LockedOut,
        reads: &["not accepted", "locked out"],
        left: 1,
        ..Case::USUAL
    },
);
