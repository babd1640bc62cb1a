//! The shipped stacks, as they are: real `pam_unix`, a real password, our module, mockduo.
//!
//! Only the module's name becomes a path with a `conf=`. The files that the stacks include lie in
//! `tests/stacks/`, as Red Hat and Debian have them, in each form that authselect writes. What the
//! other modules can return besides is in `tests/dispatch/`.

use std::{fs, thread};

use super::needs_root;
use crate::support::etc::{DEMO, Etc, PASSWORD};
use crate::support::mock::{Seen, user};
use crate::support::stacks::{Shipped, shipped};
use crate::support::{Mock, Told, bins};

/// demo's uid in the private /etc.
const DEMO_UID: &str = "4242";

/// Each host whose stacks are tried, by a test of its own.
const HOSTS: [&str; 6] = ["cockpit", "sshd", "sudo", "su", "login", "polkit"];

/// Every stack of this host, `sudo-askpass.debian` being one of sudo's; all of them at once.
fn tried(host: &str, how: impl Fn(&Shipped) + Sync) {
    needs_root();
    let stacks = shipped().into_iter().filter(|stack| is_for(stack, host));
    let stacks: Vec<Shipped> = stacks.collect();
    assert!(stacks.len() >= 2, "{host}: Debian's and Red Hat's");
    thread::scope(|scope| {
        for stack in &stacks {
            scope.spawn(|| how(stack));
        }
    });
}

fn is_for(stack: &Shipped, host: &str) -> bool {
    stack.file.split(['.', '-']).next() == Some(host)
}

/// As the README has it: a wrong password sends nothing, or one push that opens nothing; the right
/// one and an approval together open the stack, and nothing less does.
fn keeps_its_promise(stack: &Shipped) {
    let file = &stack.file;
    let (told, seen) = log_in(stack, "wrong", "approve");
    assert_ne!(told.code(), "PAM_SUCCESS", "{file}: {told:?}");
    assert_eq!(seen.pushes(), usize::from(stack.loud), "{file}");
    assert_eq!(seen.requests().is_empty(), !stack.loud, "{file}: {:?}", seen.requests());

    let (approved, seen) = log_in(stack, PASSWORD, "approve");
    assert_eq!(approved.codes(), ["PAM_SUCCESS", "PAM_SUCCESS"], "{file}: {approved:?}");
    assert_eq!(seen.pushes(), 1, "{file}");

    let (denied, seen) = log_in(stack, PASSWORD, "deny");
    assert_ne!(denied.code(), "PAM_SUCCESS", "{file}: {denied:?}");
    assert_eq!(seen.pushes(), 1, "{file}");
}

/// Authentication by a person, and then, as hosts do after a success only, the account phase.
fn log_in(stack: &Shipped, password: &str, phone: &str) -> (Told, Seen) {
    assert_eq!(stack.ours("auth"), 1, "{} names the module once", stack.file);
    let refused = password != PASSWORD || phone != "approve";
    let calls = if refused { "authenticate" } else { "authenticate,acct_mgmt" };
    let calls = ["--call", calls, "--answer", password];
    // Who calls su as root is asked for nothing.
    let caller = if is_for(stack, "su") { DEMO_UID } else { "0" };
    called(stack, &calls, caller, phone)
}

/// These calls through the stack in a process of this real user, `account = true` said for its service.
fn called(stack: &Shipped, calls: &[&str], caller: &str, phone: &str) -> (Told, Seen) {
    called_by(&Etc::new(), DEMO, stack, calls, caller, phone)
}

/// These calls for this user, with what a private /etc has besides.
pub fn called_by(
    etc: &Etc,
    name: &str,
    stack: &Shipped,
    calls: &[&str],
    caller: &str,
    phone: &str,
) -> (Told, Seen) {
    let mock = Mock::start(Some(&user(name, &format!("auto = {phone:?}"))), &[]);
    let service = &stack.service;
    let config = mock.write_config(etc.path());
    let text = fs::read_to_string(&config).expect("the config");
    let tables = format!("[service.{service}]\naccount = true\n");
    fs::write(&config, text + &tables).expect("the config is written");
    let module = format!("{} conf={config}", bins::module().display());
    for (name, text) in &stack.included {
        etc.service(name, text);
    }
    etc.service(service, &stack.text.replace("pam_duo2.so", &module));
    let said = etc
        .privately()
        .args(["setpriv", "--ruid", caller, "--"])
        .arg(bins::pamtalk())
        .args(["--service", service, "--user", name, "--rhost", "192.0.2.7"])
        .args(calls)
        .output()
        .expect("privately runs");
    let told = serde_json::from_slice(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    (told, mock.stop())
}

#[test]
fn cockpits_stacks_open_to_the_right_password_and_an_approval_only() {
    tried("cockpit", keeps_its_promise);
}

#[test]
fn sshds_stacks_open_to_the_right_password_and_an_approval_only() {
    tried("sshd", keeps_its_promise);
}

#[test]
fn sudos_stacks_open_to_the_right_password_and_an_approval_only() {
    tried("sudo", keeps_its_promise);
}

#[test]
fn sus_stacks_open_to_the_right_password_and_an_approval_only() {
    tried("su", keeps_its_promise);
}

#[test]
fn logins_stacks_open_to_the_right_password_and_an_approval_only() {
    tried("login", keeps_its_promise);
}

#[test]
fn polkits_stacks_open_to_the_right_password_and_an_approval_only() {
    tried("polkit", keeps_its_promise);
}

/// root needs no password for su, and no phone; a person without the phone stays out.
#[test]
fn root_becomes_a_user_without_a_password_and_a_phone_but_nobody_else_does() {
    tried("su", |stack| {
        let (root, seen) = called(stack, &["--call", "authenticate"], "0", "deny");
        assert_eq!(root.code(), "PAM_SUCCESS", "{}: {root:?}", stack.file);
        assert!(seen.requests().is_empty(), "{}", stack.file);
        for (phone, let_in) in [("approve", true), ("deny", false)] {
            let (person, _) = log_in(stack, PASSWORD, phone);
            assert_eq!(person.code() == "PAM_SUCCESS", let_in, "{}: {person:?}", stack.file);
        }
    });
}

/// A login that skipped `auth`, as with a key, a ticket or a certificate, and the account line that
/// stands behind a `#` in these stacks: the phone decides.
#[test]
fn a_login_without_a_password_is_asked_by_the_account_line_of_sshd_and_cockpit() {
    for host in ["sshd", "cockpit"] {
        tried(host, |stack| {
            let stack = stack.clone().with_account_line();
            assert_eq!(stack.ours("account"), 1, "{}", stack.file);
            for (phone, let_in) in [("approve", true), ("deny", false)] {
                let (told, seen) = called(&stack, &["--call", "acct_mgmt"], "0", phone);
                let opened = told.code() == "PAM_SUCCESS";
                assert_eq!(opened, let_in, "{} {phone}: {told:?}", stack.file);
                assert_eq!(seen.pushes(), 1, "{} {phone}", stack.file);
            }
        });
    }
}

/// A new file in `pam.d/` without a test here would be a promise that nobody checks.
#[test]
fn every_shipped_stack_is_tried_here() {
    let this = include_str!("stacks.rs");
    for host in HOSTS {
        assert!(this.contains(&format!("tried(\"{host}\", keeps_its_promise)")), "{host}");
    }
    for stack in shipped() {
        assert!(HOSTS.iter().any(|host| is_for(&stack, host)), "{} is tried nowhere", stack.file);
    }
}
