//! Under which name the service is asked.

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Login, Mock, Told};

/// Accounts as a directory has them.
fn etc() -> Etc {
    let etc = Etc::new();
    for (uid, name) in
        [(4250, "CORP\\alice"), (4251, "bob@a.example"), (4252, "bob@b.example"), (4253, "CORP\\")]
    {
        etc.add("passwd", &format!("{name}:x:{uid}:4242::/:/bin/sh\n"));
    }
    etc
}

/// A login of `account` with these options; the name that the service was asked about.
fn asked_as(account: &str, known: &str, options: &[(&str, &str)]) -> (Vec<String>, Told) {
    needs_root();
    let mock = Mock::start(Some(&user(known, "auto = \"approve\"")), &[]);
    let mut login = Login::new(&mock).privately(etc()).user(account);
    for (name, value) in options {
        login = login.option(name, value);
    }
    let told = login.run();
    (mock.stop().asked().into_iter().map(str::to_owned).collect(), told)
}

/// The same, approved.
fn name_of(account: &str, known: &str, options: &[(&str, &str)]) -> Told {
    let (asked, told) = asked_as(account, known, options);
    assert_eq!(asked, [known], "{account} {options:?} {told:?}");
    assert_eq!(told.code(), "PAM_SUCCESS", "{account}: {told:?}");
    told
}

const STRIP: (&str, &str) = ("username_strip", "['corp\\', '@a.example']");

#[test]
fn a_listed_domain_or_realm_is_taken_away_and_the_log_has_both_names() {
    let told = name_of("CORP\\alice", "alice", &[STRIP]);
    let line = told.log_line("Duo login");
    assert!(line.contains("Successful Duo login for 'CORP?alice'"), "{line}");
    assert!(line.contains(r#" outcome=allow user="CORP\\alice" asked=alice "#), "{line}");
    name_of("bob@a.example", "bob", &[STRIP]);
    let plain = name_of(DEMO, DEMO, &[STRIP]);
    assert!(!plain.log_line("Duo login").contains("asked="), "{plain:?}");
}

#[test]
fn users_of_two_realms_do_not_share_a_phone() {
    let (asked, told) = asked_as("bob@b.example", "bob", &[STRIP]);
    assert_eq!(asked, ["bob@b.example"]);
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
}

#[test]
fn a_realm_is_added_and_letters_made_small() {
    let append = ("username_append", "\"@New.example\"");
    let lowercase = ("username_lowercase", "true");
    name_of(DEMO, "demo@New.example", &[append]);
    name_of(DEMO, "demo@new.example", &[append, lowercase]);
    name_of("CORP\\alice", "alice@new.example", &[STRIP, append, lowercase]);
    name_of("CORP\\alice", "corp\\alice", &[append, lowercase]);
}

#[test]
fn nothing_left_of_a_name_denies() {
    let (asked, told) = asked_as("CORP\\", "x", &[STRIP, ("failmode", "\"safe\"")]);
    assert_eq!(asked, Vec::<String>::new());
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("outcome=no_name"), "{line}");
    assert!(line.contains("has no name at the service: the rules leave nothing of it"), "{line}");
}

#[test]
fn a_user_in_the_map_is_asked_under_the_name_there_and_no_other_rule_holds() {
    let files = Etc::new();
    let map = format!("{:?}", files.write("names", "# who is who\ndemo = D.Smith\n", 0o600));
    let append = ("username_append", "\"@x.example\"");
    let told = name_of(DEMO, "D.Smith", &[("username_map", &map), append]);
    assert!(told.log_line("Duo login").contains(" asked=D.Smith "), "{told:?}");
    name_of("CORP\\alice", "CORP\\alice", &[("username_map", &map), append]);
}

#[test]
fn a_broken_map_lets_nobody_in_and_the_log_names_its_line() {
    let files = Etc::new();
    for (text, mode, said) in [
        ("demo = a\nbob\n", 0o600, "/names:2: no = stands here"),
        ("demo = a\n\ndemo = b\n", 0o600, "/names:3: this account stands on line 1 already"),
        ("demo = a\n", 0o644, "mode 0644 lets others read or write it"),
    ] {
        let map = format!("{:?}", files.write("names", text, mode));
        let options = [("username_map", map.as_str()), ("failmode", "\"safe\"")];
        let (asked, told) = asked_as(DEMO, DEMO, &options);
        assert_eq!(asked, Vec::<String>::new(), "{text}");
        assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:?}");
        assert!(told.log.iter().any(|line| line.contains(said)), "{said}: {:#?}", told.log);
    }
}

#[test]
fn rules_of_one_service_hold_for_it_alone() {
    needs_root();
    let mock = Mock::start(Some(&user("DEMO@x", "auto = \"approve\"")), &[]);
    let map = Etc::new();
    let map = (map.write("names", "demo = DEMO@x\n", 0o600), map);
    let tables = format!("[service.sshd]\nusername_map = {:?}\n", map.0);
    let login =
        |service: &str| Login::new(&mock).privately(etc()).tables(&tables).service(service).run();
    assert_eq!(login("sshd").code(), "PAM_SUCCESS");
    assert_eq!(login("login").code(), "PAM_PERM_DENIED");
    assert_eq!(mock.stop().asked(), ["DEMO@x", "demo"]);
}

/// demo's field is `Demo User,,,`.
fn by_gecos(position: &str, known: &str) -> (Vec<String>, Told) {
    needs_root();
    let mock = Mock::start(Some(&user(known, "auto = \"approve\"")), &[]);
    let login = Login::new(&mock).privately(etc()).ini().option("failmode", "\"safe\"");
    let told = login.option("send_gecos", "true").option("gecos_username_pos", position).run();
    (mock.stop().asked().into_iter().map(str::to_owned).collect(), told)
}

#[test]
fn a_name_out_of_the_gecos_field_is_asked_and_logged_with_the_account() {
    let (asked, told) = by_gecos("1", "Demo User");
    assert_eq!(asked, ["Demo User"]);
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let line = told.log_line("Successful Duo login");
    assert!(line.contains("for 'demo'") && line.contains(" asked=\"Demo User\" "), "{line}");
    let warned = told.log.iter().any(|line| line.contains("warning") && line.contains("GECOS"));
    assert!(warned, "{:#?}", told.log);
}

#[test]
fn a_gecos_field_without_a_name_denies() {
    let (asked, told) = by_gecos("2", "x");
    assert_eq!(asked, Vec::<String>::new());
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    let line = told.log_line("Aborted Duo login");
    assert!(line.contains("the GECOS field holds none"), "{line}");
}
