//! Users, their phones and their policies as a scenario describes them.

use serde::Deserialize;

use super::Auto;
use crate::clock::Span;

/// One user.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSpec {
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub id: Option<String>,
    #[serde(default)]
    pub policy: Policy,
    /// Shown by `preauth` in place of the usual sentence.
    pub status_msg: Option<String>,
    #[serde(default)]
    pub devices: Vec<DeviceSpec>,
    pub form: Option<Form>,
    /// Pushes need the code that `preauth` shows.
    #[serde(default)]
    pub verified_push: bool,
    /// For how long an approval is remembered by a `trusted_device_token`.
    pub remember: Option<Span>,
    /// Always good.
    #[serde(default)]
    pub passcodes: Vec<String>,
    /// Good once.
    #[serde(default)]
    pub one_time: Vec<String>,
    /// Good once; the status is `bypass`.
    #[serde(default)]
    pub bypass_codes: Vec<String>,
    pub auto: Option<Auto>,
    pub lockout_after: Option<u32>,
}

impl UserSpec {
    pub fn named(name: &str, policy: Policy, devices: Vec<DeviceSpec>) -> Self {
        Self {
            name: name.to_owned(),
            aliases: Vec::new(),
            id: None,
            policy,
            status_msg: None,
            devices,
            form: None,
            verified_push: false,
            remember: None,
            passcodes: Vec::new(),
            one_time: Vec::new(),
            bypass_codes: Vec::new(),
            auto: None,
            lockout_after: None,
        }
    }

    /// The user of a service without a scenario.
    pub fn demo() -> Self {
        Self::named("demo", Policy::Auth, vec![DeviceSpec::iphone("DPFZRS9FB0D46QFTM891")])
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.aliases)
    }
}

/// What `preauth` says of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    #[default]
    Auth,
    Allow,
    Deny,
    Enroll,
    LockedOut,
}

/// How factors are offered to a client that asked for `text_prompt=1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Devices,
    Prompt,
    Both,
}

/// One phone or token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceSpec {
    pub id: String,
    #[serde(default)]
    pub name: String,
    pub display_name: Option<String>,
    #[serde(default)]
    pub number: String,
    #[serde(default, rename = "type")]
    pub kind: DeviceKind,
    #[serde(default = "all_capabilities")]
    pub capabilities: Vec<String>,
    #[serde(default)]
    pub push: PushDelivery,
    /// The first character of the next SMS passcode.
    pub sms_nextcode: Option<String>,
}

fn all_capabilities() -> Vec<String> {
    ["auto", "push", "sms", "phone", "mobile_otp"].map(str::to_owned).to_vec()
}

impl DeviceSpec {
    pub fn iphone(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: "iPhone".to_owned(),
            display_name: Some("iPhone (XXX-XXX-0100)".to_owned()),
            number: "XXX-XXX-0100".to_owned(),
            kind: DeviceKind::Phone,
            capabilities: all_capabilities(),
            push: PushDelivery::Works,
            sms_nextcode: None,
        }
    }

    pub fn can(&self, factor: &str) -> bool {
        self.capabilities.iter().any(|c| c == factor)
    }

    /// What menus call the device.
    pub fn title(&self) -> String {
        let parts = [&self.number, &self.name, &self.id];
        let first = parts.into_iter().find(|text| !text.is_empty());
        self.display_name.as_ref().or(first).cloned().unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    #[default]
    Phone,
    Token,
}

impl DeviceKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Token => "token",
        }
    }
}

/// Whether pushes reach the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushDelivery {
    #[default]
    Works,
    /// `push_failed` is told and nothing rings.
    Fails,
}
