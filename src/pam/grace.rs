//! How long the host will still wait for this login before it ends it, person and all.
//!
//! A host tells nobody. What is known of it: its alarm, when its process began, and what the
//! administrator wrote down. Where none of this makes sense the login counts from now: to be ended by
//! the host is bad, but to be shut out by a wrong number would be worse.

use std::fs::File;
use std::io::Read;
use std::mem::MaybeUninit;
use std::time::Duration;

use super::{signals, sys};
use crate::core::host::Grace;

/// How much sooner the login is over than the host would have it: the refusal has to reach the person
/// and the log. sshd passes it on when libpam is done, which after a refusal waits for what
/// `pam_fail_delay(3)` was asked for: 2 s by `pam_unix`, give or take a quarter.
pub const MARGIN: Duration = Duration::from_secs(5);

/// What is left of the login, [`MARGIN`] taken off; `None`: the host is not known to end it.
/// `configured` is the option `login_grace`.
#[must_use]
pub fn deadline(grace: Grace, configured: Option<Duration>) -> Option<Duration> {
    let left = match grace {
        Grace::Unlimited => configured.map(|grace| rest(grace, age(Began::OurProcess))),
        // Its process was getty's before, and is as old as that.
        Grace::Alarm => sooner(alarm(), configured),
        Grace::SinceStart(usual) => match (alarm(), configured) {
            // What the host does is better known than what it usually does.
            (Some(alarm), None) => Some(alarm),
            (alarm, configured) => {
                let grace = configured.unwrap_or(usual);
                sooner(alarm, Some(rest(grace, age(Began::OurSession))))
            }
        },
    };
    left.map(|left| left.saturating_sub(MARGIN))
}

fn sooner(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    [one, other].into_iter().flatten().min()
}

/// What is left of `grace` for a login of this age. One that is older than it may become was
/// evidently not ended: then it began at another time.
fn rest(grace: Duration, age: Option<Duration>) -> Duration {
    grace.checked_sub(age.unwrap_or_default()).filter(|left| !left.is_zero()).unwrap_or(grace)
}

/// The time until `alarm(2)` ends this process. One that repeats is a clock of the host's and ends
/// nothing, nor does one whose signal is ignored.
fn alarm() -> Option<Duration> {
    let mut timer = MaybeUninit::<libc::itimerval>::zeroed();
    // SAFETY: only asks; there is room for the answer.
    let status = unsafe { libc::getitimer(libc::ITIMER_REAL, timer.as_mut_ptr()) };
    // SAFETY: all zeroes are a valid `itimerval`, and the call may have filled it.
    let timer = unsafe { timer.assume_init() };
    let left = span(timer.it_value)?;
    let once = span(timer.it_interval)?.is_zero();
    let set = status == 0 && !left.is_zero();
    (set && once && !signals::ignored(libc::SIGALRM)).then_some(left)
}

fn span(time: libc::timeval) -> Option<Duration> {
    let seconds = Duration::from_secs(time.tv_sec.try_into().ok()?);
    Some(seconds + Duration::from_micros(time.tv_usec.try_into().ok()?))
}

/// Where a login begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Began {
    OurProcess,
    /// With the process that leads our session, where it is the one that has forked ours: sshd makes
    /// a session for each connection, and for keyboard-interactive a child in it.
    OurSession,
}

/// How long ago that was. `None` where `/proc` does not say, or says what cannot be.
fn age(began: Began) -> Option<Duration> {
    let own = Process::read("/proc/self/stat")?;
    let leader = match began {
        Began::OurSession if own.session == own.parent => {
            let parent = Process::read(&format!("/proc/{}/stat", own.parent));
            // Of the same program: in a shell's session it is the shell that leads.
            parent.filter(|parent| parent.name == own.name && parent.ticks <= own.ticks)
        }
        _ => None,
    };
    let began = since_boot(leader.unwrap_or(own).ticks)?;
    sys::since_boot()?.checked_sub(began)
}

fn since_boot(ticks: u64) -> Option<Duration> {
    // SAFETY: only asks; the answer stands in the auxiliary vector.
    let per_second = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).ok()?;
    let seconds = ticks.checked_div(per_second)?;
    let nanos = (ticks % per_second).checked_mul(1_000_000_000)? / per_second;
    Some(Duration::from_secs(seconds) + Duration::from_nanos(nanos))
}

/// What `proc_pid_stat(5)` says of a process.
#[derive(Debug, PartialEq, Eq)]
struct Process {
    /// Its program's, cut by the kernel.
    name: String,
    parent: u32,
    session: u32,
    /// When it began, in clock ticks since boot.
    ticks: u64,
}

impl Process {
    fn read(path: &str) -> Option<Self> {
        // More than the fields up to the 22nd can need; one read gives them all.
        let mut room = [0; 1024];
        let length = File::open(path).ok()?.read(&mut room).ok()?;
        Self::parse(&String::from_utf8_lossy(room.get(..length)?))
    }

    fn parse(line: &str) -> Option<Self> {
        // The name may hold anything, but nothing behind it holds a parenthesis.
        let (before, fields) = line.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        // As numbered in the manual: 3 is the state.
        let field = |number: usize| fields.split_ascii_whitespace().nth(number - 3);
        Some(Self {
            name: name.to_owned(),
            parent: field(4)?.parse().ok()?,
            session: field(6)?.parse().ok()?,
            ticks: field(22)?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_process_may_have_any_name() {
        let line = |name: &str| {
            format!("71 ({name}) S 70 71 70 34816 71 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 9 1 0\n")
        };
        for name in ["sshd", "a) R 1 (b", "", ")", "two words 1 2 3"] {
            let process = Process::parse(&line(name));
            let wanted = Process { name: name.into(), parent: 70, session: 70, ticks: 4711 };
            assert_eq!(process, Some(wanted), "{name:?}");
        }
        for line in ["", "71 sshd S 70", "71 (sshd) S 70 71 70", "71 (sshd) S -1 71 70 0 0 0 0"] {
            assert_eq!(Process::parse(line), None, "{line:?}");
        }
    }

    #[test]
    fn this_process_is_no_older_than_the_machine_and_older_than_its_tests() {
        let own = age(Began::OurProcess).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let later = age(Began::OurProcess).unwrap();
        let slept = later.checked_sub(own).unwrap();
        assert!(slept >= Duration::from_millis(300) && slept < 60 * SECOND, "{own:?}, {later:?}");
        assert!(Some(later) < sys::since_boot());
    }

    #[test]
    fn what_makes_no_sense_counts_from_now() {
        let grace = 120 * SECOND;
        assert_eq!(rest(grace, Some(50 * SECOND)), 70 * SECOND);
        assert_eq!(rest(grace, Some(119 * SECOND)), SECOND);
        for age in [None, Some(grace), Some(500 * SECOND), Some(Duration::MAX)] {
            assert_eq!(rest(grace, age), grace, "{age:?}");
        }
        assert_eq!(Process::read("/proc/self/no-such-file"), None);
        assert_eq!(Process::read("/dev/null"), None);
    }

    #[test]
    fn a_host_that_never_ends_a_login_has_a_deadline_only_where_one_is_written() {
        assert_eq!(deadline(Grace::Unlimited, None), None);
        // As old as this process can be, and not a second more.
        let left = deadline(Grace::Unlimited, Some(3600 * SECOND)).unwrap();
        assert!(left < 3595 * SECOND && left > 3000 * SECOND, "{left:?}");
    }
}
