//! A host for tests: the real libpam with a scripted conversation function behind it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use pam::constants::PamResultCode;
use pam::items::{Item, RHost, Tty};
use pam::module::PamHandle;

/// What the conversation function does with the next message.
#[derive(Clone, Debug)]
pub enum Reaction {
    /// `PAM_SUCCESS` and this answer.
    Answer(&'static [u8]),
    /// `PAM_SUCCESS`, an array, no answer in it: right for info and error.
    Shown,
    /// `PAM_SUCCESS` and no array at all, as some hosts do for info.
    NoArray,
    /// `PAM_CONV_ERR`.
    Refused,
}

/// A PAM transaction of the service `demo`.
pub struct FakeHost {
    handle: *mut PamHandle,
    // Boxed: libpam keeps its address.
    script: Box<Script>,
    _stacks: tempfile::TempDir,
}

#[derive(Default)]
struct Script {
    reactions: RefCell<VecDeque<Reaction>>,
    seen: RefCell<Vec<(c_int, String)>>,
}

#[repr(C)]
struct Message {
    style: c_int,
    text: *const c_char,
}

#[repr(C)]
struct Response {
    answer: *mut c_char,
    code: c_int,
}

type Function = extern "C" fn(c_int, *mut *const Message, *mut *mut Response, *mut c_void) -> c_int;

#[repr(C)]
struct PamConv {
    function: Option<Function>,
    data: *mut c_void,
}

#[link(name = "pam")]
unsafe extern "C" {
    fn pam_start_confdir(
        service: *const c_char,
        user: *const c_char,
        conversation: *const PamConv,
        folder: *const c_char,
        handle: *mut *mut PamHandle,
    ) -> c_int;
    fn pam_end(handle: *mut PamHandle, status: c_int) -> c_int;
}

extern "C" fn converse(
    _: c_int,
    messages: *mut *const Message,
    responses: *mut *mut Response,
    data: *mut c_void,
) -> c_int {
    // SAFETY: data is the boxed script of the host that is alive while libpam has the function.
    let script = unsafe { &*data.cast::<Script>() };
    // SAFETY: libpam's array has at least one entry, and the module sends one message at a time.
    let message = unsafe { *messages };
    // SAFETY: the entry points to a message that lives through the call.
    let message = unsafe { &*message };
    // SAFETY: pam_conv(3) promises a string.
    let text = unsafe { CStr::from_ptr(message.text) }.to_string_lossy().into_owned();
    script.seen.borrow_mut().push((message.style, text));
    let answer = match script.reactions.borrow_mut().pop_front() {
        Some(Reaction::Answer(answer)) => CString::new(answer).ok(),
        Some(Reaction::Shown) => None,
        Some(Reaction::NoArray) => return PamResultCode::PAM_SUCCESS as c_int,
        Some(Reaction::Refused) | None => return PamResultCode::PAM_CONV_ERR as c_int,
    };
    // SAFETY: strdup copies a string that is alive here; the caller frees the copy.
    let answer = answer.map_or(ptr::null_mut(), |answer| unsafe { libc::strdup(answer.as_ptr()) });
    // SAFETY: plain allocation of one zeroed Response, freed by the caller.
    let response = unsafe { libc::calloc(1, size_of::<Response>()) }.cast::<Response>();
    assert!(!response.is_null());
    // SAFETY: just allocated, large enough and aligned as calloc promises.
    unsafe { response.write(Response { answer, code: 0 }) };
    // SAFETY: the caller gave a place for the pointer.
    unsafe { *responses = response };
    PamResultCode::PAM_SUCCESS as c_int
}

impl FakeHost {
    /// A host that knows `user` and reacts as told, message by message; afterwards it refuses.
    pub fn new(user: Option<&CStr>, reactions: &[Reaction]) -> Self {
        Self::start(user, reactions, Some(converse))
    }

    /// A host without a conversation, as cron is one.
    pub fn mute(user: &CStr) -> Self {
        Self::start(Some(user), &[], None)
    }

    fn start(user: Option<&CStr>, reactions: &[Reaction], function: Option<Function>) -> Self {
        let stacks = tempfile::tempdir().expect("a folder");
        std::fs::write(stacks.path().join("demo"), "auth required pam_deny.so\n").expect("a stack");
        std::fs::write(stacks.path().join("other"), "auth required pam_deny.so\n")
            .expect("a stack");
        let folder = CString::new(stacks.path().to_str().expect("UTF-8")).expect("no NUL");
        let script = Box::new(Script {
            reactions: RefCell::new(reactions.iter().cloned().collect()),
            ..Script::default()
        });
        let conversation = PamConv { function, data: (&raw const *script).cast_mut().cast() };
        let mut handle = ptr::null_mut();
        // SAFETY: all strings end in a NUL; libpam copies them and the conversation structure, whose
        // data lives as long as this host.
        let code = unsafe {
            pam_start_confdir(
                c"demo".as_ptr(),
                user.map_or(ptr::null(), CStr::as_ptr),
                &raw const conversation,
                folder.as_ptr(),
                &raw mut handle,
            )
        };
        assert_eq!(code, PamResultCode::PAM_SUCCESS as c_int);
        Self { handle, script, _stacks: stacks }
    }

    pub fn handle(&mut self) -> &mut PamHandle {
        // SAFETY: pam_start gave it, pam_end has not been called, and `&mut self` makes it the only one.
        unsafe { &mut *self.handle }
    }

    pub fn set_rhost(&mut self, text: &CStr) {
        set(self.handle(), RHost(text));
    }

    pub fn set_tty(&mut self, text: &CStr) {
        set(self.handle(), Tty(text));
    }

    /// Style and text of each message so far.
    pub fn seen(&self) -> Vec<(c_int, String)> {
        self.script.seen.borrow().clone()
    }
}

fn set<'a, T: Item<'a>>(handle: &mut PamHandle, item: T) {
    assert_eq!(handle.set_item_str(item), Ok(()));
}

impl Drop for FakeHost {
    fn drop(&mut self) {
        // SAFETY: pam_start gave the handle, and nobody uses it after this.
        unsafe { pam_end(self.handle, 0) };
    }
}
