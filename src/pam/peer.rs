//! The client's own connection among the host's descriptors, so that a login can end when the client
//! is gone. sshd does not say which it is; its other end is `PAM_RHOST`.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

use rustix::io::fcntl_dupfd_cloexec;
use rustix::net::{getpeername, getsockname};

/// A duplicate of the host's connection to `client`; it is only ever polled. `None` where there is
/// none to be found, also for want of a descriptor: then the login just lasts to its own end. So it is
/// where there are several, of which nobody knows which is the login's.
#[must_use]
pub fn connection_to(client: IpAddr) -> Option<OwnedFd> {
    let listed = std::fs::read_dir("/proc/self/fd").ok()?;
    let numbers: Vec<RawFd> =
        listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    let mut found = numbers.into_iter().filter_map(|number| Some((number, ends(number, client)?)));
    let (number, both) = found.next()?;
    // The same connection under two numbers is one: sshd has it as input and as output.
    if found.any(|(_, others)| others != both) {
        return None;
    }
    fcntl_dupfd_cloexec(borrow(number), 3).ok()
}

/// Our end and the client's, if the descriptor is a connection to the client.
fn ends(number: RawFd, client: IpAddr) -> Option<(SocketAddr, SocketAddr)> {
    let fd = borrow(number);
    let theirs = SocketAddr::try_from(getpeername(fd).ok()??).ok()?;
    if theirs.ip().to_canonical() != client.to_canonical() {
        return None;
    }
    Some((SocketAddr::try_from(getsockname(fd).ok()?).ok()?, theirs))
}

fn borrow<'a>(number: RawFd) -> BorrowedFd<'a> {
    // SAFETY: borrowed for system calls that change nothing about it; were the host to close the
    // descriptor in another thread meanwhile, they would say EBADF or tell of another descriptor.
    unsafe { BorrowedFd::borrow_raw(number) }
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

    #[test]
    fn of_several_connections_to_the_client_none_is_taken() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.79:0")?;
        let client = IpAddr::from([127, 0, 0, 79]);
        let first = TcpStream::connect(listener.local_addr()?)?;
        let _twice = first.try_clone()?;
        assert!(connection_to(client).is_some(), "one connection under two numbers");
        let _second = TcpStream::connect(listener.local_addr()?)?;
        assert!(connection_to(client).is_none());
        Ok(())
    }
}
