//! The client's own connection among the host's descriptors, so that a login can end when the client
//! is gone. sshd does not say which it is; its other end is `PAM_RHOST`.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::net::sockopt::socket_acceptconn;
use rustix::net::{getpeername, getsockname};

/// A duplicate of the host's connection to `client`; it is only ever polled. `None` where there is
/// none to be found, also for want of a descriptor: then the login just lasts to its own end. So it is
/// where there are several, of which nobody knows which is the login's.
///
/// One that was reset no longer tells who was at its other end. It is taken for the client's if its own
/// end is `server`, where the client had connected to as the host says.
#[must_use]
pub fn connection_to(client: IpAddr, server: Option<SocketAddr>) -> Option<OwnedFd> {
    let listed = std::fs::read_dir("/proc/self/fd").ok()?;
    let numbers: Vec<RawFd> =
        listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    let mut found =
        numbers.iter().filter_map(|&number| Some((number, living_ends(number, client)?)));
    if let Some((number, both)) = found.next() {
        // The same connection under two numbers is one: sshd has it as input and as output.
        if found.any(|(_, others)| others != both) {
            return None;
        }
        return duplicate(number);
    }
    let server = server?;
    duplicate(numbers.into_iter().find(|&number| was_reset(number, server))?)
}

fn duplicate(number: RawFd) -> Option<OwnedFd> {
    fcntl_dupfd_cloexec(borrow(number), 3).ok()
}

/// Our end and the client's, if the descriptor is a connection to the client.
fn living_ends(number: RawFd, client: IpAddr) -> Option<(SocketAddr, SocketAddr)> {
    let fd = borrow(number);
    let theirs = SocketAddr::try_from(getpeername(fd).ok()??).ok()?;
    if theirs.ip().to_canonical() != client.to_canonical() {
        return None;
    }
    Some((SocketAddr::try_from(getsockname(fd).ok()?).ok()?, theirs))
}

/// Is this what a reset has left of a connection to `server`? Who only listens there was never
/// connected to anybody, and its descriptor is no client's.
fn was_reset(number: RawFd, server: SocketAddr) -> bool {
    let fd = borrow(number);
    let ours = getsockname(fd).ok().and_then(|ours| SocketAddr::try_from(ours).ok());
    let is_ours = ours.is_some_and(|ours| {
        ours.ip().to_canonical() == server.ip().to_canonical() && ours.port() == server.port()
    });
    is_ours
        && getpeername(fd).is_err_and(|errno| errno == Errno::NOTCONN)
        && socket_acceptconn(fd) == Ok(false)
}

/// The server's end in sshd's `SSH_CONNECTION`: the client's address and port, the server's address
/// and port.
#[must_use]
pub fn server_of(ssh_connection: &str) -> Option<SocketAddr> {
    let mut words = ssh_connection.split_ascii_whitespace().skip(2);
    let address: IpAddr = words.next()?.parse().ok()?;
    Some(SocketAddr::new(address, words.next()?.parse().ok()?))
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
        let found = connection_to(IpAddr::from([127, 0, 0, 77]), None);
        assert!(found.is_some_and(|fd| fd.as_raw_fd() >= 3));
        assert!(connection_to(IpAddr::from([127, 0, 0, 78]), None).is_none());
        Ok(())
    }

    #[test]
    fn of_several_connections_to_the_client_none_is_taken() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.79:0")?;
        let client = IpAddr::from([127, 0, 0, 79]);
        let first = TcpStream::connect(listener.local_addr()?)?;
        let _twice = first.try_clone()?;
        assert!(connection_to(client, None).is_some(), "one connection under two numbers");
        let _second = TcpStream::connect(listener.local_addr()?)?;
        assert!(connection_to(client, None).is_none());
        Ok(())
    }

    #[test]
    fn what_a_reset_left_is_known_by_the_server_s_end() -> std::io::Result<()> {
        use rustix::net::sockopt::set_socket_linger;

        let listener = TcpListener::bind("127.0.0.80:0")?;
        let server = listener.local_addr()?;
        let client = TcpStream::connect(server)?;
        let (ours, theirs) = listener.accept()?;
        set_socket_linger(&client, Some(std::time::Duration::ZERO))?;
        drop(client);
        while ours.peer_addr().is_ok() {
            std::thread::yield_now();
        }
        let elsewhere = SocketAddr::new(server.ip(), server.port().wrapping_add(1));
        assert!(connection_to(theirs.ip(), None).is_none());
        assert!(connection_to(theirs.ip(), Some(elsewhere)).is_none());
        assert!(connection_to(theirs.ip(), Some(server)).is_some());
        drop(ours);
        assert!(connection_to(theirs.ip(), Some(server)).is_none(), "who listens has no client");
        Ok(())
    }

    #[test]
    fn the_server_s_end_is_what_sshd_says() {
        let said = |words| server_of(words).map(|server| server.to_string());
        assert_eq!(said("192.0.2.7 50022 192.0.2.1 22").as_deref(), Some("192.0.2.1:22"));
        assert_eq!(said("2001:db8::7 50022 2001:db8::1 22").as_deref(), Some("[2001:db8::1]:22"));
        for words in ["", "192.0.2.7 50022", "192.0.2.7 50022 UNKNOWN 65535", "a b 192.0.2.1 x"] {
            assert_eq!(said(words), None, "{words:?}");
        }
    }
}
