//! How a login may end, restated from what is promised and not from the module's own table.

/// The two ways in which the admin can want an outage to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failmode {
    Safe,
    Secure,
}

/// One end under both failmodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// An outage on the closed list before a factor was chosen: the only one that depends on the
    /// failmode.
    Unreachable(Outage),
    /// As decided here, whatever the failmode.
    Always(Told),
}

/// What the caller, the user and the log are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub code: &'static str,
    /// How the line in the log begins.
    pub headline: &'static str,
    /// `outcome=` in that line.
    pub outcome: &'static str,
    /// What `reason=` in that line begins with; empty: none is claimed.
    pub reason: &'static str,
    /// The last thing that the user reads; empty: nothing.
    pub reads: &'static str,
}

/// The closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    ConnectRefused,
    ConnectTimedOut,
    NetworkUnreachable,
    HostUnreachable,
    NoSuchName,
    ResolverFailed,
    ResolverLate,
    Silent,
    Cut,
    ServerError(&'static str),
    ProxySilent,
    ProxyCut,
    ProxyError(&'static str),
}

impl Outage {
    /// The list with its words in the log and what is meant by each.
    pub const LIST: [(Outage, &'static str); 13] = [
        (Outage::ConnectRefused, "`ECONNREFUSED`: nobody listens there"),
        (Outage::ConnectTimedOut, "`ETIMEDOUT`, or no answer to the connection within `timeout`"),
        (
            Outage::NetworkUnreachable,
            "`ENETUNREACH`, `ENETDOWN`: no route; `EAFNOSUPPORT` of IPv6: this machine has none",
        ),
        (Outage::HostUnreachable, "`EHOSTUNREACH`, `EHOSTDOWN`: a route, and nobody at its end"),
        (Outage::NoSuchName, "`EAI_NONAME`, `EAI_NODATA`: the name service knows no such host"),
        (Outage::ResolverFailed, "`EAI_AGAIN`, `EAI_FAIL`: the name service cannot be asked"),
        (Outage::ResolverLate, "the name service has not answered within `timeout`"),
        (Outage::Silent, "connected, and no whole reply within `timeout`"),
        (Outage::Cut, "the connection ended, or was reset, before the reply was whole"),
        (Outage::ServerError("500"), "a status from 500 to 599 in preauth"),
        (Outage::ProxySilent, "connected to the proxy, and no whole answer within `timeout`"),
        (Outage::ProxyCut, "the proxy ended or reset the connection without an answer"),
        (Outage::ProxyError("502"), "500, 502, 503 or 504 from the proxy"),
    ];

    /// The log's words.
    pub fn words(self) -> String {
        match self {
            Outage::ConnectRefused => "connection refused".to_owned(),
            Outage::ConnectTimedOut => "connection timed out".to_owned(),
            Outage::NetworkUnreachable => "network unreachable".to_owned(),
            Outage::HostUnreachable => "host unreachable".to_owned(),
            Outage::NoSuchName => "no such host name".to_owned(),
            Outage::ResolverFailed => "name service failed".to_owned(),
            Outage::ResolverLate => "name service did not answer in time".to_owned(),
            Outage::Silent => "no reply in time".to_owned(),
            Outage::Cut => "connection lost".to_owned(),
            Outage::ServerError(status) => format!("server error, HTTP {status}"),
            Outage::ProxySilent => "no reply from the proxy in time".to_owned(),
            Outage::ProxyCut => "connection lost by the proxy".to_owned(),
            Outage::ProxyError(status) => {
                format!("the proxy does not reach the service, HTTP {status}")
            }
        }
    }
}

pub const LET_IN_WITHOUT: &str = "Two-factor service unreachable; logging you in without it.";
pub const NO_ANSWER: &str = "Cannot reach the two-factor service.";
pub const BROKEN: &str = "The second factor does not work on this machine; its administrator finds the reason in the log.";
pub const APPROVED: &str = "Approved.";
pub const BUSY: &str = "Too many logins at once; try again in a minute.";

const fn broken(code: &'static str, outcome: &'static str, reason: &'static str) -> Ends {
    Ends::Always(Told { code, headline: "Error in Duo login", outcome, reason, reads: BROKEN })
}

/// The service said allow in the end.
pub const ALLOWED: Ends = Ends::Always(Told {
    code: "PAM_SUCCESS",
    headline: "Successful Duo login",
    outcome: "allow",
    reason: "",
    reads: APPROVED,
});

/// The service lets in without a factor. Nothing is shown.
pub const BYPASSED: Ends = Ends::Always(Told {
    code: "PAM_SUCCESS",
    headline: "Skipped Duo login",
    outcome: "bypass",
    reason: "",
    reads: "",
});

const fn aborted(outcome: &'static str, reason: &'static str, reads: &'static str) -> Ends {
    let headline = "Aborted Duo login";
    Ends::Always(Told { code: "PAM_PERM_DENIED", headline, outcome, reason, reads })
}

/// The service shuts this user out.
pub const fn refused(reason: &'static str, reads: &'static str) -> Ends {
    aborted("refused", reason, reads)
}

pub const fn not_enrolled(reason: &'static str, reads: &'static str) -> Ends {
    aborted("not_enrolled", reason, reads)
}

pub const LOCKED_OUT: Ends =
    aborted("locked_out", "Call us.", "The account is locked out. Call us.");

/// Denied by the service, or for want of an answer.
pub const fn failed(outcome: &'static str, reads: &'static str) -> Ends {
    let headline = "Failed Duo login";
    Ends::Always(Told { code: "PAM_AUTH_ERR", headline, outcome, reason: "", reads })
}

/// The service went away after the factor was chosen.
pub const fn lost(reason: &'static str) -> Ends {
    Ends::Always(Told {
        code: "PAM_AUTHINFO_UNAVAIL",
        headline: "Failsecure Duo login",
        outcome: "unreachable",
        reason,
        reads: NO_ANSWER,
    })
}

pub const RATE_LIMITED: Ends = Ends::Always(Told {
    code: "PAM_AUTHINFO_UNAVAIL",
    headline: "Failed Duo login",
    outcome: "rate_limited",
    reason: "",
    reads: BUSY,
});

pub const fn keys_refused(reason: &'static str) -> Ends {
    broken("PAM_AUTHINFO_UNAVAIL", "keys_refused", reason)
}

pub const CLOCK_OFF: Ends =
    broken("PAM_AUTHINFO_UNAVAIL", "clock_off", "the service refuses this machine's time");

pub const fn untrusted(reason: &'static str) -> Ends {
    broken("PAM_AUTHINFO_UNAVAIL", "untrusted", reason)
}

pub const fn proxy_refuses(reason: &'static str) -> Ends {
    broken("PAM_AUTHINFO_UNAVAIL", "proxy", reason)
}

pub const fn unintelligible(reason: &'static str) -> Ends {
    broken("PAM_AUTHINFO_UNAVAIL", "unintelligible", reason)
}

pub const fn local(reason: &'static str) -> Ends {
    broken("PAM_SYSTEM_ERR", "local", reason)
}

pub const fn config(reason: &'static str) -> Ends {
    broken("PAM_SERVICE_ERR", "config", reason)
}

pub const fn argument(reason: &'static str) -> Ends {
    broken("PAM_SERVICE_ERR", "argument", reason)
}

pub const USER_UNKNOWN: Ends = Ends::Always(Told {
    code: "PAM_USER_UNKNOWN",
    headline: "Error in Duo login",
    outcome: "user_unknown",
    reason: "",
    reads: "",
});

impl Failmode {
    pub const BOTH: [Failmode; 2] = [Failmode::Safe, Failmode::Secure];

    pub fn word(self) -> &'static str {
        match self {
            Failmode::Safe => "safe",
            Failmode::Secure => "secure",
        }
    }
}

impl Ends {
    /// The PAM code.
    pub fn code(self, failmode: Failmode) -> &'static str {
        match (self, failmode) {
            (Ends::Unreachable(_), Failmode::Safe) => "PAM_SUCCESS",
            (Ends::Unreachable(_), Failmode::Secure) => "PAM_AUTHINFO_UNAVAIL",
            (Ends::Always(told), _) => told.code,
        }
    }

    /// The log's first words, its outcome, and what its reason begins with.
    pub fn log(self, failmode: Failmode) -> (&'static str, &'static str, String) {
        let headline = match failmode {
            Failmode::Safe => "Failsafe Duo login",
            Failmode::Secure => "Failsecure Duo login",
        };
        match self {
            Ends::Unreachable(outage) => (headline, "unreachable", outage.words()),
            Ends::Always(told) => (told.headline, told.outcome, told.reason.to_owned()),
        }
    }

    /// The last thing that the user reads.
    pub fn reads(self, failmode: Failmode) -> Option<&'static str> {
        let text = match (self, failmode) {
            (Ends::Unreachable(_), Failmode::Safe) => LET_IN_WITHOUT,
            (Ends::Unreachable(_), Failmode::Secure) => NO_ANSWER,
            (Ends::Always(told), _) => told.reads,
        };
        Some(text).filter(|text| !text.is_empty())
    }
}
