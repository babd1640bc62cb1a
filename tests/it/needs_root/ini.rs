//! `pam_duo.conf` where Duo's own module has it: which file rules, and what is said of it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::needs_root;
use super::pamtester::pamtester;
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Login, Mock, Told, bins};

const SERVICES: [&str; 3] = ["login", "sshd", "sudo"];
const TOML: &str = "duo/pam_duo2.toml";
const INI: &str = "duo/pam_duo.conf";
const DEBIAN: &str = "security/pam_duo.conf";

fn approving(name: &str) -> Mock {
    needs_root();
    Mock::start(Some(&user(name, "auto = \"approve\"")), &[])
}

fn ini(mock: &Mock, lines: &str) -> String {
    let hello = &mock.hello;
    format!(
        "[duo]\nikey = {}\nskey = {}\nhost = {}:{}\ncafile = {}\nautopush = yes\n{lines}",
        hello.ikey, hello.skey, hello.host, hello.port, hello.cafile
    )
}

fn toml(mock: &Mock) -> String {
    let hello = &mock.hello;
    format!(
        "[duo]\nikey = {:?}\nskey = {:?}\nhost = \"{}:{}\"\ncafile = {:?}\nautopush = true\n",
        hello.ikey, hello.skey, hello.host, hello.port, hello.cafile
    )
}

/// Writes a file of this private /etc.
fn write(etc: &Etc, name: &str, text: &str) {
    let path = etc.at(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(&path, text).expect("a config is written");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("its mode is set");
}

/// A login whose stack names no config.
fn login(etc: Etc) -> Told {
    Login::unconfigured().stack("auth required {so}").privately(etc).run()
}

/// Which file let demo in.
fn ruled_by(etc: Etc) -> String {
    let told = login(etc);
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:#?}");
    let line = told.log_line("Successful Duo login for 'demo'");
    let file = line
        .split("config=")
        .nth(1)
        .and_then(|rest| rest.split([' ', '"']).find(|w| !w.is_empty()));
    file.unwrap_or_else(|| panic!("no file in {line}")).to_owned()
}

/// What the log says of a login that no file let in.
fn refused(etc: Etc) -> String {
    let told = login(etc);
    assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:#?}");
    told.log.join("\n")
}

#[test]
fn the_first_of_the_three_files_that_is_there_rules() {
    let mock = approving(DEMO);
    let all = [(TOML, toml(&mock)), (INI, ini(&mock, "")), (DEBIAN, ini(&mock, ""))];
    for first in 0..all.len() {
        let etc = Etc::whole();
        for (name, text) in &all[first..] {
            write(&etc, name, text);
        }
        assert_eq!(ruled_by(etc), format!("/etc/{}", all[first].0));
    }
    assert_eq!(mock.stop().pushes(), 3);
}

#[test]
fn no_file_at_all_lets_nobody_in_and_all_three_places_are_named() {
    needs_root();
    for folder in [false, true] {
        let etc = Etc::whole();
        if folder {
            fs::create_dir(etc.at("duo")).expect("an empty folder");
        }
        let said = refused(etc);
        for name in [TOML, INI, DEBIAN] {
            assert!(said.contains(&format!("/etc/{name}")), "{name}: {said}");
        }
    }
}

/// Does something to what a login would read.
type Spoil = fn(&Etc);

/// Whatever is there and cannot be read is a broken config, and nothing else is tried.
#[test]
fn a_file_that_is_there_and_cannot_be_read_is_not_passed_over() {
    let mock = approving(DEMO);
    let spoil: [(&str, Spoil); 6] = [
        ("a link that leads nowhere", |etc| {
            symlink("/nowhere", etc.at(TOML)).expect("a link");
        }),
        ("a link to a good file", |etc| {
            symlink("/etc/duo/pam_duo.conf", etc.at(TOML)).expect("a link");
        }),
        ("a folder", |etc| fs::create_dir(etc.at(TOML)).expect("a folder")),
        ("an empty file", |etc| write(etc, TOML, "")),
        ("a file that others can read", |etc| {
            write(etc, TOML, "");
            fs::set_permissions(etc.at(TOML), Permissions::from_mode(0o644)).expect("its mode");
        }),
        ("a folder in which others can write", |etc| {
            fs::set_permissions(etc.at("duo"), Permissions::from_mode(0o777)).expect("its mode");
        }),
    ];
    for (what, spoil) in spoil {
        let etc = Etc::whole();
        for name in [INI, DEBIAN] {
            write(&etc, name, &ini(&mock, "failmode = safe\n"));
        }
        spoil(&etc);
        let said = refused(etc);
        assert!(!said.contains("/etc/security"), "{what}: {said}");
    }
    for what in ["a link for the folder", "a file for the folder"] {
        let etc = Etc::whole();
        write(&etc, DEBIAN, &ini(&mock, "failmode = safe\n"));
        if what.starts_with("a link") {
            symlink("security", etc.at("duo")).expect("a link");
        } else {
            fs::write(etc.at("duo"), "").expect("a file");
        }
        let said = refused(etc);
        assert!(!said.contains("/etc/security"), "{what}: {said}");
    }
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

/// To a user whom permissions bind, unlike root.
#[test]
fn a_folder_that_may_not_be_entered_is_not_an_absent_file() {
    let mock = approving(DEMO);
    let etc = Etc::whole();
    write(&etc, DEBIAN, &ini(&mock, "failmode = safe\n"));
    fs::create_dir(etc.at("duo")).expect("a folder");
    fs::set_permissions(etc.at("duo"), Permissions::from_mode(0o700)).expect("its mode");
    // demo can enter no folder of a build.
    let all = tempfile::tempdir().expect("a folder for all");
    fs::set_permissions(all.path(), Permissions::from_mode(0o755)).expect("its mode is set");
    let copy = |file: &Path| {
        let path = all.path().join(file.file_name().expect("a name"));
        fs::copy(file, &path).expect("a copy");
        path
    };
    let told = Login::unconfigured()
        .stack(&format!("auth required {}", copy(&bins::module()).display()))
        .program(copy(&bins::pamtalk()))
        .owned_by(4242)
        .privately(etc)
        .within(&["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"])
        .run();
    assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:#?}");
    let said = told.log.join("\n");
    assert!(said.contains("permission denied") && !said.contains("/etc/security"), "{said}");
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

#[test]
fn a_file_that_the_stack_names_is_the_only_one() {
    let mock = approving(DEMO);
    for named in ["/etc/duo/none.toml", "/etc/duo/none.conf", "/etc/duo/none"] {
        let etc = Etc::whole();
        write(&etc, TOML, &toml(&mock));
        write(&etc, INI, &ini(&mock, ""));
        let line = format!("auth required {{so}} conf={named}");
        let told = Login::unconfigured().stack(&line).privately(etc).run();
        assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:#?}");
        assert!(told.log.iter().any(|line| line.contains("no such file")), "{told:#?}");
    }
    assert_eq!(mock.stop().requests(), Vec::<String>::new());
}

#[test]
fn each_option_that_means_less_than_it_did_is_a_warning_in_the_log_and_lets_in() {
    for (line, part) in [
        ("verified_push = yes", "the policy of the service decides"),
        ("accept_env_factor = yes", "no effect"),
        ("fallback_local_ip = yes", "never sent"),
        ("gecos_parsed = yes", "no effect any more"),
        ("dev_fips_mode = yes", "no effect any more"),
        ("motd = yes", "no effect"),
        ("https_timeout = 500", "60 is taken"),
        ("prompts = 9", "3 is taken"),
        ("groups = !robots\n  *", "matches nobody"),
    ] {
        let mock = approving(DEMO);
        let told =
            Login::unconfigured().ini().config(&ini(&mock, line)).privately(Etc::new()).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{line}: {told:#?}");
        let warning = told.log_line(part);
        assert!(warning.contains("pam_duo.conf:7:"), "{line}: {warning}");
        assert_eq!(mock.stop().pushes(), 1, "{line}");
    }
}

#[test]
fn the_name_out_of_the_gecos_field_is_asked_about_and_both_are_logged() {
    for (lines, name) in [
        ("send_gecos = yes\n", "Demo User,,,"),
        ("gecos_username_pos = 1\n", "Demo User"),
        ("gecos_delim = U\ngecos_username_pos = 2\n", "ser,,,"),
        ("gecos_delim = /\n", DEMO),
    ] {
        for service in SERVICES {
            let mock = approving(name);
            let login = Login::unconfigured().ini().service(service).config(&ini(&mock, lines));
            let told = login.privately(Etc::new()).run();
            assert_eq!(told.code(), "PAM_SUCCESS", "{lines}: {told:#?}");
            let line = told.log_line("Successful Duo login for 'demo'");
            assert!(line.contains(name), "{line}");
            assert_eq!(mock.stop().asked(), [name], "{lines}");
        }
    }
}

#[test]
fn pamtester_is_let_in_and_refused_with_the_config_of_duos_own_module() {
    for (auto, let_in) in [("approve", true), ("deny", false)] {
        needs_root();
        let mock = Mock::start(Some(&user(DEMO, &format!("auto = {auto:?}"))), &[]);
        for service in SERVICES {
            let etc = Etc::whole();
            write(&etc, INI, &ini(&mock, ""));
            etc.service(service, &format!("auth required {}\n", bins::module().display()));
            let said = pamtester(&etc, service);
            assert_eq!(said.status.success(), let_in, "{said:?} {:#?}", etc.log());
        }
        assert_eq!(mock.stop().pushes(), 3, "{auto}");
    }
}
