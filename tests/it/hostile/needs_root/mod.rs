//! What needs root: a log of the test's own.

mod call;
mod faults;
mod hosts;
mod jail;
mod judge;
mod libc_faults;
mod setuid;
mod system_faults;
mod tool;
mod trial;
