//! How libpam reads service files and finds its way through them, written from pam.conf(5) and
//! `pam_dispatch.c`; `agrees.rs` compares it with libpam itself.

pub mod code;
pub mod control;
pub mod lines;
pub mod load;
pub mod play;

pub mod search;
