//! Answers to preauth under HTTP 200 whose body is not what the reference says.

use crate::failures::ends::{Ends, keys_refused, not_enrolled, refused, unintelligible};
use crate::failures::row::{ROW, Row, Scene};

const UNREADABLE: Ends = unintelligible("reply does not parse");

type Faults = &'static [(&'static str, &'static str)];

const fn says(happens: &'static str, faults: Faults, ends: Ends) -> Row {
    Row { happens, scene: Scene::Service(faults), ends, ..ROW }
}

/// HTTP 200 with this body.
macro_rules! body {
    ($text:literal) => {
        &[(
            "preauth",
            concat!("status = 200\ncontent_type = \"application/json\"\nbody = '", $text, "'"),
        )]
    };
}

rows!(
    stat_in_small_letters = says(
        "`stat` is `ok`",
        &[("preauth", "set = { stat = \"ok\" }")],
        unintelligible("unknown stat \\\"ok\\\"")
    ),
    stat_is_a_number = says("`stat` is a number", &[("preauth", "set = { stat = 1 }")], UNREADABLE),
    stat_fails_without_a_code = says(
        "`stat` is `FAIL`, without a code, and `result` is `allow`",
        body!(r#"{"stat": "FAIL", "response": {"result": "allow"}}"#),
        unintelligible("unknown stat \\\"FAIL\\\""),
    ),
    a_code_that_is_text = says(
        "An error whose code is text",
        body!(r#"{"stat": "FAIL", "code": "40103", "message": "No"}"#),
        unintelligible("unknown stat \\\"FAIL\\\""),
    ),
    a_code_beyond_all_numbers = says(
        "An error whose code is absurd",
        body!(r#"{"stat": "FAIL", "code": 99999999999999999999, "message": "No"}"#),
        unintelligible("unknown stat \\\"FAIL\\\""),
    ),
    an_unknown_code = says(
        "An error of a code that nobody knows",
        body!(r#"{"stat": "FAIL", "code": 77777, "message": "No"}"#),
        unintelligible("HTTP 200, 77777 No"),
    ),
    a_server_error_under_200 = says(
        "50001 under HTTP 200: no outage, since somebody answers as the service would not",
        body!(r#"{"stat": "FAIL", "code": 50001, "message": "No"}"#),
        unintelligible("HTTP 200, 50001 No"),
    ),
    refused_keys_under_200 = says(
        "40102 under HTTP 200, beside a `result` that is `allow`",
        body!(
            r#"{"stat": "FAIL", "code": 40102, "message": "No", "response": {"result": "allow"}}"#
        ),
        keys_refused("40102 No"),
    ),
    an_error_without_a_message = says(
        "An error without a message",
        &[("preauth", "code = 40301\nremove = [\"message\"]")],
        keys_refused("40301 no reason given"),
    ),
    two_stats = says(
        "Two `stat`",
        body!(r#"{"stat": "FAIL", "stat": "OK", "response": {"result": "allow"}}"#),
        UNREADABLE,
    ),
    two_results = says(
        "Two `result`, the second of them `allow`",
        body!(r#"{"stat": "OK", "response": {"result": "deny", "result": "allow"}}"#),
        UNREADABLE,
    ),
    more_after_the_end = says(
        "More after the end of the JSON",
        body!(r#"{"stat": "OK", "response": {"result": "allow"}} {"stat": "FAIL"}"#),
        UNREADABLE,
    ),
    nothing_but_a_text = says("A text and no object", body!(r#""allow""#), UNREADABLE),
    null = says("`null`", body!("null"), UNREADABLE),
    a_response_that_is_null = says(
        "`response` is `null`",
        body!(r#"{"stat": "OK", "response": null}"#),
        unintelligible("stat OK without a response"),
    ),
    a_response_that_is_text =
        says("`response` is text", body!(r#"{"stat": "OK", "response": "allow"}"#), UNREADABLE),
    a_response_that_is_empty =
        says("`response` is empty", body!(r#"{"stat": "OK", "response": {}}"#), UNREADABLE),
    a_result_that_is_true = says(
        "`result` is `true`",
        &[("preauth", "set = { \"response.result\" = true }")],
        UNREADABLE,
    ),
    a_result_that_is_a_list = says(
        "`result` is a list with `allow` in it",
        &[("preauth", "set = { \"response.result\" = [\"allow\"] }")],
        UNREADABLE,
    ),
    a_result_that_is_null = says(
        "`result` is `null`",
        body!(r#"{"stat": "OK", "response": {"result": null}}"#),
        UNREADABLE,
    ),
    an_empty_result = says(
        "`result` is empty",
        &[("preauth", "set = { \"response.result\" = \"\" }")],
        unintelligible("unknown preauth result"),
    ),
    an_allow_with_white_space = says(
        "`result` is `allow` and a space",
        &[("preauth", "set = { \"response.result\" = \"allow \" }")],
        unintelligible("unknown preauth result"),
    ),
    waiting_in_preauth = says(
        "`result` is `waiting`, which belongs to another call",
        &[("preauth", "set = { \"response.result\" = \"waiting\" }")],
        unintelligible("unknown preauth result"),
    ),
    devices_that_are_text = says(
        "`devices` is text",
        &[("preauth", "set = { \"response.devices\" = \"none\" }")],
        UNREADABLE,
    ),
    a_prompt_that_is_text = says(
        "`prompt` is text",
        &[("preauth", "set = { \"response.prompt\" = \"Passcode: \" }")],
        UNREADABLE,
    ),
    a_prompt_whose_factors_are_numbers = says(
        "The factors of `prompt` are numbers",
        &[("preauth", "set = { \"response.prompt.factors\" = { 1 = 1 } }")],
        UNREADABLE,
    ),
    a_verification_code_without_its_transaction = says(
        "A code for a verified push without its transaction",
        &[("preauth", "set = { \"response.verification_code\" = \"417\" }")],
        unintelligible("verification code without transaction"),
    ),
    a_verification_code_that_is_a_number = says(
        "A code for a verified push that is a number",
        &[("preauth", "set = { \"response.verification_code\" = 417 }")],
        UNREADABLE,
    ),
    a_denial = says(
        "`deny`",
        &[(
            "preauth",
            "set = { \"response.result\" = \"deny\", \"response.status_msg\" = \"No.\" }"
        )],
        refused("No.", "Access is not allowed. No."),
    ),
    a_denial_without_a_word = says(
        "`deny`, without `status_msg`",
        &[(
            "preauth",
            "set = { \"response.result\" = \"deny\" }\nremove = [\"response.status_msg\"]"
        )],
        refused("", "Access is not allowed."),
    ),
    an_enrolment = says(
        "`enroll`, with the portal's address",
        &[(
            "preauth",
            "set = { \"response.result\" = \"enroll\", \"response.status_msg\" = \"Enrol at\", \"response.enroll_portal_url\" = \"https://e.example/p\" }\nremove = [\"response.prompt\"]"
        )],
        not_enrolled(
            "Enrol at",
            "A second factor must be set up first. Enrol at https://e.example/p"
        ),
    ),
    an_enrolment_without_an_address = says(
        "`enroll`, without the portal's address",
        &[(
            "preauth",
            "set = { \"response.result\" = \"enroll\", \"response.status_msg\" = \"Enrol.\" }\nremove = [\"response.prompt\"]"
        )],
        not_enrolled("Enrol.", "A second factor must be set up first. Enrol."),
    ),
);
