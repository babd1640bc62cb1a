//! Accounts that another name service than the files knows, as sssd's are: `directory.c` is one.

use std::path::Path;
use std::process::Command;

use super::needs_root;
use crate::support::etc::Etc;
use crate::support::mock::user;
use crate::support::shared::Shared;
use crate::support::told::Hygiene;
use crate::support::{Login, Mock, Tinyproxy, Told, bins};

/// The folder that holds the name service; built once.
fn built() -> &'static Path {
    static BUILT: Shared = Shared::new();
    BUILT.filled(|folder| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/needs_root/directory.c");
        // Once under its own name, and once under that of a service which the system has.
        for service in ["directory", "hesiod"] {
            let renamed =
                ["getpwnam_r", "getgrgid_r", "getgrnam_r", "initgroups_dyn", "gethostbyname2_r"]
                    .map(|name| format!("-D_nss_directory_{name}=_nss_{service}_{name}"));
            compile(&folder.join(format!("libnss_{service}.so.2")), source, &renamed);
        }
    })
}

fn compile(library: &Path, source: &str, defines: &[String]) {
    let said = Command::new("cc")
        .args(["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(library)
        .args(defines)
        .arg(source)
        .output()
        .expect("a C compiler: run `make deps`");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// A service that knows carol and refuses her: whoever gets in has not been asked.
fn refusing() -> Mock {
    needs_root();
    Mock::start(Some(&user("carol", "policy = \"deny\"")), &[])
}

/// A login where the files know nobody of this name and the directory is asked next.
fn login(mock: &Mock, name: &str) -> Login {
    with_etc(Etc::new(), mock, name)
}

fn with_etc(mut etc: Etc, mock: &Mock, name: &str) -> Login {
    // What is asked of hosts last says no, as DNS does of those that only the directory knows.
    let databases = "passwd: files directory\ngroup: files directory\nhosts: directory files\n";
    etc.instead("nsswitch.conf", databases);
    let folder = built().to_str().expect("a plain path");
    Login::new(mock)
        .privately(etc)
        .user(name)
        .option("failmode", "\"safe\"")
        .environment([("PATH", "/usr/bin:/bin"), ("LD_LIBRARY_PATH", folder)])
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

/// The files know dora, the directory does not.
#[test]
fn a_group_that_a_directory_knows_or_cannot_be_asked_about_is_not_called_missing() {
    for (rule, missing) in
        [("'ops carol'", false), ("'op'", true), ("'Ops'", true), ("'op out'", false)]
    {
        let mock = refusing();
        let etc = Etc::new();
        etc.add("passwd", "dora:x:4250:4242::/:/bin/sh\n");
        let told = with_etc(etc, &mock, "dora").option("groups", rule).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{rule}: {told:?}");
        let warned = told.log.iter().any(|line| line.contains("warning: `groups` names `"));
        assert_eq!(warned, missing, "{rule}: {:#?}", told.log);
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
    for (name, errno) in [("dave", 5), ("frank", 2)] {
        let mock = refusing();
        let told = login(&mock, name).option("groups", "\"ops\"").run();
        assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{name}: {told:?}");
        let line = told.log_line("Duo login");
        let why = format!("the user database cannot be asked on this machine, errno {errno}");
        assert!(line.contains(&why), "{line}");
        assert_eq!(mock.stop().connections(), 0);
    }
}

/// Who runs su can make it late, and glibc leaves out what came too late for the directory's client.
#[test]
fn a_name_service_that_is_late_exempts_nobody() {
    let mock = refusing();
    let login = |timeout: &str| {
        let login = login(&mock, "erin").option("groups", "\"ops\"").option("timeout", timeout);
        login.run()
    };
    let told = login("2");
    assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("its answer about groups is not believed"), "{line}");
    // It is asked twice, and takes more than four seconds in all.
    assert_eq!(login("4").code(), "PAM_SUCCESS", "each answer came in time");
    assert_eq!(mock.stop().connections(), 0);
}

/// A login of carol's by su, whose caller has hidden the directory: sssd's and winbind's clients know
/// nothing either in such an environment.
fn hidden(mock: &Mock) -> Login {
    hidden_in(Etc::new(), mock)
}

fn hidden_in(mut etc: Etc, mock: &Mock) -> Login {
    // A setuid host has name services from the system's folders only.
    let place = bins::system_library("libnss_hesiod.so.2");
    let databases = ["passwd", "group", "hosts"].map(|name| format!("{name}: files hesiod\n"));
    etc.instead("nsswitch.conf", &databases.concat());
    etc.over(&built().join("libnss_hesiod.so.2"), &place);
    Login::new(mock)
        .privately(etc)
        .user("carol")
        .service("su")
        .option("su_subject", "\"target\"")
        .option("failmode", "\"safe\"")
        .environment([("PATH", "/usr/bin:/bin"), ("_NO_DIRECTORY", "1")])
        .pamtalk(["--hygiene"])
        .within(&["setpriv", "--ruid=4242"])
}

/// The service was asked about carol, and refused her; the host has its environment again.
fn was_asked(mock: Mock, told: &Told) {
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    assert_eq!(mock.stop().asked(), ["carol"]);
    let has = |report: &Option<Hygiene>| report.as_ref().map(|report| report.environment.clone());
    assert!(has(&told.after).is_some_and(|names| names.iter().any(|n| n.contains("_NO_DIREC"))));
    assert_eq!(has(&told.before), has(&told.after));
}

#[test]
fn an_environment_that_hides_the_directory_from_a_setuid_host_exempts_nobody() {
    let mock = refusing();
    let told = hidden(&mock).option("groups", "\"ops\"").run();
    was_asked(mock, &told);
}

/// Who starts such a host can hide a name from it, and is let in by no outage there.
#[test]
fn an_environment_that_hides_the_proxy_s_name_from_a_setuid_host_opens_nothing() {
    let mock = refusing();
    let told = hidden(&mock).option("http_proxy", "\"http://proxy.directory:3128\"").run();
    assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "{told:?}");
    let line = told.log_line("Failsecure Duo login");
    assert!(line.contains("no such host name; failmode = safe does not apply"), "{line}");
}

/// An /etc that gives every program the `getenv` of `own_getenv.c`, as sudo has its own.
fn with_own_getenv() -> Etc {
    let etc = Etc::whole();
    let library = etc.at("own_getenv.so");
    compile(
        &library,
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/needs_root/own_getenv.c"),
        &[],
    );
    std::fs::write(etc.at("ld.so.preload"), "/etc/own_getenv.so\n").expect("a file is written");
    etc
}

/// `_SSS_LOOPS=NO sudo -E`: there is no taking the variable away, so the answer is not believed.
#[test]
fn an_environment_that_a_host_has_a_list_of_its_own_for_exempts_nobody() {
    let mock = refusing();
    let told = hidden_in(with_own_getenv(), &mock).option("groups", "\"ops\"").run();
    assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("the environment hides a name service"), "{line}");
    assert_eq!(mock.stop().connections(), 0);
}

#[test]
fn a_name_that_such_an_environment_hides_is_no_outage() {
    let mock = refusing();
    let login = hidden_in(with_own_getenv(), &mock);
    let told = login.option("http_proxy", "\"http://proxy.directory:3128\"").run();
    assert_eq!(told.code(), "PAM_SYSTEM_ERR", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("the environment hides a name service"), "{line}");
}

/// A login of carol's in a host of root's that has taken over what a client sent, as login under an old
/// telnetd: the kernel says nothing of it, and the directory obeys.
fn handed_on(mock: &Mock, variable: &str) -> Login {
    let folder = built().to_str().expect("a plain path");
    login(mock, "carol").service("login").environment([
        ("PATH", "/usr/bin:/bin"),
        ("LD_LIBRARY_PATH", folder),
        ("_NO_DIRECTORY", "1"),
        (variable, "NO"),
    ])
}

#[test]
fn an_environment_that_hides_the_directory_from_a_host_of_root_s_exempts_nobody() {
    for (variable, wanted) in [
        ("_SSS_LOOPS", "PAM_MAXTRIES"),
        ("_NO_WINBINDD", "PAM_MAXTRIES"),
        ("SYSTEMD_BYPASS_USERDB", "PAM_MAXTRIES"),
        ("SYSTEMD_ONLY_USERDB", "PAM_MAXTRIES"),
        // The test is blunt if the directory is not hidden.
        ("OTHER", "PAM_SUCCESS"),
    ] {
        let mock = refusing();
        let told = handed_on(&mock, variable).option("groups", "\"ops\"").run();
        assert_eq!(told.code(), wanted, "{variable}: {told:?}");
        if wanted == "PAM_MAXTRIES" {
            let line = told.log_line("Duo login");
            assert!(line.contains("environment hides a name service"), "{line}");
        }
        assert_eq!(mock.stop().connections(), 0);
    }
}

#[test]
fn a_name_that_the_environment_of_a_host_of_root_s_hides_is_no_outage() {
    let mock = refusing();
    let login = handed_on(&mock, "_NO_WINBINDD");
    let told = login.option("http_proxy", "\"http://proxy.directory:3128\"").run();
    assert_eq!(told.code(), "PAM_MAXTRIES", "{told:?}");
    let line = told.log_line("Duo login");
    assert!(line.contains("environment hides a name service"), "{line}");
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

/// The same where the directory's client cannot even be loaded, because the files know the account
/// and only this is the directory's. How many of the logins were refused for want of memory?
fn starved(mock: &Mock, option: &str, value: &str) -> usize {
    let limits = (12..40).step_by(2).chain((40..160).step_by(10));
    let codes = limits.map(|megabytes| {
        let etc = Etc::new();
        etc.add("passwd", "carol:x:6000:6000::/:/bin/sh\n");
        etc.add("group", "carol:x:6000:\n");
        let told = with_etc(etc, mock, "carol")
            .option(option, value)
            .pamtalk_args(&["--rlimit", &format!("as={}", megabytes << 20)])
            .run();
        assert_ne!(told.code(), "PAM_SUCCESS", "{megabytes} MiB: {told:?}");
        told.code().to_owned()
    });
    codes.filter(|code| code == "PAM_SYSTEM_ERR").count()
}

#[test]
fn too_little_memory_to_look_groups_up_exempts_nobody() {
    let refused = starved(&refusing(), "groups", "\"ops\"");
    // Above, the service refuses.
    assert!((5..25).contains(&refused), "{refused}");
}

#[test]
fn too_little_memory_to_look_the_proxy_s_name_up_is_no_outage() {
    let proxy = Tinyproxy::start("");
    let url = format!("\"http://proxy.directory:{}\"", proxy.port);
    let refused = starved(&refusing(), "http_proxy", &url);
    // A name that is found is believed, however little memory is left.
    assert!((1..25).contains(&refused), "{refused}");
}
