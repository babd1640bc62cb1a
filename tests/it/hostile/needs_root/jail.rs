//! A host that has locked itself into a folder (`chroot(2)`) before it authenticates.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::hostile::built;
use crate::needs_root::needs_root;
use crate::support::{Login, Mock, Told};

/// In a jail with nothing but what `files` puts there, from the outside; `option` is one more line of
/// the config.
fn jailed(mock: &Mock, option: &str, files: &[(&Path, &str)]) -> Told {
    needs_root();
    let jail = tempfile::tempdir().expect("a jail");
    fs::set_permissions(jail.path(), Permissions::from_mode(0o755)).expect("as / is");
    let hello = &mock.hello;
    let config = format!(
        "[duo]\nikey = {:?}\nskey = {:?}\nhost = \"127.0.0.1:{}\"\ncafile = \"/etc/ca.pem\"\n\
         autopush = true\nfailmode = \"safe\"\n{option}\n",
        hello.ikey, hello.skey, hello.port
    );
    let given: Vec<(&str, String)> = files
        .iter()
        .map(|(from, to)| (*to, fs::read_to_string(from).expect("a file to give")))
        .chain([("etc/duo.toml", config)])
        .filter(|_| !files.is_empty())
        .collect();
    for (to, text) in given {
        let to = jail.path().join(to);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder in the jail");
        fs::write(&to, text).expect("a file in the jail");
        fs::set_permissions(&to, Permissions::from_mode(0o600)).expect("as it should be");
    }
    Login::new(mock)
        .user("root")
        .program(built::host().to_owned())
        .stack("auth required {so} conf=/etc/duo.toml")
        .pamtalk(["--mode", "jailed", "--argument", jail.path().to_str().expect("a plain path")])
        .run()
}

fn mock() -> Mock {
    Mock::start(Some(&crate::support::mock::user("root", "auto = \"approve\"")), &[])
}

#[test]
fn an_empty_jail_holds_no_config_and_lets_nobody_in() {
    let mock = mock();
    let told = jailed(&mock, "", &[]);
    assert_eq!(told.code(), "PAM_SERVICE_ERR", "{told:?}");
    assert_eq!(mock.stop().connections(), 0);
}

/// Neither /dev nor /proc, no hosts, no resolv.conf, no trust store of the system's.
#[test]
fn a_jail_with_a_config_users_and_an_authority_is_enough() {
    let mock = mock();
    let cafile = mock.hello.cafile.clone();
    let files = [(Path::new("/etc/passwd"), "etc/passwd"), (Path::new(&cafile), "etc/ca.pem")];
    let told = jailed(&mock, "", &files);
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

/// Nor are groups looked up with the help of `/dev/null`.
#[test]
fn groups_are_known_in_a_jail_without_dev() {
    for (rule, pushes) in [("root", 1), ("nobody-is-in-it", 0)] {
        let mock = mock();
        let cafile = mock.hello.cafile.clone();
        let files = [
            (Path::new("/etc/passwd"), "etc/passwd"),
            (Path::new("/etc/group"), "etc/group"),
            (Path::new(&cafile), "etc/ca.pem"),
        ];
        let told = jailed(&mock, &format!("groups = {rule:?}"), &files);
        assert_eq!(told.code(), "PAM_SUCCESS", "{rule}: {told:?}");
        assert_eq!(mock.stop().pushes(), pushes, "{rule}");
    }
}

#[test]
fn a_jail_without_users_or_without_an_authority_refuses() {
    for (given, expected) in [("etc/passwd", "PAM_SERVICE_ERR"), ("etc/ca.pem", "PAM_USER_UNKNOWN")]
    {
        let mock = mock();
        let cafile = mock.hello.cafile.clone();
        let from = if given == "etc/passwd" { "/etc/passwd" } else { &cafile };
        let told = jailed(&mock, "", &[(Path::new(from), given)]);
        assert_eq!(told.code(), expected, "{given}: {told:?}");
        assert_eq!(mock.stop().connections(), 0);
    }
}
