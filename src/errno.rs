//! From `errno` to the closed lists of `core::failure`: the one place where they meet.

use rustix::io::Errno;

use crate::core::failure::{Failure, Local, Outage};

/// What a failed `connect(2)`, or a connection's own error, is evidence of.
///
/// A closed list: what is not here is a failure of this machine.
pub fn of_connect(errno: Errno) -> Failure {
    match errno {
        Errno::CONNREFUSED => Failure::Outage(Outage::ConnectRefused),
        Errno::TIMEDOUT => Failure::Outage(Outage::ConnectTimedOut),
        Errno::NETUNREACH | Errno::NETDOWN => Failure::Outage(Outage::NetworkUnreachable),
        Errno::HOSTUNREACH | Errno::HOSTDOWN => Failure::Outage(Outage::HostUnreachable),
        Errno::CONNRESET => Failure::Outage(Outage::Cut),
        other => Failure::Local(local(other)),
    }
}

/// What a failed read or write on a connection that was up is evidence of.
pub fn of_stream(errno: Errno) -> Failure {
    match errno {
        Errno::CONNRESET | Errno::PIPE | Errno::CONNABORTED => Failure::Outage(Outage::Cut),
        // The kernel gave up repeating: nothing came back for minutes.
        Errno::TIMEDOUT => Failure::Outage(Outage::Silent),
        other => of_connect(other),
    }
}

/// A failure of this machine, whoever caused it.
pub fn local(errno: Errno) -> Local {
    match errno {
        Errno::MFILE | Errno::NFILE => Local::NoDescriptor,
        Errno::NOMEM | Errno::NOBUFS => Local::NoMemory,
        Errno::ADDRNOTAVAIL => Local::NoLocalPort,
        Errno::ACCESS | Errno::PERM => Local::NotPermitted,
        Errno::AFNOSUPPORT => Local::NoFamily,
        other => Local::Os(other.raw_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_errno_of_connect_has_its_own_meaning() {
        let outages = [
            (Errno::CONNREFUSED, Outage::ConnectRefused),
            (Errno::TIMEDOUT, Outage::ConnectTimedOut),
            (Errno::NETUNREACH, Outage::NetworkUnreachable),
            (Errno::NETDOWN, Outage::NetworkUnreachable),
            (Errno::HOSTUNREACH, Outage::HostUnreachable),
            (Errno::HOSTDOWN, Outage::HostUnreachable),
            (Errno::CONNRESET, Outage::Cut),
        ];
        for (errno, outage) in outages {
            assert_eq!(of_connect(errno), Failure::Outage(outage), "{errno:?}");
        }
    }

    #[test]
    fn a_failure_of_this_machine_is_never_an_outage() {
        let locals = [
            (Errno::MFILE, Local::NoDescriptor),
            (Errno::NFILE, Local::NoDescriptor),
            (Errno::NOMEM, Local::NoMemory),
            (Errno::NOBUFS, Local::NoMemory),
            (Errno::ADDRNOTAVAIL, Local::NoLocalPort),
            (Errno::ACCESS, Local::NotPermitted),
            (Errno::PERM, Local::NotPermitted),
            (Errno::AGAIN, Local::Os(libc::EAGAIN)),
            (Errno::INVAL, Local::Os(libc::EINVAL)),
            (Errno::AFNOSUPPORT, Local::NoFamily),
            (Errno::BADF, Local::Os(libc::EBADF)),
        ];
        for (errno, why) in locals {
            assert_eq!(of_connect(errno), Failure::Local(why.clone()), "{errno:?}");
            assert_eq!(of_stream(errno), Failure::Local(why), "{errno:?}");
        }
    }

    /// The whole range, so that no errno can slip into the list of outages unnoticed.
    #[test]
    fn only_the_listed_errnos_are_outages() {
        let outages = |of: fn(Errno) -> Failure| {
            (1..4096)
                .filter(|&raw| matches!(of(Errno::from_raw_os_error(raw)), Failure::Outage(_)))
                .collect::<Vec<_>>()
        };
        let mut listed = vec![
            libc::ECONNREFUSED,
            libc::ETIMEDOUT,
            libc::ENETUNREACH,
            libc::ENETDOWN,
            libc::EHOSTUNREACH,
            libc::EHOSTDOWN,
            libc::ECONNRESET,
        ];
        listed.sort_unstable();
        assert_eq!(outages(of_connect), listed);
        listed.extend([libc::EPIPE, libc::ECONNABORTED]);
        listed.sort_unstable();
        assert_eq!(outages(of_stream), listed);
    }

    #[test]
    fn a_connection_that_was_up_is_cut_or_falls_silent() {
        for errno in [Errno::CONNRESET, Errno::PIPE, Errno::CONNABORTED] {
            assert_eq!(of_stream(errno), Failure::Outage(Outage::Cut));
        }
        assert_eq!(of_stream(Errno::TIMEDOUT), Failure::Outage(Outage::Silent));
    }
}
