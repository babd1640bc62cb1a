//! A login in which one call fails: where, what is to fail, and all that came of it.

use std::collections::BTreeSet;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::call::{Call, telling};
use crate::support::etc::DEMO;
use crate::support::mock::user;
use crate::support::{Login, Mock, Seen, Told};

/// One test of hundreds of logins at a time: others measure how long they were made to wait.
static ALONE: Mutex<()> = Mutex::new(());

/// The `timeout` of each login, in milliseconds.
pub const BUDGET_MS: f64 = 3_000.0;

/// What the phone does, and what an outage means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// `secure`, and an approval at once.
    Approved,
    /// `safe`, and a denial at once: whoever gets in, gets in by the fault.
    DeniedUnderSafe,
    /// `safe`, and an approval.
    ApprovedUnderSafe,
}

impl Manner {
    pub const GATE: &[Manner] = &[Manner::Approved, Manner::DeniedUnderSafe];
    pub const ALL: &[Manner] =
        &[Manner::Approved, Manner::DeniedUnderSafe, Manner::ApprovedUnderSafe];

    pub fn is_safe(self) -> bool {
        self != Manner::Approved
    }
}

/// Where somebody logs in: each host has the module ask the system for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    Login,
    /// To root: by uid, who asks.
    Su,
    /// The client's connection, among all descriptors.
    Sshd,
}

impl Scene {
    const ALL: [Scene; 3] = [Scene::Login, Scene::Su, Scene::Sshd];
}

/// What is to fail, and how.
#[derive(Clone, Debug)]
pub struct Fault {
    pub scene: Scene,
    pub call: Call,
    /// Each call of its kind, from whatever place.
    pub always: bool,
    pub word: &'static str,
    /// For the reader of a failed test.
    pub name: String,
}

impl Fault {
    /// Nothing fails.
    pub fn none() -> Self {
        let call = Call {
            thread: 0,
            what: String::new(),
            site: String::new(),
            nth: 0,
            failed: false,
            logging: false,
        };
        Fault { scene: Scene::Login, call, always: false, word: "0", name: "nothing".to_owned() }
    }
}

/// What came of a login.
pub struct Ended {
    pub fault: Fault,
    pub manner: Manner,
    /// `PAM_RHOST`, by which the service's log tells logins apart.
    pub address: String,
    pub status: ExitStatus,
    pub told: Option<Told>,
    pub errors: String,
    pub log: Vec<String>,
    /// The fault happened, and at which call.
    pub hit: Option<Call>,
}

/// Two services, and logins to them.
pub struct Stage {
    approving: Mock,
    denying: Mock,
    number: AtomicU32,
    _alone: MutexGuard<'static, ()>,
}

impl Stage {
    pub fn new() -> Self {
        let mock = |keys| {
            // A phone is one person's.
            let root = user("root", keys).replace("DPHONE00000000000001", "DPHONE00000000000002");
            Mock::start(Some(&(user(DEMO, keys) + &root)), &[])
        };
        let (approving, denying) = (mock("auto = \"approve\""), mock("auto = \"deny\""));
        // One that failed has not spoilt anything.
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        Stage { approving, denying, number: AtomicU32::new(0), _alone: alone }
    }

    /// A login that asks for all that the module can ask of a system, and the address it comes from.
    pub fn login(&self, manner: Manner, scene: Scene) -> (Login, String) {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let address = format!("10.9.{}.{}", number / 250, number % 250 + 1);
        let denied = manner == Manner::DeniedUnderSafe;
        let login = Login::logged(if denied { &self.denying } else { &self.approving })
            .option("failmode", if manner.is_safe() { "\"safe\"" } else { "\"secure\"" })
            .option("timeout", "3")
            .option("pushinfo", "true")
            .option("groups", "\"demo root\"")
            .pamtalk_args(&["--hygiene", "--rhost", &address]);
        let login = match scene {
            Scene::Login => login,
            Scene::Su => login.service("su").user("root"),
            Scene::Sshd => {
                let connection = format!("SSH_CONNECTION={address} 1000 127.0.0.1 22");
                login.service("sshd").pamtalk(["--pam-env", &connection])
            }
        };
        (login, address)
    }

    /// What the two services saw.
    pub fn strike(self) -> [Seen; 2] {
        [self.approving.stop(), self.denying.stop()]
    }
}

/// The telling ones of the calls that `of` a scene are made, those from one place in one scene only.
pub fn places(of: impl Fn(Scene) -> Vec<Call>, most: usize) -> Vec<(Scene, Call)> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for scene in Scene::ALL {
        let place = |call: &Call| (call.thread, call.what.clone(), call.site.clone());
        let calls: Vec<Call> =
            of(scene).into_iter().filter(|c| !known.contains(&place(c))).collect();
        known.extend(calls.iter().map(place));
        found.extend(telling(&calls, most).into_iter().map(|call| (scene, call)));
    }
    found
}

/// The first call of each kind.
pub fn kinds(of: impl Fn(Scene) -> Vec<Call>) -> Vec<(Scene, Call)> {
    let mut known = BTreeSet::new();
    let mut all = places(of, 1);
    all.retain(|(_, call)| known.insert(call.what.clone()));
    all
}
