//! A process that may not make sockets of a family: `RestrictAddressFamilies=` in systemd.exec(5).

use libc::{sock_filter, sock_fprog};
use pam_duo2::core::failure::{Failure, Local, Outage};

use crate::network::fails;

/// The filter that systemd puts on a unit, for one family: `socket(2)` says `EAFNOSUPPORT`.
fn forbid(family: libc::c_int) {
    const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    const EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    const RETURN: u32 = libc::BPF_RET | libc::BPF_K;
    // Where the kernel has the call's number, and the low half of its first argument.
    let (number, argument) = (0, if cfg!(target_endian = "big") { 20 } else { 16 });
    let low = |number: i64| u32::try_from(number).expect("a small number");
    let code = |code| u16::try_from(code).expect("a small number");
    let line = |of, k, jt, jf| sock_filter { code: code(of), jt, jf, k };
    let mut lines = [
        line(LOAD, number, 0, 0),
        line(EQUAL, low(libc::SYS_socket), 0, 3),
        line(LOAD, argument, 0, 0),
        line(EQUAL, low(family.into()), 0, 1),
        line(RETURN, libc::SECCOMP_RET_ERRNO | low(libc::EAFNOSUPPORT.into()), 0, 0),
        line(RETURN, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let filter = sock_fprog { len: 6, filter: lines.as_mut_ptr() };
    // SAFETY: numbers only.
    let ready = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    // SAFETY: the kernel copies the filter, whose lines live through the call.
    let set =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const filter) };
    assert_eq!((ready, set), (0, 0), "{}", std::io::Error::last_os_error());
}

pub fn forbidden() {
    let refused = Failure::Outage(Outage::ConnectRefused);
    assert_eq!((fails("127.0.0.1"), fails("::1")), (refused.clone(), refused.clone()));
    forbid(libc::AF_INET6);
    // As on a machine without it; the other family is enough.
    assert_eq!(fails("::1"), Failure::Outage(Outage::NetworkUnreachable));
    assert_eq!(fails("localhost"), refused);
    assert_eq!(fails("api.example"), Failure::Outage(Outage::ResolverFailed));
    forbid(libc::AF_INET);
    for host in ["127.0.0.1", "::1", "localhost", "api.example"] {
        assert_eq!(fails(host), Failure::Local(Local::NoFamily), "{host}");
    }
}
