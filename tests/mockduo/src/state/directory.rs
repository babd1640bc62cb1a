//! Finding users, and how their factors are offered.

use super::{State, User};
use crate::scenario::{Form, TextPrompt};

impl State {
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    pub(super) fn insert_user(&mut self, user: User) {
        self.users.insert(user.spec.name.clone(), user);
    }

    /// By name or alias in any case, as Duo does.
    pub fn user_named(&mut self, name: &str) -> Option<&mut User> {
        let wanted = name.to_lowercase();
        let is = |user: &&mut User| user.spec.names().any(|n| n.to_lowercase() == wanted);
        self.users.values_mut().find(is)
    }

    pub fn user_with_id(&mut self, id: &str) -> Option<&mut User> {
        self.users.values_mut().find(|user| user.id == id)
    }

    /// The forms that a user's factors can be asked for in; a service that does not know `text_prompt` has but one.
    pub fn form_of(&self, name: &str) -> Form {
        if self.rules.text_prompt != TextPrompt::Known {
            return Form::Devices;
        }
        self.user(name).and_then(|user| user.spec.form).unwrap_or(self.rules.form)
    }

    /// Of the user's own name, as transactions hold it.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    pub fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.get_mut(name)
    }
}
