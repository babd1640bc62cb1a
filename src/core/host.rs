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
    /// A label that collapses newlines: one short line of ASCII.
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
    person: Person::User,
};

const SU: Profile = Profile { name: "su", person: Person::RealUid, ..TERMINAL };

const PROFILES: &[(&str, Profile)] = &[
    ("sshd", Profile { name: "sshd", class: Class::Ssh, client: Client::Socket, ..TERMINAL }),
    ("su", SU),
    ("su-l", SU),
    (
        "cockpit",
        Profile { name: "cockpit", class: Class::Cockpit, menu: MenuForm::OneLine, ..TERMINAL },
    ),
];

/// The profile of a PAM service; a service that is not known is a terminal.
#[must_use]
pub fn profile(service: &str) -> Profile {
    PROFILES.iter().find(|(name, _)| *name == service).map_or(TERMINAL, |(_, profile)| *profile)
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

    #[test]
    fn a_service_that_is_not_known_is_a_terminal() {
        assert_eq!(profile("sudo"), TERMINAL);
        assert_eq!(profile("cockpit2"), TERMINAL);
        assert_eq!(profile("cockpit").class, Class::Cockpit);
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
                profile(service).asked(uid, su_subject),
                asked,
                "{service} {uid} {su_subject:?}"
            );
        }
    }
}
