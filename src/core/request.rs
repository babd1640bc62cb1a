//! The calls as types, and the parameters that they become.
//!
//! Source: "Endpoints" in the [Auth API reference](https://duo.com/docs/authapi#api-details).

use zeroize::Zeroizing;

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
        /// What the admin's failmode is, for the service's statistics: `open` or `closed`.
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
        /// The verified push that preauth announced.
        txid: Option<Txid>,
    },
}

/// Names and values of one call; values may be secret.
pub type Params<'a> = Vec<(&'a str, Zeroizing<String>)>;

impl Call {
    /// Method and path.
    #[must_use]
    pub fn endpoint(&self) -> (&'static str, &'static str) {
        match self {
            Self::Preauth { .. } => ("POST", "/auth/v2/preauth"),
            Self::Auth { .. } => ("POST", "/auth/v2/auth"),
            Self::Status { .. } => ("GET", "/auth/v2/auth_status"),
        }
    }

    /// The parameters, in no particular order.
    #[must_use]
    pub fn params(&self) -> Params<'static> {
        let mut params = List::default();
        match self {
            Self::Preauth { subject, text_prompt, failmode } => {
                params.subject(subject);
                params.add("failmode", failmode);
                params.add("client_supports_verified_push", "1");
                if *text_prompt == TextPrompt::Ask {
                    params.add("text_prompt", "1");
                }
            }
            Self::Auth { subject, factor } => {
                params.subject(subject);
                params.add("async", "1");
                params.factor(factor);
            }
            Self::Status { txid } => params.add("txid", &txid.0),
        }
        params.0
    }
}

#[derive(Default)]
struct List(Params<'static>);

impl List {
    fn add(&mut self, name: &'static str, value: &str) {
        self.0.push((name, Zeroizing::new(value.to_owned())));
    }

    fn add_some(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    fn subject(&mut self, subject: &Subject) {
        self.add("username", &subject.username);
        self.add_some("ipaddr", subject.ipaddr.as_deref());
        self.add_some("hostname", subject.hostname.as_deref());
    }

    fn factor(&mut self, factor: &Factor) {
        match factor {
            Factor::Push { device, pushinfo, txid } => {
                self.add("factor", "push");
                self.add("device", device);
                self.add("type", "Login");
                self.add_some("pushinfo", pushinfo.as_deref());
                self.add_some("txid", txid.as_ref().map(|txid| txid.0.as_str()));
            }
            Factor::Phone { device } => {
                self.add("factor", "phone");
                self.add("device", device);
            }
            Factor::Sms { device } => {
                self.add("factor", "sms");
                self.add("device", device);
            }
            Factor::Passcode(passcode) => {
                self.add("factor", "passcode");
                self.add("passcode", passcode.expose());
            }
            Factor::Prompt { answer, pushinfo, txid } => {
                self.add("factor", "prompt");
                self.add("prompt", answer.expose());
                self.add_some("pushinfo", pushinfo.as_deref());
                self.add_some("txid", txid.as_ref().map(|txid| txid.0.as_str()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(call: &Call) -> Vec<&'static str> {
        let mut names: Vec<_> = call.params().iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_is_not_known_is_not_sent() {
        let subject = Subject { username: "demo".into(), ipaddr: None, hostname: None };
        let call = Call::Preauth { subject, text_prompt: TextPrompt::Omit, failmode: "closed" };
        assert_eq!(names(&call), ["client_supports_verified_push", "failmode", "username"]);
    }

    #[test]
    fn a_verified_push_carries_its_transaction() {
        let factor = Factor::Push {
            device: "D1".into(),
            pushinfo: Some("a=b".into()),
            txid: Some(Txid("T".into())),
        };
        let call = Call::Auth { subject: Subject::default(), factor };
        assert_eq!(
            names(&call),
            ["async", "device", "factor", "pushinfo", "txid", "type", "username"]
        );
    }
}
