//! su and su-l: who becomes whom, and who is asked about it.

use std::process::Stdio;

use super::needs_root;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Login, Mock, Told, bins};

/// demo's uid in the private /etc.
const DEMO_UID: &str = "4242";

fn etc() -> Etc {
    let etc = Etc::new();
    etc.add("passwd", "alice:x:4243:4242::/:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n");
    etc.add("group", "staff2:x:5001:demo\nrobots:x:5003:alice\n");
    etc
}

fn everyone() -> Mock {
    needs_root();
    let one = |name| user(name, "auto = \"approve\"").replace("DPHONE", &format!("DP-{name}-"));
    let users = [DEMO, "alice", "root", "toor"].map(one);
    Mock::start(Some(&users.concat()), &[])
}

/// A process with root's powers whose real uid is this one: what su is when that user calls it.
fn called_by(uid: &str, mock: &Mock, etc: Etc) -> Login {
    Login::new(mock).privately(etc).within(&["setpriv", "--ruid", uid, "--"]).service("su")
}

/// The login is approved; whom the service was asked about.
fn who_is_asked(login: Login, mock: Mock) -> (String, Told) {
    let told = login.run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let seen = mock.stop();
    assert_eq!(seen.asked().len(), 1, "{:?}", seen.asked());
    (seen.asked()[0].to_owned(), told)
}

#[test]
fn who_becomes_root_by_su_is_asked_as_who_called_it() {
    for (service, target) in [("su", "root"), ("su-l", "root"), ("su", "toor")] {
        let mock = everyone();
        let login = called_by(DEMO_UID, &mock, etc()).service(service).user(target);
        let (asked, told) = who_is_asked(login, mock);
        assert_eq!(asked, DEMO, "{service} {target}");
        let line = told.log_line("Duo login");
        assert!(line.contains(&format!("Successful Duo login for '{target}'")), "{line}");
        assert!(line.contains(" asked=demo "), "{line}");
    }
}

#[test]
fn who_becomes_another_user_by_su_is_asked_as_that_user() {
    for service in ["su", "su-l"] {
        let mock = everyone();
        let login = called_by(DEMO_UID, &mock, etc()).service(service).user("alice");
        assert_eq!(who_is_asked(login, mock).0, "alice", "{service}");
    }
}

#[test]
fn the_admin_may_have_root_asked_instead() {
    let mock = everyone();
    let login = called_by(DEMO_UID, &mock, etc()).user("root").option("su_subject", "\"target\"");
    assert_eq!(who_is_asked(login, mock).0, "root");
    let mock = everyone();
    let tables = "[service.su-l]\nsu_subject = \"target\"\n";
    let login = called_by(DEMO_UID, &mock, etc()).user("root").tables(tables);
    assert_eq!(who_is_asked(login, mock).0, DEMO);
}

#[test]
fn other_services_ask_the_user_who_logs_in_whoever_runs_them() {
    for service in ["sudo", "login", "sshd"] {
        let mock = everyone();
        let login = called_by(DEMO_UID, &mock, etc()).service(service).user("root");
        assert_eq!(who_is_asked(login, mock).0, "root", "{service}");
    }
}

#[test]
fn root_itself_is_asked_as_root_whatever_the_root_account_is_called() {
    let mock = everyone();
    let login = called_by("0", &mock, etc()).user("toor");
    assert_eq!(who_is_asked(login, mock).0, "root");
}

#[test]
fn the_caller_cannot_pass_for_somebody_else() {
    let mock = everyone();
    let login =
        called_by(DEMO_UID, &mock, etc()).user("root").pamtalk(["--ruser", "alice"]).environment([
            ("PATH", "/usr/bin:/bin"),
            ("USER", "alice"),
            ("LOGNAME", "alice"),
            ("SUDO_USER", "alice"),
        ]);
    assert_eq!(who_is_asked(login, mock).0, DEMO);
}

#[test]
fn accounts_that_share_a_uid_are_the_first_one_that_the_database_has() {
    let mock = everyone();
    let etc = etc();
    etc.add("passwd", "second:x:4242:4242::/:/bin/sh\n");
    let login = called_by(DEMO_UID, &mock, etc).user("root").pamtalk(["--ruser", "second"]);
    assert_eq!(who_is_asked(login, mock).0, DEMO);
}

#[test]
fn a_caller_without_an_account_is_refused_before_the_service_hears_of_it() {
    let mock = everyone();
    let told = called_by("4290", &mock, etc()).user("root").option("failmode", "\"safe\"").run();
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("no account has uid 4290"), "{line}");
    assert_eq!(mock.stop().connections(), 0);
}

#[test]
fn groups_and_names_are_those_of_whoever_is_asked() {
    let mock = everyone();
    let login = called_by(DEMO_UID, &mock, etc()).user("root");
    let login = login.option("groups", "\"staff2\"").option("username_append", "\"@x.example\"");
    // The mock knows no such user, and has been asked for it.
    let told = login.run();
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains(" account=demo asked=demo@x.example "), "{line}");
    assert_eq!(mock.stop().asked(), ["demo@x.example"]);
}

/// demo is in `demo` and `staff2`, root in `root`, alice in `robots`.
#[test]
fn who_becomes_root_is_exempt_only_where_root_is_too() {
    // The caller is none of them, and root is: asked as the caller.
    for groups in ["root", "root wheel", "*,!staff2"] {
        let mock = everyone();
        for target in ["root", "toor"] {
            let login = called_by(DEMO_UID, &mock, etc()).user(target);
            let told = login.option("groups", &format!("{groups:?}")).run();
            assert_eq!(told.code(), "PAM_SUCCESS", "{groups} {target}: {told:?}");
            let line = told.log_line("Duo login");
            assert!(line.contains("Successful Duo login"), "{groups} {target}: {line}");
        }
        assert_eq!(mock.stop().asked(), [DEMO; 2], "{groups}");
    }
    // Root is none of them, and the caller is.
    let mock = everyone();
    let login = called_by(DEMO_UID, &mock, etc()).user("root").option("groups", "\"staff2\"");
    assert_eq!(who_is_asked(login, mock).0, DEMO);
    // Neither is.
    let mock = everyone();
    let told = called_by(DEMO_UID, &mock, etc()).user("root").option("groups", "\"robots\"").run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("Skipped Duo login for 'root'"), "{line}");
    assert!(line.contains(" account=demo "), "{line}");
    assert!(line.contains("no group of demo or root matches groups = robots"), "{line}");
    assert_eq!(mock.stop().connections(), 0);
}

/// Nobody becomes root there, and the caller's groups are none of the target's business.
#[test]
fn who_becomes_another_user_by_su_is_exempt_where_that_user_is() {
    let mock = everyone();
    let told = called_by(DEMO_UID, &mock, etc()).user("alice").option("groups", "\"staff2\"").run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!(told.log_line("Duo login").contains("no group of alice matches"), "{told:?}");
    assert_eq!(mock.stop().connections(), 0);
}

/// The system's own setuid su, called by demo without any right of root's.
#[test]
fn the_real_su_to_root_asks_who_calls_it_and_to_alice_asks_alice() {
    for (target, asked, uid) in
        [("root", DEMO, "0"), ("toor", DEMO, "0"), ("alice", "alice", "4243")]
    {
        let mock = everyone();
        let etc = etc();
        let module = format!("{} conf={}", bins::module().display(), mock.write_config(etc.path()));
        let rest = "account required pam_permit.so\nsession required pam_permit.so\n";
        etc.service("su", &format!("auth required {module}\n{rest}"));
        let said = etc
            .privately()
            .args(["setpriv", "--reuid", DEMO_UID, "--regid", DEMO_UID, "--clear-groups", "--"])
            .args(["su", "--command", "id -u", target])
            .env("USER", "alice")
            .env("LOGNAME", "alice")
            .stdin(Stdio::null())
            .output()
            .expect("privately runs");
        let shown = String::from_utf8_lossy(&said.stdout);
        assert_eq!(shown, format!("{uid}\n"), "{target}: {said:?} {:#?}", etc.log());
        assert_eq!(mock.stop().asked(), [asked], "{target}");
    }
}
