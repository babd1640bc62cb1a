//! The calls as types, and the parameters that they become.

use super::secret::Secret;

/// What is asked of the service, and when (for the `Date` header).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub call: Call,
    /// Seconds to add to this machine's wall clock (learned from a 40105 reply).
    pub skew: i64,
}

/// A transaction of the service (`txid`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Txid(pub String);

/// Who is asked, and from where: what both preauth and auth say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The name as the service knows it.
    pub username: String,
    /// The client's address; only ever an IPv4 or IPv6 literal.
    pub ipaddr: Option<String>,
    /// This machine's `gethostname(2)`.
    pub hostname: Option<String>,
}

/// One call of the Auth API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `POST /auth/v2/preauth`
    Preauth {
        subject: Subject,
        text_prompt: TextPrompt,
        /// What the admin's failmode says: `open` or `closed` for the service's statistics.
        failmode: &'static str,
    },
    /// `POST /auth/v2/auth`, asynchronous: each one may be a push, so it is never repeated blindly.
    Auth { subject: Subject, factor: Factor },
    /// `GET /auth/v2/auth_status`, a long poll.
    Status { txid: Txid },
}

/// Is the service asked for its own menu?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPrompt {
    Ask,
    Omit,
}

/// What to send to `/auth` for the way that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Factor {
    Push {
        device: String,
        /// Percent-encoded pairs, see `core::pushinfo`.
        pushinfo: Option<String>,
        /// The verified push that preauth announced.
        txid: Option<Txid>,
    },
    Phone {
        device: String,
    },
    Sms {
        device: String,
    },
    Passcode(Secret),
    /// The answer to the service's own menu: a factor name, or what was typed.
    Prompt {
        answer: Secret,
        pushinfo: Option<String>,
    },
}
