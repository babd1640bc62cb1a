//! What a process looks like from outside, to be compared before and after a login.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::sys;

/// Lines of `/proc/self/status` that a guest must leave as they were.
const STATUS: [&str; 10] =
    ["Umask", "Uid", "Gid", "Groups", "Threads", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"];

/// How long a thread whose work is done may take to leave, on a machine with much else to do.
const LEAVING: Duration = Duration::from_secs(2);

/// A snapshot. All of it must be the same afterwards, except `rss_kib` and `maps`.
#[derive(Serialize)]
pub struct Hygiene {
    /// Descriptor → what it leads to.
    fds: BTreeMap<u32, String>,
    cwd: String,
    status: BTreeMap<String, String>,
    limits: String,
    locale: String,
    environment: Vec<String>,
    children: String,
    /// Resident memory in KiB.
    rss_kib: u64,
    /// Lines of `/proc/self/maps` that name a file.
    maps: Vec<String>,
}

/// A line of `/proc/self/status`.
fn field(status: &str, name: &str) -> String {
    let value = status.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'));
    value.unwrap_or_default().trim().to_owned()
}

/// The same where it is a number of KiB.
fn kib(status: &str, name: &str) -> u64 {
    field(status, name).trim_end_matches(" kB").parse().unwrap_or(0)
}

/// The most memory that was ever resident in this process, in KiB.
pub fn peak() -> io::Result<u64> {
    Ok(kib(&fs::read_to_string("/proc/self/status")?, "VmHWM"))
}

impl Hygiene {
    pub fn take() -> io::Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let field = |name| field(&status, name);
        let mut environment: Vec<String> = std::env::vars_os()
            .map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy()))
            .collect();
        environment.sort();
        Ok(Hygiene {
            fds: descriptors()?,
            cwd: std::env::current_dir()?.display().to_string(),
            status: STATUS.iter().map(|n| ((*n).to_owned(), without_glibcs(n, field(n)))).collect(),
            limits: fs::read_to_string("/proc/self/limits")?,
            locale: sys::locale(),
            environment,
            // Only where the kernel tells it (CONFIG_PROC_CHILDREN).
            children: fs::read_to_string("/proc/thread-self/children").unwrap_or_default(),
            rss_kib: kib(&status, "VmRSS"),
            maps: mapped_files()?,
        })
    }

    /// The snapshot afterwards. A thread that nobody joins closes its descriptors a moment before
    /// it is gone, so this looks again until there are as many as `before`; one that stays is told.
    pub fn settled(before: &Self) -> io::Result<Self> {
        let end = Instant::now() + LEAVING;
        loop {
            let after = Self::take()?;
            let same = after.status.get("Threads") == before.status.get("Threads");
            if same || Instant::now() > end {
                return Ok(after);
            }
            sleep(Duration::from_millis(10));
        }
    }
}

/// Signal masks without 32 and 33, which glibc takes for itself when a process makes its first thread.
fn without_glibcs(name: &str, value: String) -> String {
    match u64::from_str_radix(&value, 16) {
        Ok(mask) if name.starts_with("Sig") => format!("{:016x}", mask & !(0b11 << 31)),
        _ => value,
    }
}

fn descriptors() -> io::Result<BTreeMap<u32, String>> {
    let own = format!("/proc/{}/fd", std::process::id());
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let path = entry?.path();
        let Some(fd) = path.file_name().and_then(|n| n.to_str()?.parse().ok()) else {
            continue;
        };
        let target = fs::read_link(&path).unwrap_or_default().display().to_string();
        // The folder that is being read is open too, but not part of the picture.
        if target != own {
            found.insert(fd, target);
        }
    }
    Ok(found)
}

fn mapped_files() -> io::Result<Vec<String>> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let mut files: Vec<String> =
        maps.lines().filter_map(|line| Some(line[line.find('/')?..].to_owned())).collect();
    files.sort();
    files.dedup();
    Ok(files)
}
