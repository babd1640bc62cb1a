//! The client's own connection among the host's descriptors, so that a login can end when the client
//! is gone. sshd does not say which it is; its other end is `PAM_RHOST`.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::net::getpeername;

/// A duplicate of the host's connection to `client`; it is only ever polled. `None` where there is
/// none to be found, also for want of a descriptor: then the login just lasts to its own end.
#[must_use]
pub fn connection_to(client: IpAddr) -> Option<OwnedFd> {
    let listed = std::fs::read_dir("/proc/self/fd").ok()?;
    let numbers: Vec<RawFd> =
        listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.into_iter().find_map(|number| duplicate_if(number, client))
}

fn duplicate_if(number: RawFd, client: IpAddr) -> Option<OwnedFd> {
    // SAFETY: borrowed for two system calls that change nothing about it; were the host to close the
    // descriptor in another thread meanwhile, they would say EBADF or tell of another descriptor.
    let fd = unsafe { BorrowedFd::borrow_raw(number) };
    let peer = SocketAddr::try_from(getpeername(fd).ok()??).ok()?;
    if peer.ip().to_canonical() != client.to_canonical() {
        return None;
    }
    fcntl_dupfd_cloexec(fd, 3).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;

    #[test]
    fn the_connection_to_the_client_is_found_and_no_other() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.77:0")?;
        let _client = TcpStream::connect(listener.local_addr()?)?;
        let found = connection_to(IpAddr::from([127, 0, 0, 77]));
        assert!(found.is_some_and(|fd| fd.as_raw_fd() >= 3));
        assert!(connection_to(IpAddr::from([127, 0, 0, 78])).is_none());
        Ok(())
    }
}
