//! What each host can show, as data: one row per PAM service that differs from a plain terminal.
//!
//! The rows come from watching the hosts themselves; `docs/architecture.md` says what was seen.

use super::policy::SuSubject;

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
}

/// Which return codes a host understands: a column of the verdict table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Codes as `pam(3)` means them.
    Plain,
    /// sshd: `PAM_MAXTRIES` ends the attempt instead of asking again.
    Ssh,
    /// Cockpit: only `PAM_PERM_DENIED` after an error message shows our text on its page.
    Cockpit,
}

/// How much room a prompt has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuForm {
    /// A terminal: one line per choice.
    Lines,
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
}

/// A host, whatever it says about the call.
struct Row {
    /// The PAM services that it uses.
    services: &'static [&'static str],
    profile: Profile,
    /// [`Profile::info`] where it has no terminal.
    info_without_terminal: Info,
    silent: Silent,
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
};

const UNKNOWN: Row = Row {
    services: &[],
    profile: TERMINAL,
    info_without_terminal: Info::AtOnce,
    silent: Silent::Meant,
};

const ROWS: &[Row] = &[
    Row {
        services: &["sshd"],
        profile: Profile {
            name: "sshd",
            class: Class::Ssh,
            client: Client::Socket,
            info: Info::HeldBack,
            pictures: Pictures::Not,
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
            ..TERMINAL
        },
        info_without_terminal: Info::HeldBack,
        ..UNKNOWN
    },
    Row {
        services: &["su", "su-l"],
        profile: Profile { name: "su", person: Person::RealUid, ..TERMINAL },
        ..UNKNOWN
    },
    Row {
        services: &["sudo", "sudo-i"],
        profile: Profile { name: "sudo", ..TERMINAL },
        // It writes infos to its standard output, in front of the command's. Cockpit's bridge, which
        // runs `sudo -A`, speaks a protocol there.
        info_without_terminal: Info::InPrompt,
        silent: Silent::AlwaysSet,
    },
];

/// The profile of a PAM service in one call; a service that is not known is a terminal.
#[must_use]
pub fn profile(service: &str, call: Call) -> Profile {
    let row = ROWS.iter().find(|row| row.services.contains(&service)).unwrap_or(&UNKNOWN);
    let silent = call.silent && row.silent == Silent::Meant;
    let info = match (silent, call.terminal) {
        (true, _) => Info::Silenced,
        (false, true) => row.profile.info,
        (false, false) => row.info_without_terminal,
    };
    let pictures = if silent || !call.terminal { Pictures::Not } else { row.profile.pictures };
    Profile { info, pictures, ..row.profile }
}

impl Profile {
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
mod tests {
    use super::*;

    const PLAIN: Call = Call { terminal: true, silent: false };
    const SILENT: Call = Call { silent: true, ..PLAIN };
    const DETACHED: Call = Call { terminal: false, ..PLAIN };

    #[test]
    fn a_service_that_is_not_known_is_a_terminal() {
        assert_eq!(profile("login", PLAIN), TERMINAL);
        assert_eq!(profile("cockpit2", PLAIN), TERMINAL);
        assert_eq!(profile("cockpit", PLAIN).class, Class::Cockpit);
    }

    #[test]
    fn each_host_shows_infos_in_its_own_time() {
        for (service, with_terminal, without) in [
            ("login", Info::AtOnce, Info::AtOnce),
            ("polkit-1", Info::AtOnce, Info::AtOnce),
            ("sshd", Info::HeldBack, Info::HeldBack),
            ("cockpit", Info::HeldBack, Info::HeldBack),
            ("sudo", Info::AtOnce, Info::InPrompt),
            ("sudo-i", Info::AtOnce, Info::InPrompt),
        ] {
            assert_eq!(profile(service, PLAIN).info, with_terminal, "{service}");
            assert_eq!(profile(service, DETACHED).info, without, "{service}");
        }
    }

    #[test]
    fn silent_means_silent_except_where_it_is_always_set() {
        for service in ["login", "sshd", "cockpit", "su", "polkit-1"] {
            assert_eq!(profile(service, SILENT).info, Info::Silenced, "{service}");
        }
        for service in ["sudo", "sudo-i"] {
            assert_eq!(profile(service, SILENT), profile(service, PLAIN), "{service}");
        }
    }

    #[test]
    fn pictures_are_for_terminals_that_show_at_once() {
        let drawn = |service, call| profile(service, call).pictures == Pictures::Drawn;
        assert!(drawn("login", PLAIN) && drawn("sudo", SILENT));
        assert!(!drawn("sshd", PLAIN) && !drawn("cockpit", PLAIN));
        assert!(!drawn("login", DETACHED) && !drawn("sudo", DETACHED) && !drawn("login", SILENT));
    }

    #[test]
    fn only_su_to_uid_0_asks_the_caller() {
        for (service, uid, su_subject, asked) in [
            ("su", 0, SuSubject::Caller, Asked::Caller),
            ("su-l", 0, SuSubject::Caller, Asked::Caller),
            ("su", 0, SuSubject::Target, Asked::User),
            ("su", 1000, SuSubject::Caller, Asked::User),
            ("su-l", 1, SuSubject::Target, Asked::User),
            ("sudo", 0, SuSubject::Caller, Asked::User),
            ("sshd", 0, SuSubject::Caller, Asked::User),
            ("login", 0, SuSubject::Caller, Asked::User),
            ("su2", 0, SuSubject::Caller, Asked::User),
        ] {
            assert_eq!(
                profile(service, PLAIN).asked(uid, su_subject),
                asked,
                "{service} {uid} {su_subject:?}"
            );
        }
    }
}
