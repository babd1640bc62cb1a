//! A setuid-root host, started by an ordinary user who has filled its environment.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::hostile::built;
use crate::needs_root::needs_root;
use crate::support::etc::DEMO;
use crate::support::mock::user;
use crate::support::{Login, Mock, Told};

/// The user's own folder. Whoever opens one of its pipes waits for ever, so that nothing of it is read
/// without a test that hangs; and each of the files would be made by whoever obeyed its variable.
struct Trap(TempDir);

/// What is never to be made.
const MADE: &[&str] = &["keys.log", "malloc.trace", "profile", "debug"];

impl Trap {
    fn set() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).expect("everybody's");
        let said = Command::new("mkfifo").arg(folder.path().join("pipe")).status();
        assert!(said.expect("mkfifo(1)").success());
        Trap(folder)
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn environment(&self, evil: &Mock) -> Vec<(&'static str, String)> {
        let pipe = self.at("pipe");
        let proxy = format!("http://127.0.0.1:{}", evil.hello.port);
        let files =
            ["SSL_CERT_FILE", "HOSTALIASES", "RESOLV_HOST_CONF", "TZ", "NLSPATH", "BASH_ENV"];
        let folders =
            ["SSL_CERT_DIR", "LOCPATH", "TZDIR", "GCONV_PATH", "TMPDIR", "HOME", "LD_LIBRARY_PATH"];
        let proxies = ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"];
        let mut all: Vec<(&str, String)> = files.map(|name| (name, pipe.clone())).into();
        all.extend(folders.map(|name| (name, self.at(""))));
        all.extend(proxies.map(|name| (name, proxy.clone())));
        all.extend([
            ("SSLKEYLOGFILE", self.at("keys.log")),
            ("MALLOC_TRACE", self.at("malloc.trace")),
            ("LD_DEBUG_OUTPUT", self.at("debug")),
            ("LD_PROFILE_OUTPUT", self.at("profile")),
            ("LD_PRELOAD", pipe.clone()),
            ("LD_AUDIT", pipe.clone()),
            ("LD_DEBUG", "all".to_owned()),
            ("MALLOC_CHECK_", "3".to_owned()),
            ("MALLOC_ARENA_MAX", "1".to_owned()),
            ("MALLOC_PERTURB_", "165".to_owned()),
            ("GLIBC_TUNABLES", "glibc.malloc.check=3:glibc.malloc.hugetlb=2".to_owned()),
            ("RES_OPTIONS", "timeout:30 attempts:5 ndots:15 use-vc".to_owned()),
            ("LOCALDOMAIN", "attacker.example".to_owned()),
            ("LC_ALL", "tr_TR.UTF-8".to_owned()),
            ("LANGUAGE", "../../../../tmp".to_owned()),
            ("PATH", String::new()),
            ("RUST_BACKTRACE", "full".to_owned()),
            ("RUST_LIB_BACKTRACE", "full".to_owned()),
            ("RUST_LOG", "trace".to_owned()),
            ("RUST_MIN_STACK", "1".to_owned()),
            ("PAM_USER", "root".to_owned()),
            ("SUDO_COMMAND", "/usr/bin/harmless".to_owned()),
            ("_SSS_LOOPS", "NO".to_owned()),
            ("_NO_WINBINDD", "1".to_owned()),
            ("SYSTEMD_BYPASS_USERDB", "1".to_owned()),
            ("SYSTEMD_ONLY_USERDB", "nobody.here".to_owned()),
        ]);
        all
    }
}

/// A copy that everybody can start and that runs as root.
fn setuid_host() -> TempDir {
    // Debian 13 mounts /tmp `nosuid`.
    let folder = tempfile::tempdir_in("/var/tmp").expect("a folder");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("as /usr/bin is");
    let host = folder.path().join("host");
    fs::copy(built::host(), &host).expect("a copy");
    fs::set_permissions(&host, Permissions::from_mode(0o4755)).expect("as su is");
    folder
}

#[test]
fn an_attacker_s_environment_changes_nothing_in_a_setuid_host() {
    needs_root();
    let programs = setuid_host();
    for (keys, expected) in
        [("auto = \"approve\"", "PAM_SUCCESS"), ("auto = \"deny\"", "PAM_AUTH_ERR")]
    {
        let mock = Mock::start(Some(&user(DEMO, keys)), &[]);
        let evil = Mock::start(Some(&user(DEMO, "policy = \"allow\"")), &[]);
        let trap = Trap::set();
        let words: Vec<String> =
            trap.environment(&evil).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let ordinary = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "--"];
        // setpriv(1) itself is not to obey any of it.
        let mut within = vec!["timeout", "--signal=KILL", "60"];
        within.extend(ordinary);
        within.extend(["/usr/bin/env", "-i"]);
        within.extend(words.iter().map(String::as_str));
        let told = Login::logged(&mock)
            .program(programs.path().join("host"))
            .option("failmode", "\"safe\"")
            .option("groups", "\"demo\"")
            .option("pushinfo", "true")
            .within(&within)
            .run();
        assert_eq!(told.code(), expected, "{told:?}");
        let ids = &told.before.as_ref().expect("a report").status["Uid"];
        assert!(ids.starts_with("4242\t0\t"), "the test is blunt: no setuid program: {ids}");
        told.log_line("Duo login");
        assert_eq!(evil.stop().connections(), 0);
        assert_eq!(mock.stop().pushes(), 1);
        let found: Vec<_> = fs::read_dir(trap.0.path()).expect("a folder").collect();
        assert_eq!(found.len(), 1, "somebody has written: {found:?}, one of {MADE:?}?");
        assert!(Path::new(&trap.at("pipe")).exists());
    }
}

/// A login while the service is out, in a setuid program that this uid has started; and what the service
/// was told of the failmode.
fn in_an_outage(uid: &str, service: &str, failmode: &str) -> (Told, String) {
    needs_root();
    let programs = setuid_host();
    let out = "[[faults]]\non = \"any\"\nstatus = 503\n";
    let mock = Mock::start(Some(&format!("{}{out}", user(DEMO, ""))), &[]);
    let [uid, gid] = ["--reuid", "--regid"].map(|option| format!("{option}={uid}"));
    let told = Login::logged(&mock)
        .program(programs.path().join("host"))
        .service(service)
        .option("failmode", &format!("{failmode:?}"))
        .within(&["setpriv", &uid, &gid, "--clear-groups", "--"])
        .run();
    let seen = mock.stop();
    let asked = seen.0.iter().find(|line| line["path"] == "/auth/v2/preauth").expect("a request");
    let sent = asked["params"]["failmode"].as_str().expect("the failmode").to_owned();
    (told, sent)
}

/// Whoever starts su can make the service look silent to it, by a frozen thread or otherwise.
#[test]
fn an_outage_opens_no_setuid_program_that_a_person_has_started() {
    // The name is the starter's choice, as kcheckpass and sudoers(5) have it.
    for (service, code) in [
        ("su", "PAM_AUTHINFO_UNAVAIL"),
        ("sshd", "PAM_AUTHINFO_UNAVAIL"),
        ("cockpit", "PAM_PERM_DENIED"),
    ] {
        let (told, sent) = in_an_outage("4242", service, "safe");
        assert_eq!((told.code(), sent.as_str()), (code, "closed"), "{service}: {told:?}");
        let line = told.log_line("Failsecure Duo login for 'demo'");
        assert!(
            line.contains(" outcome=unreachable ") && line.contains(" failmode=safe "),
            "{line}"
        );
        let why =
            "server error, HTTP 503; failmode = safe does not apply: a person started this process";
        assert!(line.ends_with(&format!(" reason=\"{why}\"")), "{line}");
    }
}

/// Nothing but the failmode decides there; and `secure` is secure for everybody, in the same words.
#[test]
fn an_outage_opens_what_the_system_has_started_as_failmode_says() {
    // A setuid program of root's own, and cockpit-session, which the account of cockpit-ws starts.
    for (uid, service) in [("0", "su"), ("110", "cockpit")] {
        let (told, sent) = in_an_outage(uid, service, "safe");
        assert_eq!((told.code(), sent.as_str()), ("PAM_SUCCESS", "open"), "{uid}: {told:?}");
        told.log_line("Failsafe Duo login for 'demo'");
    }
    for uid in ["0", "110", "4242"] {
        let (told, sent) = in_an_outage(uid, "su", "secure");
        assert_eq!((told.code(), sent.as_str()), ("PAM_AUTHINFO_UNAVAIL", "closed"), "{told:?}");
        let line = told.log_line("Failsecure Duo login for 'demo'");
        assert!(line.ends_with(" reason=\"server error, HTTP 503\""), "{line}");
    }
    let (told, _) = in_an_outage("110", "su", "safe");
    assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "of cockpit only: {told:?}");
}
