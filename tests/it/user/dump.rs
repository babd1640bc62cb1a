//! What a core dump of a host would hold while a push is on the phone.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;

use crate::support::{Login, Mock, Tinyproxy};

/// Memory of a process, as `/proc/PID/smaps` tells it (proc(5)).
struct Mapping {
    begin: u64,
    length: usize,
    is_dumped: bool,
}

/// What can be read and is memory of the process itself.
fn mappings(pid: &str) -> Vec<Mapping> {
    let told = fs::read_to_string(format!("/proc/{pid}/smaps")).expect("its memory");
    let mut all = Vec::new();
    let mut place = None;
    for line in told.lines() {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first == "VmFlags:" {
            if let Some((begin, length)) = place.take() {
                all.push(Mapping { begin, length, is_dumped: !words.any(|flag| flag == "dd") });
            }
        } else if let Some((from, to)) = first.split_once('-') {
            let address = |text| u64::from_str_radix(text, 16).expect("an address");
            let (begin, end) = (address(from), address(to));
            // Larger ones are reserved only, by a sanitizer.
            place = usize::try_from(end - begin)
                .ok()
                .filter(|length| *length < 1 << 30 && line.contains(" r"))
                .map(|length| (begin, length));
        }
    }
    all
}

/// How often this stands in the memory of a process: in what is dumped, and in what is not.
fn copies(pid: &str, text: &str) -> (usize, usize) {
    let memory = File::open(format!("/proc/{pid}/mem"))
        .expect("its memory may be read (kernel.yama.ptrace_scope above 1 forbids it)");
    let mut found = (0, 0);
    for Mapping { begin, length, is_dumped } in mappings(pid) {
        let mut bytes = vec![0; length];
        // The kernel's own pages cannot be read.
        let read = memory.read_at(&mut bytes, begin).unwrap_or_default();
        let here = bytes[..read].windows(text.len()).filter(|at| *at == text.as_bytes()).count();
        *(if is_dumped { &mut found.0 } else { &mut found.1 }) += here;
    }
    found
}

/// A login whose host says who it is.
fn traced(login: Login, pid: &Path) -> Login {
    login.within(&["sh", "-c", "echo $$ >$0; exec \"$@\"", pid.to_str().expect("a plain path")])
}

#[test]
fn a_core_dump_holds_neither_the_key_nor_the_proxy_s_password() {
    let mock = Mock::with_me("");
    let proxy = Tinyproxy::start("BasicAuth demo swordfish-9");
    let dir = tempfile::tempdir().expect("a folder");
    let pid = dir.path().join("pid");
    let (login, skey) = (Login::new(&mock), mock.hello.skey.clone());
    let login = login.option("http_proxy", &proxy.url("demo:swordfish-9@"));
    thread::scope(|scope| {
        let login = scope.spawn(|| traced(login, &pid).run());
        mock.await_event("push");
        let pid = fs::read_to_string(&pid).expect("its number");
        let found = [&skey, "demo:swordfish-9"].map(|text| copies(pid.trim(), text));
        mock.decide(&["approve"]);
        let told = login.join().expect("a login");
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        // One copy of each, and that where no dump shows it.
        assert_eq!(found, [(0, 1), (0, 1)], "(dumped, not dumped)");
    });
}
