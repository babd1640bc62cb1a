//! libpam's side of the fence: declarations, and a handle that ends itself.
//!
//! Everything here is from `security/pam_appl.h` of Linux-PAM 1.5.
#![allow(unsafe_code)] // FFI; besides this file, `sys.rs` and `later.rs` need `unsafe`

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use crate::codes::{BUF_ERR, CONV_ERR, SUCCESS};
use crate::talk::{Reply, Talk};

pub const SERVICE_ITEMS: [(&str, c_int); 5] =
    [("rhost", 4), ("tty", 3), ("ruser", 8), ("service", 1), ("user", 2)];
pub const SILENT: c_int = 0x8000;
pub const ESTABLISH_CRED: c_int = 0x2;

#[repr(C)]
struct RawMessage {
    style: c_int,
    text: *const c_char,
}

#[repr(C)]
struct RawResponse {
    text: *mut c_char,
    code: c_int,
}

type ConvFn =
    extern "C" fn(c_int, *const *const RawMessage, *mut *mut RawResponse, *mut c_void) -> c_int;

#[repr(C)]
struct RawConv {
    conv: Option<ConvFn>,
    data: *mut c_void,
}

#[link(name = "pam")]
unsafe extern "C" {
    fn pam_start(
        service: *const c_char,
        user: *const c_char,
        conv: *const RawConv,
        handle: *mut *mut c_void,
    ) -> c_int;
    fn pam_start_confdir(
        service: *const c_char,
        user: *const c_char,
        conv: *const RawConv,
        confdir: *const c_char,
        handle: *mut *mut c_void,
    ) -> c_int;
    fn pam_set_item(handle: *mut c_void, item: c_int, value: *const c_void) -> c_int;
    fn pam_putenv(handle: *mut c_void, name_value: *const c_char) -> c_int;
    fn pam_authenticate(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_setcred(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_acct_mgmt(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_open_session(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_close_session(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_chauthtok(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_end(handle: *mut c_void, status: c_int) -> c_int;
}

/// Which of libpam's calls to make.
pub use crate::args::Call;

/// An open transaction; ended when dropped, with the last call's code.
pub struct Handle<'a> {
    raw: *mut c_void,
    last: c_int,
    /// libpam copies the `pam_conv`, not what its pointer leads to.
    _talk: &'a RefCell<Talk>,
}

impl<'a> Handle<'a> {
    /// `Err` holds libpam's code.
    pub fn start(
        service: &CStr,
        user: Option<&CStr>,
        confdir: Option<&CStr>,
        talk: &'a RefCell<Talk>,
    ) -> Result<Self, c_int> {
        let conv = RawConv {
            conv: talk.borrow().has_function().then_some(converse as ConvFn),
            data: ptr::from_ref(talk).cast_mut().cast(),
        };
        let user = user.map_or(ptr::null(), CStr::as_ptr);
        let mut raw = ptr::null_mut();
        let code = match confdir {
            // SAFETY: the strings are NUL-terminated and outlive the call; libpam copies them and the conv.
            Some(dir) => unsafe {
                pam_start_confdir(
                    service.as_ptr(),
                    user,
                    &raw const conv,
                    dir.as_ptr(),
                    &raw mut raw,
                )
            },
            // SAFETY: as above.
            None => unsafe { pam_start(service.as_ptr(), user, &raw const conv, &raw mut raw) },
        };
        if code != SUCCESS {
            return Err(code);
        }
        Ok(Handle { raw, last: SUCCESS, _talk: talk })
    }

    pub fn set_item(&mut self, item: c_int, value: &CStr) -> c_int {
        // SAFETY: every item in SERVICE_ITEMS is a C string, which libpam copies.
        unsafe { pam_set_item(self.raw, item, value.as_ptr().cast()) }
    }

    pub fn put_env(&mut self, name_value: &CStr) -> c_int {
        // SAFETY: a NUL-terminated string, which libpam copies.
        unsafe { pam_putenv(self.raw, name_value.as_ptr()) }
    }

    pub fn call(&mut self, call: Call, flags: c_int) -> c_int {
        let function = match call {
            Call::Authenticate => pam_authenticate,
            Call::Setcred => pam_setcred,
            Call::AcctMgmt => pam_acct_mgmt,
            Call::OpenSession => pam_open_session,
            Call::CloseSession => pam_close_session,
            Call::Chauthtok => pam_chauthtok,
        };
        // SAFETY: the handle came from pam_start and has not been ended; its talk is still borrowed.
        self.last = unsafe { function(self.raw, flags) };
        self.last
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        // SAFETY: ended once, here.
        unsafe { pam_end(self.raw, self.last) };
    }
}

/// libpam's conversation callback. `data` is the `RefCell<Talk>` that `start` was given.
extern "C" fn converse(
    count: c_int,
    messages: *const *const RawMessage,
    responses: *mut *mut RawResponse,
    data: *mut c_void,
) -> c_int {
    // SAFETY: `Handle` keeps the talk borrowed for as long as libpam may call.
    let talk = unsafe { &*data.cast_const().cast::<RefCell<Talk>>() };
    let Ok(count) = usize::try_from(count) else {
        return CONV_ERR;
    };
    // SAFETY: Linux-PAM passes an array of `count` pointers to messages.
    let messages = unsafe { std::slice::from_raw_parts(messages, count) };
    let told = messages.iter().map(|message| read(*message)).collect();
    match talk.borrow_mut().converse(told) {
        Err(code) => code,
        Ok(None) => SUCCESS,
        Ok(Some(replies)) => give(&replies, responses),
    }
}

fn read(message: *const RawMessage) -> (c_int, String) {
    // SAFETY: a message of the module's, which lives until the callback returns.
    let message = unsafe { &*message };
    // SAFETY: its text is a NUL-terminated string.
    let text = unsafe { CStr::from_ptr(message.text) };
    (message.style, text.to_string_lossy().into_owned())
}

/// Hands the replies over in memory that the module frees.
fn give(replies: &[Reply], responses: *mut *mut RawResponse) -> c_int {
    // SAFETY: calloc has no preconditions; the result is checked.
    let array =
        unsafe { libc::calloc(replies.len(), size_of::<RawResponse>()) }.cast::<RawResponse>();
    if array.is_null() {
        return BUF_ERR;
    }
    // SAFETY: as long as it was allocated, and all-zero is a valid response.
    let places = unsafe { std::slice::from_raw_parts_mut(array, replies.len()) };
    for (place, reply) in places.iter_mut().zip(replies) {
        if let Some(text) = reply.as_deref().and_then(|t| CString::new(t).ok()) {
            // SAFETY: a NUL-terminated string; the copy is malloc'ed, as the module's free expects.
            place.text = unsafe { libc::strdup(text.as_ptr()) };
        }
    }
    // SAFETY: libpam's contract: a valid place for the array's address.
    unsafe { *responses = array };
    SUCCESS
}
