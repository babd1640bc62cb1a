//! What each host can show, as data: one row per PAM service that differs from a plain terminal.
//!
//! The rows come from watching the hosts themselves; `docs/architecture.md` says what was seen.

/// How a host treats what a module says and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: &'static str,
    pub class: Class,
    pub menu: MenuForm,
    pub client: Client,
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

const TERMINAL: Profile = Profile {
    name: "terminal",
    class: Class::Plain,
    menu: MenuForm::Lines,
    client: Client::Unseen,
};

const PROFILES: &[(&str, Profile)] = &[
    ("sshd", Profile { name: "sshd", class: Class::Ssh, client: Client::Socket, ..TERMINAL }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_not_known_is_a_terminal() {
        assert_eq!(profile("sudo"), TERMINAL);
        assert_eq!(profile("cockpit2"), TERMINAL);
        assert_eq!(profile("cockpit").class, Class::Cockpit);
    }
}
