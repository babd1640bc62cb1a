//! What each host can show, when it listens, and who is asked in it: a [`Profile`] out of one table.

mod rows;

use std::time::Duration;

use super::policy::SuSubject;
use super::pushinfo::Work;
use rows::{ROWS, UNKNOWN};

/// How a host treats what a module says and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: &'static str,
    pub class: Class,
    pub menu: MenuForm,
    pub client: Client,
    pub info: Info,
    pub infos: Infos,
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
    /// When its own alarm goes off; without one, so long after its connection began (`login_grace`).
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
    /// sshd, login: begin the whole login again after most refusals, and end it after `PAM_MAXTRIES`.
    Retries,
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

/// Place where an application shows info messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Infos {
    /// The person's screen, whatever the standard output is.
    Told,
    /// Its standard output, which is its command's too.
    OnStdout,
    /// Standard error, because the standard output is no terminal: infos are sent as errors.
    AsErrors,
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

impl Profile {
    /// The same where the host has no conversation function: nothing can be asked or shown.
    #[must_use]
    pub fn without_conversation(self) -> Self {
        Self { prompts: Prompts::Refused, info: Info::Silenced, pictures: Pictures::Not, ..self }
    }

    /// Returns the profile for a standard output that is no terminal: an info there would be among
    /// what the command writes. Errors and prompts go to standard error. Where that is no terminal
    /// either, only prompts are sent.
    #[must_use]
    pub fn redirected(self, stderr_is_terminal: bool) -> Self {
        match (self.infos, self.info, stderr_is_terminal) {
            (Infos::OnStdout, _, true) => Self { infos: Infos::AsErrors, ..self },
            (Infos::OnStdout, Info::AtOnce, false) => Self { info: Info::InPrompt, ..self },
            _ => self,
        }
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
mod tests;
