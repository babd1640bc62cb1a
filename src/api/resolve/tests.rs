use super::*;
use crate::api::wait::{Ready, Watch, wait};
use rustix::event::{PollFd, PollFlags};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

fn wait_for(lookup: &Lookup, time: Duration) -> Ready {
    let watch = Watch::new(None);
    let fd = lookup.fd();
    let mut fds = vec![PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    wait(&mut fds, Instant::now() + time, &watch)
}

#[test]
fn localhost_is_found_under_the_deadline() {
    let lookup = Lookup::start("localhost", 443).unwrap();
    assert_eq!(wait_for(&lookup, Duration::from_secs(5)), Ready::Io);
    assert!(lookup.finish().unwrap().iter().all(|a| a.ip().is_loopback()));
}

#[test]
fn a_late_resolver_is_given_up_and_does_no_harm_afterwards() {
    let (release, wait_here) = std::sync::mpsc::channel::<()>();
    let lookup = Lookup::start_with(move || {
        let _ = wait_here.recv();
        Ok(vec![])
    })
    .unwrap();
    assert_eq!(wait_for(&lookup, Duration::from_millis(30)), Ready::Tick);
    let answer = Arc::downgrade(&lookup.slot);
    drop(lookup);
    release.send(()).unwrap();
    let patience = Instant::now() + Duration::from_secs(5);
    while answer.strong_count() > 0 && Instant::now() < patience {
        thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(answer.strong_count(), 0, "the thread has let go of everything");
}

#[test]
fn a_thread_that_dies_is_a_failure_of_this_machine() {
    // C code would end the whole process; this is about a mistake of ours.
    let lookup = Lookup::start_with(|| panic!("a mistake of ours")).unwrap();
    assert_eq!(wait_for(&lookup, Duration::from_secs(5)), Ready::Io);
    assert_eq!(lookup.finish(), Err(Failure::Local(Local::Resolver(0))));
}

#[test]
fn only_a_no_of_the_resolver_is_an_outage() {
    let said = |code, errno| meaning(Refusal { code, errno }, None);
    let no_name = Failure::Outage(Outage::NoSuchName);
    let failed = Failure::Outage(Outage::ResolverFailed);
    assert_eq!(said(libc::EAI_NONAME, 0), no_name);
    assert_eq!(said(libc::EAI_NODATA, 0), no_name);
    assert_eq!(said(libc::EAI_AGAIN, 0), failed);
    assert_eq!(said(libc::EAI_FAIL, 0), failed);
    assert_eq!(said(libc::EAI_MEMORY, 0), Failure::Local(Local::NoMemory));
    assert_eq!(said(libc::EAI_SYSTEM, libc::EMFILE), Failure::Local(Local::NoDescriptor));
    assert_eq!(said(libc::EAI_SYSTEM, libc::ENFILE), Failure::Local(Local::NoDescriptor));
    assert_eq!(said(libc::EAI_SYSTEM, libc::ENOMEM), Failure::Local(Local::NoMemory));
    assert_eq!(
        said(libc::EAI_SYSTEM, libc::ECONNREFUSED),
        Failure::Local(Local::Resolver(libc::EAI_SYSTEM))
    );
    for code in (-200..=200).filter(|code| {
        ![libc::EAI_NONAME, libc::EAI_NODATA, libc::EAI_AGAIN, libc::EAI_FAIL].contains(code)
    }) {
        assert!(matches!(said(code, 0), Failure::Local(_)), "{code}");
    }
}

#[test]
fn a_no_is_not_believed_while_the_machine_is_short_of_something() {
    for code in [libc::EAI_NONAME, libc::EAI_NODATA, libc::EAI_AGAIN, libc::EAI_FAIL] {
        let refusal = Refusal { code, errno: 0 };
        assert_eq!(
            meaning(refusal, Some(Local::NoDescriptor)),
            Failure::Local(Local::NoDescriptor)
        );
    }
}

#[test]
fn an_address_literal_needs_no_thread() {
    assert_eq!(literal("127.0.0.1", 7), Some(([127, 0, 0, 1], 7).into()));
    assert_eq!(literal("::1", 7).map(|a| a.is_ipv6()), Some(true));
    assert_eq!(literal("localhost", 7), None);
}

/// Set in the process that has no standard descriptors.
const CHILD: &str = "WITHOUT_STANDARD_DESCRIPTORS";

/// What libc opens on the thread must not become the host's standard output, and the host gets back
/// what it closed. In a process of its own: this one's are everybody's.
#[test]
fn what_the_resolver_opens_is_no_standard_descriptor() {
    let name = "api::resolve::tests::what_the_resolver_opens_is_no_standard_descriptor";
    if std::env::var_os(CHILD).is_none() {
        let own = std::env::current_exe().unwrap();
        let status = std::process::Command::new(own)
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .status();
        assert!(status.unwrap().success());
        return;
    }
    crate::pam::sys::close_standard_descriptors();
    let lookup = Lookup::start_with(|| {
        let opened = std::fs::File::open("/etc/hosts").unwrap();
        Ok(vec![([127, 0, 0, 1], u16::try_from(opened.as_raw_fd()).unwrap()).into()])
    });
    let lookup = lookup.unwrap();
    assert!(lookup.fd().as_raw_fd() > 2);
    assert_eq!(wait_for(&lookup, Duration::from_secs(5)), Ready::Io);
    let opened = lookup.finish().unwrap()[0].port();
    let back =
        (0..=2).all(|number| !std::path::Path::new(&format!("/proc/self/fd/{number}")).exists());
    std::process::exit(i32::from(opened <= 2 || !back));
}

#[test]
fn a_late_answer_is_no_outage_while_this_machine_is_short_of_something() {
    let hang = || {
        thread::park_timeout(Duration::from_secs(5));
        Ok(vec![])
    };
    let hanging = || Lookup::start_with(hang);
    let lookup = hanging().unwrap();
    assert_eq!(wait_for(&lookup, Duration::from_millis(30)), Ready::Tick);
    assert_eq!(lookup.late(), Failure::Outage(Outage::ResolverLate));
    let short = Lookup { scarce: Some(Local::NoLocalPort), ..hanging().unwrap() };
    assert_eq!(short.late(), Failure::Local(Local::NoLocalPort));
}

/// An ordinary user, for one thread: root may read everything.
fn as_nobody<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let nobody = rustix::process::Uid::from_raw(65534);
    thread::spawn(move || {
        if rustix::process::geteuid().is_root() {
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        run()
    })
    .join()
    .unwrap()
}

#[test]
fn no_answer_is_believed_while_a_file_of_the_resolver_may_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let path: &'static str = folder.path().join("resolv.conf").to_str().unwrap().to_owned().leak();
    assert_eq!(as_nobody(move || unreadable(&[path])), None, "libc can do without it");
    std::fs::write(path, "nameserver 192.0.2.1\n").unwrap();
    assert_eq!(as_nobody(move || unreadable(&["/etc/hosts", path])), None);
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o000)).unwrap();
    let denied = as_nobody(move || unreadable(&["/etc/hosts", path]));
    assert_eq!(denied, Some(Local::ResolverFile(path)));
    let said = denied.unwrap().to_string();
    assert!(said.ends_with("resolv.conf may not be read, so no name was asked for (SELinux?)"));
}
