//! Each way to prove oneself, and each way to say which.

use super::case::Answer::{Number, Texted, Types};
use super::case::Sent::{Call, Passcode, Push, Text};
use super::case::{Answer, Case, DESK, Sent, TWO};

const fn one(answer: &'static [Answer], sent: &'static [Sent]) -> Case {
    Case { answers: answer, sent, ..Case::USUAL }
}

const fn of_two(answer: &'static [Answer], sent: &'static [Sent]) -> Case {
    Case { devices: TWO, ..one(answer, sent) }
}

cases!(
    the_number_of_a_push =
        Case { reads: &["Push sent", "Approved"], ..one(&[Types("1")], &[Push(1)]) },
    the_number_of_a_call = Case {
        user: "auto = \"approve=2500ms\"",
        reads: &["Calling", "Dialing your phone", "press a key", "Approved"],
        ..one(&[Types("2")], &[Call(1)])
    },
    the_number_of_a_text_message = one(&[Types("3"), Texted(1)], &[Text(1), Passcode]),
    the_number_of_the_second_phones_push =
        of_two(&[Number { devices: "2", prompt: "4" }], &[Push(2)]),
    the_number_of_the_second_phones_call =
        of_two(&[Number { devices: "4", prompt: "5" }], &[Call(2)]),
    the_number_of_the_last_entry =
        of_two(&[Number { devices: "6", prompt: "6" }, Texted(1)], &[Text(2), Passcode]),
    the_word_push = one(&[Types("push")], &[Push(1)]),
    the_word_push1 = of_two(&[Types("push1")], &[Push(1)]),
    the_word_push2 = of_two(&[Types("push2")], &[Push(2)]),
    the_word_phone = one(&[Types("phone")], &[Call(1)]),
    the_word_phone2 = of_two(&[Types("phone2")], &[Call(2)]),
    the_word_phone2_for_a_phone_on_a_desk =
        Case { devices: DESK, ..one(&[Types("phone2")], &[Call(2)]) },
    the_word_sms_brings_passcodes_and_asks_again = Case {
        reads: &["New SMS passcodes sent.", "asscode", "Approved"],
        ..one(&[Types("sms"), Texted(1)], &[Text(1), Passcode])
    },
    the_word_sms2 = of_two(&[Types("sms2"), Texted(1)], &[Text(2), Passcode]),
    a_word_in_capitals_with_white_space_in_it = of_two(&[Types(" Push 2\t")], &[Push(2)]),
    a_number_with_white_space_around_it = one(&[Types(" 1 ")], &[Push(1)]),
    an_empty_answer_is_the_first_choice = of_two(&[Types("")], &[Push(1)]),
    nothing_but_white_space_is_the_first_choice = of_two(&[Types(" \t ")], &[Push(1)]),
    an_empty_answer_where_the_first_choice_is_a_call = Case {
        devices: "[[users.devices]]\nid = \"DPHONE1\"\nnumber = \"XXX-XXX-0100\"\ncapabilities = [\"phone\"]\n",
        ..one(&[Types("")], &[Call(1)])
    },
    autopush_asks_nothing = Case { options: &[("autopush", "true")], ..of_two(&[], &[Push(1)]) },
);

mod own {
    use super::{Case, Types};
    use crate::answers::case::Form;
    use crate::answers::play::play;
    use crate::support::Format;

    /// A phone on a desk takes no push.
    const CALLED: Case = Case {
        devices: "[[users.devices]]\nid = \"DPHONE1\"\nnumber = \"XXX-XXX-0100\"\ncapabilities = [\"phone\"]\n",
        options: &[("autopush", "true")],
        answers: &[Types("phone")],
        ..Case::USUAL
    };

    mod user {
        use super::*;

        /// `autopush` of our own format never calls a phone unasked; in Duo's it means the default of
        /// the service, whatever that is.
        #[test]
        fn autopush_where_no_phone_takes_a_push_asks_or_calls_as_its_format_says() {
            for form in [Form::Devices, Form::Prompt, Form::Both] {
                for (format, asked) in [(Format::Toml, 1), (Format::Ini, 0)] {
                    let (told, seen) = play(&CALLED, form, "login", format);
                    let what = format!("{form:?} {format:?}: {told:#?}");
                    assert_eq!(told.code(), "PAM_SUCCESS", "{what}");
                    assert_eq!(told.texts("prompt_echo_on").len(), asked, "{what}");
                    let calls = seen.events("push");
                    assert_eq!(calls.len(), 1, "{what}");
                    assert_eq!(calls[0]["kind"], "phone call", "{what}");
                }
            }
        }
    }
}
