//! What libpam calls (`pam_sm_authenticate(3)` and its siblings): catches panics, reads the words of
//! the stack, hands over. No other symbol leaves the module.

use std::ffi::CStr;

use pam::constants::{PamFlag, PamResultCode};
use pam::module::{PamHandle, PamHooks};

use super::args::{Args, Debug, IDLE_SESSION_LINE};
use super::handle::Items;
use super::panic::quietly;
use super::passed;
use crate::attempt::{Asked, attempt};
use crate::audit::Audit;
use crate::core::audit::Level;
use crate::core::code::Code;
use crate::core::host::Phase;

/// The module, as libpam sees it.
#[derive(Debug)]
pub struct Module;

pam::pam_hooks!(Module);

impl PamHooks for Module {
    fn sm_authenticate(handle: &mut PamHandle, words: Vec<&CStr>, flags: PamFlag) -> PamResultCode {
        guarded(handle, |handle| call(handle, &words, Phase::Auth, flags))
    }

    /// There are no credentials to set; anything but success fails `pam_setcred` where the module
    /// stands alone in its stack.
    fn sm_setcred(_: &mut PamHandle, _: Vec<&CStr>, _: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SUCCESS
    }

    fn acct_mgmt(handle: &mut PamHandle, words: Vec<&CStr>, flags: PamFlag) -> PamResultCode {
        guarded(handle, |handle| call(handle, &words, Phase::Account, flags))
    }

    /// No session fails for a line that is only useless; the log says that it is.
    fn sm_open_session(handle: &mut PamHandle, _: Vec<&CStr>, _: PamFlag) -> PamResultCode {
        let audit = Audit::new(handle, Debug::Off);
        let _ = quietly(|| audit.note(Level::Warning, IDLE_SESSION_LINE));
        PamResultCode::PAM_SUCCESS
    }

    fn sm_close_session(_: &mut PamHandle, _: Vec<&CStr>, _: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SUCCESS
    }

    /// There is no password here to change, and a stack that thinks so is a mistake.
    fn sm_chauthtok(_: &mut PamHandle, _: Vec<&CStr>, _: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SERVICE_ERR
    }
}

/// One call that can let in; panics are caught by the caller.
fn call(handle: &mut PamHandle, words: &[&CStr], phase: Phase, flags: PamFlag) -> PamResultCode {
    // Before anything that can go wrong: what was passed before opens this call or none.
    let earlier = passed::take(handle);
    let items = match Items::read(handle) {
        Ok(items) => items,
        Err(no_user) => {
            let audit = Audit::new(handle, Debug::Off);
            audit.note(Level::Error, &format!("Error in Duo login: {}", no_user.why()));
            return no_user.code();
        }
    };
    let args = Args::parse(words);
    let debug = args.as_ref().map_or(Debug::Off, |args| args.debug);
    let ended = attempt(handle, &items, args, &Asked { phase, flags, earlier });
    let kept = ended.passed.map(|passed| passed::store(handle, passed));
    if let Some(Err(why)) = kept {
        // Then the account phase asks again: no reason to refuse.
        Audit::new(handle, debug).debug(&format!("the approval is not remembered: {why:?}"));
    }
    code(ended.code)
}

/// The verdict's code in libpam's numbers.
fn code(code: Code) -> PamResultCode {
    match code {
        Code::Success => PamResultCode::PAM_SUCCESS,
        Code::AuthErr => PamResultCode::PAM_AUTH_ERR,
        Code::PermDenied => PamResultCode::PAM_PERM_DENIED,
        Code::AuthinfoUnavail => PamResultCode::PAM_AUTHINFO_UNAVAIL,
        Code::MaxTries => PamResultCode::PAM_MAXTRIES,
        Code::ServiceErr => PamResultCode::PAM_SERVICE_ERR,
        Code::SystemErr => PamResultCode::PAM_SYSTEM_ERR,
        Code::UserUnknown => PamResultCode::PAM_USER_UNKNOWN,
        Code::Abort => PamResultCode::PAM_ABORT,
        Code::Ignore => PamResultCode::PAM_IGNORE,
    }
}

/// Runs an entry point's work; a panic in it becomes `PAM_ABORT`. That denies under every control
/// that lets a failure deny at all, is in no list of codes that stacks forgive (unlike
/// `PAM_AUTHINFO_UNAVAIL` or `PAM_SERVICE_ERR`), and makes sudo end at once instead of asking again.
fn guarded(
    handle: &mut PamHandle,
    work: impl FnOnce(&mut PamHandle) -> PamResultCode,
) -> PamResultCode {
    quietly(|| work(handle)).unwrap_or_else(|panicked| {
        // If even the log panics there is nothing left to say.
        let _ = quietly(|| {
            let audit = Audit::new(handle, Debug::Off);
            let place = panicked.place;
            audit.note(
                Level::Error,
                &format!(
                    "Error in Duo login: the module failed at {place}, which is a mistake in it"
                ),
            );
        });
        PamResultCode::PAM_ABORT
    })
}
