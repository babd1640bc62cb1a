//! When a login has to be over, told by what the host does.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use pam_duo2::core::host::Grace;
use pam_duo2::pam::grace::{MARGIN, deadline};
use rustix::process::setsid;

const SECOND: Duration = Duration::from_secs(1);
const SSHD: Grace = Grace::SinceStart(Duration::from_secs(120));

/// How late this process may be, on a busy machine.
const LATE: Duration = Duration::from_secs(15);

/// What the module makes of it where the host waits for so long.
fn before(host: Duration) -> Duration {
    host.checked_sub(MARGIN).expect("longer than the margin")
}

/// A login may last this long, less what has gone by.
#[track_caller]
fn assert_about(found: Option<Duration>, host: Duration) {
    let wanted = before(host);
    let about = |left| left <= wanted && left + LATE > wanted;
    assert!(found.is_some_and(about), "{found:?} is not {wanted:?}");
}

fn set_timer(first: Duration, interval: Duration) {
    let time =
        |span: Duration| libc::timeval { tv_sec: span.as_secs().try_into().unwrap(), tv_usec: 0 };
    let timer = libc::itimerval { it_value: time(first), it_interval: time(interval) };
    // SAFETY: a whole timer; nobody wants to know of the one before.
    let status =
        unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) };
    assert_eq!(status, 0);
}

pub fn alarm() {
    assert_eq!(deadline(Grace::Alarm, None), None, "no alarm is set");
    set_timer(60 * SECOND, Duration::ZERO);
    assert_about(deadline(Grace::Alarm, None), 60 * SECOND);
    // It still is as it was: looked at, not set.
    assert_about(deadline(Grace::Alarm, None), 60 * SECOND);
    // What the host does is better known than what it usually does, and who writes less means less.
    assert_about(deadline(SSHD, None), 60 * SECOND);
    assert_about(deadline(SSHD, Some(30 * SECOND)), 30 * SECOND);
    assert_about(deadline(SSHD, Some(600 * SECOND)), 60 * SECOND);
    assert_about(deadline(Grace::Alarm, Some(30 * SECOND)), 30 * SECOND);
    assert_eq!(deadline(Grace::Unlimited, None), None);
    // Too late for anything but a refusal.
    set_timer(MARGIN / 2, Duration::ZERO);
    assert_eq!(deadline(Grace::Alarm, None), Some(Duration::ZERO));
    set_timer(600 * SECOND, Duration::ZERO);
    assert_about(deadline(SSHD, None), 600 * SECOND);
}

pub fn clock() {
    set_timer(60 * SECOND, SECOND);
    assert_eq!(deadline(Grace::Alarm, None), None);
    assert_about(deadline(SSHD, None), 120 * SECOND);
}

pub fn ignored() {
    // SAFETY: to ignore it calls nothing.
    unsafe { libc::signal(libc::SIGALRM, libc::SIG_IGN) };
    set_timer(60 * SECOND, Duration::ZERO);
    assert_eq!(deadline(Grace::Alarm, None), None);
}

/// Also a child of the next two, which read what it prints.
pub fn process() {
    let began = Instant::now();
    let first = deadline(SSHD, None);
    thread::sleep(SECOND);
    let second = deadline(SSHD, None);
    assert_about(first, 120 * SECOND);
    let (Some(first), Some(second)) = (first, second) else { panic!("no deadline") };
    // Within two ticks of the clock that the kernel counts in.
    let passed = first.abs_diff(second);
    assert!(first > second, "{first:?}, {second:?}");
    assert!(passed.abs_diff(began.elapsed()) < Duration::from_millis(100), "{first:?}, {second:?}");
    println!("{}", first.as_millis());
}

/// What is left for a child of ours.
fn child() -> Duration {
    let own = std::env::current_exe().expect("a program");
    let output =
        Command::new(own).arg("a_login_begins_with_its_process").output().expect("it again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let left = String::from_utf8_lossy(&output.stdout).trim().parse().expect("milliseconds");
    Duration::from_millis(left)
}

pub fn session() {
    setsid().expect("a session of our own");
    let began = Instant::now();
    thread::sleep(2 * SECOND);
    let waited = began.elapsed();
    let left = child();
    assert!(left + waited <= before(120 * SECOND), "{left:?} after {waited:?}");
}

/// A session that another program leads.
pub fn shell() {
    let own = std::env::current_exe().expect("a program");
    let script = "sleep 2; \"$0\" a_login_begins_with_its_process; exit $?";
    let began = Instant::now();
    let output = Command::new("setsid")
        .args(["--wait", "sh", "-c", script])
        .arg(own)
        .output()
        .expect("setsid(1)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let left = String::from_utf8_lossy(&output.stdout).trim().parse().expect("milliseconds");
    // Without the two seconds of sleep, which the child knows nothing of.
    let all = Duration::from_millis(left) + began.elapsed();
    assert!(all >= before(122 * SECOND), "{left} ms, {all:?}");
}

pub fn without_proc() {
    let status = Command::new("mount").args(["-t", "tmpfs", "none", "/proc"]).status();
    assert!(status.expect("mount(8)").success());
    thread::sleep(SECOND);
    assert_eq!(deadline(SSHD, None), Some(before(120 * SECOND)));
    assert_eq!(deadline(Grace::Unlimited, Some(30 * SECOND)), Some(before(30 * SECOND)));
}
