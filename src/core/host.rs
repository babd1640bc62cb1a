//! What each host can show, as data: one row per PAM service that differs from a plain terminal.
//!
//! The rows come from watching the hosts themselves; `docs/architecture.md` says what was seen.

use std::time::Duration;

use super::policy::SuSubject;
use super::pushinfo::Work;

/// How a host treats what a module says and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: &'static str,
    pub class: Class,
    pub menu: MenuForm,
    pub client: Client,
    pub info: Info,
    pub charset: Charset,
    pub pictures: Pictures,
    pub person: Person,
    pub work: Work,
    pub unanswered: Unanswered,
    /// For how long the host may hear nothing before it gives the login up; `None`: for ever.
    pub silence: Option<Duration>,
    pub grace: Grace,
    pub prompts: Prompts,
}

/// When the host ends the login as a whole, whoever is being asked then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// Never, as far as is known.
    Unlimited,
    /// When its own alarm goes off (`alarm(2)`).
    Alarm,
    /// So long after its process began, unless `login_grace` says otherwise.
    SinceStart(Duration),
}

/// Can the person be asked in this call?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompts {
    Shown,
    /// A prompt would fail, or break what the host is doing.
    Refused,
}

/// What libpam calls the module for: the type of its line in the stack (`pam.conf(5)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Auth,
    Account,
}

impl Phase {
    /// As libpam's log lines and stacks write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Account => "account",
        }
    }
}

/// Which return codes a host understands: a column of the verdict table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Codes as `pam(3)` means them.
    Plain,
    /// sshd: `PAM_MAXTRIES` ends the attempt instead of asking again.
    Ssh,
    /// sudo: asks for the password again after most refusals, and ends at once after `PAM_ABORT`.
    Sudo,
    /// Cockpit: only `PAM_PERM_DENIED` after an error message shows our text on its page.
    Cockpit,
}

/// How much room a prompt has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuForm {
    /// A terminal: one line per choice.
    Lines,
    /// The same, or at its other end a label that collapses newlines: each line ends as in a sentence.
    PunctuatedLines,
    /// A label that collapses newlines: one short line.
    OneLine,
}

/// How it shows that the client is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Not at all, or the host dies with it.
    Unseen,
    /// One of the host's sockets is connected to `PAM_RHOST`.
    Socket,
}

/// When the person sees an info message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Info {
    AtOnce,
    /// The host keeps it until the next prompt, or loses it where none comes.
    HeldBack,
    /// It would do harm. What was to be said before a prompt stands in the prompt's own text.
    InPrompt,
    /// `PAM_SILENT`: never.
    Silenced,
}

/// Which characters arrive as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Unicode,
    Ascii,
}

/// Can a picture be put together out of block characters, a row for a line?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    Drawn,
    Not,
}

/// What a host says about one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Is there a `PAM_TTY`?
    pub terminal: bool,
    /// Is `PAM_SILENT` set?
    pub silent: bool,
    pub phase: Phase,
}

/// A host, whatever it says about the call.
struct Row {
    /// The PAM services that it uses.
    services: &'static [&'static str],
    profile: Profile,
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

/// Who the person is that can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// `PAM_USER`.
    User,
    /// su: `PAM_USER` is who somebody becomes; the person is the real uid of the process.
    RealUid,
}

/// What it means that the host fails a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// Nobody can be asked.
    Nobody,
    /// Somebody was asked, and pressed Ctrl-C: the host took that signal for itself.
    Cancelled,
}

/// Which account a login is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// That of `PAM_USER`.
    User,
    /// That of the process's real uid.
    Caller,
}

const TERMINAL: Profile = Profile {
    name: "terminal",
    class: Class::Plain,
    menu: MenuForm::Lines,
    client: Client::Unseen,
    info: Info::AtOnce,
    charset: Charset::Unicode,
    pictures: Pictures::Drawn,
    person: Person::User,
    work: Work::Login,
    unanswered: Unanswered::Nobody,
    silence: None,
    grace: Grace::Unlimited,
    prompts: Prompts::Shown,
};

const UNKNOWN: Row = Row {
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
    unanswered_without_terminal: Unanswered::Nobody,
    silent: Silent::AlwaysSet,
    ..UNKNOWN
};

/// `LoginGraceTime` where `sshd_config(5)` does not set it.
const SSHD_GRACE: Duration = Duration::from_secs(120);

/// Cockpit gives a login up that it hears nothing of for 30 s (`cockpit.conf(5)`, `timeout`). Part of
/// that is gone before the module is called.
const COCKPIT_SILENCE: Duration = Duration::from_secs(26);

const ROWS: &[Row] = &[
    UNKNOWN,
    Row {
        services: &["sshd"],
        profile: Profile {
            name: "sshd",
            class: Class::Ssh,
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
        services: &["login"],
        profile: Profile { name: "login", grace: Grace::Alarm, ..TERMINAL },
        ..UNKNOWN
    },
    Row {
        services: &["su", "su-l"],
        profile: Profile { name: "su", person: Person::RealUid, work: Work::Command, ..TERMINAL },
        ..UNKNOWN
    },
    Row {
        services: &["doas"],
        profile: Profile { name: "doas", work: Work::Command, ..TERMINAL },
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

/// The names of all profiles, for `profile` in the configuration.
pub fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.profile.name)
}

/// The profile of a PAM service in one call: the one that is `named` for it, else its own; a service
/// that is not known is a terminal.
#[must_use]
pub fn profile(service: &str, named: Option<&str>, call: Call) -> Profile {
    let row = match named {
        Some(name) => ROWS.iter().find(|row| row.profile.name == name),
        None => ROWS.iter().find(|row| row.services.contains(&service)),
    };
    row.unwrap_or(&UNKNOWN).in_call(call)
}

impl Row {
    fn in_call(&self, call: Call) -> Profile {
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

impl Profile {
    /// The same where the host has no conversation function: nothing can be asked or shown.
    #[must_use]
    pub fn without_conversation(self) -> Self {
        Self { prompts: Prompts::Refused, info: Info::Silenced, pictures: Pictures::Not, ..self }
    }

    /// Who is asked when an account of this uid is logged in to: `pam_duo` asks the caller of su for
    /// root, as with sudo, and otherwise the user who is to be become. Root is the uid 0: an account
    /// of it by another name (`toor`) is as good as root.
    #[must_use]
    pub fn asked(&self, uid: u32, su_subject: SuSubject) -> Asked {
        match (self.person, su_subject, uid) {
            (Person::RealUid, SuSubject::Caller, 0) => Asked::Caller,
            _ => Asked::User,
        }
    }
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
