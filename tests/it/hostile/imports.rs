//! What the module imports, and how each of it is made to fail.

/// How an import is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// By `shim_calls.c`, with these words.
    Shim(&'static [&'static str]),
    /// It is a system call, or makes one: `inject.c` has that one fail.
    SystemCall,
    /// It gives memory: by `shim_calls.c`, where a test asks for it; and `failures/memory.rs` limits it.
    Memory,
    /// glibc itself ends a host that has no memory for it: `limits.rs`.
    ThreadLocal,
    /// It cannot fail, or only data is imported.
    Never,
    /// std links it, for backtraces and aborts, or for a start that is not ours; a login calls it not.
    Uncalled,
}

use Import::{Memory, Never, Shim, SystemCall, ThreadLocal, Uncalled};

const ERRNO: Import = Shim(&["22"]);
const RECORD: Import = Shim(&["5", "34", "12", "24", "4", "2", "nobody", "nulls"]);
const ITEM: Import = Shim(&["null", "4", "29", "12345"]);

/// Every import, with the compiler that `tests/scripts/imports.txt` was kept with. One more with that compiler
/// fails the test: it is to be added with its faults.
pub const IMPORTS: &[(&str, Import)] = &[
    ("_ITM_deregisterTMCloneTable", Never),
    ("_ITM_registerTMCloneTable", Never),
    ("_Unwind_Backtrace", Uncalled),
    ("_Unwind_DeleteException", Uncalled),
    ("_Unwind_GetDataRelBase", Uncalled),
    ("_Unwind_GetIP", Uncalled),
    ("_Unwind_GetIPInfo", Uncalled),
    ("_Unwind_GetLanguageSpecificData", Uncalled),
    ("_Unwind_GetRegionStart", Uncalled),
    ("_Unwind_GetTextRelBase", Uncalled),
    ("_Unwind_RaiseException", Uncalled),
    ("_Unwind_Resume", Uncalled),
    ("_Unwind_SetGR", Uncalled),
    ("_Unwind_SetIP", Uncalled),
    ("__cxa_finalize", Never),
    ("__cxa_thread_atexit_impl", ThreadLocal),
    ("__errno_location", Never),
    ("__gmon_start__", Never),
    // Where a canary of ring's C code is gone; it ends the host.
    ("__stack_chk_fail", Uncalled),
    ("__tls_get_addr", ThreadLocal),
    ("__xpg_strerror_r", Never),
    ("abort", Uncalled),
    ("bcmp", Never),
    ("calloc", Memory),
    ("clock_gettime", Shim(&["22", "back", "forth"])),
    ("close", SystemCall),
    ("closedir", SystemCall),
    ("dirfd", Uncalled),
    ("dl_iterate_phdr", Uncalled),
    ("dlsym", Never),
    ("environ", Never),
    ("free", Never),
    ("freeaddrinfo", Never),
    ("fstat64", SystemCall),
    (
        "getaddrinfo",
        // From EAI_BADFLAGS to EAI_OVERFLOW, and one that nobody knows.
        Shim(&[
            "-1",
            "-2",
            "-3",
            "-4",
            "-5",
            "-6",
            "-7",
            "-8",
            "-9",
            "-10",
            "-11",
            "-12",
            "-12345",
            "empty",
            "family",
            "no-address",
        ]),
    ),
    ("getauxval", Never),
    ("getcwd", Uncalled),
    ("getenv", Never),
    ("getgrgid_r", RECORD),
    ("getgrnam_r", RECORD),
    ("getgrouplist", Shim(&["-1", "small", "negative"])),
    ("getitimer", SystemCall),
    ("getpwnam_r", RECORD),
    ("getpwuid_r", RECORD),
    ("getrandom", SystemCall),
    ("gettid", SystemCall),
    ("lseek64", SystemCall),
    ("malloc", Memory),
    ("memcmp", Never),
    ("memcpy", Never),
    ("memmove", Never),
    ("memset", Never),
    ("mmap64", SystemCall),
    ("mprotect", SystemCall),
    ("munmap", SystemCall),
    ("open", SystemCall),
    ("open64", SystemCall),
    ("opendir", SystemCall),
    ("pam_get_data", ITEM),
    ("pam_get_item", ITEM),
    ("pam_get_user", ITEM),
    ("pam_getenv", Shim(&["null"])),
    ("pam_set_data", Shim(&["5", "4"])),
    ("pam_syslog", Shim(&["lost"])),
    ("pause", Uncalled),
    ("poll", SystemCall),
    ("posix_memalign", Memory),
    ("program_invocation_short_name", Never),
    ("pthread_attr_destroy", ERRNO),
    ("pthread_attr_getguardsize", ERRNO),
    ("pthread_attr_getstack", ERRNO),
    ("pthread_attr_init", Shim(&["12"])),
    ("pthread_attr_setstacksize", ERRNO),
    ("pthread_create", Shim(&["11", "1", "12", "22"])),
    ("pthread_detach", ERRNO),
    ("pthread_getattr_np", Shim(&["12"])),
    ("pthread_key_create", Shim(&["11"])),
    ("pthread_key_delete", ERRNO),
    ("pthread_mutex_lock", Uncalled),
    ("pthread_mutex_unlock", Uncalled),
    ("pthread_self", Never),
    ("pthread_setname_np", Shim(&["34"])),
    ("pthread_setspecific", Shim(&["12"])),
    ("pthread_sigmask", ERRNO),
    ("read", SystemCall),
    ("readdir64", SystemCall),
    ("readlink", SystemCall),
    ("realloc", Memory),
    ("realpath", Uncalled),
    ("sigaction", SystemCall),
    ("sigaddset", ERRNO),
    ("sigaltstack", SystemCall),
    ("sigemptyset", ERRNO),
    ("sigfillset", ERRNO),
    ("sigismember", ERRNO),
    ("signalfd", SystemCall),
    ("sigpending", SystemCall),
    ("stat64", SystemCall),
    ("statx", SystemCall),
    ("strlen", Never),
    ("syscall", SystemCall),
    ("sysconf", Shim(&["-1", "0"])),
    ("write", SystemCall),
    ("writev", Uncalled),
];

/// How this function fails.
pub fn of_function(name: &str) -> &'static [&'static str] {
    match IMPORTS.iter().find(|(known, _)| *known == name) {
        Some((_, Shim(words))) => words,
        other => panic!("{name} is in shim_calls.c and here as {other:?}"),
    }
}
