//! A configuration on its way: what was stored so far, no use to anyone until it is whole.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::option::Presence;
use super::options::OPTIONS;
use super::{
    Announce, Autopush, Config, Exempt, Failmode, Gecos, Groups, Keys, Proxy, Pushinfo, Rules,
    ServiceHost, Signature, SuSubject,
};
use crate::core::secret::Secret;

/// What [`OPTIONS`] has stored. A row stores into one field.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub ikey: Option<String>,
    pub skey: Option<Secret>,
    pub host: Option<ServiceHost>,
    pub failmode: Option<Failmode>,
    pub autopush: Option<Autopush>,
    pub announce: Option<Announce>,
    pub account: Option<bool>,
    pub profile: Option<&'static str>,
    pub login_grace: Option<Duration>,
    pub pushinfo: Option<Pushinfo>,
    pub enroll_qr: Option<bool>,
    pub prompts: Option<u8>,
    pub timeout: Option<Duration>,
    pub cafile: Option<PathBuf>,
    pub signature: Option<Signature>,
    pub proxy: Option<Proxy>,
    pub groups: Option<Groups>,
    pub exempt: Option<Exempt>,
    pub su_subject: Option<SuSubject>,
    /// Several rows store into it, each into its own rule.
    pub usernames: Rules,
    pub gecos: GecosDraft,
    /// What a row has to say of the value that it stored last, a sentence each; whoever reads the
    /// file takes them and says where the value stands.
    pub remarks: Vec<String>,
}

impl Draft {
    /// Every default of the table, nothing else.
    #[must_use]
    pub fn with_defaults() -> Self {
        let mut draft = Self::default();
        for option in OPTIONS.iter().filter(|option| option.presence == Presence::Defaulted) {
            option.kind.store_default(&mut draft);
        }
        draft
    }

    /// The configuration; `None` while anything is missing.
    #[must_use]
    pub fn finish(self, origin: &Path) -> Option<Config> {
        Some(Config {
            keys: Keys { ikey: self.ikey?, skey: self.skey? },
            host: self.host?,
            failmode: self.failmode?,
            autopush: self.autopush?,
            announce: self.announce?,
            account: self.account?,
            profile: self.profile,
            login_grace: self.login_grace,
            pushinfo: self.pushinfo?,
            enroll_qr: self.enroll_qr?,
            prompts: self.prompts?,
            timeout: self.timeout?,
            cafile: self.cafile,
            signature: self.signature?,
            proxy: self.proxy,
            groups: self.groups,
            exempt: self.exempt?,
            su_subject: self.su_subject?,
            usernames: self.usernames,
            gecos: self.gecos.finish().ok()?,
            origin: origin.to_owned(),
        })
    }
}

/// The options about the GECOS field, which mean something together only.
#[derive(Clone, Debug, Default)]
pub struct GecosDraft {
    pub sent: bool,
    /// One character; `None`: a comma.
    pub delimiter: Option<String>,
    /// From 1. It alone has a part of the field sent.
    pub position: Option<usize>,
}

impl GecosDraft {
    /// Both were judged when they were stored; were they not, there would be no configuration.
    fn finish(self) -> Result<Option<Gecos>, String> {
        let delimiter = self.delimiter.as_deref().unwrap_or(",");
        match self.position {
            Some(position) => Gecos::part(delimiter, position).map(Some),
            None => Ok(self.sent.then(Gecos::whole)),
        }
    }
}
