//! Who has started the process in which somebody logs in.
//!
//! Whoever starts a process sets its limits, environment, cgroup and scheduling, and can so make a service
//! that is well look silent. Such a process is no witness of an outage.

use super::policy::Failmode;

/// The first uid of a person (`UID_MIN` in login.defs(5)). Those below are root's and the system's, on
/// Debian, on Red Hat and for systemd (`SYSTEM_UID_MAX`). Accounts that are made for a service while it
/// runs (`DynamicUser=`) have higher ones and count as persons, which denies.
const FIRST_PERSON: u64 = 1000;

/// Entries of the kernel's auxiliary vector (`getauxval(3)`), fixed when the program was started. `None`
/// where the kernel gave no such entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuxVector {
    /// `AT_UID`
    pub uid: Option<u64>,
    /// `AT_EUID`
    pub euid: Option<u64>,
    /// `AT_GID`
    pub gid: Option<u64>,
    /// `AT_EGID`
    pub egid: Option<u64>,
    /// `AT_SECURE`
    pub secure: Option<u64>,
}

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
    pub fn of(vector: &AuxVector, service: &str) -> Self {
        let AuxVector {
            uid: Some(uid),
            euid: Some(euid),
            gid: Some(gid),
            egid: Some(egid),
            secure: Some(secure),
        } = *vector
        else {
            return Self::Person;
        };
        let has_more_rights = uid != euid || gid != egid || secure != 0;
        // cockpit-session is setuid root and started by cockpit-ws (Debian 12), which has an account of its own.
        let is_cockpit_s = service == "cockpit" && uid < FIRST_PERSON;
        if uid != 0 && has_more_rights && !is_cockpit_s { Self::Person } else { Self::System }
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
    fn plain(uid: u64) -> AuxVector {
        let id = Some(uid);
        AuxVector { uid: id, euid: id, gid: id, egid: id, secure: Some(0) }
    }

    fn setuid(uid: u64) -> AuxVector {
        AuxVector { euid: Some(0), secure: Some(1), ..plain(uid) }
    }

    #[test]
    fn whoever_starts_a_program_with_more_rights_than_their_own_is_a_person() {
        use StartedBy::{Person, System};
        let root_like = AuxVector { uid: Some(0), ..setuid(4242) };
        for (started, vector, by) in [
            ("sshd by systemd", plain(0), System),
            ("root's own su", AuxVector { secure: Some(1), ..plain(0) }, System),
            ("setgid, by root", root_like, System),
            ("a mail server with an account of its own", plain(110), System),
            ("somebody's own program", plain(4242), System),
            ("su", setuid(4242), Person),
            ("su, of an account of the system", setuid(110), Person),
            ("setuid to another than root", AuxVector { euid: Some(7), ..plain(4242) }, Person),
            ("setgid", AuxVector { egid: Some(42), ..plain(4242) }, Person),
            ("file capabilities", AuxVector { secure: Some(1), ..plain(4242) }, Person),
        ] {
            assert_eq!(StartedBy::of(&vector, "su"), by, "{started}");
        }
    }

    #[test]
    fn what_the_kernel_does_not_say_makes_a_person_of_whoever_it_is() {
        for vector in [
            AuxVector { uid: None, ..plain(0) },
            AuxVector { euid: None, ..plain(0) },
            AuxVector { gid: None, ..plain(0) },
            AuxVector { egid: None, ..plain(0) },
            AuxVector { secure: None, ..plain(0) },
        ] {
            assert_eq!(StartedBy::of(&vector, "cockpit"), StartedBy::Person, "{vector:?}");
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
            assert_eq!(StartedBy::of(&setuid(uid), service), by, "{service} {uid}");
        }
    }

    #[test]
    fn safe_is_for_what_the_system_has_started() {
        for failmode in [Failmode::Safe, Failmode::Secure] {
            assert_eq!(failmode.in_process_of(StartedBy::System), failmode);
            assert_eq!(failmode.in_process_of(StartedBy::Person), Failmode::Secure);
        }
    }
}
