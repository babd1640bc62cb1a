//! What a scenario file may say, and how it is told off.

use std::time::Duration;

use super::*;
use crate::endpoints::Endpoint;

fn refuse(text: &str) -> String {
    Scenario::parse(text).expect_err(text)
}

#[test]
fn an_empty_file_knows_the_demo_user_with_one_phone() {
    let scenario = Scenario::parse("").unwrap();
    assert_eq!(scenario.users.len(), 1);
    assert_eq!(scenario.users[0].name, "demo");
    assert!(scenario.users[0].devices[0].can("auto"));
    assert_eq!(scenario.server.poll, Span::secs(25));
}

#[test]
fn an_unknown_key_is_an_error_with_its_line() {
    for (text, line) in [
        ("\n[server]\npol = \"2s\"\n", "line 3"),
        ("[[users]]\nname = \"a\"\n\n[[users.devices]]\nid = \"D\"\nnumbr = \"1\"\n", "line 6"),
        ("[[faults]]\non = \"auth\"\ncutt = \"body\"\n", "line 3"),
        ("\n\n[sever]\n", "line 3"),
        ("[server.rate_limit]\ncalls = 1\nper = \"1s\"\nx = 1\n", "line 4"),
    ] {
        let error = refuse(text);
        assert!(error.contains(line) && error.contains("unknown field"), "{error}");
    }
}

#[test]
fn a_wrong_value_is_an_error_with_its_line() {
    for (text, line, word) in [
        ("[server]\npoll = \"2\"\n", "line 2", "unit"),
        ("[server]\nauto = \"maybe=2s\"\n", "line 2", "maybe"),
        ("[server]\ncertificate = \"bad\"\n", "line 2", "self_signed"),
        ("\n[[faults]]\non = \"auht\"\ncut = \"body\"\n", "line 2", "auht"),
        ("\n[[faults]]\non = \"auth\"\ncut = \"body\"\nhuge = 3\n", "line 2", "one thing"),
        ("\n[[faults]]\non = \"auth\"\n", "line 2", "does nothing"),
        ("\n[[faults]]\non = \"auth\"\nwaits = 2\n", "line 2", "auth_status"),
        ("\n[[faults]]\non = \"accept\"\nstatus = 500\n", "line 2", "silent"),
        ("\n[[faults]]\non = \"auth\"\nstatus = 99\n", "line 2", "99"),
        ("\n[[faults]]\non = \"auth\"\nbody = \"x\"\n", "line 2", "status"),
        ("\n[[faults]]\non = \"auth\"\nretry_after = \"1\"\n", "line 2", "retry_after"),
        ("\n[[faults]]\non = \"auth\"\ncut = \"head\"\ncall = 1\nfrom = 2\n", "line 2", "only one"),
        ("\n[[faults]]\non = \"auth\"\nhuge = 900000000000000\n", "line 2", "at most 67108864"),
        ("\n[[faults]]\non = \"auth\"\nclock = 300000000000\n", "line 4", "at most"),
        ("[server]\nclock_offset = -300000000000\n", "line 2", "at most"),
        ("[server]\nclock_offset = -9223372036854775808\n", "line 2", "at most"),
        ("\n[[faults]]\non = \"auth\"\nheaders = {\"a b\" = \"x\"}\n", "line 2", "`a b`"),
        ("\n[[faults]]\non = \"auth\"\nheaders = {\"\" = \"x\"}\n", "line 2", "no name"),
        ("\n[[faults]]\non = \"auth\"\nheaders = {a = \"x\\ny\"}\n", "line 2", "no value"),
        (
            "\n[[faults]]\non = \"auth\"\ncode = 42901\nretry_after = \"\\n\"\n",
            "line 2",
            "no value",
        ),
        ("\n[[faults]]\non = \"auth\"\nredirect = \"\\n\"\n", "line 2", "no value"),
        (
            "\n[[faults]]\non = \"auth\"\nstatus = 500\ncontent_type = \"\\n\"\n",
            "line 2",
            "no value",
        ),
    ] {
        let error = refuse(text);
        assert!(error.contains(line) && error.contains(word), "{text}: {error}");
    }
}

#[test]
fn names_and_device_ids_are_unique() {
    assert!(refuse("[[users]]\nname='a'\n[[users]]\nname='b'\naliases=['A']\n").contains("`A`"));
    let twice = "[[users]]\nname='a'\ndevices=[{id='D'},{id='D'}]\n";
    assert!(refuse(twice).contains("`D`"));
    assert!(refuse("[server]\nforbidden=['nothing']\n").contains("nothing"));
}

#[test]
fn a_fault_strikes_the_calls_that_it_names() {
    let fault = |keys: &str| {
        let text = format!("[[faults]]\non = \"auth_status\"\n{keys}\n");
        Scenario::parse(&text).unwrap().faults.remove(0)
    };
    let hit = |keys: &str| (1..=5).filter(|n| fault(keys).when.covers(*n)).collect::<Vec<_>>();
    assert_eq!(hit("cut='body'"), [1, 2, 3, 4, 5]);
    assert_eq!(hit("cut='body'\ncall=2"), [2]);
    assert_eq!(hit("cut='body'\ncalls=[1,4]"), [1, 4]);
    assert_eq!(hit("cut='body'\nfrom=4"), [4, 5]);
    assert_eq!(hit("waits=2\nfrom=2"), [2, 3]);
    assert_eq!(fault("cut='body'").on, On::Call(Endpoint::AuthStatus));
    assert_eq!(fault("delay='2s'").delay, Some(Duration::from_secs(2)));
}

#[test]
fn a_lost_reply_was_carried_out_and_an_error_was_not() {
    let handled = |keys: &str| {
        let text = format!("[[faults]]\non = \"auth\"\n{keys}\n");
        Scenario::parse(&text).unwrap().faults[0].handled
    };
    assert!(handled("cut = \"before\""));
    assert!(!handled("cut = \"before\"\nhandled = false"));
    assert!(!handled("status = 503"));
    assert!(!handled("code = 42901\nretry_after = \"1\""));
}
