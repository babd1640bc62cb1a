//! The network interfaces that this process can see.

/// Interfaces that every network namespace has without anybody's doing: loopback, and the fallback devices
/// of the kernel's tunnel modules (`net.core.fb_tunnels_only_for_init_net`).
const OF_EVERY_NAMESPACE: [&str; 10] = [
    "lo", "tunl0", "gre0", "gretap0", "erspan0", "sit0", "ip_vti0", "ip6tnl0", "ip6gre0",
    "ip6_vti0",
];

/// Does an interface to a network exist, up or down? Not where that cannot be known. By `/proc`: a sandbox
/// may forbid the netlink sockets that `if_nameindex(3)` needs (`RestrictAddressFamilies=`).
pub fn are_there() -> bool {
    let table = std::fs::read_to_string("/proc/thread-self/net/dev").unwrap_or_default();
    lead_to_a_network(&table)
}

fn lead_to_a_network(table: &str) -> bool {
    // Two lines of headings, then a line for each: `  eth0: 1296 9 …`.
    let names = table.lines().skip(2).filter_map(|line| line.split_once(':'));
    names.map(|(name, _)| name.trim()).any(|name| !OF_EVERY_NAMESPACE.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str =
        "Inter-|   Receive      |  Transmit\n face |bytes packets|bytes packets\n";

    #[test]
    fn a_namespace_that_has_only_what_all_have_is_no_network() {
        for (lines, network) in [
            ("    lo: 1 1 1 1\n", false),
            ("    lo: 1 1 1 1\n tunl0: 0 0 0 0\n  sit0: 0 0 0 0\n", false),
            ("    lo: 1 1 1 1\n  eth0:12 1 1 1\n", true),
            ("  eth0:0 0 0 0\n", true),
            ("", false),
        ] {
            assert_eq!(lead_to_a_network(&format!("{HEADINGS}{lines}")), network, "{lines:?}");
        }
        assert!(!lead_to_a_network(""), "a table that cannot be read");
    }
}
