use std::env;
use std::process::Command;

use super::*;

/// Set in the process whose environment is taken away.
const CHILD: &str = "WHOSE_ENVIRONMENT_IS_TAKEN_AWAY";

/// Runs `test` in a process of its own, with one thread besides that of the tests': the environment of
/// this one is everybody's.
fn alone(name: &str, variables: &[(&str, &str)], test: impl FnOnce()) {
    if env::var_os(CHILD).is_some() {
        return test();
    }
    let said = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", &format!("pam::environment::tests::{name}")])
        .envs(variables.iter().copied())
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8_lossy(&said.stdout);
    assert!(said.contains("test result: ok. 1 passed"), "{said}");
}

/// As a name service might.
fn set(name: &str, value: &str) {
    // SAFETY: in a process of the test's own, where nobody else reads it.
    unsafe { env::set_var(name, value) };
}

fn said(name: &str) -> Option<String> {
    env::var(name).ok()
}

#[test]
fn the_host_has_its_environment_back() {
    alone("the_host_has_its_environment_back", &[("KEPT", "1")], || {
        let before = place().load(Ordering::Acquire);
        let emptied = Emptied::now();
        assert_eq!((env::vars_os().count(), said("KEPT")), (0, None));
        drop(emptied);
        assert_eq!((place().load(Ordering::Acquire), said("KEPT")), (before, Some("1".into())));
    });
}

/// Twice: at first the list is the kernel's, then libc's own, which it moves to another place.
#[test]
fn the_host_loses_no_variable_when_somebody_sets_one_meanwhile() {
    let name = "the_host_loses_no_variable_when_somebody_sets_one_meanwhile";
    alone(name, &[("KEPT", "host's"), ("CHANGED", "host's"), ("KEPT_NOT", "")], || {
        for round in ["first", "second"] {
            let before = env::vars_os().count();
            let emptied = Emptied::now();
            set("CHANGED", round);
            set(&format!("NEW_{round}"), "name service's");
            assert_eq!(env::vars_os().count(), 2);
            drop(emptied);
            assert_eq!(env::vars_os().count(), before + 1);
            assert_eq!(said("KEPT").as_deref(), Some("host's"));
            assert_eq!(said("KEPT_NOT").as_deref(), Some(""));
            assert_eq!(said("CHANGED").as_deref(), Some(round));
            assert_eq!(said("NEW_first").as_deref(), Some("name service's"));
            // From now on libc has a list of its own, and this makes it move.
            set(&format!("HOST_{round}"), "host's");
        }
        assert_eq!(said("HOST_first").as_deref(), Some("host's"));
    });
}

#[test]
fn the_environment_stays_away_until_the_last_one_has_asked() {
    alone("the_environment_stays_away_until_the_last_one_has_asked", &[("KEPT", "1")], || {
        let (first, second) = (Emptied::now(), Emptied::now());
        drop(first);
        assert_eq!(said("KEPT"), None);
        drop(second);
        assert_eq!(said("KEPT").as_deref(), Some("1"));
    });
}

#[test]
fn what_hides_a_directory_is_seen_in_every_host_and_taken_from_a_caller() {
    let name = "what_hides_a_directory_is_seen_in_every_host_and_taken_from_a_caller";
    alone(name, &[], || {
        for name in HIDING.map(|name| name.to_str().unwrap()) {
            assert!(!hides_a_name_service());
            set(name, "NO");
            let emptied = Emptied::where_it_is_the_caller_s();
            assert!(hides_a_name_service(), "{name}: no setuid program, so it stays");
            drop(emptied);
            let emptied = Emptied::now();
            assert!(!hides_a_name_service(), "{name}");
            drop(emptied);
            // SAFETY: as in `set`.
            unsafe { env::remove_var(name) };
        }
        set("_NO_WINBINDD", "0");
        assert!(!hides_a_name_service(), "Samba's own word for an answer that counts");
        set("SYSTEMD_ONLY_USERDB", "0");
        assert!(hides_a_name_service(), "a list of services, in which only `0` stands");
    });
}
