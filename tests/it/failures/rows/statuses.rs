//! Answers to preauth by their HTTP status. A body that says `allow` changes none of them.

use crate::failures::ends::{Ends, Outage, keys_refused, unintelligible, untrusted};
use crate::failures::row::{ROW, Row, Scene};

const fn says(
    happens: &'static str,
    faults: &'static [(&'static str, &'static str)],
    ends: Ends,
) -> Row {
    Row { happens, scene: Scene::Service(faults), ends, ..ROW }
}

const fn out(
    happens: &'static str,
    faults: &'static [(&'static str, &'static str)],
    status: &'static str,
) -> Row {
    says(happens, faults, Ends::Unreachable(Outage::ServerError(status)))
}

/// `preauth` under another status, its good body and all.
macro_rules! under {
    ($status:literal) => {
        &[(
            "preauth",
            concat!(
                "status = ",
                $status,
                "\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'"
            ),
        )]
    };
}

rows!(
    http_204 = says(
        "HTTP 204, which has no body",
        &[("preauth", "status = 204")],
        unintelligible("HTTP 204"),
    ),
    http_206 = says("HTTP 206", under!("206"), unintelligible("HTTP 206")),
    http_299 = says("HTTP 299", under!("299"), unintelligible("HTTP 299")),
    http_300 = says("HTTP 300", under!("300"), unintelligible("HTTP 300")),
    http_301 = says(
        "HTTP 301 to another host, which is not asked",
        &[("preauth", "redirect = \"https://example.invalid/\"\nstatus = 301")],
        unintelligible("HTTP 301"),
    ),
    http_303 = says(
        "HTTP 303",
        &[("preauth", "redirect = \"/auth/v2/preauth\"\nstatus = 303")],
        unintelligible("HTTP 303"),
    ),
    http_304 = says(
        "HTTP 304, which has no body",
        &[("preauth", "status = 304")],
        unintelligible("HTTP 304"),
    ),
    http_307 = says(
        "HTTP 307, which would have the request repeated",
        &[("preauth", "redirect = \"/auth/v2/preauth\"\nstatus = 307")],
        unintelligible("HTTP 307"),
    ),
    http_308 = says(
        "HTTP 308 to plain HTTP",
        &[("preauth", "redirect = \"http://localhost/\"\nstatus = 308")],
        unintelligible("HTTP 308"),
    ),
    http_400_without_a_word =
        says("HTTP 400, an empty body", &[("preauth", "status = 400")], unintelligible("HTTP 400")),
    http_400_that_claims_to_allow =
        says("HTTP 400, with a body that says `allow`", under!("400"), unintelligible("HTTP 400")),
    http_401_that_claims_to_allow =
        says("HTTP 401, with a body that says `allow`", under!("401"), keys_refused("40100")),
    http_402 = says("HTTP 402", under!("402"), unintelligible("HTTP 402")),
    http_403_that_claims_to_allow =
        says("HTTP 403, with a body that says `allow`", under!("403"), keys_refused("40300")),
    http_405 = says(
        "HTTP 405, an error of the API (40501)",
        &[("preauth", "code = 40501")],
        unintelligible("HTTP 405, 40501"),
    ),
    http_407_of_no_proxy_of_ours =
        says("HTTP 407, without a proxy", under!("407"), unintelligible("HTTP 407")),
    http_408 = says("HTTP 408: late, but it answers", under!("408"), unintelligible("HTTP 408")),
    http_410 = says("HTTP 410", under!("410"), unintelligible("HTTP 410")),
    http_413 = says("HTTP 413", under!("413"), unintelligible("HTTP 413")),
    http_421 = says("HTTP 421", under!("421"), unintelligible("HTTP 421")),
    http_451 = says("HTTP 451", under!("451"), unintelligible("HTTP 451")),
    http_499 = says("HTTP 499", under!("499"), unintelligible("HTTP 499")),
    http_501 = out("HTTP 501", under!("501"), "501"),
    http_504_of_a_gateway = out(
        "HTTP 504, a page of HTML",
        &[(
            "preauth",
            "status = 504\nbody = \"<html>Gateway time-out</html>\"\ncontent_type = \"text/html\""
        )],
        "504",
    ),
    http_500_that_says_fail = out(
        "HTTP 500, with the code of another error in it",
        &[(
            "preauth",
            "status = 500\nbody = '{\"stat\": \"FAIL\", \"code\": 40103, \"message\": \"No\"}'"
        )],
        "500",
    ),
    http_600 = says(
        "HTTP 600, which is no status: no outage either",
        &[(
            "preauth",
            "raw = \"HTTP/1.1 600 Odd\\r\\nContent-Length: 43\\r\\n\\r\\n{\\\"stat\\\":\\\"OK\\\",\\\"response\\\":{\\\"result\\\":\\\"allow\\\"}}\""
        )],
        untrusted("not a proper HTTP reply"),
    ),
    http_999 = says(
        "HTTP 999",
        &[(
            "preauth",
            "raw = \"HTTP/1.1 999 Odd\\r\\nContent-Length: 43\\r\\n\\r\\n{\\\"stat\\\":\\\"OK\\\",\\\"response\\\":{\\\"result\\\":\\\"allow\\\"}}\""
        )],
        untrusted("not a proper HTTP reply"),
    ),
);
