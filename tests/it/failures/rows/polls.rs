//! The push is out; its result may be asked for again.

use crate::failures::ends::{
    CLOCK_OFF, Ends, failed, keys_refused, lost, unintelligible, untrusted,
};
use crate::failures::row::{PUSHED, Row, Scene};

type Faults = &'static [(&'static str, &'static str)];

const fn recovers(happens: &'static str, faults: Faults) -> Row {
    Row { happens, scene: Scene::Service(faults), ..PUSHED }
}

const fn ends(happens: &'static str, faults: Faults, ends: Ends) -> Row {
    Row { ends, ..recovers(happens, faults) }
}

const UNREADABLE: Ends = unintelligible("reply does not parse");
const CUT: Ends = lost("connection lost, after the factor was chosen");

rows!(
    a_lost_poll = recovers("One poll is cut", &[("auth_status", "call = 1\ncut = \"before\"")]),
    two_lost_polls = recovers(
        "Two polls are cut, in the body and by a reset",
        &[
            ("auth_status", "call = 1\ncut = \"body\""),
            ("auth_status", "call = 2\ncut = \"reset\""),
        ]
    ),
    a_poll_that_fails_with_502 = recovers(
        "One poll is answered with HTTP 502",
        &[("auth_status", "call = 1\nstatus = 502")]
    ),
    polls_that_are_lost_for_good =
        ends("Every poll is cut", &[("auth_status", "cut = \"before\"")], CUT),
    a_service_that_is_gone = ends(
        "The service is gone after the push",
        &[("auth_status", "call = 1\ncut = \"reset\""), ("accept", "from = 2\ncut = \"reset\"")],
        CUT,
    ),
    polls_that_fail_for_good = ends(
        "Every poll is answered with HTTP 503",
        &[("auth_status", "status = 503")],
        lost("server error, HTTP 503, after the factor was chosen"),
    ),
    a_poll_that_ran_out = recovers(
        "A poll ran out (40002), then one with the result",
        &[("auth_status", "call = 1\ncode = 40002")]
    ),
    a_poll_that_waits_at_once =
        recovers("Polls that say `waiting` at once", &[("auth_status", "waits = 3")]),
    an_unknown_status = recovers(
        "An unknown `status` beside a known `result`",
        &[("auth_status", "reply = \"unknown_status\"")]
    ),
    an_unknown_result = ends(
        "An unknown `result`",
        &[("auth_status", "reply = \"unknown_result\"")],
        unintelligible("unknown auth result")
    ),
    no_result = ends(
        "No `result`",
        &[("auth_status", "remove = [\"response.result\"]")],
        unintelligible("reply does not parse")
    ),
    a_poll_that_does_not_parse = ends(
        "JSON that is cut off",
        &[("auth_status", "reply = \"bad_json\"")],
        unintelligible("reply does not parse")
    ),
    a_poll_of_html = ends(
        "A page of HTML",
        &[("auth_status", "reply = \"html\"")],
        unintelligible("reply does not parse")
    ),
    a_poll_that_is_not_found =
        ends("HTTP 404", &[("auth_status", "status = 404")], unintelligible("HTTP 404")),
    a_poll_that_is_refused =
        ends("40103", &[("auth_status", "code = 40103")], keys_refused("40103")),
    a_poll_that_is_too_large = ends(
        "A body of 10 MB",
        &[("auth_status", "huge = 10_000_000")],
        untrusted("reply too large")
    ),
    a_poll_that_is_ambiguous = ends(
        "Two lengths that differ",
        &[("auth_status", "framing = \"two_lengths\"")],
        untrusted("not a proper HTTP reply")
    ),
    an_allow_in_capitals = ends(
        "`result` is `ALLOW`",
        &[("auth_status", "set = { \"response.result\" = \"ALLOW\" }")],
        unintelligible("unknown auth result"),
    ),
    a_result_that_is_true = ends(
        "`result` is `true`",
        &[("auth_status", "set = { \"response.result\" = true }")],
        UNREADABLE,
    ),
    a_poll_of_wrong_types = ends(
        "Members of the wrong types",
        &[("auth_status", "reply = \"wrong_types\"")],
        UNREADABLE,
    ),
    an_empty_poll = ends("An empty body", &[("auth_status", "reply = \"empty\"")], UNREADABLE),
    a_poll_that_is_an_array =
        ends("An array and no object", &[("auth_status", "reply = \"not_object\"")], UNREADABLE),
    a_poll_without_stat = ends("No `stat`", &[("auth_status", "remove = [\"stat\"]")], UNREADABLE),
    a_poll_of_an_unknown_stat = ends(
        "An unknown `stat` beside an `allow`",
        &[("auth_status", "set = { stat = \"FINE\", \"response.result\" = \"allow\" }")],
        unintelligible("unknown stat"),
    ),
    an_error_beside_an_allow = ends(
        "An error under HTTP 200, beside an `allow`",
        &[(
            "auth_status",
            "set = { stat = \"FAIL\", code = 40301, message = \"No\", \"response.result\" = \"allow\" }"
        )],
        keys_refused("40301 No"),
    ),
    a_poll_without_a_response = ends(
        "No `response`",
        &[("auth_status", "remove = [\"response\"]")],
        unintelligible("stat OK without a response"),
    ),
    a_poll_under_201 = ends(
        "HTTP 201 with a body that says `allow`",
        &[(
            "auth_status",
            "status = 201\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'"
        )],
        unintelligible("HTTP 201"),
    ),
    a_poll_under_500_that_claims_to_allow = ends(
        "HTTP 500 with a body that says `allow`, each time",
        &[(
            "auth_status",
            "status = 500\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'"
        )],
        lost("server error, HTTP 500, after the factor was chosen"),
    ),
    a_poll_that_is_redirected = ends(
        "A redirect",
        &[("auth_status", "redirect = \"https://localhost/\"")],
        unintelligible("HTTP 302"),
    ),
    a_clock_that_is_off_during_the_wait =
        recovers("40105 once", &[("auth_status", "call = 1\ncode = 40105")]),
    a_clock_that_stays_wrong_during_the_wait =
        ends("40105 twice", &[("auth_status", "code = 40105")], CLOCK_OFF),
    a_denial_that_calls_itself_an_allow = ends(
        "`result` is `deny` and `status` is `allow`: only the result counts",
        &[(
            "auth_status",
            "set = { \"response.result\" = \"deny\", \"response.status\" = \"allow\", \"response.status_msg\" = \"\" }"
        )],
        failed("deny", "The login request was denied."),
    ),
    a_denial_that_is_cut_off_and_repeated = ends(
        "A denial whose first telling is cut",
        &[
            ("auth_status", "call = 1\ncut = \"body\""),
            (
                "auth_status",
                "from = 2\nset = { \"response.result\" = \"deny\", \"response.status\" = \"deny\" }"
            ),
        ],
        failed("deny", "The login request was denied."),
    ),
);
