//! Plays a row and compares everything that came of it.

use std::any::Any;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tempfile::TempDir;

use super::ends::Ends;
use super::hostile::Standing;
use super::proxies::through;
use super::row::{Amiss, Row, Scene, TIMEOUT};
use super::takes::{Log, Take};
use crate::support::etc::{DEMO, Etc};
use crate::support::mock::user;
use crate::support::{Login, Mock, Seen, Told, bins, me};

/// How late the module may be: the second that is promised, and another for a machine with much else to do.
const SLACK: Duration = Duration::from_secs(2);

/// Plays a row once.
pub fn play(row: &Row, take: Take) {
    let stage = Stage::set(row, take.log);
    let mut login = stage.login.format(take.format);
    for (key, value) in row.options {
        login = login.option(key, value);
    }
    let told = login
        .option("failmode", &format!("{:?}", take.failmode.word()))
        .pamtalk_args(row.host)
        .run();
    let seen = stage.mock.map(Mock::stop);
    compare(row, take, &told, seen.as_ref());
    if let Some(standing) = &stage.hostile {
        compare_hostile(row, take, &told, standing);
    }
    if take.log == Log::Private {
        compare_log(row.ends, take, &told);
    }
    drop(stage.keep);
}

/// What has to stand for a row to be played.
struct Stage {
    login: Login,
    mock: Option<Mock>,
    hostile: Option<Standing>,
    keep: Vec<Box<dyn Any>>,
}

impl Stage {
    fn set(row: &Row, log: Log) -> Stage {
        let name = if log == Log::Private { DEMO } else { me() };
        let good = || Mock::start(Some(&scenario(name, "", &[])), &[]);
        let in_front = |mock: Mock, change: &dyn Fn(Login) -> Login| {
            let login = change(usual(Login::new(&mock), log, Etc::new));
            Stage { login, mock: Some(mock), hostile: None, keep: Vec::new() }
        };
        match row.scene {
            Scene::Service(faults) => {
                in_front(Mock::start(Some(&scenario(name, "", faults)), &[]), &|login| login)
            }
            Scene::Server(keys) => {
                in_front(Mock::start(Some(&scenario(name, keys, &[])), &[]), &|login| login)
            }
            Scene::Config(amiss) => spoilt(amiss, good(), log),
            Scene::Stack(line) => in_front(good(), &|login| login.stack(line)),
            Scene::UnknownUser => in_front(good(), &|login| login.user("nobody-here")),
            Scene::OneProcess => one_process(good(), log),
            Scene::Peer(peer) => {
                let standing = peer.stand();
                alone(&standing.host.clone(), log, Etc::new, Box::new(standing))
            }
            Scene::Hostile(hostile) => {
                let standing = hostile.stand();
                let (host, trusted) = (&standing.host, &standing.trusted);
                let mut stage = trusting(host, trusted, log, Etc::new, Box::new(()));
                stage.hostile = Some(standing);
                stage
            }
            Scene::Proxied(proxied) => {
                let mock = good();
                let (between, login) = through(proxied, &mock);
                let login = usual(login, log, Etc::new);
                Stage { login, mock: Some(mock), hostile: None, keep: vec![Box::new(between)] }
            }
            Scene::Network { script, host } => {
                let mut stage = alone(host, log, Etc::new, Box::new(()));
                let script = format!("set -e\nip link set lo up\n{script}\nexec \"$@\"");
                stage.login = stage.login.within(&["unshare", "--net", "sh", "-c", &script, "sh"]);
                stage
            }
            Scene::Names(server) => {
                let standing = server.stand();
                let etc = || {
                    let mut etc = Etc::new();
                    standing.is_asked_in(&mut etc);
                    etc
                };
                let mut stage = alone("service.internal:443", log, etc, Box::new(()));
                stage.keep.push(Box::new(standing));
                stage
            }
        }
    }
}

/// What all rows have in common.
fn usual(login: Login, log: Log, etc: impl FnOnce() -> Etc) -> Login {
    let login = login.option("timeout", &TIMEOUT.to_string());
    if log == Log::Private { login.privately(etc()) } else { login }
}

/// No mock: a config that leads to `host`.
fn alone(host: &str, log: Log, etc: impl FnOnce() -> Etc, keep: Box<dyn Any>) -> Stage {
    let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
    trusting(host, &authority.expect("a certificate").cert.pem(), log, etc, keep)
}

/// The same, and these certificates are trusted.
fn trusting(
    host: &str,
    trusted: &str,
    log: Log,
    etc: impl FnOnce() -> Etc,
    keep: Box<dyn Any>,
) -> Stage {
    let dir = tempfile::tempdir().expect("a folder for an authority");
    let cafile = put(&dir, trusted);
    let login = Login::unconfigured()
        .option("ikey", "\"DIAAAAAAAAAAAAAAAAAA\"")
        .option("skey", "\"0123456789012345678901234567890123456789\"")
        .option("host", &format!("{host:?}"))
        .option("cafile", &format!("{cafile:?}"))
        .option("autopush", "true");
    Stage {
        login: usual(login, log, etc),
        mock: None,
        hostile: None,
        keep: vec![keep, Box::new(dir)],
    }
}

fn put(dir: &TempDir, text: &str) -> String {
    let path = dir.path().join("ca.pem");
    fs::write(&path, text).expect("a file is written");
    path.display().to_string()
}

fn spoilt(amiss: Amiss, mock: Mock, log: Log) -> Stage {
    let login = usual(Login::new(&mock), log, Etc::new);
    let dir = tempfile::tempdir().expect("a folder for a trust store");
    let login = match amiss {
        Amiss::File(file) => login.config_file(file),
        Amiss::Text(text) | Amiss::Ini(text) => login.config(text),
        Amiss::CaFile(Some(text)) => login.option("cafile", &format!("{:?}", put(&dir, text))),
        Amiss::CaFile(None) => {
            let path = dir.path().join("missing.pem").display().to_string();
            login.option("cafile", &format!("{path:?}"))
        }
    };
    Stage { login, mock: Some(mock), hostile: None, keep: vec![Box::new(dir)] }
}

/// As `demo`, since limits do not hold for root; with copies of what `demo` may not reach.
fn one_process(mock: Mock, log: Log) -> Stage {
    let stash = tempfile::tempdir().expect("a folder for copies");
    fs::set_permissions(stash.path(), Permissions::from_mode(0o755)).expect("its mode is set");
    let pamtalk = copy(&bins::pamtalk(), &stash);
    let module = copy(&bins::module(), &stash);
    let cafile = copy(Path::new(&mock.hello.cafile), &stash);
    let login = usual(Login::new(&mock), log, Etc::new)
        .option("cafile", &format!("{:?}", cafile.display().to_string()))
        .stack(&format!("auth required {} {{conf}}", module.display()))
        .program(pamtalk)
        .owned_by(DEMO_ID)
        .within(&["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"]);
    Stage { login, mock: Some(mock), hostile: None, keep: vec![Box::new(stash)] }
}

fn copy(from: &Path, dir: &TempDir) -> PathBuf {
    let to = dir.path().join(from.file_name().expect("a file"));
    fs::copy(from, &to).expect("a copy");
    to
}

/// `demo`'s number in [`Etc`].
const DEMO_ID: u32 = 4242;

fn scenario(name: &str, server: &str, faults: &[(&str, &str)]) -> String {
    let faults = faults.iter().map(|(on, keys)| format!("[[faults]]\non = {on:?}\n{keys}\n"));
    let faults: String = faults.collect();
    format!("[server]\n{server}\n{}\n{faults}", user(name, "auto = \"approve\""))
}

fn compare(row: &Row, take: Take, told: &Told, seen: Option<&Seen>) {
    let what = format!("{} in {take:?}: {told:#?}\n{seen:#?}", row.happens);
    let failmode = take.failmode;
    assert_eq!(told.code(), row.ends.code(failmode), "{what}");
    let texts: Vec<&str> = told.messages().map(|message| message.text.as_str()).collect();
    let reads = row.reads.iter().copied().chain(row.ends.reads(failmode));
    let reads: Vec<&str> = reads.collect();
    let same = texts.len() == reads.len() && texts.iter().zip(&reads).all(|(t, r)| fits(t, r));
    assert!(same, "the user reads {texts:#?}, not {reads:#?}: {what}");
    let limit = (row.budget + SLACK).as_secs_f64() * 1000.0;
    assert!(told.ms() < limit, "back after {} ms: {what}", told.ms());
    let peak = told.peak_kib;
    assert!(
        (1..most_memory()).contains(&peak),
        "{peak} KiB at most, of {}: {what}",
        told.floor_kib
    );
    if let Some(seen) = seen {
        let calls = (seen.count("/auth/v2/preauth"), seen.count("/auth/v2/auth"), seen.pushes());
        assert_eq!(calls, (row.preauths, row.auths, row.pushes), "preauth, auth, push: {what}");
    }
}

/// Whatever a service sends, it costs no more memory than this, in KiB, the host's own included. A
/// sanitizer takes several times as much by itself (`scripts/sanitize.sh`).
pub fn most_memory() -> u64 {
    let sanitized = std::env::var_os("SANITIZED").is_some();
    if sanitized { 100 * 1024 } else { 10 * 1024 }
}

/// More than the kernel holds between two sockets, and far less than any of these have to say.
const MOST_TAKEN: usize = 40_000_000;

/// It was asked as often as the row says, led nobody elsewhere, and was not listened to for long.
fn compare_hostile(row: &Row, take: Take, told: &Told, standing: &Standing) {
    let what = format!("{} in {take:?}: {told:#?}\n{:#?}", row.happens, standing.seen);
    let calls = (standing.count("/auth/v2/preauth"), standing.count("/auth/v2/auth"));
    let asked = (row.preauths, row.auths);
    assert!(calls == asked || row.unread && calls == (0, 0), "{calls:?}, not {asked:?}: {what}");
    assert_eq!(
        standing.seen.elsewhere.load(Ordering::SeqCst),
        0,
        "somebody else was asked: {what}"
    );
    let taken = standing.seen.sent.load(Ordering::SeqCst);
    assert!(taken < MOST_TAKEN, "{taken} bytes were taken: {what}");
}

/// `…` at the end of a claim stands for any rest.
fn fits(text: &str, claim: &str) -> bool {
    claim.strip_suffix('…').map_or(text == claim, |start| text.starts_with(start))
}

fn compare_log(ends: Ends, take: Take, told: &Told) {
    let (headline, outcome, reason) = ends.log(take.failmode);
    let line = told.log_line("Duo login");
    assert!(line.contains(headline), "{headline:?} in {line}");
    assert!(line.contains(&format!(" outcome={outcome} ")), "{outcome:?} in {line}");
    // Which file and which failmode ruled, where the one was found and the other read in it.
    if outcome != "argument" {
        assert!(line.contains(&format!("/{} ", take.format.file())), "the config in {line}");
    }
    let ruled = !matches!(outcome, "argument" | "config");
    let failmode = format!(" failmode={}", take.failmode.word());
    assert_eq!(line.contains(&failmode), ruled, "{failmode:?} in {line}");
    if !reason.is_empty() {
        let (_, said) = line.split_once(" reason=").unwrap_or_else(|| panic!("a reason in {line}"));
        // The config lies elsewhere in each run, and so does the proxy.
        let config = line.split_once(" config=").and_then(|(_, rest)| rest.split(' ').next());
        let said = said.trim_start_matches('"').replace(config.unwrap_or("/"), "CONFIG");
        let proxy = line.split_once(" proxy=").and_then(|(_, rest)| rest.split(' ').next());
        let said = proxy.map_or(said.clone(), |proxy| said.replace(proxy, "PROXY"));
        assert!(said.starts_with(&reason), "{reason:?} in {line}");
    }
}
