//! `getaddrinfo(3)`, with its codes as they are.

use std::ffi::CStr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::{io, mem, ptr};

use libc::{addrinfo, c_int};

/// Why there are no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One of the `EAI_` codes.
    pub code: c_int,
    /// `errno`, which says more when the code is `EAI_SYSTEM`.
    pub errno: c_int,
}

/// Asks this machine's resolver, for as long as it takes (a minute where name servers are dead):
/// never to be called but on a thread of its own. All families, in the resolver's order.
///
/// No `AI_ADDRCONFIG`: it would hide loopback addresses, and a family without a route fails at once
/// when it is dialled. The name is asked for as it is: a trailing dot would avoid search domains,
/// but `/etc/hosts` would no longer be found.
///
/// # Errors
/// The code, never a guess at what it means.
pub fn addresses(name: &CStr, port: u16) -> Result<Vec<SocketAddr>, Refusal> {
    // SAFETY: all zeroes are a valid `addrinfo`: no flags, null pointers.
    let mut hints: addrinfo = unsafe { mem::zeroed() };
    hints.ai_family = libc::AF_UNSPEC;
    hints.ai_socktype = libc::SOCK_STREAM;
    let mut list: *mut addrinfo = ptr::null_mut();
    // SAFETY: the name ends with NUL, the hints are initialised, `list` is room for the answer.
    let code =
        unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut list) };
    if code != 0 {
        let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
        return Err(Refusal { code, errno });
    }
    let mut found = Vec::new();
    let mut entry = list;
    // SAFETY: `entry` is null or an element of the list, which is freed only below.
    while let Some(info) = unsafe { entry.as_ref() } {
        if let Some(address) = address(info, port) {
            if !found.contains(&address) {
                found.push(address);
            }
        }
        entry = info.ai_next;
    }
    // SAFETY: a list from `getaddrinfo`, freed once; nothing refers to it any more.
    unsafe { libc::freeaddrinfo(list) };
    Ok(found)
}

fn address(info: &addrinfo, port: u16) -> Option<SocketAddr> {
    let length = usize::try_from(info.ai_addrlen).ok()?;
    match info.ai_family {
        libc::AF_INET if length >= mem::size_of::<libc::sockaddr_in>() => {
            // SAFETY: family and length say that a `sockaddr_in` is there; it may be unaligned.
            let raw = unsafe { ptr::read_unaligned(info.ai_addr.cast::<libc::sockaddr_in>()) };
            let ip = Ipv4Addr::from(u32::from_be(raw.sin_addr.s_addr));
            Some(SocketAddr::V4(SocketAddrV4::new(ip, port)))
        }
        libc::AF_INET6 if length >= mem::size_of::<libc::sockaddr_in6>() => {
            // SAFETY: family and length say that a `sockaddr_in6` is there; it may be unaligned.
            let raw = unsafe { ptr::read_unaligned(info.ai_addr.cast::<libc::sockaddr_in6>()) };
            let ip = Ipv6Addr::from(raw.sin6_addr.s6_addr);
            // The scope tells which link a link-local address is on.
            Some(SocketAddr::V6(SocketAddrV6::new(ip, port, 0, raw.sin6_scope_id)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_has_a_loopback_address_with_our_port() {
        let found = addresses(c"localhost", 4433).expect("localhost resolves");
        assert!(found.iter().any(|a| a.ip().is_loopback()));
        assert!(found.iter().all(|a| a.port() == 4433));
    }

    #[test]
    fn a_name_that_cannot_exist_is_refused_with_a_code() {
        let refusal = addresses(c"does-not-exist.invalid", 1).expect_err("no such name");
        assert!(
            [libc::EAI_NONAME, libc::EAI_NODATA, libc::EAI_AGAIN, libc::EAI_FAIL]
                .contains(&refusal.code),
            "{refusal:?}"
        );
    }
}
