//! Conversations that return what none should: `conversations.c`.

use crate::hostile::built;
use crate::support::{Login, Mock};
use crate::user::guest::same_as_before;

fn login(mock: &Mock, manner: &str) -> Login {
    Login::new(mock).program(built::host().to_owned()).option("timeout", "3").pamtalk([
        "--mode",
        "crooked",
        "--argument",
        manner,
    ])
}

/// Everything that a conversation can return, and what a prompt makes of it. `None`: no answer.
/// libpam's codes are those of `_pam_types.h`; the last ones are in no header.
const MANNERS: &[(&str, Option<&str>)] = &[
    ("code19", None),
    ("code5", None),
    ("code4", None),
    ("code30", None),
    ("code31", None),
    ("code26", None),
    ("code12345", None),
    ("code-1", None),
    ("array-and-error", None),
    ("no-array", None),
    ("untouched", None),
    ("null-text", None),
    // The choice that the prompt names.
    ("empty", Some("PAM_SUCCESS")),
    ("one", Some("PAM_SUCCESS")),
    ("huge", Some("PAM_AUTH_ERR")),
    ("not-utf8", Some("PAM_AUTH_ERR")),
    ("control", Some("PAM_AUTH_ERR")),
    ("newlines", Some("PAM_SUCCESS")),
];

#[test]
fn no_conversation_that_shows_nothing_or_rubbish_keeps_a_push_from_being_approved() {
    for (manner, _) in MANNERS {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = login(&mock, manner).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{manner}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{manner}");
        same_as_before(&told);
    }
}

#[test]
fn no_conversation_that_answers_rubbish_lets_anybody_in() {
    for (manner, answered) in MANNERS {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = login(&mock, manner).option("autopush", "false").run();
        assert_eq!(told.code(), answered.unwrap_or("PAM_AUTH_ERR"), "{manner}: {told:?}");
        let seen = mock.stop();
        assert_eq!(seen.pushes(), usize::from(told.code() == "PAM_SUCCESS"), "{manner}");
        assert!(answered.is_some() || seen.count("/auth/v2/auth") == 0, "{manner}: {seen:?}");
        same_as_before(&told);
    }
}

/// It is on the screen for longer than `timeout`; the phone has been asked meanwhile.
#[test]
fn a_conversation_that_blocks_costs_no_approval() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = login(&mock, "blocks").run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!((4_000.0..20_000.0).contains(&told.ms()), "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

/// The service's connection is among what it closes.
#[test]
fn a_conversation_that_closes_our_descriptors_ends_in_a_refusal_under_safe_too() {
    let mock = Mock::with_me("auto = \"approve=1s\"");
    let told = login(&mock, "closes").option("failmode", "\"safe\"").run();
    // Which of them is looked at first: the signals', and then it seems cancelled, or the service's.
    assert!(["PAM_AUTH_ERR", "PAM_SYSTEM_ERR"].contains(&told.code()), "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

/// What an application does to `PAM_USER` while it talks with the person, and then honestly tries again.
fn exchanging(mock: &Mock, manner: &str) -> Login {
    Login::new(mock).program(built::host().to_owned()).pamtalk([
        "--mode",
        "exchanging",
        "--argument",
        manner,
    ])
}

#[test]
fn an_approval_opens_nothing_for_another_user_whom_the_conversation_put_in_its_place() {
    for (manner, autopush) in [("asked", "false"), ("told", "true"), ("approved", "true")] {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = exchanging(&mock, manner).option("autopush", autopush).run();
        assert_eq!(told.code(), "PAM_PERM_DENIED", "{manner}: {told:?}");
        let again = if manner == "asked" { "PAM_PERM_DENIED" } else { "PAM_SUCCESS" };
        assert_eq!(told.codes()[1], again, "{manner}: {told:?}");
        assert_eq!(mock.stop().pushes(), 2, "{manner}: the approval was not remembered");
    }
}

#[test]
fn nothing_else_opens_for_another_user_either() {
    let mock = Mock::with_me("auto = \"approve\"");
    let table = "[service.xdm]\naccount = true\n";
    let told = exchanging(&mock, "account").tables(table).run();
    assert_eq!(told.codes(), ["PAM_PERM_DENIED", "PAM_SUCCESS"], "{told:?}");
    let told = exchanging(&mock, "told")
        .option("failmode", "\"safe\"")
        .option("host", "\"127.0.0.1:1\"")
        .run();
    assert_eq!(told.codes(), ["PAM_PERM_DENIED", "PAM_SUCCESS"], "an outage: {told:?}");
    assert_eq!(mock.stop().pushes(), 2);
}
