//! Who has started the process in which somebody logs in.
//!
//! Whoever starts a process sets its limits, environment, cgroup and scheduling, and can so make a service
//! that is well look silent. Such a process is no witness of an outage.

use super::policy::Failmode;

/// The first uid of a person (`UID_MIN` in login.defs(5)). Those below are root's and the system's, on
/// Debian, on Red Hat and for systemd (`SYSTEM_UID_MAX`). Accounts that are made for a service while it
/// runs (`DynamicUser=`) have higher ones and count as persons, which denies.
const FIRST_PERSON: u64 = 1000;

/// `AT_UID`, `AT_EUID`, `AT_GID`, `AT_EGID` and `AT_SECURE` of the kernel's auxiliary vector
/// (`getauxval(3)`), fixed when the program was started. `None` where the kernel gave no such entry.
pub type AuxVector = [Option<u64>; 5];

/// Who has started the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartedBy {
    /// Root or an account of a service: sshd, login on a console, a display manager, root's own su.
    System,
    /// Perhaps the one who wants in: su, sudo, doas, a setuid helper of a screen locker.
    Person,
}

impl StartedBy {
    /// Judges by ids that differ when the program starts, because its name and its ids of now are the
    /// choice of whoever starts it. What is not known counts as a person.
    #[must_use]
    pub fn of(vector: AuxVector, service: &str) -> Self {
        let [Some(uid), Some(runs_as), Some(gid), Some(in_group), Some(secure)] = vector else {
            return Self::Person;
        };
        let has_more_rights = (uid, gid) != (runs_as, in_group) || secure != 0;
        // cockpit-session is setuid root and started by cockpit-ws (Debian 12), which has an account of its own.
        let is_cockpit_s = service == "cockpit" && uid < FIRST_PERSON;
        // From polkit 127 on systemd starts its helper, for whoever asks it to.
        let is_polkit_s = service == "polkit-1";
        let is_a_person_s = uid != 0 && has_more_rights && !is_cockpit_s;
        if is_a_person_s || is_polkit_s { Self::Person } else { Self::System }
    }
}

impl Failmode {
    /// The failmode that rules in a process: `safe` is for what the system has started.
    #[must_use]
    pub fn in_process_of(self, started_by: StartedBy) -> Self {
        match started_by {
            StartedBy::System => self,
            StartedBy::Person => Self::Secure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the kernel has them for a program without more rights than its caller's.
    const fn plain(uid: u64) -> AuxVector {
        [Some(uid), Some(uid), Some(uid), Some(uid), Some(0)]
    }

    const fn setuid(uid: u64) -> AuxVector {
        [Some(uid), Some(0), Some(uid), Some(uid), Some(1)]
    }

    #[test]
    fn whoever_starts_a_program_with_more_rights_than_their_own_is_a_person() {
        use StartedBy::{Person, System};
        let [id, other, root] = [Some(4242), Some(42), Some(0)];
        for (started, vector, by) in [
            ("sshd by systemd", plain(0), System),
            ("root's own su", setuid(0), System),
            ("a program for another group, by root", [root, root, root, other, Some(1)], System),
            ("a mail server with an account of its own", plain(110), System),
            ("somebody's own program", plain(4242), System),
            ("su", setuid(4242), Person),
            ("su, by an account of the system", setuid(110), Person),
            ("for another user than root", [id, other, id, id, Some(0)], Person),
            ("for another group", [id, id, id, other, Some(0)], Person),
            ("with capabilities", [id, id, id, id, Some(1)], Person),
        ] {
            assert_eq!(StartedBy::of(vector, "su"), by, "{started}");
        }
    }

    #[test]
    fn what_the_kernel_does_not_say_makes_a_person_of_whoever_it_is() {
        for missing in 0..5 {
            let mut vector = plain(0);
            vector[missing] = None;
            assert_eq!(StartedBy::of(vector, "cockpit"), StartedBy::Person, "{vector:?}");
        }
    }

    #[test]
    fn cockpit_s_session_program_is_the_system_s_only_when_an_account_of_the_system_starts_it() {
        for (service, uid, by) in [
            ("cockpit", 110, StartedBy::System),
            ("cockpit", 999, StartedBy::System),
            ("cockpit", 1000, StartedBy::Person),
            ("cockpit", 65534, StartedBy::Person),
            ("cockpit", u64::MAX, StartedBy::Person),
            ("cockpit2", 110, StartedBy::Person),
            ("sudo", 110, StartedBy::Person),
            ("sshd", 4242, StartedBy::Person),
        ] {
            assert_eq!(StartedBy::of(setuid(uid), service), by, "{service} {uid}");
        }
    }

    #[test]
    fn polkit_s_helper_is_a_person_s_although_systemd_starts_it() {
        assert_eq!(StartedBy::of(plain(0), "polkit-1"), StartedBy::Person);
    }

    #[test]
    fn safe_is_for_what_the_system_has_started() {
        for failmode in [Failmode::Safe, Failmode::Secure] {
            assert_eq!(failmode.in_process_of(StartedBy::System), failmode);
            assert_eq!(failmode.in_process_of(StartedBy::Person), Failmode::Secure);
        }
    }
}
