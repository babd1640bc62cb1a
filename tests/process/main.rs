//! What a login owes its host, and what whoever logs in can do to the process: limits and signals.
//!
//! Each case runs in a process of its own, which this program starts: `process CASE`.

#[path = "../transport/client.rs"]
#[allow(dead_code)] // Shared with the other transport tests, which use more of it.
mod client;
#[path = "../transport/pki.rs"]
#[allow(dead_code)] // As above.
mod pki;
#[path = "../transport/server.rs"]
#[allow(dead_code)] // As above.
mod server;

#[allow(unsafe_code)] // A filter is set as systemd would set it.
mod families;
#[allow(unsafe_code)] // A timer is set as the host would set it.
mod grace;
mod limits;
mod network;
mod signals;

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Longer than any case takes, by far.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who a case runs as.
#[derive(Clone, Copy, PartialEq)]
enum As {
    Self_,
    /// Root is above `RLIMIT_NPROC`; this is `nobody`, when we are root.
    Nobody,
    /// Under `nohup`, which ignores SIGHUP.
    Nohup,
    /// In a network of its own with a wire that is down, whose name server is this machine and whose ports are few.
    Isolated,
}

/// Run with the program and its case; works for any user, where user namespaces may be had.
const ISOLATE: &str = "set -e
    ip link set lo up
    ip link add v0 type veth peer name v1
    echo 40000 40063 > /proc/sys/net/ipv4/ip_local_port_range
    mount -t tmpfs none /mnt
    echo nameserver 127.0.0.1 > /mnt/resolv.conf
    mount --bind /mnt/resolv.conf /etc/resolv.conf
    exec \"$0\" \"$1\"";

const CASES: &[(&str, As, fn())] = &[
    ("descriptors_and_threads_are_all_given_back", As::Self_, limits::descriptors_and_threads),
    ("no_descriptor_is_a_local_failure", As::Self_, limits::no_descriptor_for_a_socket),
    ("few_descriptors_never_look_like_an_outage", As::Self_, limits::few_descriptors),
    ("no_thread_is_a_local_failure", As::Nobody, limits::no_thread),
    ("no_thread_is_needed_for_an_address", As::Nobody, limits::no_thread_for_an_address),
    ("ctrl_c_before_the_wait", As::Self_, signals::pending_before),
    ("ctrl_c_within_the_wait", As::Self_, signals::pending_within),
    ("ctrl_c_without_a_descriptor", As::Self_, signals::without_a_descriptor),
    ("an_ignored_hang_up_is_nobodys", As::Nohup, signals::ignored_hang_up),
    ("ctrl_c_blocked_after_the_watch_was_made", As::Self_, signals::blocked_meanwhile),
    ("the_hosts_alarm_is_the_deadline", As::Self_, grace::alarm),
    ("a_clock_of_the_hosts_ends_nothing", As::Self_, grace::clock),
    ("an_ignored_alarm_ends_nothing", As::Self_, grace::ignored),
    ("a_login_begins_with_its_process", As::Self_, grace::process),
    ("a_child_of_a_session_begins_with_it", As::Self_, grace::session),
    ("a_child_of_a_shell_begins_by_itself", As::Self_, grace::shell),
    ("without_proc_a_login_begins_now", As::Isolated, grace::without_proc),
    ("taken_ports_never_look_like_an_outage", As::Isolated, network::taken_ports),
    ("a_family_without_an_address_is_no_failure_of_this_machine", As::Isolated, network::no_ipv6),
    ("no_family_of_addresses_is_an_outage_of_ipv6_only", As::Isolated, families::forbidden),
    ("a_sandbox_without_a_network_is_no_outage", As::Isolated, network::no_interface),
];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).filter(|word| !word.starts_with('-'));
    if let Some((_, _, case)) = CASES.iter().find(|(name, ..)| wanted.as_deref() == Some(name)) {
        case();
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    let chosen = |name: &str| wanted.as_deref().is_none_or(|word| name.contains(word));
    for &(name, who, _) in CASES.iter().filter(|(name, ..)| chosen(name)) {
        match run(name, who) {
            Ok(()) => println!("test {name} ... ok"),
            Err(why) => {
                failed += 1;
                println!("test {name} ... FAILED\n{why}");
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(name: &str, who: As) -> Result<(), String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = match who {
        As::Nohup => {
            let mut command = Command::new("nohup");
            command.arg(own);
            command
        }
        As::Isolated => {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "--net", "--mount", "sh", "-c", ISOLATE]).arg(own);
            command
        }
        As::Self_ | As::Nobody => Command::new(own),
    };
    if who == As::Nobody && rustix::process::geteuid().is_root() {
        command.uid(65534).gid(65534);
    }
    command.arg(name).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let end = Instant::now() + PATIENCE;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if Instant::now() > end {
            let _ = child.kill();
            return Err("it hangs".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
