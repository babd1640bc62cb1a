//! The shipped stacks, as they are: real `pam_unix`, a real password, our module, mockduo.
//!
//! Only the module's name becomes a path with a `conf=`. The files that the stacks include lie in
//! `tests/stacks/`, as Red Hat and Debian have them.

use std::fs;
use std::path::Path;

use super::needs_root;
use crate::support::etc::{DEMO, Etc, PASSWORD};
use crate::support::mock::{Seen, user};
use crate::support::{Mock, Told, bins};

/// demo's uid in the private /etc.
const DEMO_UID: &str = "4242";

/// A stack that promises: a wrong password sends nothing.
fn guards(file: &str) {
    assert_eq!(pushes_for_a_wrong_password(file), 0, "{file}");
    needs_both(file);
}

/// The right password and an approval together open this stack, and nothing less.
fn needs_both(file: &str) {
    let (approved, seen) = log_in(file, PASSWORD, "approve");
    assert_eq!(approved.codes(), ["PAM_SUCCESS", "PAM_SUCCESS"], "{file}: {approved:?}");
    assert_eq!(seen.pushes(), 1, "{file}");
    let (denied, seen) = log_in(file, PASSWORD, "deny");
    assert_ne!(denied.code(), "PAM_SUCCESS", "{file}: {denied:?}");
    assert_eq!(seen.pushes(), 1, "{file}");
}

/// Refused, although the phone would approve whatever reaches it.
fn pushes_for_a_wrong_password(file: &str) -> usize {
    let (told, seen) = log_in(file, "wrong", "approve");
    assert_ne!(told.code(), "PAM_SUCCESS", "{file}: {told:?}");
    let pushes = seen.pushes();
    assert_eq!(pushes == 0, seen.requests().is_empty(), "{file}: {:?}", seen.requests());
    pushes
}

/// Authentication and then the account phase, through the shipped `file`.
fn log_in(file: &str, password: &str, phone: &str) -> (Told, Seen) {
    needs_root();
    let etc = Etc::new();
    let mock = Mock::start(Some(&user(DEMO, &format!("auto = {phone:?}"))), &[]);
    let service = file.split_once('.').expect("SERVICE.SYSTEM").0;
    etc.service(service, &shipped(file, &mock.write_config(etc.path())));
    for included in fs::read_dir(repository("tests/stacks")).expect("files to include") {
        let path = included.expect("a readable folder").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        etc.service(name, &fs::read_to_string(&path).expect("a file to include"));
    }
    let mut command = etc.privately();
    if service == "su" {
        // Called by a person: root needs no password there, and no phone.
        command.args(["setpriv", "--ruid", DEMO_UID, "--"]);
    }
    let said = command
        .arg(bins::pamtalk())
        .args(["--service", service, "--user", DEMO, "--rhost", "192.0.2.7"])
        .args(["--call", "authenticate,acct_mgmt", "--answer", password])
        .output()
        .expect("privately runs");
    let told = serde_json::from_slice(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"));
    (told, mock.stop())
}

/// The file in `pam.d/`, its one line of ours leading to this test's module and config.
fn shipped(file: &str, config: &str) -> String {
    let text = fs::read_to_string(repository("pam.d").join(file)).expect("a shipped stack");
    let ours = |line: &&str| !line.starts_with('#') && line.contains("pam_duo2.so");
    assert_eq!(text.lines().filter(ours).count(), 1, "{file} names the module once");
    let module = format!("{} conf={config}", bins::module().display());
    text.replace("pam_duo2.so", &module)
}

fn repository(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

#[test]
fn cockpit_on_red_hat_asks_the_phone_only_after_the_right_password() {
    guards("cockpit.redhat");
}

#[test]
fn cockpit_on_debian_asks_the_phone_only_after_the_right_password() {
    guards("cockpit.debian");
}

#[test]
fn sshd_on_red_hat_asks_the_phone_only_after_the_right_password() {
    guards("sshd.redhat");
}

#[test]
fn sshd_on_debian_asks_the_phone_only_after_the_right_password() {
    guards("sshd.debian");
}

#[test]
fn sudo_on_red_hat_asks_the_phone_only_after_the_right_password() {
    guards("sudo.redhat");
}

#[test]
fn sudo_on_debian_asks_the_phone_only_after_the_right_password() {
    guards("sudo.debian");
}

#[test]
fn su_on_debian_asks_the_phone_only_after_the_right_password() {
    guards("su.debian");
}

#[test]
fn login_on_debian_asks_the_phone_only_after_the_right_password() {
    guards("login.debian");
}

#[test]
fn polkit_on_debian_asks_the_phone_only_after_the_right_password() {
    guards("polkit-1.debian");
}

/// What the comment in the file warns of is true, and so is that it opens nothing.
#[test]
fn the_usual_recipe_sends_a_push_for_a_wrong_password_and_still_refuses_it() {
    assert_eq!(pushes_for_a_wrong_password("cockpit.redhat-usual"), 1);
    needs_both("cockpit.redhat-usual");
}

/// A new file in `pam.d/` without a test here would be a promise that nobody checks.
#[test]
fn every_shipped_stack_is_tried_here() {
    let mut files: Vec<String> = fs::read_dir(repository("pam.d"))
        .expect("the shipped stacks")
        .map(|entry| entry.expect("a readable folder").file_name().into_string().expect("ASCII"))
        .filter(|name| name != "README.md")
        .collect();
    files.sort();
    let this = include_str!("stacks.rs");
    for file in &files {
        let tried = format!("\"{file}\");");
        assert!(this.contains(&tried), "{file} is tried nowhere");
    }
}
