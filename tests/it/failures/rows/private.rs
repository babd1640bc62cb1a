//! Routes and name servers, in namespaces of their own.

use crate::failures::ends::{Ends, Outage, local};
use crate::failures::row::{NameServer, Row, Scene, UNASKED};

/// Addresses for documentation (RFC 5737): no packet leaves the namespace.
const HOST: &str = "192.0.2.1:443";

const fn route(happens: &'static str, script: &'static str, ends: Ends) -> Row {
    Row { happens, scene: Scene::Network { script, host: HOST }, ends, ..UNASKED }
}

const fn names(happens: &'static str, server: NameServer, ends: Ends) -> Row {
    Row { happens, scene: Scene::Names(server), ends, ..UNASKED }
}

root_rows! {
    a_machine_without_a_network: route(
        "This machine has no network (`ENETUNREACH`)",
        "",
        Ends::Unreachable(Outage::NetworkUnreachable),
    ),
    an_unreachable_host: route(
        "The host is unreachable (`EHOSTUNREACH`)",
        "ip route add unreachable 192.0.2.1",
        Ends::Unreachable(Outage::HostUnreachable),
    ),
    a_route_that_this_machine_prohibits: route(
        "This machine prohibits the connection (`EACCES`)",
        "ip route add prohibit 192.0.2.1",
        local("this machine does not permit the connection"),
    ),
    a_route_into_nothing: route(
        "This machine has a black hole for a route (`EINVAL`)",
        "ip route add blackhole 192.0.2.1",
        local("system call failed, errno 22"),
    ),
    a_dead_name_server: names(
        "The name server's port is closed",
        NameServer::Closed,
        Ends::Unreachable(Outage::ResolverFailed),
    ),
    a_silent_name_server: names(
        "The name server is silent",
        NameServer::Silent,
        Ends::Unreachable(Outage::ResolverLate),
    ),
    a_name_server_that_fails: names(
        "The name server says that it failed (SERVFAIL)",
        NameServer::Says(2),
        Ends::Unreachable(Outage::ResolverFailed),
    ),
    a_name_server_that_refuses: names(
        "The name server refuses (REFUSED)",
        NameServer::Says(5),
        Ends::Unreachable(Outage::ResolverFailed),
    ),
    a_name_that_nobody_has: names(
        "The name server says that there is no such name (NXDOMAIN)",
        NameServer::Says(3),
        Ends::Unreachable(Outage::NoSuchName),
    ),
    a_name_without_an_address: names(
        "The name server knows the name, and no address",
        NameServer::Says(0),
        Ends::Unreachable(Outage::NoSuchName),
    ),
    no_such_name_because_no_descriptor_is_left: Row {
        happens: "The name server says that there is no such name, and there are too few descriptors to believe it",
        host: &["--rlimit", "nofile=10"],
        ..names("", NameServer::Says(3), local("no file descriptor free"))
    },
}
