//! What needs root: a log of the test's own.

mod call;
mod faults;
mod judge;
mod libc_faults;
mod system_faults;
mod trial;
