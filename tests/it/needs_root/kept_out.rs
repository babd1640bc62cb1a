//! People whom a shipped stack refuses whatever the phone says, and which of their phones ring.

use std::fs;
use std::process::Command;

use super::needs_root;
use super::stacks::called_by;
use crate::support::etc::{DEMO, Etc, PASSWORD};
use crate::support::stacks::{Shipped, shipped};

const LOGIN: [&str; 4] = ["--call", "authenticate,acct_mgmt", "--answer", PASSWORD];

/// The shipped stacks of these services, once each.
fn of(services: &[&str]) -> Vec<Shipped> {
    let mut stacks = shipped();
    stacks.retain(|stack| services.contains(&stack.service.as_str()));
    stacks.dedup_by_key(|stack| stack.file.clone());
    assert!(stacks.len() >= services.len(), "{services:?}");
    stacks
}

/// Makes an /etc with a file of this name and content.
fn with(name: &str, text: &str) -> Etc {
    let etc = Etc::whole();
    // Modules beside ours have their files there.
    let copied = Command::new("cp").args(["-a", "/etc/security"]).arg(etc.at("")).status();
    assert!(copied.expect("cp runs").success());
    let path = etc.at(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
    fs::write(path, text).expect("a file is written");
    etc
}

/// Gives root demo's password.
fn with_roots_password(etc: Etc) -> Etc {
    let shadow = fs::read_to_string(etc.path().join("shadow")).expect("a shadow");
    etc.write("shadow", &(shadow.clone() + &shadow.replacen(DEMO, "root", 1)), 0o600);
    etc
}

/// Cockpit's package puts root on that list, and the distributions' own stacks refuse root by it. The
/// shipped ones do, too: by a password, a ticket or a certificate. Off the list, root is asked.
#[test]
fn root_is_refused_in_cockpit_without_a_push_while_the_list_of_the_disallowed_has_root() {
    needs_root();
    for stack in of(&["cockpit"]) {
        let file = &stack.file;
        let asking = stack.clone().with_account_line();
        for (listed, requests) in [("# who may not\nroot\n", 0), ("# who may not\n", 1)] {
            let etc = with_roots_password(with("cockpit/disallowed-users", listed));
            let (told, seen) = called_by(&etc, "root", &stack, &LOGIN, "0", "approve");
            assert_eq!(
                told.codes().iter().all(|code| *code == "PAM_SUCCESS"),
                requests == 1,
                "{file}: {told:?}"
            );
            assert_eq!(seen.pushes(), requests, "{file}: {:?}", seen.requests());
            // By a ticket: without the auth part.
            let ticket = ["--call", "acct_mgmt"];
            for (stack, pushes) in [(&stack, 0), (&asking, requests)] {
                let (told, seen) = called_by(&etc, "root", stack, &ticket, "0", "approve");
                assert_eq!(told.code() == "PAM_SUCCESS", requests == 1, "{file}: {told:?}");
                assert_eq!(seen.pushes(), pushes, "{file}: {:?}", seen.requests());
            }
        }
    }
}

/// `/etc/nologin` keeps everybody but root out. Debian's own login looks at it before it asks, and so
/// does `login.debian`; the other services look at it in their account part, after the phone.
#[test]
fn while_etc_nologin_is_there_debians_login_rings_no_phone_and_nobody_gets_in_anywhere() {
    needs_root();
    for stack in of(&["sshd", "cockpit", "login"]) {
        let file = &stack.file;
        let etc = with("nologin", "Back at noon.\n");
        let (told, seen) = called_by(&etc, DEMO, &stack, &LOGIN, "0", "approve");
        assert!(told.codes().iter().any(|code| *code != "PAM_SUCCESS"), "{file}: {told:?}");
        assert_eq!(seen.pushes(), usize::from(file != "login.debian"), "{file}");
    }
}

/// An expired account is found out in the account part, after the phone.
#[test]
fn an_account_that_has_expired_still_rings_its_phone_and_stays_out() {
    needs_root();
    for stack in of(&["sshd", "cockpit", "login", "sudo"]) {
        let etc = Etc::new();
        let shadow = fs::read_to_string(etc.path().join("shadow")).expect("a shadow");
        etc.write("shadow", &shadow.replace(":99999:7:::", ":99999:7::1:"), 0o600);
        let (told, seen) = called_by(&etc, DEMO, &stack, &LOGIN, "0", "approve");
        assert_eq!(told.codes()[0], "PAM_SUCCESS", "{}: {told:?}", stack.file);
        assert_ne!(told.codes()[1], "PAM_SUCCESS", "{}: {told:?}", stack.file);
        assert!(told.said("has expired"), "{}: {told:?}", stack.file);
        assert_eq!(seen.pushes(), 1, "{}", stack.file);
    }
}

/// RHEL 10 and Fedora install sssd only where it is wanted, so its absence is no news at each login.
#[test]
fn a_login_without_sssd_logs_nothing_about_a_module_that_is_missing() {
    needs_root();
    let mut tried = 0;
    for stack in shipped().iter().filter(|stack| stack.file.contains(".redhat")) {
        if stack.included.values().any(|text| text.contains("pam_sss.so")) {
            continue;
        }
        let etc = Etc::new();
        let caller = if stack.service == "su" { "4242" } else { "0" };
        let (told, seen) = called_by(&etc, DEMO, stack, &LOGIN, caller, "approve");
        assert_eq!(told.codes(), ["PAM_SUCCESS", "PAM_SUCCESS"], "{}: {told:?}", stack.file);
        assert_eq!(seen.pushes(), 1, "{}", stack.file);
        let log = etc.log();
        assert!(log.iter().any(|line| line.contains("Successful Duo login")), "{log:?}");
        let missing: Vec<&String> = log.iter().filter(|line| line.contains("pam_sss")).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", stack.file);
        tried += 1;
    }
    assert!(tried >= 7, "only {tried} were tried");
}
