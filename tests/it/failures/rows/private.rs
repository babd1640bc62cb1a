//! Routes and name servers, in namespaces of their own.

use std::time::Duration;

use crate::failures::ends::{Ends, Outage, local};
use crate::failures::row::{NameServer, Row, Scene, UNASKED};

/// Addresses for documentation (RFC 5737): no packet leaves the namespace.
const HOST: &str = "192.0.2.1:443";

const fn route(happens: &'static str, script: &'static str, ends: Ends) -> Row {
    Row { happens, scene: Scene::Network { script, host: HOST }, ends, ..UNASKED }
}

/// A wire that nobody has plugged in.
const DOWN: &str = "ip link add v0 type veth peer name v1";

/// A wire to nobody: what is sent into it is lost.
const WIRE: &str = "ip link add v0 type veth peer name v1
ip addr add 192.0.2.2/24 dev v0
ip link set v0 up
ip link set v1 up";

/// The same, and the neighbour is known, so that no question for it has to be answered first.
const BLACK_HOLE: &str = "ip link add v0 type veth peer name v1
ip addr add 192.0.2.2/24 dev v0
ip link set v0 up
ip link set v1 up
ip neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev v0
echo 1 > /proc/sys/net/ipv4/tcp_syn_retries";

/// Longer than the kernel's own patience in these rows, which is 3 s.
const PATIENT: &[(&str, &str)] = &[("timeout", "5")];

const NO_PORTS: &str = "echo 40000 40001 > /proc/sys/net/ipv4/ip_local_port_range
echo 40000,40001 > /proc/sys/net/ipv4/ip_local_reserved_ports
ip route add local 192.0.2.1 dev lo";

const fn names(happens: &'static str, server: NameServer, ends: Ends) -> Row {
    Row { happens, scene: Scene::Names(server), ends, ..UNASKED }
}

root_rows!(
    a_machine_without_a_network = route(
        "This machine has no network interface but `lo` (a sandbox: `PrivateNetwork=`)",
        "",
        local("this process sees no network interface (PrivateNetwork= in its systemd unit?)"),
    ),
    a_machine_whose_network_is_down = route(
        "This machine's only network interface is down (`ENETUNREACH`)",
        DOWN,
        Ends::Unreachable(Outage::NetworkUnreachable),
    ),
    an_unreachable_host = route(
        "The host is unreachable (`EHOSTUNREACH`)",
        "ip link add v0 type veth peer name v1
ip route add unreachable 192.0.2.1",
        Ends::Unreachable(Outage::HostUnreachable),
    ),
    a_host_that_its_neighbours_do_not_find = Row {
        options: PATIENT,
        budget: Duration::from_secs(5),
        ..route(
            "Nobody in the host's own network knows it (`EHOSTUNREACH`, after 3 s)",
            WIRE,
            Ends::Unreachable(Outage::HostUnreachable),
        )
    },
    a_black_hole = route(
        "Whatever is sent to the host is lost, and `timeout` ends first",
        BLACK_HOLE,
        Ends::Unreachable(Outage::ConnectTimedOut),
    ),
    a_black_hole_that_the_kernel_gives_up_on = Row {
        options: PATIENT,
        budget: Duration::from_secs(5),
        ..route(
            "Whatever is sent to the host is lost, and the kernel gives up first (`ETIMEDOUT`)",
            BLACK_HOLE,
            Ends::Unreachable(Outage::ConnectTimedOut),
        )
    },
    no_port_is_free = route(
        "This machine has no local port free (`EADDRNOTAVAIL`)",
        NO_PORTS,
        local("no local address or port free"),
    ),
    a_route_that_this_machine_prohibits = route(
        "This machine prohibits the connection (`EACCES`)",
        "ip route add prohibit 192.0.2.1",
        local("the connection to port 443 was not permitted (SELinux?)"),
    ),
    a_route_into_nothing = route(
        "This machine has a black hole for a route (`EINVAL`)",
        "ip route add blackhole 192.0.2.1",
        local("system call failed, errno 22"),
    ),
    a_name_that_this_machine_may_not_ask_for = Row {
        happens: "The service's name is not found, and this machine prohibits the questions (`EACCES`)",
        scene: Scene::Network {
            script: "ip route replace prohibit 127.0.0.1 table local",
            host: "nowhere.example:443",
        },
        ends: local("this machine does not permit the connection (firewall or SELinux)"),
        ..UNASKED
    },
    a_dead_name_server = names(
        "The name server's port is closed",
        NameServer::Closed,
        Ends::Unreachable(Outage::ResolverFailed),
    ),
    a_silent_name_server = names(
        "The name server is silent",
        NameServer::Silent,
        Ends::Unreachable(Outage::ResolverLate),
    ),
    a_name_server_that_fails = names(
        "The name server says that it failed (SERVFAIL)",
        NameServer::Says(2),
        Ends::Unreachable(Outage::ResolverFailed),
    ),
    a_name_server_that_refuses = names(
        "The name server refuses (REFUSED)",
        NameServer::Says(5),
        Ends::Unreachable(Outage::ResolverFailed),
    ),
    a_name_that_nobody_has = names(
        "The name server says that there is no such name (NXDOMAIN)",
        NameServer::Says(3),
        Ends::Unreachable(Outage::NoSuchName),
    ),
    a_name_without_an_address = names(
        "The name server knows the name, and no address",
        NameServer::Says(0),
        Ends::Unreachable(Outage::NoSuchName),
    ),
    no_such_name_because_no_descriptor_is_left = Row {
        happens: "The name server says that there is no such name, and this machine has too few \
                  descriptors for that to be believed",
        host: &["--rlimit", "nofile=10"],
        ..names("", NameServer::Says(3), local("no file descriptor free"))
    },
);
