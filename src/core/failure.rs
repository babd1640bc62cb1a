//! Why there is no reply: three kinds that must never be mixed up.
//!
//! Only [`Outage`] can open a door, and only with `failmode = "safe"`, before a factor was chosen, in a
//! process that the system has started. It is a closed list of positive evidence; everything else denies.

use std::fmt;

/// Why there is no reply to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The service cannot be reached.
    Outage(Outage),
    /// This machine failed; whoever logs in may have caused it (`ulimit -n 4`).
    Local(Local),
    /// Somebody answered, but not as the service would.
    Untrusted(Untrusted),
}

/// Positive evidence that the service cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outage {
    /// `ECONNREFUSED`, and no other attempt got further.
    ConnectRefused,
    /// `ETIMEDOUT`, or the budget ended before any address answered.
    ConnectTimedOut,
    /// `ENETUNREACH` or `ENETDOWN`, no address of this machine's own to get there from, or no IPv6 at
    /// all.
    NetworkUnreachable,
    /// `EHOSTUNREACH` or `EHOSTDOWN`.
    HostUnreachable,
    /// The resolver says that the name does not exist (`EAI_NONAME`, `EAI_NODATA`).
    NoSuchName,
    /// The resolver could not ask (`EAI_AGAIN`, `EAI_FAIL`).
    ResolverFailed,
    /// The resolver did not answer within the budget.
    ResolverLate,
    /// Connected, then no whole reply within the budget: silence or a drip.
    Silent,
    /// The connection ended or was reset before the reply was whole.
    Cut,
    /// A 5xx status.
    ServerError(u16),
    /// Connected to the proxy, which did not answer within the budget.
    ProxySilent,
    /// The proxy ended or reset the connection without an answer.
    ProxyCut,
    /// The proxy says that it does not reach the service: 500, 502, 503 or 504.
    ProxyError(u16),
}

/// This machine failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Local {
    /// `EMFILE` or `ENFILE`.
    NoDescriptor,
    /// `ENOMEM`, `ENOBUFS`, `EAI_MEMORY`.
    NoMemory,
    /// The resolver's thread could not be started (`RLIMIT_NPROC`).
    NoThread,
    /// `EADDRNOTAVAIL`: no local address or port.
    NoLocalPort,
    /// `EACCES` where a socket is made or connected to this port: `SELinux` says so, and else only a
    /// route that prohibits it (`connect(2)`, `ip-route(8)`).
    ConnectionDenied(u16),
    /// `EACCES` or `EPERM` elsewhere: a firewall or `SELinux` on this machine.
    NotPermitted,
    /// `EAFNOSUPPORT` where IPv4 is wanted, which every machine has: a filter on this process.
    NoFamily,
    /// A file that libc's resolver reads cannot be read; the text is its path.
    ResolverFile(&'static str),
    /// The trust store cannot be read; the text says which file and why.
    TrustStore(String),
    /// `EAI_SYSTEM` or another failure of the resolver that is no answer; the number is its code.
    Resolver(i32),
    /// The request cannot be made, so that the service was not asked; the text says why.
    Request(String),
    /// No network interface but those that every network namespace has of itself: a sandbox.
    NoNetwork,
    /// The service's name stands for no address of a kind that this machine can connect to.
    NoAddress,
    /// The time was over while nothing had been asked of the service.
    NothingAsked,
    /// The user database failed, or a user has more groups than can be; the number is its `errno`.
    Accounts(i32),
    /// The environment, a setuid host's caller's or the host's own, hides a name service, whose "no" is
    /// then none.
    Environment,
    /// The user database named no group that counts, but took so long that its client may have given up.
    AccountsLate,
    /// Any other `errno`, `EAGAIN` among them.
    Os(i32),
}

/// Somebody answered, but not as the service would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// The certificate does not verify; the text says why.
    Certificate(String),
    /// TLS failed otherwise; the text says how.
    Tls(String),
    /// The reply is no HTTP, or framed ambiguously; the text says how.
    Http(String),
    /// More than the byte budget of one reply.
    TooLarge,
    /// The proxy is up and does not do what it should; the text says which proxy, and what it said.
    Proxy(String),
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectRefused => f.write_str("connection refused"),
            Self::ConnectTimedOut => f.write_str("connection timed out"),
            Self::NetworkUnreachable => f.write_str("network unreachable"),
            Self::HostUnreachable => f.write_str("host unreachable"),
            Self::NoSuchName => f.write_str("no such host name"),
            Self::ResolverFailed => f.write_str("name service failed"),
            Self::ResolverLate => f.write_str("name service did not answer in time"),
            Self::Silent => f.write_str("no reply in time"),
            Self::Cut => f.write_str("connection lost"),
            Self::ServerError(status) => write!(f, "server error, HTTP {status}"),
            Self::ProxySilent => f.write_str("no reply from the proxy in time"),
            Self::ProxyCut => f.write_str("connection lost by the proxy"),
            Self::ProxyError(status) => {
                write!(f, "the proxy does not reach the service, HTTP {status}")
            }
        }
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDescriptor => f.write_str("no file descriptor free on this machine"),
            Self::NoMemory => f.write_str("no memory on this machine"),
            Self::NoThread => f.write_str("no thread to be had for the resolver (RLIMIT_NPROC?)"),
            Self::NoLocalPort => f.write_str("no local address or port free"),
            Self::ConnectionDenied(port) => connection_denied(f, *port),
            Self::NotPermitted => {
                f.write_str("this machine does not permit the connection (firewall or SELinux)")
            }
            Self::NoFamily => f.write_str(
                "this service may make no IPv4 socket (RestrictAddressFamilies= in its systemd unit?)",
            ),
            Self::ResolverFile(path) => {
                write!(f, "{path} may not be read, so no name was asked for (SELinux?)")
            }
            Self::TrustStore(why) => write!(f, "trust store: {why}"),
            Self::Resolver(code) => write!(f, "the resolver failed on this machine, code {code}"),
            Self::Request(why) => write!(f, "the request cannot be made: {why}"),
            Self::NoNetwork => f.write_str(
                "this process sees no network interface (PrivateNetwork= in its systemd unit?)",
            ),
            Self::NoAddress => {
                f.write_str("the service has no address that this machine can connect to")
            }
            Self::NothingAsked => f.write_str("the time was over before the service was asked"),
            Self::Accounts(errno) => {
                write!(f, "the user database cannot be asked on this machine, errno {errno}")
            }
            Self::Environment => f.write_str(
                "the environment hides a name service (a variable such as _SSS_LOOPS or SYSTEMD_BYPASS_USERDB)",
            ),
            Self::AccountsLate => f.write_str(
                "the user database took so long that its answer about groups is not believed",
            ),
            Self::Os(errno) => write!(f, "system call failed, errno {errno}"),
        }
    }
}

/// What an admin does about it: docs/selinux.md.
fn connection_denied(f: &mut fmt::Formatter<'_>, port: u16) -> fmt::Result {
    write!(
        f,
        "the connection to port {port} was not permitted (SELinux?); where it enforces, install the \
         policy module pam_duo2 (make install-selinux) and switch its boolean for this service on"
    )?;
    match port {
        // What `semanage port -l` calls http_port_t everywhere.
        80 | 443 | 488 | 8008 | 8009 | 8443 => Ok(()),
        3128 | 8080 => f.write_str(", and the one for proxies: setsebool -P pam_duo2_proxy on"),
        port => write!(
            f,
            "; for this port: semanage port -a -t http_port_t -p tcp {port} (-m where it has a name; for a \
             proxy -t http_cache_port_t)"
        ),
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(why) => write!(f, "certificate refused: {why}"),
            Self::Tls(why) => write!(f, "TLS failed: {why}"),
            Self::Http(why) => write!(f, "not a proper HTTP reply: {why}"),
            Self::TooLarge => f.write_str("reply too large"),
            Self::Proxy(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outage(outage) => outage.fmt(f),
            Self::Local(local) => local.fmt(f),
            Self::Untrusted(untrusted) => untrusted.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::core::machine::witness::alphabet::failures;

    /// Each port has the one thing said that is missing for it.
    #[test]
    fn a_connection_that_was_not_permitted_names_its_port_and_what_to_do() {
        let said = |port| Local::ConnectionDenied(port).to_string();
        let always = "the connection to port 443 was not permitted (SELinux?); where it enforces, \
                      install the policy module pam_duo2 (make install-selinux) and switch its \
                      boolean for this service on";
        assert_eq!(said(443), always);
        assert!(
            said(8080)
                .ends_with("service on, and the one for proxies: setsebool -P pam_duo2_proxy on")
        );
        assert!(
            said(4443).ends_with(
                "service on; for this port: semanage port -a -t http_port_t -p tcp 4443 (-m where it has \
                 a name; for a proxy -t http_cache_port_t)"
            )
        );
    }

    #[test]
    fn each_failure_has_words_of_its_own() {
        let words: BTreeSet<String> = failures().iter().map(ToString::to_string).collect();
        assert_eq!(words.len(), failures().len(), "{words:?}");
        assert!(words.iter().all(|words| words.len() > 2), "{words:?}");
        for words in ["server error, HTTP 500", "system call failed, errno 5", "trust store: why"] {
            assert!(failures().iter().any(|failure| failure.to_string() == words), "{words}");
        }
    }
}
