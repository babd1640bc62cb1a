//! 429: come back later.

use std::time::Duration;

use crate::failures::ends::RATE_LIMITED;
use crate::failures::row::{PUSHED, ROW, Row, SENT, Scene};

type Faults = &'static [(&'static str, &'static str)];

const AGAIN: &str = "The service is busy; trying again in 1 s.";

/// Once, and then all goes well.
const fn once(happens: &'static str, faults: Faults) -> Row {
    Row { happens, scene: Scene::Service(faults), reads: &[AGAIN, SENT], preauths: 2, ..PUSHED }
}

/// No time left for another try.
const fn at_once(happens: &'static str, faults: Faults) -> Row {
    Row {
        happens,
        scene: Scene::Service(faults),
        ends: RATE_LIMITED,
        // It does not wait for what it cannot have.
        budget: Duration::ZERO,
        ..ROW
    }
}

rows!(
    busy_for_a_second = once(
        "42901 with `Retry-After: 1`",
        &[("preauth", "call = 1\ncode = 42901\nretry_after = \"1\"")],
    ),
    busy_in_the_other_header = once(
        "42901 with `X-Retry-After: 1`",
        &[(
            "preauth",
            "call = 1\ncode = 42901\nretry_after = \"1\"\nretry_header = \"X-Retry-After\""
        )],
    ),
    busy_without_json = once(
        "HTTP 429, an empty body, `Retry-After: 1`",
        &[("preauth", "call = 1\nstatus = 429\nretry_after = \"1\"")],
    ),
    busy_for_less_than_no_time = once(
        "42901 with `Retry-After: -5`",
        &[("preauth", "call = 1\ncode = 42901\nretry_after = \"-5\"")],
    ),
    busy_until_a_date_in_the_past = once(
        "42901 with a date of the past in `Retry-After`",
        &[("preauth", "call = 1\ncode = 42901\nretry_after = \"Wed, 21 Oct 2015 07:28:00 GMT\"")],
    ),
    busy_without_a_time = Row {
        options: &[("timeout", "5")],
        reads: &["The service is busy; trying again in …", SENT],
        ..once(
            "42901 without `Retry-After`: a second, and up to one more",
            &[("preauth", "call = 1\ncode = 42901")]
        )
    },
    busy_until_nobody_knows_when = Row {
        options: &[("timeout", "5")],
        reads: &["The service is busy; trying again in …", SENT],
        ..once(
            "42901 with `Retry-After: soon`",
            &[("preauth", "call = 1\ncode = 42901\nretry_after = \"soon\"")]
        )
    },
    busy_under_another_status = once(
        "42901 under HTTP 200, `Retry-After: 1`",
        &[(
            "preauth",
            "call = 1\nstatus = 200\nbody = '{\"stat\": \"FAIL\", \"code\": 42901}'\nretry_after = \"1\""
        )],
    ),
    busy_for_no_time = once(
        "42901 with `Retry-After: 0`: not sooner than after a second",
        &[("preauth", "call = 1\ncode = 42901\nretry_after = \"0\"")],
    ),
    busy_for_absurdly_less_than_no_time = once(
        "42901 with an absurd negative number in `Retry-After`",
        &[("preauth", "call = 1\ncode = 42901\nretry_after = \"-99999999999999999999999\"")],
    ),
    busy_until_a_date_to_come = Row {
        options: &[("timeout", "5")],
        reads: &["The service is busy; trying again in 2 s.", SENT],
        budget: Duration::from_secs(5),
        ..once(
            "42901 with a date in `Retry-After`, two seconds after the reply's own `Date`",
            &[(
                "preauth",
                "call = 1\ncode = 42901\nretry_after = \"Wed, 21 Oct 2015 07:28:02 GMT\"\nheaders = { Date = \"Wed, 21 Oct 2015 07:28:00 GMT\" }"
            )],
        )
    },
    busy_for_a_second_and_a_half = Row {
        options: &[("timeout", "5")],
        reads: &["The service is busy; trying again in …", SENT],
        ..once(
            "42901 with `Retry-After: 1.5`, which is no number of seconds",
            &[("preauth", "call = 1\ncode = 42901\nretry_after = \"1.5\"")]
        )
    },
    busy_until_a_date_that_is_none = Row {
        options: &[("timeout", "5")],
        reads: &["The service is busy; trying again in …", SENT],
        ..once(
            "42901 with a date in `Retry-After` that the calendar does not have",
            &[(
                "preauth",
                "call = 1\ncode = 42901\nretry_after = \"Mon, 31 Feb 2028 25:00:00 GMT\""
            )]
        )
    },
    busy_beyond_the_budget = at_once(
        "42901 with `Retry-After: 30`, which is beyond `timeout`",
        &[("preauth", "code = 42901\nretry_after = \"30\"")],
    ),
    busy_for_ages = at_once(
        "42901 with an absurd number in `Retry-After`",
        &[("preauth", "code = 42901\nretry_after = \"99999999999999999999999\"")],
    ),
    busy_for_the_largest_number = at_once(
        "42901 with the largest number of 64 bits in `Retry-After`",
        &[("preauth", "code = 42901\nretry_after = \"18446744073709551615\"")],
    ),
    busy_until_a_date_far_away = at_once(
        "42901 with a date far away in `Retry-After`",
        &[("preauth", "code = 42901\nretry_after = \"Thu, 31 Dec 2099 23:59:59 GMT\"")],
    ),
    busy_for_ever = Row {
        happens: "42901 with `Retry-After: 1`, each time",
        scene: Scene::Service(&[("preauth", "code = 42901\nretry_after = \"1\"")]),
        ends: RATE_LIMITED,
        reads: &[AGAIN],
        preauths: 2,
        ..ROW
    },
    busy_and_then_silent = Row {
        happens: "42901 with `Retry-After: 1`, then silence: who provokes a 429 can time it so that nothing is left",
        scene: Scene::Service(&[
            ("preauth", "call = 1\ncode = 42901\nretry_after = \"1\""),
            ("preauth", "silent = true"),
        ]),
        ends: RATE_LIMITED,
        reads: &[AGAIN],
        preauths: 2,
        ..ROW
    },
    busy_at_the_push = Row {
        preauths: 1,
        auths: 2,
        ..once(
            "42901 in auth with `Retry-After: 1`: no push was sent, so it is asked again",
            &[("auth", "call = 1\ncode = 42901\nretry_after = \"1\"")]
        )
    },
    busy_at_the_push_beyond_the_budget = Row {
        auths: 1,
        ..at_once(
            "42901 in auth with `Retry-After: 30`",
            &[("auth", "code = 42901\nretry_after = \"30\"")]
        )
    },
    busy_during_the_wait = Row {
        preauths: 1,
        reads: &[SENT, AGAIN],
        ..once(
            "42901 in auth_status with `Retry-After: 1`",
            &[("auth_status", "call = 1\ncode = 42901\nretry_after = \"1\"")]
        )
    },
);
