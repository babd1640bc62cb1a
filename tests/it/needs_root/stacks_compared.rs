//! Compares the shipped stacks with the distributions' own: each line that differs needs a reason.
//!
//! Debian's are those of the packages on this machine, Red Hat's are in `tests/stacks/red-hat/`.

use std::collections::BTreeSet;
use std::fs;

use crate::support::stacks::{repository, shipped};

/// A line that a shipped stack lacks (`-`) or has more (`+`).
struct Difference {
    /// The end of the names of these stacks.
    files: &'static str,
    /// The release of Debian that it is about, or "".
    debian: &'static str,
    line: &'static str,
    why: &'static str,
}

const fn differs(files: &'static str, line: &'static str, why: &'static str) -> Difference {
    Difference { files, debian: "", line, why }
}

const fn on_debian(
    debian: &'static str,
    files: &'static str,
    line: &'static str,
    why: &'static str,
) -> Difference {
    Difference { files, debian, line, why }
}

const IN_THE_FILE: &str = "this file asks for the password: nothing after a substack can depend on \
     how that ended, and an included `sufficient` ends the stack above our line";
const NO_PUSH: &str = "first, and requisite: no push for a login that is lost already";
const TICKETS: &str = "requisite: no push for who may not and comes by a ticket or a certificate";

const DIFFERENCES: [Difference; 28] = [
    differs("", "+ auth required pam_duo2.so", "the second factor"),
    differs(".redhat", "- auth substack password-auth", IN_THE_FILE),
    differs(".redhat", "- auth substack system-auth", IN_THE_FILE),
    differs(".redhat", "- auth include system-auth", IN_THE_FILE),
    differs(".redhat", "+ auth required pam_env.so", IN_THE_FILE),
    differs(".redhat", "+ auth required pam_faildelay.so delay=2000000", IN_THE_FILE),
    differs(".redhat", "+ auth [success=2 default=ignore] pam_unix.so", IN_THE_FILE),
    differs(".redhat", "+ auth [success=1 default=ignore] pam_sss.so forward_pass", IN_THE_FILE),
    differs(".redhat", "+ auth requisite pam_deny.so", IN_THE_FILE),
    differs("cockpit.redhat", "- auth required pam_sepermit.so", NO_PUSH),
    differs("cockpit.redhat", "+ auth requisite pam_sepermit.so", NO_PUSH),
    differs("cockpit.redhat", "+ auth requisite LIST", NO_PUSH),
    differs("cockpit.redhat", "- account required LIST", TICKETS),
    differs("cockpit.redhat", "+ account requisite LIST", TICKETS),
    differs("cockpit.redhat-usual", "+ auth requisite LIST", NO_PUSH),
    differs("cockpit.redhat-usual", "- account required LIST", TICKETS),
    differs("cockpit.redhat-usual", "+ account requisite LIST", TICKETS),
    differs("cockpit.debian", "- auth required pam_sepermit.so", NO_PUSH),
    differs("cockpit.debian", "+ auth requisite pam_sepermit.so", NO_PUSH),
    differs("cockpit.debian", "+ auth requisite LIST", NO_PUSH),
    differs("cockpit.debian", "+ account requisite LIST", TICKETS),
    on_debian("12", "cockpit.debian", "- auth required LIST", NO_PUSH),
    on_debian("13", "cockpit.debian", "- account required LIST", TICKETS),
    differs("cockpit.debian", "- auth substack common-auth", "a wrong password would send a push"),
    differs("cockpit.debian", "+ auth include common-auth", "a wrong password ends the stack"),
    on_debian("12", "sshd.debian", "- session required pam_env.so user_readenv=1 LOCALE", "below"),
    on_debian(
        "12",
        "sshd.debian",
        "+ session required pam_env.so LOCALE",
        "Debian 13 no longer reads ~/.pam_environment for root's process",
    ),
    on_debian(
        "13",
        "login.debian",
        "+ session optional pam_lastlog.so",
        "Debian 12 has it; optional, and `-session` keeps its absence out of the log",
    ),
];

/// Words of the lines above.
const SHORT: [(&str, &str); 2] = [
    (
        "LIST",
        "pam_listfile.so item=user sense=deny file=/etc/cockpit/disallowed-users onerr=succeed",
    ),
    ("LOCALE", "envfile=/etc/default/locale"),
];

/// A line that is lost by accident can open a door: `cockpit.redhat` once let root in, whom Red Hat's
/// own file refuses.
#[test]
fn a_shipped_stack_has_every_line_of_the_distributions_own_or_a_reason_why_not() {
    let release = release();
    let about = |row: &Difference| row.debian.is_empty() || row.debian == release;
    let mut given = BTreeSet::new();
    for stack in shipped() {
        let (ours, theirs) = (lines(&stack.text), lines(&own(&stack.file)));
        let lost = without(&theirs, &ours).into_iter().map(|line| format!("- {line}"));
        let more = without(&ours, &theirs).into_iter().map(|line| format!("+ {line}"));
        for line in lost.chain(more) {
            let reason = DIFFERENCES
                .iter()
                .position(|row| row.line == line && stack.file.ends_with(row.files) && about(row));
            given.insert(reason.unwrap_or_else(|| panic!("{}: why {line}?", stack.file)));
        }
        let order = |lines: &[String], others: &[String]| {
            let mut kept: Vec<String> = lines.to_vec();
            kept.retain(|line| others.contains(line));
            // Each group is a stack of its own.
            kept.sort_by_key(|line| line.split(' ').next().map(str::to_owned));
            kept
        };
        assert_eq!(order(&ours, &theirs), order(&theirs, &ours), "{}", stack.file);
    }
    for (number, row) in DIFFERENCES.iter().enumerate() {
        assert!(given.contains(&number) || !about(row), "nothing needs {}: {}", row.line, row.why);
    }
}

/// The number of this Debian's release.
fn release() -> String {
    let text = fs::read_to_string("/etc/os-release").expect("a system with a name");
    let id = text.lines().find_map(|line| line.strip_prefix("VERSION_ID="));
    id.unwrap_or("13").trim_matches('"').to_owned()
}

/// The distribution's own file for what is shipped as `SERVICE.SYSTEM`.
fn own(file: &str) -> String {
    let service = file.split('.').next().unwrap_or(file);
    // No distribution has such a service: it is what sudo's own file would ask for.
    let service = if service == "sudo-askpass" { "sudo" } else { service };
    let folders = if file.contains(".redhat") {
        vec![repository("tests/stacks/red-hat")]
    } else {
        vec!["/etc/pam.d".into(), "/usr/lib/pam.d".into()]
    };
    let text = folders.iter().find_map(|folder| fs::read_to_string(folder.join(service)).ok());
    let text =
        text.unwrap_or_else(|| panic!("no {service} in {folders:?}: `make test` installs it"));
    assert!(!text.contains("pam_duo2.so"), "this machine's {service} is not its package's");
    text
}

/// The lines of a stack in one form: group, control, module and arguments, or an include.
fn lines(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let said = line.split('#').next().unwrap_or_default();
        // A dash is about the log only.
        let words: Vec<&str> = said.trim_start_matches('-').split_whitespace().collect();
        let line = match words[..] {
            [] => return None,
            // Debian's common files have lines of the one group that they are named after.
            ["@include", file] => format!("{} @include {file}", file.split('-').nth(1)?),
            _ => words.join(" "),
        };
        Some(SHORT.iter().fold(line, |line, (short, long)| line.replace(long, short)))
    };
    text.lines().filter_map(line).collect()
}

/// Takes each of the others away once.
fn without(lines: &[String], others: &[String]) -> Vec<String> {
    let mut left = lines.to_vec();
    for other in others {
        if let Some(at) = left.iter().position(|line| line == other) {
            left.remove(at);
        }
    }
    left
}
