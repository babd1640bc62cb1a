//! Whole answers to preauth.

use crate::failures::ends::{
    ALLOWED, CLOCK_OFF, Ends, Outage, keys_refused, unintelligible, untrusted,
};
use crate::failures::row::{PUSHED, ROW, Row, Scene};

const UNREADABLE: Ends = unintelligible("reply does not parse");
const NO_HTTP: Ends = untrusted("not a proper HTTP reply");

type Faults = &'static [(&'static str, &'static str)];

const fn says(happens: &'static str, faults: Faults, ends: Ends) -> Row {
    Row { happens, scene: Scene::Service(faults), ends, ..ROW }
}

const fn out(happens: &'static str, faults: Faults, status: &'static str) -> Row {
    says(happens, faults, Ends::Unreachable(Outage::ServerError(status)))
}

/// The one who is asked twice.
const fn twice(happens: &'static str, scene: Scene, ends: Ends) -> Row {
    Row { happens, scene, ends, preauths: 2, ..ROW }
}

rows!(
    http_500 = out("HTTP 500, an empty body", &[("preauth", "status = 500")], "500"),
    http_500_in_json = out("HTTP 500, an error of the API", &[("preauth", "code = 50001")], "500"),
    http_502_of_a_gateway = out(
        "HTTP 502, a page of HTML",
        &[(
            "preauth",
            "status = 502\nbody = \"<html>Bad gateway</html>\"\ncontent_type = \"text/html\""
        )],
        "502",
    ),
    http_503 = out("HTTP 503, an empty body", &[("preauth", "status = 503")], "503"),
    http_503_that_claims_to_allow = out(
        "HTTP 503, with a body that says `allow`",
        &[(
            "preauth",
            "status = 503\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'"
        )],
        "503",
    ),
    http_503_with_a_time_to_come_back = out(
        "HTTP 503 with `Retry-After`",
        &[("preauth", "status = 503\nretry_after = \"1\"")],
        "503",
    ),
    http_599 = out("HTTP 599", &[("preauth", "status = 599")], "599"),
    a_redirect = says(
        "A redirect",
        &[("preauth", "redirect = \"https://localhost/\"")],
        unintelligible("HTTP 302"),
    ),
    http_404 = says("HTTP 404", &[("preauth", "status = 404")], unintelligible("HTTP 404")),
    http_404_in_json = says(
        "HTTP 404, an error of the API (40401)",
        &[("preauth", "code = 40401")],
        unintelligible("HTTP 404, 40401"),
    ),
    a_missing_parameter = says(
        "40001, a parameter is missing",
        &[("preauth", "code = 40001")],
        unintelligible("HTTP 400, 40001"),
    ),
    a_wrong_parameter = says(
        "40002, a parameter is wrong",
        &[("preauth", "code = 40002\ndetail = \"username\"")],
        unintelligible("the service refuses a parameter: username"),
    ),
    key_without_authorization =
        says("40101", &[("preauth", "code = 40101")], keys_refused("40101")),
    unknown_ikey =
        says("40102, unknown `ikey`", &[("preauth", "code = 40102")], keys_refused("40102")),
    wrong_signature = Row {
        happens: "40103, a wrong `skey`",
        scene: Scene::Service(&[]),
        options: &[("skey", "\"0123456789012345678901234567890123456789\"")],
        ends: keys_refused("40103"),
        ..ROW
    },
    an_ikey_that_the_service_does_not_know = Row {
        happens: "A wrong `ikey`",
        scene: Scene::Service(&[]),
        options: &[("ikey", "\"DIAAAAAAAAAAAAAAAAAA\"")],
        ends: keys_refused("40102"),
        ..ROW
    },
    code_40104 = says("40104", &[("preauth", "code = 40104")], keys_refused("40104")),
    code_40106 = says("40106", &[("preauth", "code = 40106")], keys_refused("40106")),
    http_401_without_a_word =
        says("HTTP 401, an empty body", &[("preauth", "status = 401")], keys_refused("40100")),
    a_call_that_is_forbidden = says(
        "40301, a call that is not allowed",
        &[("preauth", "code = 40301")],
        keys_refused("40301")
    ),
    http_403_of_a_proxy = says(
        "HTTP 403, a page of HTML",
        &[(
            "preauth",
            "status = 403\nbody = \"<html>Forbidden</html>\"\ncontent_type = \"text/html\""
        )],
        keys_refused("40300"),
    ),
    a_clock_that_is_off_by_an_hour = Row {
        happens: "40105: this machine's clock is an hour off; corrected once",
        scene: Scene::Server("clock_offset = 3600"),
        ends: ALLOWED,
        preauths: 2,
        ..PUSHED
    },
    a_clock_that_stays_wrong = twice(
        "40105 again, after the one correction",
        Scene::Service(&[("preauth", "code = 40105")]),
        CLOCK_OFF,
    ),
    a_wrong_clock_and_no_time_to_correct_it = says(
        "40105 without a `Date`",
        &[("preauth", "code = 40105\nheaders = { Date = \"\" }")],
        CLOCK_OFF,
    ),
    a_reply_that_is_half_of_its_json =
        says("JSON that is cut off", &[("preauth", "reply = \"bad_json\"")], UNREADABLE),
    a_page_of_html =
        says("A page of HTML (a captive portal)", &[("preauth", "reply = \"html\"")], UNREADABLE),
    an_empty_body = says("An empty body", &[("preauth", "reply = \"empty\"")], UNREADABLE),
    wrong_types =
        says("Members of the wrong types", &[("preauth", "reply = \"wrong_types\"")], UNREADABLE),
    an_array = says("An array and no object", &[("preauth", "reply = \"not_object\"")], UNREADABLE),
    no_result = says("No `result`", &[("preauth", "remove = [\"response.result\"]")], UNREADABLE),
    no_response = says(
        "No `response`",
        &[("preauth", "remove = [\"response\"]")],
        unintelligible("stat OK without a response")
    ),
    no_stat = says("No `stat`", &[("preauth", "remove = [\"stat\"]")], UNREADABLE),
    an_unknown_stat = says(
        "An unknown `stat`",
        &[("preauth", "set = { stat = \"FINE\" }")],
        unintelligible("unknown stat")
    ),
    an_unknown_result = says(
        "An unknown `result`",
        &[("preauth", "reply = \"unknown_result\"")],
        unintelligible("unknown preauth result")
    ),
    an_allow_in_capitals = says(
        "`result` is `ALLOW`",
        &[("preauth", "set = { \"response.result\" = \"ALLOW\" }")],
        unintelligible("unknown preauth result"),
    ),
    http_200_with_an_error = says(
        "HTTP 200 with an error of the API in it",
        &[(
            "preauth",
            "set = { stat = \"FAIL\", code = 40301, message = \"No\" }\nremove = [\"response\"]"
        )],
        keys_refused("40301"),
    ),
    http_201 = says(
        "HTTP 201 with a body that says `allow`",
        &[(
            "preauth",
            "status = 201\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'"
        )],
        unintelligible("HTTP 201")
    ),
    unknown_members = Row {
        happens: "Members that nobody knows: they are ignored",
        scene: Scene::Service(&[(
            "preauth",
            "set = { future = { a = 1 }, \"response.future\" = [1, 2] }"
        )]),
        ..PUSHED
    },
    ten_megabytes =
        says("A body of 10 MB", &[("preauth", "huge = 10_000_000")], untrusted("reply too large")),
    just_too_large =
        says("A body of 66 kB", &[("preauth", "huge = 66_000")], untrusted("reply too large")),
    two_lengths =
        says("Two lengths that differ", &[("preauth", "framing = \"two_lengths\"")], NO_HTTP),
    a_length_and_chunks =
        says("A length and chunks", &[("preauth", "framing = \"length_and_chunked\"")], NO_HTTP),
    a_coding_that_is_not_known = says(
        "`Transfer-Encoding: gzip, chunked`",
        &[("preauth", "framing = \"gzip_chunked\"")],
        NO_HTTP
    ),
    a_chunk_size_with_a_sign =
        says("A chunk size with a sign", &[("preauth", "framing = \"plus_chunk_size\"")], NO_HTTP),
    a_length_in_hexadecimal =
        says("A length in hexadecimal", &[("preauth", "framing = \"bad_length\"")], NO_HTTP),
    no_length = Row {
        happens: "No length at all: the reply ends with the connection, and TLS's own goodbye says that it is whole",
        scene: Scene::Service(&[("preauth", "framing = \"no_length\"")]),
        ..PUSHED
    },
    no_http_at_all = says(
        "Something that is no HTTP",
        &[("preauth", "raw = \"220 mail ESMTP\\r\\n\\r\\n\"")],
        NO_HTTP
    ),
);
