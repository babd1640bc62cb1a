//! One user at run time: the scenario's description and what has happened since.

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

use super::fresh_digits;
use crate::clock::Millis;
use crate::scenario::{DeviceSpec, Policy, RateLimit, UserSpec};

#[derive(Debug)]
pub struct User {
    pub spec: UserSpec,
    pub id: String,
    pub failures: u32,
    pub locked: bool,
    /// Passcodes sent by SMS, each good once.
    pub sms_codes: Vec<String>,
    /// Tokens of remembered devices and when they end.
    pub tokens: HashMap<String, Millis>,
    calls: VecDeque<Millis>,
}

/// What a passcode turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passcode {
    Good,
    Bypass,
    Wrong,
}

impl User {
    pub fn new(spec: UserSpec) -> Self {
        // The same name has the same id in every run, so that test files can hold it.
        let stable = || {
            format!(
                "DU{:.18}",
                Uuid::new_v8(name_bytes(&spec.name)).simple().to_string().to_uppercase()
            )
        };
        let id = spec.id.clone().unwrap_or_else(stable);
        let locked = spec.policy == Policy::LockedOut;
        Self {
            spec,
            id,
            failures: 0,
            locked,
            sms_codes: Vec::new(),
            tokens: HashMap::new(),
            calls: VecDeque::new(),
        }
    }

    /// Uses up one-time codes.
    pub fn try_passcode(&mut self, code: &str) -> Passcode {
        if self.spec.passcodes.iter().any(|c| c == code) {
            return Passcode::Good;
        }
        if take(&mut self.spec.one_time, code) || take(&mut self.sms_codes, code) {
            return Passcode::Good;
        }
        if take(&mut self.spec.bypass_codes, code) { Passcode::Bypass } else { Passcode::Wrong }
    }

    /// Ten new SMS passcodes in place of the old ones; the first characters count up, as on the phone.
    pub fn send_sms(&mut self) -> Vec<String> {
        self.sms_codes = (0..10).map(|n| format!("{n}{}", fresh_digits(6))).collect();
        self.sms_codes.clone()
    }

    pub fn device(&self, id: &str) -> Option<&DeviceSpec> {
        self.spec.devices.iter().find(|device| device.id == id)
    }

    /// `auto` or an id, to a device able to do `factor`.
    pub fn device_for(&self, wanted: &str, factor: &str) -> Option<&DeviceSpec> {
        let able = |device: &&DeviceSpec| device.can(factor);
        if wanted == "auto" {
            return self.spec.devices.iter().find(able);
        }
        self.device(wanted).filter(able)
    }

    /// Counts a call; `Err` is the number of seconds until the next may pass.
    pub fn count_call(&mut self, now: Millis, limit: RateLimit) -> Result<(), u64> {
        let start = now.saturating_sub(limit.per.millis());
        while self.calls.front().is_some_and(|at| *at <= start) {
            self.calls.pop_front();
        }
        if self.calls.len() < limit.calls {
            self.calls.push_back(now);
            return Ok(());
        }
        let free = self.calls.front().map_or(now, |at| at + limit.per.millis());
        Err(free.saturating_sub(now).div_ceil(1000).max(1))
    }
}

fn take(codes: &mut Vec<String>, code: &str) -> bool {
    let found = codes.iter().position(|c| c == code);
    found.map(|at| codes.remove(at)).is_some()
}

fn name_bytes(name: &str) -> [u8; 16] {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(name);
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Span;

    #[test]
    fn one_time_codes_are_good_once() {
        let mut spec = UserSpec::demo();
        spec.passcodes = vec!["111111".into()];
        spec.one_time = vec!["222222".into()];
        spec.bypass_codes = vec!["333333333".into()];
        let mut user = User::new(spec);
        let mut tried = |code| (user.try_passcode(code), user.try_passcode(code));
        assert_eq!(tried("111111"), (Passcode::Good, Passcode::Good));
        assert_eq!(tried("222222"), (Passcode::Good, Passcode::Wrong));
        assert_eq!(tried("333333333"), (Passcode::Bypass, Passcode::Wrong));
        let sent = user.send_sms();
        assert_eq!(sent.len(), 10);
        assert_eq!(user.try_passcode(&sent[3]), Passcode::Good);
        assert_eq!(user.try_passcode(&sent[3]), Passcode::Wrong);
    }

    #[test]
    fn calls_above_the_limit_wait_for_the_window() {
        let mut user = User::new(UserSpec::demo());
        let limit = RateLimit { calls: 2, per: Span::secs(10) };
        assert_eq!(user.count_call(1000, limit), Ok(()));
        assert_eq!(user.count_call(2000, limit), Ok(()));
        assert_eq!(user.count_call(3000, limit), Err(8));
        assert_eq!(user.count_call(11_001, limit), Ok(()));
    }

    #[test]
    fn ids_of_users_last_from_run_to_run() {
        let (a, b) = (User::new(UserSpec::demo()), User::new(UserSpec::demo()));
        assert_eq!(a.id, b.id);
        assert!(a.id.starts_with("DU") && a.id.len() == 20, "{}", a.id);
    }
}
