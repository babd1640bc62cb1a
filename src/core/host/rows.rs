//! One row per PAM service that differs from a plain terminal.
//!
//! The rows come from watching the hosts themselves; `docs/architecture.md` says what was seen.

use std::time::Duration;

use super::{
    Call, Charset, Class, Client, Grace, Info, Infos, MenuForm, Person, Phase, Pictures, Profile,
    Prompts, Unanswered,
};
use crate::core::pushinfo::Work;

/// A host, whatever it says about the call.
pub(super) struct Row {
    /// The PAM services that it uses.
    pub(super) services: &'static [&'static str],
    pub(super) profile: Profile,
    /// [`Profile::info`] where it has no terminal.
    info_without_terminal: Info,
    /// [`Profile::menu`] where it has no terminal.
    menu_without_terminal: MenuForm,
    /// [`Profile::unanswered`] where it has no terminal.
    unanswered_without_terminal: Unanswered,
    silent: Silent,
    /// [`Profile::prompts`] in [`Phase::Account`].
    account: Prompts,
}

/// Does `PAM_SILENT` mean what `pam(3)` says: "should not emit any messages"?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silent {
    Meant,
    /// Set in every call, by a host that shows all the same.
    AlwaysSet,
}

impl Row {
    pub(super) fn in_call(&self, call: Call) -> Profile {
        let silent = call.silent && self.silent == Silent::Meant;
        let info = match (silent, call.terminal) {
            (true, _) => Info::Silenced,
            (false, true) => self.profile.info,
            (false, false) => self.info_without_terminal,
        };
        let pictures = if silent || !call.terminal { Pictures::Not } else { self.profile.pictures };
        let menu = if call.terminal { self.profile.menu } else { self.menu_without_terminal };
        let unanswered =
            if call.terminal { self.profile.unanswered } else { self.unanswered_without_terminal };
        let prompts = match call.phase {
            Phase::Auth => Prompts::Shown,
            Phase::Account => self.account,
        };
        // What is held back until a prompt that never comes is read when it is no news any more.
        let info = match (info, prompts) {
            (Info::HeldBack | Info::InPrompt, Prompts::Refused) => Info::Silenced,
            (info, _) => info,
        };
        Profile { menu, info, pictures, unanswered, prompts, ..self.profile }
    }
}

pub(super) const TERMINAL: Profile = Profile {
    name: "terminal",
    class: Class::Plain,
    menu: MenuForm::Lines,
    client: Client::Unseen,
    info: Info::AtOnce,
    infos: Infos::Told,
    charset: Charset::Unicode,
    pictures: Pictures::Drawn,
    person: Person::User,
    work: Work::Login,
    unanswered: Unanswered::Nobody,
    silence: None,
    grace: Grace::Unlimited,
    prompts: Prompts::Shown,
};

pub(super) const UNKNOWN: Row = Row {
    services: &[],
    profile: TERMINAL,
    info_without_terminal: Info::AtOnce,
    menu_without_terminal: MenuForm::Lines,
    unanswered_without_terminal: Unanswered::Nobody,
    silent: Silent::Meant,
    account: Prompts::Refused,
};

const SUDO: Row = Row {
    services: &["sudo", "sudo-i"],
    profile: Profile {
        name: "sudo",
        class: Class::Sudo,
        work: Work::Command,
        unanswered: Unanswered::Cancelled,
        ..TERMINAL
    },
    // It writes infos to its standard output, in front of the command's. Cockpit's bridge, which
    // runs `sudo -A`, speaks a protocol there.
    info_without_terminal: Info::InPrompt,
    // Where Cockpit's dialog or an askpass program shows it.
    menu_without_terminal: MenuForm::OneLine,
    silent: Silent::AlwaysSet,
    ..UNKNOWN
};

/// `LoginGraceTime` where `sshd_config(5)` does not set it.
const SSHD_GRACE: Duration = Duration::from_secs(120);

/// Cockpit gives a login up that it hears nothing of for 30 s (`cockpit.conf(5)`, `timeout`). Part of
/// that is gone before the module is called.
const COCKPIT_SILENCE: Duration = Duration::from_secs(26);

pub(super) const ROWS: &[Row] = &[
    UNKNOWN,
    Row {
        services: &["sshd"],
        profile: Profile {
            name: "sshd",
            class: Class::Retries,
            // A terminal, mostly. Who comes from Cockpit's page has none, and nothing tells that here.
            menu: MenuForm::PunctuatedLines,
            client: Client::Socket,
            info: Info::HeldBack,
            pictures: Pictures::Not,
            grace: Grace::SinceStart(SSHD_GRACE),
            ..TERMINAL
        },
        info_without_terminal: Info::HeldBack,
        ..UNKNOWN
    },
    Row {
        services: &["cockpit"],
        profile: Profile {
            name: "cockpit",
            class: Class::Cockpit,
            menu: MenuForm::OneLine,
            info: Info::HeldBack,
            charset: Charset::Ascii,
            pictures: Pictures::Not,
            silence: Some(COCKPIT_SILENCE),
            ..TERMINAL
        },
        info_without_terminal: Info::HeldBack,
        menu_without_terminal: MenuForm::OneLine,
        account: Prompts::Shown,
        ..UNKNOWN
    },
    Row {
        // util-linux's login is the service `remote` where a daemon has called it (`login -h`).
        services: &["login", "remote"],
        profile: Profile { name: "login", class: Class::Retries, grace: Grace::Alarm, ..TERMINAL },
        ..UNKNOWN
    },
    Row {
        services: &["su", "su-l"],
        profile: Profile {
            name: "su",
            person: Person::RealUid,
            work: Work::Command,
            infos: Infos::OnStdout,
            ..TERMINAL
        },
        ..UNKNOWN
    },
    Row {
        services: &["doas"],
        profile: Profile { name: "doas", work: Work::Command, infos: Infos::OnStdout, ..TERMINAL },
        ..UNKNOWN
    },
    SUDO,
    // `pam_askpass_service` in sudoers(5): a program shows the prompts, and whether sudo has a
    // terminal besides says nothing about that.
    Row {
        services: &["sudo-askpass"],
        profile: Profile {
            name: "sudo-askpass",
            menu: MenuForm::OneLine,
            info: Info::InPrompt,
            pictures: Pictures::Not,
            ..SUDO.profile
        },
        unanswered_without_terminal: Unanswered::Cancelled,
        ..SUDO
    },
];
