//! The real pamtester, which has no `--confdir`, with an /etc/pam.d of its own.

use std::fs::{self, File};
use std::process::Output;

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Mock, bins};

/// `pamtester SERVICE demo authenticate` in the private namespace.
pub fn pamtester(etc: &Etc, service: &str) -> Output {
    pamtester_does(etc, service, &["authenticate"])
}

/// `pamtester SERVICE demo OPERATIONS…` in the private namespace, for a client at 192.0.2.7.
fn pamtester_does(etc: &Etc, service: &str, operations: &[&str]) -> Output {
    etc.privately()
        .args(["pamtester", "-I", "rhost=192.0.2.7", service, DEMO])
        .args(operations)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("privately runs")
}

#[test]
fn pamtester_sees_the_private_service_files() {
    needs_root();
    let etc = Etc::new();
    etc.service("open", "auth required pam_permit.so\n");
    etc.service("shut", "auth required pam_deny.so\n");
    assert!(pamtester(&etc, "open").status.success());
    assert!(!pamtester(&etc, "shut").status.success());
}

/// A stack of our module alone, whose config leads to `mock`.
fn ours(etc: &Etc, mock: &Mock) {
    let config = mock.write_config(etc.path());
    etc.service("door", &format!("auth required {} conf={config}\n", bins::module().display()));
}

#[test]
fn pamtester_is_let_in_by_an_approval() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &[]);
    ours(&etc, &mock);
    let said = pamtester(&etc, "door");
    assert!(said.status.success(), "{said:?} {:?}", etc.log());
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn pamtester_is_refused_by_a_denial_and_shows_it() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "")), &["--auto", "deny=0s"]);
    ours(&etc, &mock);
    let said = pamtester(&etc, "door");
    assert!(!said.status.success(), "{said:?}");
    let shown = [said.stdout, said.stderr].concat();
    let shown = String::from_utf8_lossy(&shown).to_lowercase();
    assert!(shown.contains("denied"), "{shown}");
    assert_eq!(mock.stop().pushes(), 1);
}

/// As others' pipelines call it, all on one handle.
const EVERYTHING: [&str; 5] =
    ["authenticate", "acct_mgmt", "setcred(PAM_ESTABLISH_CRED)", "open_session", "close_session"];

#[test]
fn pamtester_goes_through_all_of_a_login_with_one_push() {
    needs_root();
    for (account, beside) in [("", "account required pam_permit.so\n"), ("account = true\n", "")] {
        let etc = Etc::new();
        let mock = Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &[]);
        let config = mock.write_config(etc.path());
        let text = fs::read_to_string(&config).expect("the config");
        fs::write(&config, format!("{text}[service.door]\n{account}")).expect("it is written");
        let module = format!("required {} conf={config}", bins::module().display());
        let all = ["auth", "account", "session"].map(|part| format!("{part} {module}\n"));
        etc.service("door", &(all.concat() + beside));
        let said = pamtester_does(&etc, "door", &EVERYTHING);
        assert!(said.status.success(), "{said:?} {:?}", etc.log());
        assert_eq!(mock.stop().pushes(), 1, "{account}");
    }
}

#[test]
fn pamtester_is_refused_where_the_account_line_says_nothing_and_stands_alone() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &[]);
    let config = mock.write_config(etc.path());
    let module = format!("required {} conf={config}", bins::module().display());
    etc.service("door", &format!("auth {module}\naccount {module}\n"));
    let said = pamtester_does(&etc, "door", &["authenticate", "acct_mgmt"]);
    assert!(!said.status.success(), "{said:?}");
    let shown = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(shown.contains("Permission denied"), "{said:?}");
    assert_eq!(mock.stop().pushes(), 1, "it was let in by auth");
}

/// `pamtester demo demo authenticate`, and `demo` typed at the menu, as Dovecot and nginx do by
/// themselves.
#[test]
fn the_users_name_typed_at_the_menu_is_no_answer_and_sends_nothing() {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, "")), &[]);
    let config = mock.write_config(etc.path());
    let text = fs::read_to_string(&config).expect("the config");
    let asks = text.replace("autopush = true", "autopush = false");
    fs::write(&config, asks).expect("it is written");
    etc.service(DEMO, &format!("auth required {} conf={config}\n", bins::module().display()));
    let typed = etc.path().join("typed");
    fs::write(&typed, "demo\n".repeat(5)).expect("what is typed");
    let mut command = etc.privately();
    command.args(["pamtester", DEMO, DEMO, "authenticate"]);
    let said = command.stdin(File::open(typed).expect("it")).output().expect("privately runs");
    assert!(!said.status.success(), "{said:?}");
    let log = etc.log();
    let wanted = ["outcome=no_answer ", "reason=\"the answer was the user's own name"];
    let ends = |line: &&String| wanted.iter().all(|part| line.contains(part));
    assert_eq!(log.iter().filter(ends).count(), 1, "{log:#?}");
    let seen = mock.stop();
    assert_eq!((seen.count("/auth/v2/preauth"), seen.count("/auth/v2/auth")), (1, 0));
}
