//! The system's libpam, run on folders of service files, with modules that return what they are told.
#![allow(unsafe_code)] // FFI: libpam itself is what the simulation is compared with

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr;
use std::sync::OnceLock;

use crate::shared::Shared;
use crate::sim::code::Code;
use crate::sim::lines::Joins;
use crate::sim::load::Dialect;

#[repr(C)]
struct Message {
    style: c_int,
    text: *const c_char,
}

#[repr(C)]
struct Response {
    text: *mut c_char,
    code: c_int,
}

type Converse =
    extern "C" fn(c_int, *const *const Message, *mut *mut Response, *mut c_void) -> c_int;

#[repr(C)]
struct Conversation {
    converse: Converse,
    data: *mut c_void,
}

#[link(name = "pam")]
unsafe extern "C" {
    fn pam_start_confdir(
        service: *const c_char,
        user: *const c_char,
        conversation: *const Conversation,
        folder: *const c_char,
        handle: *mut *mut c_void,
    ) -> c_int;
    fn pam_authenticate(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_acct_mgmt(handle: *mut c_void, flags: c_int) -> c_int;
    fn pam_end(handle: *mut c_void, status: c_int) -> c_int;
}

/// What a call came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub result: Code,
    /// The first argument of each module that was called, in order.
    pub called: Vec<String>,
}

const STUB: &str = "stub.so";

/// The module that returns what it is told, for the lines of a stack. Its arguments are a word that
/// it says, and the number of the code.
pub fn stub() -> &'static Path {
    static BUILT: Shared = Shared::new();
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.filled(|folder| {
        // Errors in stacks are what many of these stacks are made of: not for the system's log.
        // SAFETY: takes a number, and affects nothing but this process's own `syslog`.
        unsafe { libc::setlogmask(1 << libc::LOG_EMERG) };
        let path = folder.join(STUB);
        let said = Command::new("cc")
            .args(["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&path)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dispatch/stub.c"))
            .arg("-lpam")
            .output()
            .expect("a C compiler: run `make deps`");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let name = CString::new(path.to_str().expect("UTF-8")).expect("no NUL");
        // Kept open, or every transaction would map it anew.
        // SAFETY: a name that ends in NUL, of a file without constructors.
        let held = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
        assert!(!held.is_null(), "the stub cannot be loaded");
    });
    PATH.get_or_init(|| folder.join(STUB))
}

/// One call of `service` in this folder, for `group` (`auth` or `account`).
///
/// # Errors
/// The code with which `pam_start` refuses.
pub fn run(folder: &Path, service: &str, group: &str) -> Result<Outcome, Code> {
    let c_string = |text: &str| CString::new(text).expect("no NUL");
    let (service, user) = (c_string(service), c_string("demo"));
    let path = c_string(folder.to_str().expect("UTF-8"));
    let called: RefCell<Vec<String>> = RefCell::default();
    let data = ptr::from_ref(&called).cast_mut().cast();
    let conversation = Conversation { converse: listen, data };
    let mut handle = ptr::null_mut();
    // SAFETY: the strings end in NUL; libpam copies them and the conversation, whose data outlives
    // the handle.
    let begun = unsafe {
        pam_start_confdir(
            service.as_ptr(),
            user.as_ptr(),
            &raw const conversation,
            path.as_ptr(),
            &raw mut handle,
        )
    };
    if begun != 0 {
        return Err(Code(begun));
    }
    let call = if group == "auth" { pam_authenticate } else { pam_acct_mgmt };
    // SAFETY: the handle is the one that was just begun.
    let result = unsafe { call(handle, 0) };
    // SAFETY: as above; nobody uses it after this.
    unsafe { pam_end(handle, result) };
    Ok(Outcome { result: Code(result), called: called.into_inner() })
}

/// For stacks without a line that goes on, which all versions read alike.
pub const DEBIAN: Dialect = Dialect::Debian(Joins::Since161);

/// What this libpam knows, by what it does.
pub fn dialect() -> Dialect {
    static FOUND: OnceLock<Dialect> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let line = format!("auth required {} it {}", stub().display(), Code::SUCCESS.0);
        let folder = tempfile::tempdir().expect("a folder");
        let lines = folder.path().join("lines");
        let includes = format!("@include {}\n", lines.display());
        let goes_on = format!("{line} \\\n# a comment\n{line}\n");
        for (path, text) in [
            (&lines, line + "\n"),
            (&folder.path().join("includes"), includes),
            (&folder.path().join("goes-on"), goes_on),
        ] {
            std::fs::write(path, text).expect("a service file is written");
        }
        let joins = match run(folder.path(), "goes-on", "auth") {
            Ok(Outcome { called, .. }) if called.len() == 1 => Joins::Before161,
            _ => Joins::Since161,
        };
        match run(folder.path(), "includes", "auth") {
            Ok(Outcome { result: Code::SUCCESS, .. }) => Dialect::Debian(joins),
            _ => Dialect::Upstream(joins),
        }
    })
}

/// Keeps what modules say. `data` is the `RefCell` of [`run`].
extern "C" fn listen(
    count: c_int,
    messages: *const *const Message,
    responses: *mut *mut Response,
    data: *mut c_void,
) -> c_int {
    // SAFETY: `run` keeps it alive until the handle has ended.
    let called = unsafe { &*data.cast_const().cast::<RefCell<Vec<String>>>() };
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: Linux-PAM passes an array of `count` pointers.
    for message in unsafe { std::slice::from_raw_parts(messages, count) } {
        // SAFETY: each leads to a message that lives until this returns.
        let message = unsafe { &**message };
        // SAFETY: whose text ends in NUL.
        let text = unsafe { CStr::from_ptr(message.text) };
        called.borrow_mut().push(text.to_string_lossy().into_owned());
    }
    // SAFETY: calloc takes any numbers; all-zero is an answer without a text.
    let none = unsafe { libc::calloc(count, size_of::<Response>()) };
    // SAFETY: libpam's contract: a valid place for the array's address; the module frees it.
    unsafe { *responses = none.cast() };
    0
}
