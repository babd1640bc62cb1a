use std::io;

use rustix::fs::fcntl_getfl;
use rustix::io::{FdFlags, fcntl_getfd};

use super::*;
use crate::config::ConfigError;
use crate::core::failure::Local;

/// A file that is read in these pieces.
struct Pieces(Vec<io::Result<&'static str>>);

impl Read for Pieces {
    fn read(&mut self, free: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let piece = self.0.remove(0)?.as_bytes();
        free[..piece.len()].copy_from_slice(piece);
        Ok(piece.len())
    }
}

fn failure(errno: Errno) -> io::Result<&'static str> {
    Err(errno.into())
}

#[test]
fn a_signal_interrupts_no_configuration() {
    let mut file = Pieces(vec![failure(Errno::INTR), Ok("con"), failure(Errno::INTR), Ok("tent")]);
    assert_eq!(whole(&mut file, 7).unwrap().as_slice(), b"content");
}

#[test]
fn half_a_file_is_none() {
    let mut file = Pieces(vec![Ok("con"), failure(Errno::IO), Ok("tent")]);
    let problem = whole(&mut file, 7).unwrap_err();
    assert!(matches!(problem, Problem::Machine(_)), "{problem:?}");
    let mut file = Pieces(vec![Ok("con"), Ok("tent"), Ok("!")]);
    assert_eq!(whole(&mut file, 7).unwrap_err(), Problem::Growing);
}

/// A program that the host starts meanwhile inherits nothing, and no read of it can hang.
#[test]
fn what_is_open_is_closed_on_exec_and_does_not_block() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = std::fs::canonicalize(file.path()).unwrap();
    let (file, size) = open(&path, Access::Private).unwrap();
    assert_eq!(size, 0);
    assert!(fcntl_getfd(&file).unwrap().contains(FdFlags::CLOEXEC));
    assert!(fcntl_getfl(&file).unwrap().contains(OFlags::NONBLOCK));
}

#[test]
fn a_machine_that_failed_is_not_taken_for_a_mistake_in_the_file() {
    let problem = Problem::from_errno(Errno::MFILE);
    let Problem::Machine(local) = problem.clone() else { panic!("{problem:?}") };
    let error = ConfigError::from_open(&OpenError::new(Path::new("/etc/duo"), problem));
    assert_eq!(error.machine(), Some(&local));
    let error = ConfigError::from_open(&OpenError::new(Path::new("/etc/duo"), Problem::Absent));
    assert_eq!(error.machine(), None::<&Local>);
}
