//! Passcodes and the SMS that brings new ones.

use super::event::Event;
use super::user::Passcode;
use super::{State, Status};

impl State {
    /// What a passcode comes to for a user.
    pub fn try_passcode(&mut self, name: &str, code: &str) -> Status {
        match self.user_mut(name).map(|user| user.try_passcode(code)) {
            Some(Passcode::Good) => Status::Allow,
            Some(Passcode::Bypass) => Status::Bypass,
            Some(Passcode::Wrong) | None => Status::Deny,
        }
    }

    /// New SMS passcodes; the log tells them, for there is no other telephone here to read them on.
    pub fn send_sms(&mut self, name: &str, device: &str) {
        if let Some(user) = self.user_mut(name) {
            let codes = user.send_sms();
            let (user, device) = (name.to_owned(), device.to_owned());
            self.events.push(Event::Sms { user, device, codes });
        }
    }
}
