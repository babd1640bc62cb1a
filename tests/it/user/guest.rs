//! A guest in the host: nothing is left behind, and little is needed.

use crate::support::mock::user;
use crate::support::told::Hygiene;
use crate::support::{Login, Mock, Told, me};

type Part = fn(&Hygiene) -> String;

pub fn same_as_before(told: &Told) {
    let before = told.before.as_ref().expect("a report");
    let after = told.after.as_ref().expect("a report");
    let parts: [(&str, Part); 7] = [
        ("descriptors", |h| format!("{:#?}", h.fds)),
        ("working directory", |h| h.cwd.clone()),
        ("threads, signals, ids, umask", status),
        ("limits", |h| h.limits.clone()),
        ("locale", |h| h.locale.clone()),
        ("environment", |h| format!("{:#?}", h.environment)),
        ("children", |h| h.children.clone()),
    ];
    for (name, part) in parts {
        assert_eq!(part(before), part(after), "{name} changed");
    }
}

/// The sanitizer for threads has a thread of its own once there is another one (`scripts/sanitize.sh`).
fn status(hygiene: &Hygiene) -> String {
    let mut status = hygiene.status.clone();
    if std::env::var_os("SANITIZED").is_some_and(|what| what == "thread") {
        status.remove("Threads");
    }
    format!("{status:#?}")
}

#[test]
fn a_login_leaves_the_host_as_it_was() {
    for keys in ["auto = \"approve\"", "auto = \"deny\"", "policy = \"deny\""] {
        let mock = Mock::with_me(keys);
        let told = Login::new(&mock)
            .pamtalk(["--hygiene", "--call", "authenticate,setcred,open_session,close_session"])
            .run();
        same_as_before(&told);
        assert!(!mock.stop().requests().is_empty(), "{keys}: the service was asked");
    }
}

#[test]
fn a_broken_config_leaves_the_host_as_it_was() {
    let told = Login::unconfigured().config("[duo\n").pamtalk(["--hygiene"]).run();
    assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:?}");
    same_as_before(&told);
}

#[test]
fn a_host_without_standard_descriptors_gets_none_from_us() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock).pamtalk(["--close-fds", "0,1,2", "--hygiene"]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    same_as_before(&told);
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn running_out_of_descriptors_never_opens_the_door() {
    for limit in 4..9 {
        let mock = Mock::with_me("auto = \"deny\"");
        let told = Login::new(&mock)
            .option("failmode", "\"safe\"")
            .pamtalk(["--rlimit", &format!("nofile={limit}")])
            .run();
        assert_ne!(told.code(), "PAM_SUCCESS", "nofile={limit}: {told:?}");
        // Either the login got through to its denial, or this machine's failure was seen as such;
        // with the fewest, libpam itself cannot load any module.
        let asked = mock.stop().pushes() == 1;
        let local = ["PAM_SYSTEM_ERR", "PAM_MODULE_UNKNOWN"].contains(&told.code());
        assert!(asked || local, "nofile={limit}: {told:?}");
    }
}

#[test]
fn a_host_without_a_conversation_still_gets_its_push() {
    for manner in ["--no-conv", "--conv-fails", "--bare-info"] {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock).pamtalk([manner]).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{manner}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{manner}");
    }
}

#[test]
fn ctrl_c_ends_the_wait_and_stays_pending_for_the_host() {
    let mock = Mock::with_me("auto = \"off\"");
    let told = Login::new(&mock).service("sudo").pamtalk(["--sigint-after", "600"]).run();
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    assert!((500.0..2600.0).contains(&told.ms()), "{told:?}");
    let sigint = told.sigint.as_ref().expect("a report on the signal");
    assert!(sigint.pending && sigint.handled == 0, "{told:?}");
}

#[test]
fn a_client_that_goes_away_ends_the_wait() {
    let scenario = user(me(), "auto = \"off\"");
    let mock = Mock::start(Some(&scenario), &["--push-ttl", "5s"]);
    let told = Login::new(&mock)
        .service("sshd")
        .pamtalk(["--rhost", "127.0.0.1", "--peer-gone-after", "600"])
        .run();
    assert_ne!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!((500.0..2600.0).contains(&told.ms()), "{told:?}");
}

#[test]
fn the_other_calls_answer_as_documented() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock)
        .pamtalk(["--call", "setcred,acct_mgmt,open_session,close_session,chauthtok"])
        .run();
    // IGNORE from the only account module is what libpam makes PERM_DENIED of.
    assert_eq!(
        told.codes(),
        ["PAM_SUCCESS", "PAM_PERM_DENIED", "PAM_SUCCESS", "PAM_SUCCESS", "PAM_SERVICE_ERR"],
        "{told:?}"
    );
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

#[test]
fn sixty_logins_in_one_host_do_not_make_it_grow() {
    let mock = Mock::with_me("auto = \"approve\"");
    let rss = |turns: &str| {
        let told = Login::new(&mock).pamtalk(["--hygiene", "--repeat", turns]).run();
        assert!(told.codes().iter().all(|code| *code == "PAM_SUCCESS"), "{told:?}");
        told.after.expect("a report").rss_kib
    };
    // What one login takes once (heap, code) is the same in both.
    let (few, many) = (rss("5"), rss("60"));
    assert_eq!(mock.stop().pushes(), 65);
    assert!(many < few + 512, "{few} KiB after 5 logins, {many} KiB after 60");
}
