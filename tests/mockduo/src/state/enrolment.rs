//! Enrolment: a new user, an activation code, and the phone that takes it.

use super::due::Item;
use super::event::Event;
use super::snapshot::Enrolling;
use super::{State, User, fresh_digits, fresh_id};
use crate::clock::Millis;
use crate::error::ApiError;
use crate::scenario::{DeviceSpec, Policy, UserSpec};

/// What `/enroll` made.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub user: String,
    pub user_id: String,
    pub activation_code: String,
    pub expires: Millis,
    pub bypass_codes: Vec<String>,
    done: bool,
}

/// What `/enroll_status` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolStatus {
    Success,
    Invalid,
    Waiting,
}

impl State {
    /// Makes a user who has no phone yet. Without a name it gets one.
    ///
    /// # Errors
    /// 40002 when the name is taken.
    pub fn enrol(
        &mut self,
        now: Millis,
        name: Option<&str>,
        valid: Millis,
        codes: usize,
    ) -> Result<Enrolment, ApiError> {
        let name = name.map_or_else(|| format!("user-{}", fresh_id()), str::to_owned);
        if self.user_named(&name).is_some() {
            return Err(ApiError::invalid("username"));
        }
        let mut user = User::new(UserSpec::named(&name, Policy::Enroll, Vec::new()));
        user.spec.bypass_codes = (0..codes).map(|_| fresh_digits(9)).collect();
        let made = Enrolment {
            user: name,
            user_id: user.id.clone(),
            activation_code: fresh_id().replace('-', ""),
            expires: now + valid,
            bypass_codes: user.spec.bypass_codes.clone(),
            done: false,
        };
        self.insert_user(user);
        self.enrolments.insert(made.user_id.clone(), made.clone());
        if let Some(after) = self.rules.auto_enroll {
            self.due.put(now + after, Item::Enrol(made.user_id.clone()));
        }
        self.events
            .push(Event::Enrolling { user: made.user.clone(), user_id: made.user_id.clone() });
        Ok(made)
    }

    pub fn enrol_status(&self, now: Millis, user_id: &str, code: &str) -> EnrolStatus {
        match self.enrolments.get(user_id).filter(|e| e.activation_code == code) {
            Some(e) if e.done => EnrolStatus::Success,
            Some(e) if now < e.expires => EnrolStatus::Waiting,
            _ => EnrolStatus::Invalid,
        }
    }

    /// The phone takes the activation code, or a user whose policy asks for enrolment walks through the portal.
    /// Gives whether there was something to activate.
    pub fn activate(&mut self, now: Millis, user_id: &str) -> bool {
        let over = self.enrolments.get(user_id).is_some_and(|e| e.done || e.expires <= now);
        let Some(user) =
            self.user_with_id(user_id).filter(|user| user.spec.policy == Policy::Enroll)
        else {
            return false;
        };
        if over {
            return false;
        }
        user.spec.policy = Policy::Auth;
        if user.spec.devices.is_empty() {
            user.spec.devices.push(DeviceSpec::iphone(&format!("DP{}", fresh_digits(16))));
        }
        let name = user.spec.name.clone();
        if let Some(enrolment) = self.enrolments.get_mut(user_id) {
            enrolment.done = true;
        }
        self.events.push(Event::Enrolled { user: name, user_id: user_id.to_owned() });
        true
    }

    pub(super) fn enrolling(&self, now: Millis) -> Vec<Enrolling> {
        let open = self.enrolments.values().filter(|e| !e.done && e.expires > now);
        let line = |e: &Enrolment| Enrolling {
            user_id: e.user_id.clone(),
            user: e.user.clone(),
            expires: e.expires,
        };
        open.map(line).collect()
    }
}
