//! Accounts that another name service than the files knows, as sssd's are: `directory.c` is one.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::needs_root;
use crate::support::etc::Etc;
use crate::support::mock::user;
use crate::support::{Login, Mock};

/// The folder that holds the name service; built once.
fn built() -> &'static Path {
    static BUILT: OnceLock<TempDir> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/needs_root/directory.c");
        let said = Command::new("cc")
            .args(["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(folder.path().join("libnss_directory.so.2"))
            .arg(source)
            .output()
            .expect("a C compiler: run `make deps`");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        folder
    });
    folder.path()
}

/// A service that knows carol and refuses her: whoever gets in has not been asked.
fn refusing() -> Mock {
    needs_root();
    Mock::start(Some(&user("carol", "policy = \"deny\"")), &[])
}

/// A login where the files know nobody of this name and the directory is asked next.
fn login(mock: &Mock, name: &str) -> Login {
    let mut etc = Etc::new();
    etc.instead("nsswitch.conf", "passwd: files directory\ngroup: files directory\n");
    let folder = built().to_str().expect("a plain path");
    Login::new(mock)
        .privately(etc)
        .user(name)
        .option("failmode", "\"safe\"")
        .environment([("PATH", "/usr/bin:/bin"), ("LD_LIBRARY_PATH", folder)])
}

/// In su and sudo the environment is the caller's.
#[test]
fn no_environment_makes_a_name_service_hide_the_groups_of_who_wants_in() {
    let folder = built().to_str().expect("a plain path");
    for (name, value) in [("_SSS_LOOPS", "NO"), ("_NO_WINBINDD", "1")] {
        let mock = refusing();
        let told = login(&mock, "carol")
            .option("groups", "\"ops\"")
            .environment([("PATH", "/usr/bin:/bin"), ("LD_LIBRARY_PATH", folder), (name, value)])
            .run();
        assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{name}: {told:?}");
        let line = told.log_line("Duo login");
        assert!(line.contains(&format!("{name} in the environment")), "{line}");
        assert_eq!(mock.stop().connections(), 0, "{name}");
    }
}

#[test]
fn a_user_known_to_another_name_service_only_is_found_with_the_groups_there() {
    for (rule, wanted) in [
        ("'ops'", "PAM_PERM_DENIED"),
        ("'carol'", "PAM_PERM_DENIED"),
        ("'staff*'", "PAM_SUCCESS"),
        ("'*,!ops'", "PAM_SUCCESS"),
    ] {
        let mock = refusing();
        let told = login(&mock, "carol").option("groups", rule).run();
        assert_eq!(told.code(), wanted, "{rule}: {told:?}");
        let asked = if wanted == "PAM_SUCCESS" { vec![] } else { vec!["carol"] };
        assert_eq!(mock.stop().asked(), asked, "{rule}");
    }
}

#[test]
fn an_account_is_asked_by_the_databases_spelling() {
    let mock = refusing();
    let names = Etc::new();
    let map = names.write("names", "carol = c.jones\n", 0o600);
    let told = login(&mock, "CAROL").option("username_map", &format!("{map:?}")).run();
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("for 'CAROL'"), "{line}");
    assert!(line.contains(" account=carol asked=c.jones "), "{line}");
    assert_eq!(mock.stop().asked(), ["c.jones"]);
}

#[test]
fn a_name_service_that_fails_exempts_nobody() {
    // ENOENT is no "not found": nslcd's client says it of a socket that is not there.
    for (name, errno) in [("dave", 5), ("erin", 2), ("frank", 2)] {
        let mock = refusing();
        let told = login(&mock, name).option("groups", "\"ops\"").run();
        assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{name}: {told:?}");
        let line = told.log_line("Duo login");
        let said = format!("the user database cannot be asked on this machine, errno {errno}");
        assert!(line.contains(&said), "{line}");
        assert_eq!(mock.stop().connections(), 0, "{name}");
    }
}

/// glibc takes a name service that could not answer for one that knows no groups, without an error.
#[test]
fn too_few_descriptors_to_look_groups_up_exempt_nobody() {
    let mock = refusing();
    let mut refused = 0;
    for limit in 4..40 {
        let told = login(&mock, "carol")
            .option("groups", "\"ops\"")
            .pamtalk_args(&["--rlimit", &format!("nofile={limit}")])
            .run();
        assert_ne!(told.code(), "PAM_SUCCESS", "{limit}: {told:?}");
        refused += usize::from(told.code() == "PAM_SYSTEM_ERR");
    }
    // Below, not even the module is loaded; above, the service refuses.
    assert!((5..35).contains(&refused), "{refused}");
}
