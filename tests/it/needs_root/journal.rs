//! The verdict's line in a journal: fields, and what becomes of the line where there is none.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;

use super::needs_root;
use crate::support::etc::Etc;
use crate::support::mock::user;
use crate::support::told::Hygiene;
use crate::support::{Login, Mock, Told, bins};

/// journald's two sockets, as far as they are there.
struct Sockets {
    dir: TempDir,
    native: Option<UnixDatagram>,
    syslog: Option<UnixDatagram>,
}

fn bound(path: &Path) -> UnixDatagram {
    let socket = UnixDatagram::bind(path).expect("a socket");
    socket.set_nonblocking(true).expect("its mode");
    fs::set_permissions(path, Permissions::from_mode(0o666)).expect("its mode is set");
    socket
}

impl Sockets {
    fn new() -> Self {
        needs_root();
        let dir = tempfile::tempdir().expect("a folder for the sockets");
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).expect("its mode is set");
        let native = Some(bound(&dir.path().join("socket")));
        let syslog = Some(bound(&dir.path().join("dev-log")));
        Sockets { dir, native, syslog }
    }

    fn login(&self, mock: &Mock) -> Login {
        Login::new(mock).privately(Etc::new().with_journal(self.dir.path())).service("sshd")
    }

    /// Fills the queue of a socket that nobody reads.
    fn stuff(socket: Option<&UnixDatagram>) {
        let address = socket.expect("a socket").local_addr().expect("its address");
        let path = address.as_pathname().expect("a path").to_owned();
        let sender = UnixDatagram::unbound().expect("a socket");
        sender.set_nonblocking(true).expect("its mode");
        let sent = (0..100_000).take_while(|_| sender.send_to(b"stuffing", &path).is_ok()).count();
        assert!((1..100_000).contains(&sent), "{sent} datagrams fill it");
    }

    /// What came to the native socket, each as its fields.
    fn native(&self) -> Vec<Vec<(String, String)>> {
        received(self.native.as_ref()).iter().map(|datagram| fields(datagram)).collect()
    }

    /// The lines of verdicts that came to syslog's.
    fn syslog(&self) -> Vec<String> {
        let text = |datagram: &Vec<u8>| String::from_utf8_lossy(datagram).into_owned();
        let lines = received(self.syslog.as_ref()).iter().map(text).collect::<Vec<_>>();
        lines.into_iter().filter(|line| line.contains("Duo login for")).collect()
    }
}

fn received(socket: Option<&UnixDatagram>) -> Vec<Vec<u8>> {
    let Some(socket) = socket else { return Vec::new() };
    let mut datagrams = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length) = socket.recv(&mut buffer) {
        datagrams.push(buffer[..length].to_vec());
    }
    datagrams.retain(|datagram| datagram != b"stuffing");
    datagrams
}

/// None of the values has a newline in it, so each line is a field.
fn fields(datagram: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8(datagram.to_vec()).expect("UTF-8");
    let pair = |line: &str| {
        let (name, value) = line.split_once('=').expect("a field on each line");
        (name.to_owned(), value.to_owned())
    };
    text.lines().map(pair).collect()
}

fn demo(keys: &str) -> Mock {
    Mock::start(Some(&user("demo", keys)), &[])
}

fn approved(told: &Told) {
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
}

#[test]
fn a_push_and_its_verdict_are_two_entries_of_the_journal_with_fields_and_none_of_syslog() {
    let sockets = Sockets::new();
    let mock = demo("auto = \"approve\"");
    approved(&sockets.login(&mock).pamtalk(["--rhost", "192.0.2.7"]).run());
    let entries = sockets.native();
    let [sending, entry] = &entries[..] else { panic!("two entries: {entries:#?}") };
    assert_eq!(sending[1], ("MESSAGE_ID".into(), "c0b67f57d3a7454f817effe699454376".into()));
    assert!(sending.contains(&("DUO_FACTOR".into(), "push".into())), "{sending:#?}");
    assert!(!sending.iter().any(|(name, _)| name == "DUO_RESULT" || name == "DUO_TXID"));
    let value = |name: &str| {
        let found: Vec<_> = entry.iter().filter(|(own, _)| own == name).collect();
        assert_eq!(found.len(), 1, "{name} once in {entry:#?}");
        found[0].1.as_str()
    };
    for (name, wanted) in [
        ("MESSAGE_ID", "2671a20d9b3643a7a13655b2fe302ba1"),
        ("PRIORITY", "6"),
        ("SYSLOG_FACILITY", "10"),
        ("SYSLOG_IDENTIFIER", "pamtalk"),
        ("DUO_USER", "demo"),
        ("DUO_FROM", "192.0.2.7"),
        ("DUO_SERVICE", "sshd"),
        ("DUO_RESULT", "allow"),
        ("DUO_FACTOR", "push"),
        ("DUO_FAILMODE", "secure"),
    ] {
        assert_eq!(value(name), wanted, "{name}");
    }
    let head = "pam_duo2(sshd:auth): Successful Duo login for 'demo' from 192.0.2.7: service=sshd ";
    assert!(value("MESSAGE").starts_with(head), "{entry:#?}");
    for name in ["DUO_TXID", "DUO_DEVICE"] {
        let key = name.trim_start_matches("DUO_").to_lowercase();
        assert!(value("MESSAGE").contains(&format!(" {key}={} ", value(name))), "{entry:#?}");
    }
    assert!(value("DUO_MS").parse::<u64>().is_ok() && value("SYSLOG_PID").parse::<u32>().is_ok());
    assert!(value("DUO_CONFIG").ends_with("/pam_duo2.toml"));
    assert_eq!(sockets.syslog(), Vec::<String>::new());
}

#[test]
fn what_others_say_cannot_add_a_field() {
    let sockets = Sockets::new();
    let mock = demo("policy = \"deny\"\nstatus_msg = \"no\\nDUO_RESULT=allow\\n\\u001b[2J\"");
    let told = sockets.login(&mock).pamtalk(["--rhost", "evil\nDUO_RESULT=allow\n"]).run();
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    let entries = sockets.native();
    let results: Vec<_> = entries.iter().flatten().filter(|(n, _)| n == "DUO_RESULT").collect();
    assert_eq!(results.len(), 1, "{entries:#?}");
    assert_eq!(results[0].1, "refused");
    assert!(entries.iter().flatten().all(|(_, value)| !value.contains('\u{1b}')), "{entries:#?}");
}

#[test]
fn without_a_journal_the_line_goes_to_syslog() {
    for missing in [false, true] {
        let mut sockets = Sockets::new();
        // Nobody listens; and then not even the socket is there.
        sockets.native = None;
        if missing {
            fs::remove_file(sockets.dir.path().join("socket")).expect("it is removed");
        }
        let mock = demo("auto = \"approve\"");
        approved(&sockets.login(&mock).run());
        let lines = sockets.syslog();
        assert_eq!(lines.len(), 1, "missing: {missing}: {lines:#?}");
        assert!(lines[0].starts_with("<86>") && lines[0].contains("outcome=allow"), "{lines:#?}");
    }
}

/// Everybody may write to the journal: a structured line that is not root's proves nothing.
#[test]
fn a_host_that_is_not_root_s_logs_by_syslog() {
    let sockets = Sockets::new();
    let mock = demo("auto = \"approve\"");
    // pamtalk and the module may lie where only root gets in.
    let stash = tempfile::tempdir().expect("a folder for copies");
    fs::set_permissions(stash.path(), Permissions::from_mode(0o755)).expect("its mode is set");
    let copy = |from: &Path| {
        let to = stash.path().join(from.file_name().expect("a file"));
        fs::copy(from, &to).expect("a copy");
        to
    };
    let module = copy(&bins::module());
    let cafile = copy(Path::new(&mock.hello.cafile));
    let told = sockets
        .login(&mock)
        .option("cafile", &format!("{:?}", cafile.display().to_string()))
        .stack(&format!("auth required {} {{conf}}", module.display()))
        .program(copy(&bins::pamtalk()))
        .owned_by(4242)
        .within(&["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"])
        .run();
    approved(&told);
    assert!(sockets.native().is_empty());
    assert_eq!(sockets.syslog().len(), 1);
}

#[test]
fn a_full_journal_costs_two_seconds_at_the_most_and_the_line_goes_to_syslog() {
    let sockets = Sockets::new();
    Sockets::stuff(sockets.native.as_ref());
    let mock = demo("auto = \"approve\"");
    let told = sockets.login(&mock).run();
    approved(&told);
    assert!((1000.0..3000.0).contains(&told.ms()), "{told:?}");
    assert_eq!(sockets.native(), Vec::<Vec<(String, String)>>::new());
    assert_eq!(sockets.syslog().len(), 1);
}

#[test]
fn a_log_that_is_stuck_in_both_ways_costs_two_seconds_and_no_login() {
    // With the steps the wait is used up before the verdict; without them the verdict's own is.
    for stack in ["auth required {module} debug", "auth required {module}"] {
        let sockets = Sockets::new();
        Sockets::stuff(sockets.native.as_ref());
        Sockets::stuff(sockets.syslog.as_ref());
        let mock = demo("auto = \"approve\"");
        let told = sockets.login(&mock).stack(stack).run();
        approved(&told);
        assert!((2000.0..3000.0).contains(&told.ms()), "{stack}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1);
    }
}

/// Whoever logs in can keep the queue full, and let one line in now and then.
#[test]
fn a_log_that_takes_a_line_now_and_then_costs_no_more_than_two_seconds_either() {
    let sockets = Sockets::new();
    Sockets::stuff(sockets.syslog.as_ref());
    let slow = sockets.syslog.as_ref().expect("a socket").try_clone().expect("it once more");
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let reader = std::thread::spawn(move || {
        let pause = Duration::from_millis(150);
        let mut lines = 0;
        while ended.recv_timeout(pause).is_err() {
            let mut buffer = [0; 2048];
            lines += usize::from(slow.recv(&mut buffer).is_ok());
        }
        lines
    });
    let mock = demo("auto = \"approve\"");
    let told = sockets.login(&mock).stack("auth required {module} debug").run();
    end.send(()).expect("the reader waits");
    assert!(reader.join().expect("it ends") > 1, "{told:?}");
    approved(&told);
    // The steps may take one of the seconds; the other is the verdict's.
    assert!((450.0..3000.0).contains(&told.ms()), "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn the_journal_gets_no_descriptor_of_the_host_s() {
    for closed in [None, Some("0,1,2")] {
        let sockets = Sockets::new();
        let mock = demo("auto = \"approve\"");
        let login = sockets.login(&mock).pamtalk(["--hygiene"]);
        let close = closed.map(|numbers| ["--close-fds", numbers]);
        let told = login.pamtalk_args(close.as_ref().map_or(&[], |words| &words[..])).run();
        approved(&told);
        let fds = |hygiene: &Option<Hygiene>| {
            hygiene.as_ref().map(|report| report.fds.clone()).expect("a report")
        };
        assert_eq!(fds(&told.before), fds(&told.after), "{closed:?}");
        assert_eq!(sockets.native().len(), 2, "{closed:?}");
    }
}

/// Takes whatever comes, at once, as journald does; what it was, at the end.
fn reader(socket: Option<&UnixDatagram>, ended: &Arc<AtomicBool>) -> JoinHandle<Vec<Vec<u8>>> {
    let socket = socket.expect("a socket").try_clone().expect("it once more");
    socket.set_nonblocking(false).expect("its mode");
    socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a deadline");
    let ended = Arc::clone(ended);
    std::thread::spawn(move || {
        let (mut datagrams, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
        loop {
            match socket.recv(&mut buffer) {
                Ok(length) if buffer[..length] != *b"stuffing" => {
                    datagrams.push(buffer[..length].to_vec());
                }
                Err(_) if ended.load(Ordering::Relaxed) => return datagrams,
                Ok(_) | Err(_) => {}
            }
        }
    })
}

/// Fills both queues of journald's for as long as it lives, and is nobody's process.
fn writer(sockets: &Path) -> Child {
    let fill = "import socket, sys, threading\ndef fill(name):\n s = socket.socket(socket.AF_UNIX, \
        socket.SOCK_DGRAM)\n s.connect(sys.argv[1] + name)\n while True: s.send(b'stuffing')\n\
        for name in ['/socket', '/dev-log']: threading.Thread(target=fill, args=[name]).start()";
    let setpriv = ["--reuid=4242", "--clear-groups", "/usr/bin/python3", "-c", fill];
    Command::new("setpriv").args(setpriv).arg(sockets).spawn().expect("setpriv runs")
}

#[test]
fn ten_writers_that_fill_the_journal_s_queue_cost_no_login_its_line() {
    const LOGINS: usize = 20;
    let sockets = Sockets::new();
    let ended = Arc::new(AtomicBool::new(false));
    let readers = [&sockets.native, &sockets.syslog].map(|socket| reader(socket.as_ref(), &ended));
    let writers: Vec<Child> = (0..10).map(|_| writer(sockets.dir.path())).collect();
    std::thread::sleep(Duration::from_secs(1));
    let mock = demo("auto = \"approve\"");
    let told: Vec<Told> = (0..LOGINS).map(|_| sockets.login(&mock).run()).collect();
    for mut writer in writers {
        assert_eq!(writer.try_wait().expect("a process"), None, "it writes to the end");
        writer.kill().expect("it is killed");
        writer.wait().expect("it ends");
    }
    ended.store(true, Ordering::Relaxed);
    let datagrams = readers.map(|reader| reader.join().expect("it ends")).concat();
    let with = |words: &[u8]| {
        datagrams
            .iter()
            .filter(|datagram| datagram.windows(words.len()).any(|w| w == words))
            .count()
    };
    let found = (with(b": Sending Duo factor for "), with(b": Successful Duo login for "));
    assert_eq!(found, (LOGINS, LOGINS));
    for told in told {
        approved(&told);
        assert!(told.ms() < 3000.0, "{told:?}");
    }
}
