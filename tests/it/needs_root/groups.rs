//! Who is asked for a second factor at all.

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Login, Mock, Told};

/// A service that refuses everyone: who gets in has not been asked.
fn refusing() -> Mock {
    needs_root();
    Mock::start(Some(&user(DEMO, "policy = \"deny\"")), &[])
}

/// demo's primary group is demo; it is in staff and in "domain users", and alice is in robots.
fn etc() -> Etc {
    let etc = Etc::new();
    etc.add("group", "staff2:x:5001:alice,demo\ndomain users:x:5002:demo\nrobots:x:5003:alice\n");
    etc
}

/// A login of demo under this rule, given as TOML; was the service asked?
fn asked(rule: &str) -> bool {
    let mock = refusing();
    let told = Login::new(&mock).privately(etc()).option("groups", rule).run();
    let requests = mock.stop().requests();
    match told.code() {
        "PAM_PERM_DENIED" => assert!(!requests.is_empty(), "{rule}: {told:?}"),
        "PAM_SUCCESS" => assert_eq!(requests, Vec::<String>::new(), "{rule}: {told:?}"),
        _ => panic!("{rule}: {told:?}"),
    }
    !requests.is_empty()
}

#[test]
fn a_user_is_asked_for_the_primary_and_for_every_supplementary_group_and_for_no_other() {
    for (rule, wanted) in [
        ("'demo'", true),
        ("'staff2'", true),
        ("'nobodys staff?'", true),
        ("'domain\\ users'", true),
        ("'domain users'", false),
        ("'robots'", false),
        ("'Staff2'", false),
        ("'*'", true),
    ] {
        assert_eq!(asked(rule), wanted, "{rule}");
    }
}

#[test]
fn a_negation_that_fits_one_of_the_groups_exempts_and_another_does_not() {
    for (rule, wanted) in [
        ("'*,!robots'", true),
        ("'*,!staff*'", false),
        ("'staff2,!demo robots'", false),
        ("'staff2,!demo domain\\ *'", true),
    ] {
        assert_eq!(asked(rule), wanted, "{rule}");
    }
}

fn exempt_login(mock: &Mock, tables: &str) -> Told {
    let login = Login::new(mock).privately(etc()).option("groups", "'robots'");
    login.tables(tables).service("sshd").pamtalk(["--rhost", "192.0.2.7"]).run()
}

#[test]
fn an_exempt_user_gets_in_unasked_and_the_log_names_the_rule() {
    let mock = refusing();
    let told = exempt_login(&mock, "");
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(told.messages().count(), 0, "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("Skipped Duo login for 'demo' from 192.0.2.7: "), "{line}");
    assert!(line.contains("outcome=exempt"), "{line}");
    assert!(line.contains("no group of demo matches groups = robots"), "{line}");
    let seen = mock.stop();
    assert_eq!((seen.connections(), seen.requests()), (0, Vec::new()));
}

#[test]
fn both_names_of_the_option_in_pam_duo_conf_mean_the_same() {
    for name in ["groups", "group"] {
        for (rule, code) in
            [("'nobodys domain\\ users'", "PAM_PERM_DENIED"), ("'*,!domain\\ *'", "PAM_SUCCESS")]
        {
            let mock = refusing();
            let told = Login::new(&mock).privately(etc()).ini().option(name, rule).run();
            assert_eq!(told.code(), code, "{name} {rule}: {told:?}");
            let asked = if code == "PAM_SUCCESS" { vec![] } else { vec![DEMO] };
            assert_eq!(mock.stop().asked(), asked, "{name} {rule}");
        }
    }
}

#[test]
fn an_exempt_user_is_left_to_the_rest_of_the_stack_where_the_admin_wants_it_so() {
    let mock = refusing();
    let told = exempt_login(&mock, "[service.sshd]\nexempt = \"ignore\"\n");
    // Nothing else in this stack says yes, and libpam takes that for a no.
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    assert!(told.log_line("Duo login").contains("Skipped Duo login for 'demo'"), "{told:?}");
    let login = |exempt: &str| {
        Login::new(&mock)
            .privately(etc())
            .option("groups", "'robots'")
            .option("exempt", exempt)
            .stack("auth sufficient {module}")
            .stack("auth required pam_deny.so")
            .run()
    };
    let ignored = login("\"ignore\"");
    assert_eq!(ignored.code(), "PAM_AUTH_ERR", "{ignored:?}");
    let sufficient = login("\"success\"");
    assert_eq!(sufficient.code(), "PAM_SUCCESS", "what the docs warn of: {sufficient:?}");
    assert_eq!(mock.stop().connections(), 0);
}

#[test]
fn groups_of_one_service_hold_for_it_alone() {
    let mock = refusing();
    let login = |service: &str| {
        let tables = "[service.sshd]\ngroups = \"robots\"\n";
        Login::new(&mock).privately(etc()).tables(tables).service(service).run()
    };
    assert_eq!(login("sshd").code(), "PAM_SUCCESS");
    assert_eq!(login("xdm").code(), "PAM_PERM_DENIED");
}

#[test]
fn negations_alone_exempt_everyone_and_the_log_says_so_with_the_line() {
    let mock = refusing();
    let told = Login::new(&mock).privately(etc()).option("groups", "\"!robots\"").run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let warning = told.log_line("warning");
    assert!(warning.contains("pam_duo2.toml:4:10: warning: `groups`: `!robots`"), "{warning}");
    assert!(warning.contains("`*,!robots`"), "{warning}");
}

#[test]
fn a_group_that_has_no_name_is_no_error_and_no_exemption_from_everything() {
    for (rule, wanted) in [("'*'", "PAM_PERM_DENIED"), ("'robots'", "PAM_SUCCESS")] {
        let mock = refusing();
        let etc = Etc::new();
        etc.add("passwd", "gus:x:4250:4299::/:/bin/sh\n");
        let told = Login::new(&mock).privately(etc).option("groups", rule).user("gus").run();
        // The mock does not know gus, which is a refusal too.
        assert_eq!(told.code(), wanted, "{rule}: {told:?}");
    }
}

/// More than is believed: the group cannot be looked up, and its name may be the one that counts.
#[test]
fn groups_that_cannot_be_looked_up_exempt_nobody() {
    let mock = refusing();
    let etc = etc();
    etc.add("group", &format!("crowd:x:5009:demo,{}\n", "somebody,".repeat(2_000_000)));
    let told = Login::new(&mock)
        .privately(etc)
        .option("groups", "\"robots\"")
        .option("failmode", "\"safe\"")
        .run();
    assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("the user database cannot be asked on this machine"), "{line}");
    assert_eq!(mock.stop().connections(), 0);
}

/// demo is in none of these, so everybody who is like demo is exempt.
#[test]
fn groups_that_exist_nowhere_are_warned_about_where_they_exempt_somebody() {
    let warned = |rule: &str| {
        let mock = refusing();
        let told = Login::new(&mock).privately(etc()).option("groups", rule).run();
        let line = told.log.iter().find(|line| line.contains("`groups` names")).cloned();
        (told.code().to_owned(), line.unwrap_or_default())
    };
    for (rule, names) in [
        ("'staf'", " `staf`, "),
        ("'staf robots Admins,!nobodys'", " `staf` `Admins`, "),
        ("'domain\\ user'", " `domain user`, "),
    ] {
        let (code, line) = warned(rule);
        assert_eq!(code, "PAM_SUCCESS", "{rule}: {line}");
        let wanted = format!("pam_duo2.toml: warning: `groups` names{names}which this machine");
        assert!(line.contains(&wanted), "{rule}: {line}");
    }
    for (rule, wanted) in [
        ("'robots'", "PAM_SUCCESS"),
        // Nobody can look up a pattern.
        ("'stiff* rob?'", "PAM_SUCCESS"),
        ("'*,!staff2'", "PAM_SUCCESS"),
        // Who is asked costs no look-up.
        ("'staf demo'", "PAM_PERM_DENIED"),
    ] {
        assert_eq!(warned(rule), (wanted.to_owned(), String::new()), "{rule}");
    }
}
