//! What the phone shows, so that a person can tell their own login from another's.

use super::command;
use super::policy::Pushinfo;
use super::sign::encode;
use super::text::{Size, Text};

/// The API refuses more (`pushinfo` of `/auth`), in bytes after percent-encoding.
pub const MAX_BYTES: usize = 20_000;

// Each byte may become three, and names and separators need a little.
const _: () = assert!(3 * (4 * Size::NAME.bytes() + command::MAX_BYTES) + 100 < MAX_BYTES);

/// What is known about a login. Nothing in it need be clean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The PAM service.
    pub service: &'a str,
    /// Who is asked.
    pub user: &'a str,
    /// `PAM_RHOST`.
    pub client: Option<&'a str>,
    /// `PAM_TTY`, where the login comes from if there is no client.
    pub terminal: Option<&'a str>,
    /// This machine's name.
    pub server: Option<&'a str>,
    /// The host process's own `/proc/self/cmdline`, for hosts whose work is a command
    /// ([`Work::Command`]). It is shown whole, from `sudo` on: which of sudo's options takes
    /// a value depends on its version and plugins, and a wrong guess would show another command than
    /// the one that runs; `-u bob` also is what a person wants to know.
    pub cmdline: Option<&'a [u8]>,
}

/// What is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Login,
    /// The host's own command line, as the person typed it. Not so for daemons, nor for polkit, whose
    /// helper is started by the agent.
    Command,
}

impl Facts<'_> {
    /// What `/auth` is given of them: as much as the admin wants shown.
    #[must_use]
    pub fn told(self, pushinfo: Pushinfo) -> Option<String> {
        match pushinfo {
            Pushinfo::Nothing => None,
            Pushinfo::AllButTheCommand => Some(Self { cmdline: None, ..self }.query()),
            Pushinfo::Everything => Some(self.query()),
        }
    }

    /// Names and values in the order in which the phone shows them; what is not known is left out.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let name = |text: &str| Text::line(text, Size::NAME).to_string();
        let pairs = [
            ("Service", Some(name(self.service))),
            ("Command", self.cmdline.map(command_line)),
            ("User", Some(name(self.user))),
            ("From", self.client.or(self.terminal).map(name)),
            ("Server", self.server.map(name)),
        ];
        pairs
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?)))
            .collect()
    }

    /// The pairs as `/auth` wants them: `Service=sudo&Command=sudo%20id`, below [`MAX_BYTES`].
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = String::new();
        for (key, value) in self.pairs() {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(key);
            query.push('=');
            query.push_str(&encode(&value));
        }
        query
    }
}

/// Stands where the command would, so that nobody approves one unseen.
const UNREADABLE: &str = "(cannot be read on this machine)";

fn command_line(line: &[u8]) -> String {
    match command::arguments(line) {
        arguments if arguments.is_empty() => UNREADABLE.to_owned(),
        arguments => command::render(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sudo_shows_who_runs_what_from_where() {
        let facts = Facts {
            service: "sudo",
            user: "alice",
            terminal: Some("/dev/pts/3"),
            server: Some("db1"),
            cmdline: Some(b"sudo\0-u\0bob\0sh\0-c\0id; ls\0"),
            ..Facts::default()
        };
        assert_eq!(
            facts.query(),
            "Service=sudo&Command=sudo%20-u%20bob%20sh%20-c%20%27id%3B%20ls%27\
             &User=alice&From=%2Fdev%2Fpts%2F3&Server=db1"
        );
    }

    #[test]
    fn without_the_command_the_rest_is_shown() {
        let sudo = Facts {
            service: "sudo",
            user: "alice",
            terminal: Some("/dev/pts/3"),
            server: Some("db1"),
            cmdline: Some(b"sudo\0mysql\0-psecret\0"),
            ..Facts::default()
        };
        let login = Facts { service: "login", cmdline: None, ..sudo };
        for (facts, shown) in [
            (sudo, "Service=sudo&User=alice&From=%2Fdev%2Fpts%2F3&Server=db1"),
            (login, "Service=login&User=alice&From=%2Fdev%2Fpts%2F3&Server=db1"),
        ] {
            assert_eq!(facts.told(Pushinfo::AllButTheCommand).as_deref(), Some(shown));
            assert_eq!(facts.told(Pushinfo::Everything), Some(facts.query()));
            assert_eq!(facts.told(Pushinfo::Nothing), None);
        }
    }

    #[test]
    fn a_command_that_cannot_be_read_is_not_just_missing() {
        let facts = Facts { service: "su", user: "a", cmdline: Some(b""), ..Facts::default() };
        assert!(facts.query().contains("&Command=%28cannot%20be%20read"), "{}", facts.query());
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let facts = Facts { service: "login", user: "Zoë", client: Some(""), ..Facts::default() };
        assert_eq!(facts.query(), "Service=login&User=Zo%C3%AB");
    }

    #[test]
    fn a_value_cannot_add_a_pair_or_a_line() {
        let facts = Facts { service: "sshd", user: "x&Server=bank\n%00", ..Facts::default() };
        assert_eq!(facts.query(), "Service=sshd&User=x%26Server%3Dbank%20%2500");
    }

    proptest! {
        #[test]
        fn the_service_s_limit_holds(
            user in ".{0,300}",
            from in ".{0,300}",
            cmdline in proptest::collection::vec(any::<u8>(), 0..30_000),
        ) {
            let facts = Facts {
                service: &user, user: &user, client: Some(&from), terminal: Some(&from), server: Some(&from),
                cmdline: Some(&cmdline),
            };
            let query = facts.query();
            prop_assert!(query.len() < MAX_BYTES);
            prop_assert!(query.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%&=".contains(&b)));
        }
    }
}
