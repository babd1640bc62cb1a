//! Passcodes: out of an app, off a token, by text message, from the help desk.

use super::case::Answer::Types;
use super::case::Sent::Passcode;
use super::case::{Answer, Case, TOKEN};

const fn code(user: &'static str, answers: &'static [Answer]) -> Case {
    Case { user, answers, sent: &[Passcode], ..Case::USUAL }
}

cases!(
    a_passcode_from_the_app = code("passcodes = [\"123456\"]", &[Types("123456")]),
    a_passcode_written_in_two_groups = code("passcodes = [\"123456\"]", &[Types("123 456")]),
    a_passcode_that_begins_with_zeros = code("passcodes = [\"000001\"]", &[Types("000001")]),
    a_passcode_of_seven_digits = code("one_time = [\"1234567\"]", &[Types("1234567")]),
    a_passcode_off_a_token =
        Case { devices: TOKEN, ..code("one_time = [\"654321\"]", &[Types("654321")]) },
    a_passcode_off_a_token_where_autopush_finds_no_phone = Case {
        devices: TOKEN,
        options: &[("autopush", "true")],
        ..code("one_time = [\"654321\"]", &[Types("654321")])
    },
    an_empty_answer_off_a_token_is_none_and_costs_a_try = Case {
        devices: TOKEN,
        reads: &["neither", "Approved"],
        ..code("one_time = [\"654321\"]", &[Types(""), Types("654321")])
    },
    a_passcode_that_a_key_types = code(
        "one_time = [\"cccccccbcvbdhfvlkndvetutjlcbhrtgbnvlhrfdvtkj\"]",
        &[Types("cccccccbcvbdhfvlkndvetutjlcbhrtgbnvlhrfdvtkj")],
    ),
    a_bypass_code = code("bypass_codes = [\"987654321\"]", &[Types("987654321")]),
    a_bypass_code_lets_in_who_has_no_device =
        Case { devices: "", ..code("bypass_codes = [\"987654321\"]", &[Types("987654321")]) },
);

mod own {
    mod user {
        use crate::answers::case::{Case, Form};
        use crate::answers::play::scenario;
        use crate::support::{Login, Mock};

        #[test]
        fn a_bypass_code_lets_in_once() {
            for form in [Form::Devices, Form::Prompt, Form::Both] {
                let case = Case { user: "bypass_codes = [\"987654321\"]", ..Case::USUAL };
                let mock = Mock::start(Some(&scenario(&case, form)), &[]);
                let code = || {
                    let login = Login::new(&mock).option("autopush", "false");
                    login.option("prompts", "1").answers(["987654321"]).run()
                };
                assert_eq!(code().code(), "PAM_SUCCESS", "{form:?}");
                assert_eq!(code().code(), "PAM_AUTH_ERR", "{form:?}");
                let seen = mock.stop();
                let decided: Vec<_> = seen.events("decided");
                let statuses: Vec<_> = decided.iter().map(|line| &line["status"]).collect();
                assert_eq!(statuses, ["bypass", "deny"], "{form:?}");
            }
        }
    }
}
