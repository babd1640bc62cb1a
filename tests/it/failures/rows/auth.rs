//! From here on nothing but an allow from the service lets in, whatever the failmode says; and no
//! request for a push is sent twice.

use std::time::Duration;

use crate::failures::ends::{CLOCK_OFF, Ends, keys_refused, lost, unintelligible, untrusted};
use crate::failures::row::{PUSHED, Row, Scene, TIMEOUT};

type Faults = &'static [(&'static str, &'static str)];

/// The service has sent the push, or has not, before its answer was spoilt.
const fn spoilt(happens: &'static str, faults: Faults, pushes: usize, ends: Ends) -> Row {
    let budget = Duration::from_secs(TIMEOUT);
    Row { happens, scene: Scene::Service(faults), ends, reads: &[], pushes, budget, ..PUSHED }
}

const ALLOWS_201: &str =
    "status = 201\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'";
const ALLOWS_500: &str =
    "status = 500\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'";
const CUT: Ends = lost("connection lost, after the factor was chosen");
const SILENT: Ends = lost("no reply in time, after the factor was chosen");

rows!(
    the_push_fails_with_500 = spoilt(
        "HTTP 500",
        &[("auth", "status = 500")],
        0,
        lost("server error, HTTP 500, after the factor was chosen"),
    ),
    the_push_is_sent_and_fails_with_503 = spoilt(
        "HTTP 503, although the push was sent",
        &[("auth", "status = 503\nhandled = true")],
        1,
        lost("server error, HTTP 503, after the factor was chosen"),
    ),
    the_answer_to_the_push_is_cut =
        spoilt("The connection ends before the reply", &[("auth", "cut = \"before\"")], 1, CUT),
    the_answer_to_the_push_is_reset =
        spoilt("The connection is reset before the reply", &[("auth", "cut = \"reset\"")], 1, CUT),
    the_answer_to_the_push_is_cut_in_its_head =
        spoilt("The connection ends in the head", &[("auth", "cut = \"head\"")], 1, CUT),
    the_answer_to_the_push_is_cut_in_its_body =
        spoilt("The connection ends in the body", &[("auth", "cut = \"body\"")], 1, CUT),
    the_push_is_never_answered = spoilt("Silence", &[("auth", "silent = true")], 1, SILENT),
    the_answer_to_the_push_stops =
        spoilt("Silence in the middle of the body", &[("auth", "stall = \"body\"")], 1, SILENT,),
    the_answer_to_the_push_drips =
        spoilt("A reply that drips", &[("auth", "drip = 10")], 1, SILENT),
    the_push_is_not_found =
        spoilt("HTTP 404", &[("auth", "status = 404")], 0, unintelligible("HTTP 404")),
    the_push_is_redirected = spoilt(
        "A redirect",
        &[("auth", "redirect = \"https://localhost/\"")],
        0,
        unintelligible("HTTP 302")
    ),
    the_push_is_forbidden = spoilt("40301", &[("auth", "code = 40301")], 0, keys_refused("40301")),
    the_push_wants_another_parameter = spoilt(
        "40002",
        &[("auth", "code = 40002\ndetail = \"device\"")],
        0,
        unintelligible("the service refuses a parameter: device"),
    ),
    the_answer_to_the_push_does_not_parse = spoilt(
        "JSON that is cut off",
        &[("auth", "reply = \"bad_json\"")],
        1,
        unintelligible("reply does not parse")
    ),
    the_answer_to_the_push_has_no_txid = spoilt(
        "No `txid`",
        &[("auth", "remove = [\"response.txid\"]")],
        1,
        unintelligible("reply to auth without txid")
    ),
    the_answer_to_the_push_has_an_empty_txid = spoilt(
        "An empty `txid`",
        &[("auth", "set = { \"response.txid\" = \"\" }")],
        1,
        unintelligible("reply to auth without txid")
    ),
    the_answer_to_the_push_is_an_unknown_result = spoilt(
        "An unknown `result`",
        &[("auth", "set = { \"response.result\" = \"perhaps\" }")],
        1,
        unintelligible("unknown auth result"),
    ),
    the_answer_to_the_push_is_too_large = spoilt(
        "A body of 10 MB",
        &[("auth", "huge = 10_000_000")],
        1,
        untrusted("reply too large")
    ),
    the_answer_to_the_push_is_ambiguous = spoilt(
        "A length and chunks",
        &[("auth", "framing = \"length_and_chunked\"")],
        1,
        untrusted("not a proper HTTP reply")
    ),
    the_push_is_refused_by_the_keys =
        spoilt("40103", &[("auth", "code = 40103")], 0, keys_refused("40103")),
    the_push_is_accepted_under_another_status = spoilt(
        "HTTP 201 with a body that says `allow`",
        &[("auth", ALLOWS_201)],
        0,
        unintelligible("HTTP 201"),
    ),
    the_push_fails_with_500_and_claims_to_be_allowed = spoilt(
        "HTTP 500 with a body that says `allow`",
        &[("auth", ALLOWS_500)],
        0,
        lost("server error, HTTP 500, after the factor was chosen"),
    ),
    the_push_fails_under_200 = spoilt(
        "HTTP 200 with 40002 in it",
        &[(
            "auth",
            "set = { stat = \"FAIL\", code = 40002, message_detail = \"factor\" }\nremove = [\"response\"]"
        )],
        1,
        unintelligible("the service refuses a parameter: factor"),
    ),
    the_answer_to_the_push_has_an_unknown_stat = spoilt(
        "An unknown `stat`",
        &[("auth", "set = { stat = \"FINE\" }")],
        1,
        unintelligible("unknown stat"),
    ),
    the_answer_to_the_push_is_an_allow_in_capitals = spoilt(
        "`result` is `ALLOW`",
        &[("auth", "set = { \"response.result\" = \"ALLOW\" }\nremove = [\"response.txid\"]")],
        1,
        unintelligible("unknown auth result"),
    ),
    the_answer_to_the_push_has_wrong_types = spoilt(
        "Members of the wrong types",
        &[("auth", "reply = \"wrong_types\"")],
        1,
        unintelligible("reply does not parse"),
    ),
    the_answer_to_the_push_is_a_page_of_html = spoilt(
        "A page of HTML",
        &[("auth", "reply = \"html\"")],
        1,
        unintelligible("reply does not parse"),
    ),
    the_answer_to_the_push_is_empty = spoilt(
        "An empty body",
        &[("auth", "reply = \"empty\"")],
        1,
        unintelligible("reply does not parse"),
    ),
    the_clock_is_corrected_at_the_push = Row {
        happens: "40105 once: no push was sent, so it is asked again with the clock put right",
        scene: Scene::Service(&[("auth", "call = 1\ncode = 40105")]),
        auths: 2,
        ..PUSHED
    },
    the_clock_stays_wrong_at_the_push =
        Row { auths: 2, ..spoilt("40105 twice", &[("auth", "code = 40105")], 0, CLOCK_OFF) },
);
