//! The module under valgrind's memcheck: nothing read that was never written, nothing lost, nothing
//! that grows with each transaction.
//!
//! Over ChaCha20-Poly1305, because memcheck cannot follow ring's AES-GCM: `tests/memcheck/ghash.c` says
//! and proves why.

mod harness;

use crate::support::memcheck::Report;
use crate::support::mock::user;
use crate::support::{Login, Memcheck, Mock, Told, me};

/// Every call that an application can make.
const CALLS: &str = "authenticate,setcred,acct_mgmt,open_session,close_session,chauthtok";

fn mock(keys: &str) -> Mock {
    Mock::start(Some(&user(me(), keys)), &["--chacha20"])
}

/// The login, and what memcheck counted meanwhile. `--hygiene` waits for the resolver's thread.
fn under_memcheck(login: Login) -> (Told, Report) {
    under(Memcheck::new(), login)
}

fn under(memcheck: Memcheck, login: Login) -> (Told, Report) {
    let words = memcheck.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = login.within(&words).pamtalk(["--hygiene"]).run();
    (told, memcheck.report())
}

fn clean(report: &Report) {
    assert_eq!(report.errors, 0, "{}", report.text);
}

#[test]
fn a_cycle_of_every_call_loses_nothing_and_a_second_one_keeps_nothing() {
    let mock = mock("auto = \"approve\"");
    let in_use = |turns: &str| {
        let login = Login::new(&mock).option("timeout", "60");
        let (told, report) = under_memcheck(login.pamtalk(["--call", CALLS, "--repeat", turns]));
        assert!(told.codes().iter().step_by(6).all(|code| *code == "PAM_SUCCESS"), "{told:?}");
        clean(&report);
        report.in_use
    };
    assert_eq!(in_use("2"), in_use("4"), "bytes in use after 2 cycles, and after 4");
    assert_eq!(mock.stop().pushes(), 6);
}

#[test]
fn a_login_over_aes_loses_nothing_and_touches_only_what_is_its_own() {
    let mock = Mock::with_me("auto = \"approve\"");
    let login = Login::new(&mock).option("timeout", "60");
    let (told, report) = under(Memcheck::of_addresses_and_leaks(), login);
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    clean(&report);
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn threads_with_handles_of_their_own_lose_nothing() {
    let mock = mock("auto = \"approve\"");
    let login = Login::new(&mock).option("timeout", "60");
    let (told, report) = under_memcheck(login.pamtalk(["--at-once", "8"]));
    assert_eq!(told.codes(), ["PAM_SUCCESS"; 8], "{told:?}");
    clean(&report);
    assert_eq!(mock.stop().pushes(), 8);
}

#[test]
fn a_menu_and_a_passcode_lose_nothing() {
    let mock = mock("auto = \"deny\"");
    let login = Login::new(&mock).option("autopush", "false").option("timeout", "60");
    let (told, report) = under_memcheck(login.answers(["000000", "1"]));
    assert_eq!(told.code(), "PAM_AUTH_ERR", "{told:?}");
    clean(&report);
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn what_goes_wrong_loses_nothing() {
    let (told, report) = under_memcheck(Login::unconfigured().config("[duo]\nskey = 'x\n"));
    assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:?}");
    clean(&report);
    // A name that is refused by the resolver, and nobody who would listen.
    let mock = mock("");
    for host in ["does-not-exist.invalid", "127.0.0.1:1"] {
        let login = Login::new(&mock).option("host", &format!("{host:?}"));
        let (told, report) = under_memcheck(login.option("failmode", "\"secure\""));
        assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "{told:?}");
        clean(&report);
    }
}
