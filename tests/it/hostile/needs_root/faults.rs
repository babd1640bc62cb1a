//! How each call can fail, the most telling first; which of it is an outage; and what a host may be left
//! with.

use super::call::Call;
use super::trial::Fault;

/// A kind of system call: its number, its name, and its faults as `fault.h` knows them.
type Kind = (i64, &'static str, &'static [&'static str]);

/// Nothing that it returns is an error.
const NEVER: &[&str] = &[];
const FILE: &[&str] = &["-24", "-13", "-2", "-23", "-12", "-4", "-5", "-40"];
const STAT: &[&str] = &["-5", "stat-uid", "stat-mode", "stat-type", "stat-size", "-12"];

/// Every system call of a login. One that is not here fails the test: it is to be added with its faults.
const KINDS: &[Kind] = &[
    (libc::SYS_openat, "openat", FILE),
    (libc::SYS_fstat, "fstat", STAT),
    (libc::SYS_newfstatat, "newfstatat", STAT),
    (libc::SYS_statx, "statx", &["-5"]),
    (libc::SYS_read, "read", &["-5", "0", "short", "-4", "-21", "-11"]),
    (libc::SYS_write, "write", &["-5", "0", "-4", "-28", "-32"]),
    (libc::SYS_lseek, "lseek", &["-29", "-22"]),
    // Not EBADF: systemd's name service ends a process that it happens to.
    (libc::SYS_close, "close", &["after-5", "after-4"]),
    (libc::SYS_fcntl, "fcntl", &["-24", "-9"]),
    (libc::SYS_ioctl, "ioctl", &["-25"]),
    (libc::SYS_readlink, "readlink", &["-13", "-2", "-5"]),
    (libc::SYS_readlinkat, "readlinkat", &["-13", "-2", "-5"]),
    (libc::SYS_getdents64, "getdents64", &["-5", "0"]),
    (libc::SYS_pipe2, "pipe2", &["-24", "-23"]),
    (libc::SYS_socket, "socket", &["-24", "-23", "-12", "-105", "-13", "-1", "-97", "-93", "-22"]),
    (
        libc::SYS_connect,
        "connect",
        &[
            "-13", "-111", "-110", "-101", "-113", "-100", "-112", "-104", "-99", "-98", "-11",
            "after-4", "-1", "-105", "-12", "-9", "-2", "-22",
        ],
    ),
    // glibc's resolver since 2.41, in front of `getsockname`.
    (libc::SYS_bind, "bind", &["-105", "-12", "-13", "-98", "-99"]),
    (libc::SYS_setsockopt, "setsockopt", &["-92", "-12"]),
    (libc::SYS_getsockopt, "getsockopt", &["-12", "value111", "value110", "value13", "-9"]),
    (libc::SYS_getsockname, "getsockname", &["-105"]),
    (libc::SYS_getpeername, "getpeername", &["-107"]),
    (
        libc::SYS_sendto,
        "sendto",
        &["-105", "-32", "-104", "-11", "-4", "short", "0", "-1", "-12", "-9"],
    ),
    (libc::SYS_sendmsg, "sendmsg", &["-105", "-32", "-111", "-11"]),
    (
        libc::SYS_recvfrom,
        "recvfrom",
        &["-12", "0", "-104", "-11", "-4", "short", "-110", "-113", "-5", "-9"],
    ),
    (libc::SYS_recvmsg, "recvmsg", &["-12", "0"]),
    (libc::SYS_poll, "poll", &["-12", "0", "-4", "revents32", "revents0", "-22"]),
    (
        libc::SYS_ppoll,
        "ppoll",
        &["-12", "0", "-4", "revents32", "revents-1", "revents0", "-22", "-14"],
    ),
    (libc::SYS_signalfd4, "signalfd4", &["-24", "-12", "-19"]),
    (libc::SYS_rt_sigaction, "rt_sigaction", &["-22"]),
    // The kernel refuses it to nobody; what the module makes of it: `pthread_sigmask` in `imports.rs`.
    (libc::SYS_rt_sigprocmask, "rt_sigprocmask", NEVER),
    (libc::SYS_rt_sigpending, "rt_sigpending", &["-14"]),
    (libc::SYS_sigaltstack, "sigaltstack", &["-12"]),
    (libc::SYS_getitimer, "getitimer", &["-22"]),
    (libc::SYS_uname, "uname", &["-14"]),
    (libc::SYS_getrandom, "getrandom", &["-4", "-38", "-11", "short", "-5"]),
    (libc::SYS_clone3, "clone3", &["-11", "-12", "-1"]),
    (libc::SYS_clone, "clone", &["-11"]),
    (libc::SYS_mmap, "mmap", &["-12", "-1"]),
    (libc::SYS_munmap, "munmap", &["-12"]),
    (libc::SYS_mprotect, "mprotect", &["-12", "-13"]),
    (libc::SYS_madvise, "madvise", &["-22", "-12"]),
    (libc::SYS_brk, "brk", NEVER),
    (libc::SYS_prctl, "prctl", &["-22"]),
    (libc::SYS_sched_getaffinity, "sched_getaffinity", &["-22"]),
    (libc::SYS_sched_yield, "sched_yield", NEVER),
    // glibc itself ends the process at an error that the kernel does not give.
    (libc::SYS_futex, "futex", NEVER),
    (libc::SYS_rseq, "rseq", NEVER),
    (libc::SYS_set_robust_list, "set_robust_list", &["-38"]),
    (libc::SYS_gettid, "gettid", NEVER),
    (libc::SYS_getpid, "getpid", NEVER),
    (libc::SYS_getuid, "getuid", NEVER),
    (libc::SYS_geteuid, "geteuid", NEVER),
    (libc::SYS_getgid, "getgid", NEVER),
    (libc::SYS_getegid, "getegid", NEVER),
    (libc::SYS_exit, "exit", NEVER),
];

fn kind(number: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|(known, ..)| known.to_string() == number)
}

/// The faults of a system call of this number.
pub fn of_system_call(number: &str) -> &'static [&'static str] {
    let (_, _, faults) = kind(number)
        .unwrap_or_else(|| panic!("system call {number} is not in the table of faults"));
    faults
}

/// A call's name.
pub fn name(what: &str) -> &str {
    kind(what).map_or(what, |(_, name, _)| name)
}

/// With which faults a login is let in under `safe`, while no factor has been asked for: the closed list
/// of outages, as it looks from below.
const OUTAGES: &[(&str, &[&str])] = &[
    // ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, ECONNRESET; and
    // EADDRNOTAVAIL where a datagram socket finds no address of this machine's own either.
    ("connect", &["-111", "-110", "-101", "-113", "-100", "-112", "-104", "-99"]),
    // The same, told later.
    ("getsockopt", &["value111", "value110"]),
    // The connection was cut: EPIPE, ECONNRESET, or its end.
    // And one that never takes or has a byte, whatever ppoll(2) says: silence.
    ("sendto", &["-32", "-104", "-11", "0"]),
    ("recvfrom", &["0", "-104", "-110", "-113", "-11"]),
    // A kernel that says of nothing that it is there: silence, to whoever listens.
    ("ppoll", &["0", "revents0"]),
    // EAI_NONAME and EAI_NODATA, EAI_AGAIN and EAI_FAIL.
    ("getaddrinfo", &["-2", "-5", "-3", "-4"]),
];

/// Is this fault evidence that the service cannot be reached? In the resolver's thread any call that fails once is:
/// glibc makes a "no" of a file that it could not read just then. Who logs in has no hand in that but in a process
/// of their own, where no outage opens anything (`setuid.rs`).
pub fn outage(fault: &Fault) -> bool {
    let name = name(&fault.call.what);
    let is_the_resolver_s = fault.call.thread == 1 && !fault.always;
    is_the_resolver_s
        || OUTAGES.iter().any(|(known, words)| *known == name && words.contains(&fault.word))
}

/// What the user database says itself, each time that it is asked: the account's one group has no name.
/// Then no rule about names can match it, and whoever is in none that `groups` names is exempt.
pub fn exempts(fault: &Fault) -> bool {
    (name(&fault.call.what), fault.word, fault.always) == ("getgrgid_r", "nobody", true)
}

/// Does std end the host by itself? It does where it has no memory. And it needs a key for what threads keep, once in a process, which has
/// 1,024 of them; nobody but the host and its libraries can use them up.
pub fn std_aborts(fault: &Fault) -> bool {
    ["pthread_key_create", "memory"].contains(&fault.call.what.as_str())
}

/// Is the line gone with this call? The log was being written.
pub fn loses_the_line(fault: &Fault, hit: &Call) -> bool {
    hit.logging || is_the_log_s(fault)
}

/// A kernel whose clocks fail is none: then std panics, and a login ends in `PAM_ABORT`, before or after
/// its line, and with one about the panic if that can still wait for the log.
pub fn is_without_a_clock(fault: &Fault) -> bool {
    (fault.call.what.as_str(), fault.word) == ("clock_gettime", "22")
}

/// Does it fail each time, for the log too?
fn is_the_log_s(fault: &Fault) -> bool {
    let of_the_log = ["socket", "connect", "sendto", "ppoll", "pam_syslog"];
    fault.always && of_the_log.contains(&name(&fault.call.what))
}

/// May a host be left with something after this? What cannot be put back stays; ring keeps the device
/// that it reads from on a kernel without `getrandom(2)`; std of Rust 1.85 keeps what a thread was to have whose
/// attributes cannot be set; and glibc connects to the log anew.
pub fn may_leave(fault: &Fault) -> bool {
    match (name(&fault.call.what), fault.word) {
        ("pthread_sigmask" | "munmap" | "pthread_attr_init" | "pthread_attr_setstacksize", _)
        | ("getrandom", "-38") => true,
        _ => fault.call.logging || is_the_log_s(fault),
    }
}
