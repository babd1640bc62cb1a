//! What has to be free on this machine before the "no" of a name service is believed.
//!
//! glibc leaves out what a name service could not say, without an error. So whoever calls
//! `ulimit -n 6; su` or `ulimit -v 20000; su` could be in no group of a directory's, and the service's
//! name could be nobody's.

use rustix::pipe::{PipeFlags, pipe_with};

use crate::core::failure::Local;
use crate::errno;

/// Descriptors that have to be had at once: a resolver wants several (configuration, socket, bus), and
/// so does the client of a directory.
const DESCRIPTORS: usize = 16;

/// The same for memory (bytes): a client that cannot be loaded, with all that it links, says nothing
/// either.
const MEMORY: usize = 64 << 20;

/// Takes the descriptors and gives them back. They are pipes, which need no file: a jail may have no
/// `/dev/null`.
///
/// # Errors
/// What there was too little of: descriptors of this process or of the machine, or memory for them.
pub fn descriptors() -> Result<(), Local> {
    let pipe = |_| pipe_with(PipeFlags::CLOEXEC).map_err(errno::local);
    let taken: Result<Vec<_>, Local> = (0..DESCRIPTORS / 2).map(pipe).collect();
    taken.map(drop)
}

/// Is the memory there?
///
/// # Errors
/// [`Local::NoMemory`]
pub fn memory() -> Result<(), Local> {
    if is_to_be_had(MEMORY) { Ok(()) } else { Err(Local::NoMemory) }
}

/// Is there room for so many bytes at once? They are only reserved, and given back.
#[must_use]
pub fn is_to_be_had(bytes: usize) -> bool {
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(bytes).is_ok()
}
