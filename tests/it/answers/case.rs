//! One case: what a person has and types, and all that must come of it, whatever the service's form.

use crate::support::refusal;

/// How a service offers its factors to who asks with `text_prompt=1`, and which it then takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A list of devices and the documented factors.
    Devices,
    /// A menu of its own and nothing else: `factor=prompt`.
    Prompt,
    /// Both; the menu's factors are sent and the devices only word it.
    Both,
}

/// What a person has and types, and what must come of it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Keys of `[server]` in mockduo's scenario.
    pub server: &'static str,
    /// Keys of the user.
    pub user: &'static str,
    /// The user's devices, as TOML.
    pub devices: &'static str,
    /// `[[faults]]`.
    pub faults: &'static str,
    /// More options of `[duo]`.
    pub options: &'static [(&'static str, &'static str)],
    pub answers: &'static [Answer],
    /// Every `/auth`, in order.
    pub sent: &'static [Sent],
    pub ends: End,
    /// Parts of what the person reads, in this order, prompts included.
    pub reads: &'static [&'static str],
    /// Answers that are not asked for any more.
    pub left: usize,
}

/// One answer to a prompt.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Types(&'static str),
    /// The number of one entry, where the two menus count differently.
    Number {
        devices: &'static str,
        prompt: &'static str,
    },
    /// The first passcode out of the n-th text message, as soon as it has come.
    Texted(usize),
}

/// One `/auth`. Devices are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Push(usize),
    /// With the transaction that preauth announced, where it did.
    VerifiedPush(usize),
    Call(usize),
    Text(usize),
    Passcode,
}

/// How the login ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    LetIn,
    /// Denied, fraud, or each try was used up.
    Refused,
    /// Nobody answered in time: no reason for sudo to end, where a person types the next password.
    RanOut,
    LockedOut,
    /// The service broke its word.
    Broken,
}

impl Case {
    /// A phone that can do everything, a menu, three rounds.
    pub const USUAL: Self = Case {
        server: "",
        user: "auto = \"approve\"\npasscodes = [\"123456\"]",
        devices: ONE,
        faults: "",
        options: &[],
        answers: &[],
        sent: &[],
        ends: End::LetIn,
        reads: &[],
        left: 0,
    };
}

pub const ONE: &str = "[[users.devices]]
id = \"DPHONE1\"
name = \"iPhone\"
number = \"XXX-XXX-0100\"
";
pub const TWO: &str = "[[users.devices]]
id = \"DPHONE1\"
name = \"iPhone\"
number = \"XXX-XXX-0100\"
[[users.devices]]
id = \"DPHONE2\"
name = \"Android\"
number = \"XXX-XXX-0200\"
";
/// A mobile phone, and one on a desk that can only be called.
pub const DESK: &str = "[[users.devices]]
id = \"DPHONE1\"
name = \"iPhone\"
number = \"XXX-XXX-0100\"
[[users.devices]]
id = \"DPHONE2\"
number = \"XXX-XXX-0200\"
capabilities = [\"auto\", \"phone\"]
";
/// Something on a key ring that shows six digits.
pub const TOKEN: &str = "[[users.devices]]
id = \"DTOKEN1\"
name = \"0\"
type = \"token\"
capabilities = [\"mobile_otp\"]
";

impl Form {
    /// As mockduo writes it.
    pub fn word(self) -> &'static str {
        match self {
            Form::Devices => "devices",
            Form::Prompt => "prompt",
            Form::Both => "both",
        }
    }
}

impl End {
    pub fn code(self, service: &str) -> &'static str {
        match (self, service) {
            (End::LetIn, _) => "PAM_SUCCESS",
            (End::LockedOut, _) => refusal(service, "PAM_PERM_DENIED"),
            (End::RanOut, "sudo") => "PAM_AUTH_ERR",
            (End::Refused | End::RanOut, _) => refusal(service, "PAM_AUTH_ERR"),
            (End::Broken, _) => refusal(service, "PAM_AUTHINFO_UNAVAIL"),
        }
    }
}

impl Sent {
    /// What reaches a person, if anything: `kind` and device, as mockduo logs it.
    pub fn reaches(self) -> Option<(&'static str, String)> {
        match self {
            Sent::Push(n) | Sent::VerifiedPush(n) => Some(("push", id(n))),
            Sent::Call(n) => Some(("phone call", id(n))),
            Sent::Text(_) | Sent::Passcode => None,
        }
    }

    /// The parameters that say which factor it is; `None` stands for one that must not be there.
    /// What was typed is redacted in mockduo's log.
    pub fn params(self, form: Form) -> [(&'static str, Option<String>); 4] {
        let text = |text: &str| Some(text.to_owned());
        let (factor, device, name) = match self {
            Sent::Push(n) => ("push", Some(id(n)), format!("push{n}")),
            Sent::VerifiedPush(n) => ("push", Some(id(n)), format!("verified_push{n}")),
            Sent::Call(n) => ("phone", Some(id(n)), format!("phone{n}")),
            Sent::Text(n) => ("sms", Some(id(n)), format!("sms{n}")),
            Sent::Passcode => ("passcode", None, "[redacted]".to_owned()),
        };
        let passcode = device.is_none().then(|| "[redacted]".to_owned());
        match form {
            Form::Devices => [
                ("factor", text(factor)),
                ("device", device),
                ("passcode", passcode),
                ("prompt", None),
            ],
            Form::Prompt | Form::Both => [
                ("factor", text("prompt")),
                ("device", None),
                ("passcode", None),
                ("prompt", Some(name)),
            ],
        }
    }

    /// Does it carry the transaction out of preauth? In the menu's form there is none.
    pub fn carries_txid(self, form: Form) -> bool {
        matches!(self, Sent::VerifiedPush(_)) && form != Form::Prompt
    }
}

fn id(n: usize) -> String {
    format!("DPHONE{n}")
}
