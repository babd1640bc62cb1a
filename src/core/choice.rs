//! One way to prove oneself: what to call it, what it does, what to send.

use super::ascii;
use super::host::{Charset, MenuForm, Profile};
use super::reply::Device;
use super::request::{Factor, Txid};
use super::secret::Secret;
use super::text::{Size, Text};

/// What a choice does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Push,
    /// A push that the person confirms with a code, in the service's own menu.
    VerifiedPush,
    Phone,
    /// New passcodes by text message: an answer that asks again.
    Sms,
    Passcode,
    /// A way in the service's own menu that is not known here; its name stands for the device.
    Other,
}

impl Kind {
    /// The word for the log and for typing it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Push | Self::VerifiedPush => "push",
            Self::Phone => "phone",
            Self::Sms => "sms",
            Self::Passcode => "passcode",
            Self::Other => "other",
        }
    }
}

/// One way to prove oneself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub kind: Kind,
    /// What the person calls the device; empty where the service does not say.
    pub device: String,
    /// The same for a host that garbles all but ASCII: the best name that loses nothing there.
    plain: String,
    /// What else the device is known by, where another one is called the same; empty if nothing is.
    also: String,
    /// Is another device called the same, as far as short names go?
    pub(super) alike: bool,
    /// The service's own words for it, where it does not say which device it is.
    pub(super) words: Option<String>,
    pub(super) send: Send,
}

/// How much a short label says of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// Which one rings goes without saying: there is no other.
    Needless,
    Short,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Send {
    /// `device=` with the documented factors.
    Device(String),
    /// `factor=prompt` with this factor name.
    FactorName(String),
    /// `factor=passcode`, or `factor=prompt`, with what was typed.
    Typed(Secret, PasscodeForm),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasscodeForm {
    Documented,
    Prompt,
}

impl Choice {
    pub(super) fn new(kind: Kind, device: Option<&Device>, send: Send) -> Self {
        let names = device.map(|device| names_of(device, kind)).unwrap_or_default();
        let plain = names.iter().find(|name| ascii::can_write(name)).cloned().unwrap_or_default();
        let mut names = names.into_iter();
        let device = names.next().unwrap_or_default();
        let also = names.next().unwrap_or_default();
        Self { kind, device, plain, also, alike: false, words: None, send }
    }

    /// Might a phone ask the person to approve? A way that is not known might.
    #[must_use]
    pub fn may_push(&self) -> bool {
        self.is_push() || self.kind == Kind::Other
    }

    /// What to send to `/auth`.
    #[must_use]
    pub fn factor(&self, pushinfo: Option<String>, txid: Option<Txid>) -> Factor {
        match (&self.send, self.kind) {
            (Send::Device(device), Kind::Phone) => Factor::Phone { device: device.clone() },
            (Send::Device(device), Kind::Sms) => Factor::Sms { device: device.clone() },
            (Send::Device(device), _) => Factor::Push { device: device.clone(), pushinfo, txid },
            (Send::FactorName(name), _) => {
                Factor::Prompt { answer: Secret::new(name.clone()), pushinfo, txid }
            }
            (Send::Typed(code, PasscodeForm::Documented), _) => Factor::Passcode(code.clone()),
            (Send::Typed(code, PasscodeForm::Prompt), _) => {
                Factor::Prompt { answer: code.clone(), pushinfo, txid: None }
            }
        }
    }

    /// Does a phone ask the person to approve?
    #[must_use]
    pub fn is_push(&self) -> bool {
        matches!(self.kind, Kind::Push | Kind::VerifiedPush)
    }

    /// What to call the device on a host; empty where the service does not say.
    #[must_use]
    pub fn called(&self, charset: Charset) -> &str {
        match charset {
            Charset::Unicode => &self.device,
            Charset::Ascii => &self.plain,
        }
    }

    /// The same, no longer than there is room for. What rings is called by its number everywhere.
    #[must_use]
    pub fn called_on(&self, host: &Profile) -> &str {
        match host.menu {
            MenuForm::OneLine if self.is_push() && !self.alike => self.short_name(host.charset),
            _ => self.called(host.charset),
        }
    }

    /// This label, and what else tells the device from another of the same name.
    pub(super) fn told_apart(&self, label: &str, charset: Charset) -> String {
        let said = self.also.is_empty() || self.called(charset) == self.also;
        if said { label.to_owned() } else { format!("{label} ({})", self.also) }
    }

    /// What it does, in words: "push to iPhone".
    pub(super) fn label(&self, charset: Charset) -> String {
        let said = || self.worded(self.called(charset), "text new passcodes");
        self.words.clone().unwrap_or_else(said)
    }

    /// The same in few words.
    pub(super) fn short_label(&self, charset: Charset, naming: Naming) -> String {
        if let Some(words) = &self.words {
            return words.clone();
        }
        let (short, (_, number)) = (self.short_name(charset), self.names());
        let device = match naming {
            Naming::Needless if matches!(self.kind, Kind::Phone | Kind::Sms) => String::new(),
            _ if self.alike && !number.is_empty() && short != number => {
                format!("{short} ({number})")
            }
            _ => short.to_owned(),
        };
        self.worded(&device, "text passcodes")
    }

    fn worded(&self, device: &str, sms: &str) -> String {
        match (self.kind, device) {
            (Kind::Push | Kind::VerifiedPush, "") => "push".to_owned(),
            (Kind::Push | Kind::VerifiedPush, device) => format!("push to {device}"),
            (Kind::Phone, "") => "call".to_owned(),
            (Kind::Phone, device) => format!("call {device}"),
            (Kind::Sms, "") => sms.to_owned(),
            (Kind::Sms, device) => format!("{sms} to {device}"),
            (Kind::Passcode, _) => "passcode".to_owned(),
            (Kind::Other, name) => name.to_owned(),
        }
    }

    /// The device's name and its number; the one that there is comes first.
    pub(super) fn names(&self) -> (&str, &str) {
        match self.kind {
            Kind::Phone | Kind::Sms if !self.also.is_empty() => (&self.also, &self.device),
            _ => (&self.device, &self.also),
        }
    }

    /// "iPhone" of a device that the service calls "iPhone (XXX-XXX-0100)".
    pub(super) fn short_name(&self, charset: Charset) -> &str {
        let (name, number) = self.names();
        if self.kind == Kind::Other {
            return self.called(charset);
        }
        let without_number = name
            .strip_suffix(')')
            .and_then(|name| name.strip_suffix(number)?.strip_suffix(" ("))
            .filter(|name| !number.is_empty() && !name.is_empty());
        let short = without_number.unwrap_or(name);
        let arrives = charset == Charset::Unicode || ascii::can_write(short);
        if arrives { short } else { self.called(charset) }
    }
}

pub(super) fn can(device: &Device, capability: &str) -> bool {
    !device.id.is_empty() && device.capabilities.iter().any(|able| able == capability)
}

/// What the person may call the device, best first: its name, or for calls and texts its number.
fn names_of(device: &Device, kind: Kind) -> Vec<String> {
    let said = |words: &Option<String>| {
        let clean = Text::line(words.as_deref()?.trim(), Size::NAME).to_string();
        Some(clean).filter(|clean| !clean.is_empty())
    };
    let name = said(&device.display_name).or_else(|| said(&device.name));
    let number = said(&device.number);
    let order = match kind {
        Kind::Phone | Kind::Sms => [number, name],
        _ => [name, number],
    };
    order.into_iter().flatten().collect()
}

/// `phone2` out of the service's menu, worded by the device that it means.
pub(super) fn prompt_choice(factor: &str, devices: &[Device]) -> Choice {
    let send = Send::FactorName(factor.to_owned());
    let word = factor.trim_end_matches(|c: char| c.is_ascii_digit());
    let (kind, capability) = match word {
        "push" => (Kind::Push, "push"),
        "verified_push" => (Kind::VerifiedPush, "push"),
        "phone" => (Kind::Phone, "phone"),
        "sms" => (Kind::Sms, "sms"),
        _ => {
            let device = Text::line(factor, Size::NAME).to_string();
            let known = ascii::can_write(&device);
            let plain = if known { device.clone() } else { "another way".to_owned() };
            return Choice { device, plain, ..Choice::new(Kind::Other, None, send) };
        }
    };
    let nth = factor[word.len()..].parse::<usize>().unwrap_or(1).saturating_sub(1);
    Choice::new(kind, meant(devices, capability, nth), send)
}

/// What a service offers devices for, and the capability that it takes.
pub(super) const WAYS: [(Kind, &str); 3] =
    [(Kind::Push, "push"), (Kind::Phone, "phone"), (Kind::Sms, "sms")];

/// Is there anything to choose about this device?
pub(super) fn is_able(device: &Device) -> bool {
    WAYS.iter().any(|(_, capability)| can(device, capability))
}

/// The device that `phone2` means: the second that can be called, or the second of all. Where these
/// are two, it is not known, and a wrong name is worse than none.
fn meant<'d>(devices: &'d [Device], capability: &str, nth: usize) -> Option<&'d Device> {
    let able = |device: &&Device| can(device, capability);
    let of_these = devices.iter().filter(able).nth(nth);
    let of_all = devices.iter().filter(|device| is_able(device)).nth(nth).filter(able);
    match (of_these, of_all) {
        (Some(one), Some(other)) => Some(one).filter(|one| one.id == other.id),
        (one, other) => one.or(other),
    }
}
