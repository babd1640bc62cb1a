//! A push that is approved with a code: what is sent for it. The phone of these cases knows the code.

use super::case::Answer::Types;
use super::case::Sent::{Call, Passcode, VerifiedPush};
use super::case::{Case, End, Form, TWO};
use super::play::{BUSY, play};
use crate::support::Format;

/// Approved at once.
const VERIFIED: Case = Case {
    user: "verified_push = true\nauto = \"approve\"\npasscodes = [\"123456\"]",
    ..Case::USUAL
};

/// Nobody approves anything.
const NOBODY: Case = Case {
    server: "push_ttl = \"1s\"",
    user: "verified_push = true\npasscodes = [\"123456\"]",
    ..Case::USUAL
};

const AUTOPUSH: &[(&str, &str)] = &[("autopush", "true")];

cases!(
    a_verified_push_by_number =
        Case { answers: &[Types("1")], sent: &[VerifiedPush(1)], ..VERIFIED },
    a_verified_push_by_its_word =
        Case { answers: &[Types("push")], sent: &[VerifiedPush(1)], ..VERIFIED },
    a_verified_push_by_an_empty_answer =
        Case { answers: &[Types("")], sent: &[VerifiedPush(1)], ..VERIFIED },
    a_verified_push_to_the_second_phone =
        Case { devices: TWO, answers: &[Types("push2")], sent: &[VerifiedPush(2)], ..VERIFIED },
    a_verified_push_by_itself = Case { options: AUTOPUSH, sent: &[VerifiedPush(1)], ..VERIFIED },
    a_passcode_instead_of_a_verified_push =
        Case { answers: &[Types("123456")], sent: &[Passcode], ..VERIFIED },
    a_call_instead_of_a_verified_push =
        Case { answers: &[Types("phone")], sent: &[Call(1)], ..VERIFIED },
    a_second_verified_push_is_no_plain_one = Case {
        answers: &[Types("push"), Types("push"), Types("123456")],
        sent: &[VerifiedPush(1), VerifiedPush(1), Passcode],
        reads: &["Nobody answered", "Nobody answered", "Approved"],
        ..NOBODY
    },
    a_push_after_a_verified_one_by_itself_is_no_plain_one = Case {
        options: AUTOPUSH,
        answers: &[Types("push"), Types("123456")],
        sent: &[VerifiedPush(1), VerifiedPush(1), Passcode],
        ..NOBODY
    },
    a_push_after_a_passcode_is_verified = Case {
        answers: &[Types("111111"), Types("push")],
        sent: &[Passcode, VerifiedPush(1)],
        ..VERIFIED
    },
    a_busy_service_gets_the_same_transaction_again = Case {
        faults: "[[faults]]\non = \"auth\"\ncall = 1\ncode = 42901\nretry_after = \"1\"\n",
        answers: &[Types("push")],
        sent: &[VerifiedPush(1)],
        reads: &[BUSY, "Approved"],
        ..VERIFIED
    },
    a_passcode_after_a_verified_push = Case {
        options: AUTOPUSH,
        answers: &[Types("123456")],
        sent: &[VerifiedPush(1), Passcode],
        ..NOBODY
    },
);

/// The forms in which preauth gives a code.
const GIVEN: [Form; 2] = [Form::Devices, Form::Both];

mod own {
    use super::*;

    /// How many preauths there were, and the transactions that the pushes carried.
    fn preauths_and_txids(case: &Case, form: Form) -> (usize, Vec<String>) {
        let (told, seen) = play(case, form, "login", Format::Toml);
        assert_eq!(told.code(), case.ends.code("login"), "{form:?}: {told:#?}");
        let auths = seen.0.iter().filter(|line| line["path"] == "/auth/v2/auth");
        let txids = auths.filter_map(|line| line["params"]["txid"].as_str().map(str::to_owned));
        let txids = txids.collect();
        let pushes = seen.events("push");
        assert!(pushes.iter().all(|push| push["needs_code"] == true), "{pushes:#?}");
        (seen.count("/auth/v2/preauth"), txids)
    }

    mod user {
        use super::*;

        /// A code lives for a minute: what was announced before a menu was read is not used.
        #[test]
        fn each_verified_push_has_a_transaction_of_its_own() {
            for form in GIVEN {
                let case = Case {
                    options: AUTOPUSH,
                    answers: &[Types("push"), Types("push")],
                    ends: End::Refused,
                    ..NOBODY
                };
                let (preauths, mut txids) = preauths_and_txids(&case, form);
                assert_eq!((preauths, txids.len()), (3, 3), "{form:?}");
                txids.sort();
                txids.dedup();
                assert_eq!(txids.len(), 3, "{form:?}: {txids:?}");
            }
        }

        #[test]
        fn a_code_that_waited_while_the_menu_was_read_is_replaced() {
            for form in GIVEN {
                let case = Case { answers: &[Types("push")], ..VERIFIED };
                let (preauths, txids) = preauths_and_txids(&case, form);
                assert_eq!((preauths, txids.len()), (2, 1), "{form:?}");
            }
        }

        #[test]
        fn without_a_new_code_there_is_no_second_push() {
            let faults = "[[faults]]\non = \"preauth\"\nfrom = 2\n\
                          remove = [\"response.txid\", \"response.verification_code\"]\n";
            for form in GIVEN {
                let case = Case {
                    options: AUTOPUSH,
                    faults,
                    answers: &[Types("push"), Types("123456")],
                    ends: End::Broken,
                    ..NOBODY
                };
                let (preauths, txids) = preauths_and_txids(&case, form);
                assert_eq!((preauths, txids.len()), (2, 1), "{form:?}");
            }
        }

        #[test]
        fn a_code_without_its_transaction_sends_nothing() {
            let faults = "[[faults]]\non = \"preauth\"\nremove = [\"response.txid\"]\n";
            for form in GIVEN {
                let case = Case { options: AUTOPUSH, faults, ends: End::Broken, ..VERIFIED };
                let (preauths, txids) = preauths_and_txids(&case, form);
                assert_eq!((preauths, txids.len()), (1, 0), "{form:?}");
            }
        }
    }
}
