//! What the host told libpam about the login (`pam_get_item(3)`).

use pam::constants::PamResultCode;
use pam::items::{Item, RHost, Service, Tty, User};
use pam::module::PamHandle;
use std::ffi::{CStr, c_char};

unsafe extern "C" {
    fn pam_getenv(handle: *mut PamHandle, name: *const c_char) -> *const c_char;
}

/// The items that a login is about. Those for display are made UTF-8 by force; none is clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    /// `PAM_USER`: never empty, and exactly what the host said.
    pub user: String,
    /// `PAM_SERVICE`, in lower case as libpam keeps it.
    pub service: String,
    /// `PAM_RHOST`; `None` also where the host says `""`, as login does.
    pub rhost: Option<String>,
    /// `PAM_TTY`; `ssh` in sshd.
    pub tty: Option<String>,
}

/// Why there is nobody to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoUser {
    /// No name, or an empty one.
    Nameless,
    /// Not UTF-8: nothing that the service could know.
    NotText,
    /// The host had no name, and its conversation gave none either.
    Unanswered,
}

impl Items {
    /// Reads the items; the host's conversation is asked for the user when it has named none yet.
    ///
    /// # Errors
    /// [`NoUser`] says why there is no user; missing other items are no errors.
    pub fn read(handle: &mut PamHandle) -> Result<Self, NoUser> {
        let user = handle.get_user(None).map_err(|code| match code {
            // pam-bindings has no other use for this code after libpam has said success.
            PamResultCode::PAM_SYSTEM_ERR => NoUser::NotText,
            _ => NoUser::Unanswered,
        })?;
        if user.is_empty() {
            return Err(NoUser::Nameless);
        }
        Ok(Self {
            user,
            service: text::<Service<'_>>(handle, |item| item.0).unwrap_or_default(),
            rhost: text::<RHost<'_>>(handle, |item| item.0),
            tty: text::<Tty<'_>>(handle, |item| item.0),
        })
    }

    /// Where the login comes from, for people: the client's address, or else the terminal.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        self.rhost.as_deref().or(self.tty.as_deref())
    }
}

impl NoUser {
    /// What the entry point returns.
    #[must_use]
    pub fn code(self) -> PamResultCode {
        match self {
            Self::Nameless | Self::NotText => PamResultCode::PAM_USER_UNKNOWN,
            Self::Unanswered => PamResultCode::PAM_AUTH_ERR,
        }
    }

    /// For the log.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::Nameless => "the user name is empty",
            Self::NotText => "the user name is not UTF-8",
            Self::Unanswered => "the host named no user, and its conversation gave none",
        }
    }
}

/// `PAM_USER` as it is now; nobody is asked for it.
#[must_use]
pub fn user(handle: &PamHandle) -> Option<&[u8]> {
    Some(handle.get_item::<User<'_>>().ok()??.0.to_bytes())
}

/// A variable of the session that is being made (`pam_getenv(3)`): libpam's own list, filled by the
/// host and the modules before us. It is not the environment of the process.
#[must_use]
pub fn variable(handle: &PamHandle, name: &CStr) -> Option<String> {
    // SAFETY: the handle is libpam's, which only reads it; the name ends in a NUL.
    let value = unsafe { pam_getenv(std::ptr::from_ref(handle).cast_mut(), name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: a string in libpam's list, which nobody changes before it is copied here.
    Some(unsafe { CStr::from_ptr(value) }.to_string_lossy().into_owned())
}

/// An item as text; absent, empty and unreadable are the same here.
fn text<'a, T: Item<'a>>(handle: &'a PamHandle, bytes: impl Fn(T) -> &'a CStr) -> Option<String> {
    let item = bytes(handle.get_item::<T>().ok()??);
    Some(item.to_string_lossy().into_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pam::fake_host::{FakeHost, Reaction};

    #[test]
    fn items_are_what_the_host_said() {
        let mut host = FakeHost::new(Some(c"alice"), &[]);
        host.set_rhost(c"192.0.2.7");
        host.set_tty(c"ssh");
        let items = Items::read(host.handle());
        assert_eq!(
            items,
            Ok(Items {
                user: "alice".into(),
                service: "demo".into(),
                rhost: Some("192.0.2.7".into()),
                tty: Some("ssh".into()),
            })
        );
        assert_eq!(items.as_ref().map(Items::from), Ok(Some("192.0.2.7")));
    }

    #[test]
    fn an_empty_rhost_is_none_and_the_terminal_says_where_from() {
        let mut host = FakeHost::new(Some(c"alice"), &[]);
        host.set_rhost(c"");
        host.set_tty(c"tty\xff");
        let items = Items::read(host.handle());
        assert_eq!(items.as_ref().map(Items::from), Ok(Some("tty\u{fffd}")));
    }

    #[test]
    fn a_host_that_knows_no_user_is_asked_for_one() {
        let mut host = FakeHost::new(None, &[Reaction::Answer(b"bob")]);
        assert_eq!(Items::read(host.handle()).map(|items| items.user), Ok("bob".to_owned()));
        let mut host = FakeHost::new(None, &[Reaction::Refused]);
        assert_eq!(Items::read(host.handle()), Err(NoUser::Unanswered));
    }

    #[test]
    fn a_user_without_a_name_or_without_utf_8_is_nobody() {
        for (user, why) in [(c"", NoUser::Nameless), (c"caf\xe9", NoUser::NotText)] {
            let mut host = FakeHost::new(Some(user), &[]);
            assert_eq!(Items::read(host.handle()), Err(why));
            assert_eq!(why.code(), PamResultCode::PAM_USER_UNKNOWN);
        }
    }
}
