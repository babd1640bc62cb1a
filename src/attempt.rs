//! One login from end to end: the edges are built, the flow runs, its verdict is shown and logged.

use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use pam::constants::{PAM_SILENT, PamFlag};
use pam::module::PamHandle;
use rustix::stdio::{stderr, stdout};
use rustix::termios::isatty;

use crate::api::{Client, Watch};
use crate::audit::Audit;
use crate::config::{self, Config, Pushinfo};
use crate::core::address;
use crate::core::audit::Level;
use crate::core::code::Code;
use crate::core::command;
use crate::core::host::{self, Class, Infos, Phase, Profile};
use crate::core::machine::{Plan, Trace};
use crate::core::passed::Passed;
use crate::core::pushinfo::{Facts, Work};
use crate::core::request::Subject;
use crate::core::secret::Secret;
use crate::core::started::StartedBy;
use crate::core::verdict::Outcome;
use crate::login::{self, World};
use crate::pam::args::{Args, Debug, Mistake, idle_account_line};
use crate::pam::conversation::{self, Conversation};
use crate::pam::grace;
use crate::pam::handle::{self, Items};
use crate::pam::peer;
use crate::pam::signals::Held;
use crate::pam::started::auxiliary_vector;
use crate::pam::sys::{self, CommandLine, SystemClock};
use crate::pam::undumped::Undumped;
use crate::remembered;
use crate::subject;

mod conclude;
use conclude::Steps;

/// What libpam calls for, and what the handle remembers.
#[derive(Debug)]
pub struct Asked {
    pub phase: Phase,
    pub flags: PamFlag,
    /// What was passed before; taken from the handle, so that nothing finds it there again.
    pub earlier: Option<Passed>,
}

/// How a call ended, and what the handle is to remember of it.
#[derive(Debug)]
pub struct Ended {
    pub code: Code,
    pub passed: Option<Passed>,
}

/// Who logs in, to what, and since when.
struct Attempt<'a> {
    handle: &'a PamHandle,
    items: &'a Items,
    phase: Phase,
    /// `None` where the stack's own words are not understood, and where there is no file.
    path: Option<PathBuf>,
    began: Instant,
    cmdline: CommandLine,
    profile: Profile,
    started_by: StartedBy,
    /// Dropped, and the host has its signals, when the verdict is logged.
    held: Held,
}

/// Asks for the second factor. Every way out of here shows one verdict and logs one line, but for the
/// account phase of a service for which nobody has asked for it.
#[must_use]
pub fn attempt(
    handle: &PamHandle,
    items: &Items,
    args: Result<Args, Vec<Mistake>>,
    asked: &Asked,
) -> Ended {
    let cmdline = CommandLine::default();
    let mut attempt = Attempt {
        handle,
        items,
        phase: asked.phase,
        path: None,
        began: Instant::now(),
        profile: profile(handle, items, None, asked, &cmdline),
        cmdline,
        started_by: StartedBy::of(auxiliary_vector(), &items.service),
        held: Held::not_yet(),
    };
    let audit = Audit::new(handle, args.as_ref().map_or(Debug::Off, |args| args.debug));
    let config = match args {
        Ok(args) => attempt.config(args.conf, &audit),
        Err(mistakes) => Err(bad_argument(&audit, &mistakes)),
    };
    match config {
        Ok(config) if asked.phase == Phase::Account && !config.account => {
            let path = attempt.path.as_deref();
            audit.note(Level::Warning, &idle_account_line(path, &items.service));
            Ended { code: Code::Ignore, passed: None }
        }
        Ok(config) => {
            attempt.profile = profile(handle, items, config.profile, asked, &attempt.cmdline);
            attempt.asked_about(&config, asked.earlier.as_ref(), &audit)
        }
        Err(outcome) => {
            let nobody = subject::Subject::default();
            let code = attempt.conclude(&outcome, None, &nobody, &Trace::default(), &audit);
            Ended { code, passed: None }
        }
    }
}

impl Attempt<'_> {
    /// From a configuration that stands to the verdict.
    fn asked_about(&self, config: &Config, earlier: Option<&Passed>, audit: &Audit<'_>) -> Ended {
        let _undumped = Undumped::of(config);
        let mut whom = subject::Subject::default();
        let found = subject::find(config, &self.profile, &self.items.user, &mut whom);
        let exempt = matches!(found, Err(Outcome::Exempt { .. }));
        if let Some(warning) = exempt.then(|| subject::warning(config)).flatten() {
            audit.note(Level::Warning, &warning);
        }
        let login = found.as_ref().ok().map(|name| remembered::login(self.items, config, name));
        let before =
            login.as_ref().and_then(|login| remembered::before(earlier?, login, self.phase));
        let (outcome, trace) = match (found, before) {
            (Err(outcome), _) => (outcome, Trace::default()),
            (Ok(_), Some(before)) => before,
            (Ok(name), None) => self.ask(config, name, &whom, audit),
        };
        let passed =
            login.and_then(|login| remembered::of(&outcome, login, &trace, earlier, self.phase));
        let code = self.conclude(&outcome, Some(config), &whom, &trace, audit);
        Ended { code, passed: passed.filter(|_| code == Code::Success) }
    }

    /// The configuration, or why there is none: never half of one.
    fn config(&mut self, named: Option<PathBuf>, audit: &Audit<'_>) -> Result<Config, Outcome> {
        let service = &self.items.service;
        let (path, loaded) = if let Some(path) = named {
            let loaded = config::load(&path, service);
            (Some(path), loaded)
        } else {
            config::load_first(&config::DEFAULT_PATHS.map(Path::new), service)
        };
        self.path = path;
        match loaded {
            Ok(loaded) => {
                for warning in &loaded.warnings {
                    audit.note(Level::Warning, warning);
                }
                Ok(loaded.config)
            }
            Err(error) => {
                audit.note(Level::Error, &error.to_string());
                // A file that cannot be opened for want of a descriptor is not a broken one.
                Err(match error.machine() {
                    Some(local) => Outcome::Local(local.clone()),
                    None => Outcome::ConfigBroken(error.summary()),
                })
            }
        }
    }

    fn ask(
        &self,
        config: &Config,
        name: String,
        whom: &subject::Subject,
        audit: &Audit<'_>,
    ) -> (Outcome, Trace) {
        if let Some(proxy) = &config.proxy {
            audit.debug(&format!(
                "{}:{} through the proxy {proxy}",
                config.host.name, config.host.port
            ));
        }
        // Only now: name services, which have been asked before, may not answer for minutes.
        self.held.hold();
        let clock = SystemClock;
        let plan = self.plan(config, name, self.echoes(whom));
        let mut world = World {
            host: &mut self.conversation(),
            api: &mut Client::new(config, Watch::new(self.client()), &clock),
            clock: &clock,
            audit: &mut Steps { attempt: self, config, whom, audit },
        };
        login::run(plan, &mut world)
    }

    fn conversation(&self) -> Conversation<'_> {
        Conversation::new(self.handle, self.profile, &self.held)
    }

    /// The user's names and the password.
    fn echoes(&self, whom: &subject::Subject) -> Vec<Secret> {
        let names = [Some(&self.items.user), whom.account.as_ref(), whom.name.as_ref()];
        let names = names.into_iter().flatten().cloned().map(Secret::new);
        names.chain(conversation::password(self.handle)).collect()
    }

    fn plan(&self, config: &Config, username: String, echoes: Vec<Secret>) -> Plan {
        let hostname = sys::hostname();
        let pushinfo = self.facts(hostname.as_deref(), config.pushinfo).told(config.pushinfo);
        Plan {
            subject: Subject {
                username,
                ipaddr: self.address().map(|address| address.to_string()),
                hostname,
            },
            echoes,
            autopush: config.autopush,
            rounds: config.prompts,
            pushinfo,
            failmode: config.failmode.in_process_of(self.started_by),
            timeout: config.timeout,
            host: self.profile,
            announce: config.announce,
            silent: self.began.elapsed(),
            deadline: grace::deadline(self.profile.grace, config.login_grace),
            jitter: jitter(),
        }
    }

    /// The client's address: `PAM_RHOST`, and where that is a name (`UseDNS` in sshd), what sshd has
    /// left in libpam's list (`pam_getenv(3)`). Where both are addresses the item counts, as it always has:
    /// the list is what modules fill for the session.
    fn address(&self) -> Option<IpAddr> {
        let item = self.items.rhost.as_deref().and_then(address::literal);
        item.or_else(|| address::literal(self.ssh_connection()?.split(' ').next()?))
    }

    /// The client's address and port and the server's, in sshd.
    fn ssh_connection(&self) -> Option<String> {
        match self.profile.client {
            host::Client::Socket => handle::variable(self.handle, c"SSH_CONNECTION"),
            host::Client::Unseen => None,
        }
    }

    /// The connection that ends when the client goes away.
    fn client(&self) -> Option<OwnedFd> {
        let server = self.ssh_connection().as_deref().and_then(peer::server_of);
        match self.profile.client {
            host::Client::Socket => peer::connection_to(self.address()?, server),
            host::Client::Unseen => None,
        }
    }

    /// What the phone may show; the command line is read only for that.
    fn facts<'f>(&'f self, server: Option<&'f str>, shown: Pushinfo) -> Facts<'f> {
        let command = shown == Pushinfo::Everything && self.profile.work == Work::Command;
        Facts {
            service: &self.items.service,
            user: &self.items.user,
            client: self.items.rhost.as_deref(),
            terminal: self.items.tty.as_deref(),
            server,
            cmdline: command.then(|| self.cmdline.bytes()),
        }
    }
}

/// How the host is treated in this call.
fn profile(
    handle: &PamHandle,
    items: &Items,
    named: Option<&str>,
    asked: &Asked,
    cmdline: &CommandLine,
) -> Profile {
    let silent = asked.flags & PAM_SILENT != 0;
    let call = host::Call { terminal: items.tty.is_some(), silent, phase: asked.phase };
    let profile = host::profile(&items.service, named, call);
    // Only where it matters: `isatty` is a system call.
    let profile = match profile.infos {
        Infos::OnStdout if !isatty(stdout()) => profile.redirected(isatty(stderr())),
        _ => profile,
    };
    // Given the password by a program, sudo does not write to the terminal that it has.
    let on_stdin = || command::is_answered_on_stdin(&command::arguments(cmdline.bytes()));
    if call.terminal && profile.class == Class::Sudo && on_stdin() {
        return host::profile(&items.service, named, host::Call { terminal: false, ..call });
    }
    match asked.phase {
        Phase::Account if !conversation::is_there(handle) => profile.without_conversation(),
        Phase::Auth | Phase::Account => profile,
    }
}

fn bad_argument(audit: &Audit<'_>, mistakes: &[Mistake]) -> Outcome {
    note_mistakes(audit, mistakes);
    Outcome::BadArgument(mistakes.first().map(ToString::to_string).unwrap_or_default())
}

/// Each word of the stack that is refused, a line each.
fn note_mistakes(audit: &Audit<'_>, mistakes: &[Mistake]) {
    for mistake in mistakes {
        audit.note(Level::Error, &mistake.to_string());
    }
}

/// Up to a second that nobody can foretell for a whole fleet; needs no secrecy.
fn jitter() -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(u64::from(now.subsec_micros() % 1_000))
}
