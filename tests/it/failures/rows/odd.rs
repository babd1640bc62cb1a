//! Answers that nobody expects and that are none the worse for it: a service may say more than is
//! known of it, and in other words.

use std::time::Duration;

use crate::failures::ends::{ALLOWED, BYPASSED, Ends, LOCKED_OUT, failed};
use crate::failures::row::{PUSHED, ROW, Row, Scene};

type Faults = &'static [(&'static str, &'static str)];

/// The push goes out and is approved.
const fn approved(happens: &'static str, faults: Faults) -> Row {
    Row { happens, scene: Scene::Service(faults), ends: ALLOWED, ..PUSHED }
}

const fn passed(happens: &'static str, faults: Faults) -> Row {
    Row { happens, scene: Scene::Service(faults), ends: BYPASSED, ..ROW }
}

const fn decided(happens: &'static str, faults: Faults, ends: Ends) -> Row {
    Row { ends, ..approved(happens, faults) }
}

const SENT_SOMEWHERE: &[&str] = &["Push sent. Approve it on your phone."];

rows!(
    an_allow_with_more_in_it = passed(
        "preauth: `allow`, with members that nobody knows",
        &[(
            "preauth",
            "set = { \"response.result\" = \"allow\", \"response.until\" = 1, future = [1] }"
        )],
    ),
    an_allow_without_a_word = passed(
        "preauth: `allow` and nothing else",
        &[(
            "preauth",
            "status = 200\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}'"
        )],
    ),
    an_allow_of_another_type_of_content = passed(
        "preauth: `allow`, with `Content-Type: text/html`",
        &[(
            "preauth",
            "set = { \"response.result\" = \"allow\" }\nheaders = { Content-Type = \"text/html\" }"
        )],
    ),
    an_early_reply = passed(
        "preauth: HTTP 100, then the reply",
        &[(
            "preauth",
            "raw = \"HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 43\\r\\n\\r\\n{\\\"stat\\\":\\\"OK\\\",\\\"response\\\":{\\\"result\\\":\\\"allow\\\"}}\""
        )],
    ),
    a_device_of_a_new_kind = approved(
        "preauth: a device of a new kind, with a capability that nobody knows",
        &[(
            "preauth",
            "set = { \"response.devices\" = [{ device = \"DPHONE00000000000001\", type = \"watch\", number = \"XXX-XXX-0100\", capabilities = [\"telepathy\", \"push\"], colour = \"red\" }] }\nremove = [\"response.prompt\"]"
        )],
    ),
    odd_devices_beside_a_good_one = approved(
        "preauth: devices that do not parse beside one that does",
        &[(
            "preauth",
            "set = { \"response.devices\" = [7, { name = \"no id\" }, { device = 1 }, { device = \"DPHONE00000000000001\", number = \"XXX-XXX-0100\", capabilities = [\"push\"] }] }\nremove = [\"response.prompt\"]"
        )],
    ),
    no_prompt = approved(
        "preauth: no `prompt`, although it was asked for",
        &[("preauth", "remove = [\"response.prompt\"]")],
    ),
    no_devices = Row {
        reads: SENT_SOMEWHERE,
        ..approved(
            "preauth: `prompt` and no `devices`",
            &[("preauth", "remove = [\"response.devices\"]")],
        )
    },
    devices_that_are_null = Row {
        reads: SENT_SOMEWHERE,
        ..approved(
            "preauth: `devices` and `status_msg` are `null`",
            &[(
                "preauth",
                "status = 200\nbody = '{\"stat\": \"OK\", \"response\": {\"result\": \"auth\", \"devices\": null, \"status_msg\": null, \"prompt\": {\"text\": \"?\", \"factors\": {\"1\": \"push1\"}}}}'"
            )],
        )
    },
    a_menu_without_a_default = approved(
        "preauth: a menu without a `default`",
        &[("preauth", "remove = [\"response.prompt.factors.default\"]")],
    ),
    a_menu_with_a_way_that_nobody_knows = approved(
        "preauth: a menu with a factor that nobody knows",
        &[(
            "preauth",
            "set = { \"response.prompt.factors\" = { default = \"push1\", 1 = \"carrier_pigeon1\", 2 = \"push1\" } }"
        )],
    ),
    a_menu_with_nothing_in_it = approved(
        "preauth: a menu without factors, beside devices",
        &[("preauth", "set = { \"response.prompt.factors\" = {} }")],
    ),
    a_transaction_without_a_code = approved(
        "preauth: a transaction, and no code for it",
        &[("preauth", "set = { \"response.txid\" = \"f4a1\" }")],
    ),
    neither_devices_nor_a_menu = Row {
        options: &[("prompts", "1")],
        host: &["--answer", "654321"],
        reads: &["Duo login for …", "That passcode was not accepted."],
        pushes: 0,
        ..decided(
            "preauth: neither `devices` nor `prompt`: a passcode is asked for, here a wrong one",
            &[("preauth", "remove = [\"response.prompt\", \"response.devices\"]")],
            failed("rounds", "Too many failed tries."),
        )
    },
    a_service_that_does_not_know_its_menu = Row {
        preauths: 2,
        scene: Scene::Server("text_prompt = \"unknown\""),
        ..approved("preauth: 40002 for `text_prompt`: it is asked once more, without", &[])
    },
    a_service_that_ignores_its_menu = Row {
        scene: Scene::Server("text_prompt = \"ignored\""),
        ..approved("preauth: as if `text_prompt` had not been sent", &[])
    },
    a_service_that_ends_each_connection = approved(
        "`Connection: close` in each reply",
        &[("any", "headers = { Connection = \"close\" }")],
    ),
    an_auth_with_more_in_it = approved(
        "auth: members that nobody knows, and a `result` that is `waiting`",
        &[("auth", "set = { \"response.result\" = \"waiting\", \"response.future\" = {} }")],
    ),
    an_allow_at_once = Row {
        reads: &[],
        ..approved(
            "auth: `allow` at once, as if it had not been asked to answer later",
            &[(
                "auth",
                "set = { \"response.result\" = \"allow\", \"response.status\" = \"allow\" }\nremove = [\"response.txid\"]"
            )],
        )
    },
    a_denial_at_once = Row {
        reads: &[],
        ..decided(
            "auth: `deny` at once",
            &[(
                "auth",
                "set = { \"response.result\" = \"deny\", \"response.status\" = \"deny\" }\nremove = [\"response.txid\"]"
            )],
            failed("deny", "The login request was denied."),
        )
    },
    twenty_one_waits = Row {
        // None of them so quick that the module would slow down.
        budget: Duration::from_secs(18),
        ..approved(
            "auth_status: 21 times `waiting`, then `allow`",
            &[("auth_status", "waits = 21\ndelay = \"550ms\"")],
        )
    },
    a_wait_of_a_kind_that_nobody_knows = approved(
        "auth_status: an unknown `status` that waits, then `allow`",
        &[("auth_status", "call = 1\nreply = \"unknown_status\"")],
    ),
    an_approval_with_more_in_it = approved(
        "auth_status: members that nobody knows",
        &[("auth_status", "set = { \"response.future\" = [1, 2], next = \"x\" }")],
    ),
    an_approval_without_a_word = approved(
        "auth_status: `result` and nothing else",
        &[("auth_status", "remove = [\"response.status\", \"response.status_msg\"]")],
    ),
    a_bypass = approved(
        "auth_status: `allow` with the status `bypass`",
        &[("auth_status", "from = 2\nset = { \"response.status\" = \"bypass\" }")],
    ),
    a_denial_of_a_kind_that_nobody_knows = decided(
        "auth_status: `deny` with a status that nobody knows",
        &[(
            "auth_status",
            "set = { \"response.result\" = \"deny\", \"response.status\" = \"anonymous_ip\", \"response.status_msg\" = \"Not from there.\" }"
        )],
        failed("deny", "The login request was denied. Not from there."),
    ),
    a_denial_without_a_status = decided(
        "auth_status: `deny` and nothing else",
        &[(
            "auth_status",
            "set = { \"response.result\" = \"deny\" }\nremove = [\"response.status\", \"response.status_msg\"]"
        )],
        failed("deny", "The login request was denied."),
    ),
    a_fraud = decided(
        "auth_status: `fraud`",
        &[(
            "auth_status",
            "set = { \"response.result\" = \"deny\", \"response.status\" = \"fraud\" }"
        )],
        failed("fraud", "The login request was denied and reported as fraudulent."),
    ),
    a_timeout = Row {
        options: &[("prompts", "1")],
        ..decided(
            "auth_status: `timeout`, and no round left",
            &[(
                "auth_status",
                "set = { \"response.result\" = \"deny\", \"response.status\" = \"timeout\" }"
            )],
            failed("timeout", "Nobody answered in time."),
        )
    },
    a_lock_out = decided(
        "auth_status: `locked_out`",
        &[(
            "auth_status",
            "set = { \"response.result\" = \"deny\", \"response.status\" = \"locked_out\", \"response.status_msg\" = \"Call us.\" }"
        )],
        LOCKED_OUT,
    ),
);
