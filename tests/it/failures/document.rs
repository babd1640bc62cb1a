//! `docs/failure-modes.md`, written from the rows.

use std::fmt::Write as _;

use super::ends::{APPROVED, BROKEN, BUSY, BYPASSED, LET_IN_WITHOUT, NO_ANSWER};
use super::ends::{Ends, Failmode, Outage};
use super::row::Row;
use super::rows::GROUPS;

const HEAD: &str = include_str!("head.md");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/failure-modes.md");

/// The whole file.
fn document() -> String {
    let mut text = HEAD.to_owned();
    text += "\n## The closed list of outages\n\n| in the log | what it is |\n|---|---|\n";
    for (outage, meaning) in Outage::LIST {
        let words = match outage {
            Outage::ServerError(_) => "server error, HTTP 5xx".to_owned(),
            Outage::ProxyError(_) => "the proxy does not reach the service, HTTP 5xx".to_owned(),
            other => other.words(),
        };
        let _ = writeln!(text, "| `{words}` | {meaning} |");
    }
    text += "\n## What the user reads\n\n| | |\n|---|---|\n";
    for (short, words) in TEXTS {
        let _ = writeln!(text, "| *{short}* | {words} |");
    }
    for (title, rows) in GROUPS {
        let _ = write!(text, "\n## {title}\n\n{COLUMNS}");
        for (_, row) in *rows {
            text += &line(row);
        }
    }
    text
}

/// Those that stand in many rows.
const TEXTS: [(&str, &str); 5] = [
    ("let in without", LET_IN_WITHOUT),
    ("no service", NO_ANSWER),
    ("see the log", BROKEN),
    ("busy", BUSY),
    ("approved", APPROVED),
];

fn short(text: &str) -> String {
    let known = TEXTS.iter().find(|(_, words)| *words == text);
    known.map_or_else(|| cell(text), |(short, _)| format!("*{short}*"))
}

const COLUMNS: &str = "| what happens | `safe` | `secure` | log | the user reads | pushes |\n|---|---|---|---|---|---|\n";

fn line(row: &Row) -> String {
    let reads = match (row.ends.reads(Failmode::Safe), row.ends.reads(Failmode::Secure)) {
        (Some(safe), Some(secure)) if safe != secure => {
            format!("{}; {}", short(safe), short(secure))
        }
        (text, _) => text.map_or_else(|| "nothing".to_owned(), short),
    };
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        cell(row.happens),
        row.ends.code(Failmode::Safe),
        row.ends.code(Failmode::Secure),
        log(row.ends),
        reads,
        row.pushes
    )
}

fn log(ends: Ends) -> String {
    match ends.log(Failmode::Secure) {
        (_, outcome, reason) if reason.is_empty() => format!("`{outcome}`"),
        (_, outcome, reason) => format!("`{outcome}`: {}", cell(&reason)),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// These are about the table and play no row.
mod table_harness {
    use std::collections::BTreeSet;
    use std::mem::discriminant;

    use super::*;

    fn all() -> impl Iterator<Item = &'static (&'static str, Row)> {
        GROUPS.iter().flat_map(|(_, rows)| rows.iter())
    }

    #[test]
    fn the_document_is_what_the_rows_say() {
        let now = document();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(PATH, &now).expect("the document is written");
        }
        let there = std::fs::read_to_string(PATH).unwrap_or_default();
        let differ = there.lines().zip(now.lines()).find(|(old, new)| old != new);
        assert_eq!(
            there, now,
            "docs/failure-modes.md is not what the rows say (UPDATE_DOCS=1 writes it); first: {differ:#?}"
        );
    }

    #[test]
    fn each_outage_on_the_list_has_a_row_and_opens_under_safe_only() {
        for (outage, _) in Outage::LIST {
            let shown = all().any(|(_, row)| match row.ends {
                Ends::Unreachable(other) => discriminant(&other) == discriminant(&outage),
                Ends::Always(_) => false,
            });
            assert!(shown, "no row shows {outage:?}");
        }
    }

    /// An outage that is added to the module does not compile here before it is on the list.
    #[test]
    fn the_list_is_the_modules_own() {
        use pam_duo2::core::failure::Outage as Own;
        let own = |outage: Outage| match outage {
            Outage::ConnectRefused => Own::ConnectRefused,
            Outage::ConnectTimedOut => Own::ConnectTimedOut,
            Outage::NetworkUnreachable => Own::NetworkUnreachable,
            Outage::HostUnreachable => Own::HostUnreachable,
            Outage::NoSuchName => Own::NoSuchName,
            Outage::ResolverFailed => Own::ResolverFailed,
            Outage::ResolverLate => Own::ResolverLate,
            Outage::Silent => Own::Silent,
            Outage::Cut => Own::Cut,
            Outage::ServerError(status) => Own::ServerError(status.parse().expect("a number")),
            Outage::ProxySilent => Own::ProxySilent,
            Outage::ProxyCut => Own::ProxyCut,
            Outage::ProxyError(status) => Own::ProxyError(status.parse().expect("a number")),
        };
        let place = |outage: Own| match outage {
            Own::ConnectRefused => 0,
            Own::ConnectTimedOut => 1,
            Own::NetworkUnreachable => 2,
            Own::HostUnreachable => 3,
            Own::NoSuchName => 4,
            Own::ResolverFailed => 5,
            Own::ResolverLate => 6,
            Own::Silent => 7,
            Own::Cut => 8,
            Own::ServerError(_) => 9,
            Own::ProxySilent => 10,
            Own::ProxyCut => 11,
            Own::ProxyError(_) => 12,
        };
        for (at, (outage, _)) in Outage::LIST.into_iter().enumerate() {
            assert_eq!(own(outage).to_string(), outage.words());
            assert_eq!(place(own(outage)), at);
        }
    }

    /// What opens is on the list; or the service said allow, after a push or by its policy, in both
    /// modes.
    #[test]
    fn nothing_else_opens() {
        for (name, row) in all() {
            let listed = matches!(row.ends, Ends::Unreachable(_));
            let allowed = matches!(row.ends, Ends::Always(told) if told.outcome == "allow");
            let passed = row.ends == BYPASSED;
            for failmode in Failmode::BOTH {
                let opens = row.ends.code(failmode) == "PAM_SUCCESS";
                let may = (listed && failmode == Failmode::Safe) || allowed || passed;
                assert_eq!(opens, may, "{name} under {failmode:?}");
            }
            assert!(
                !passed || (row.auths, row.pushes) == (0, 0),
                "{name}: asked and let in anyway"
            );
            assert!(!listed || (row.auths, row.pushes) == (0, 0), "{name}: a factor was chosen");
            assert!(
                !allowed || (row.pushes == 1 && row.auths > 0),
                "{name}: allowed, and by whom?"
            );
        }
    }

    #[test]
    fn every_row_has_a_text_and_a_name_of_its_own() {
        let names: BTreeSet<_> =
            GROUPS.iter().flat_map(|(t, rows)| rows.iter().map(move |(n, _)| (t, n))).collect();
        assert_eq!(names.len(), all().count());
        for (title, rows) in GROUPS {
            let texts: BTreeSet<_> = rows.iter().map(|(_, row)| row.happens).collect();
            assert_eq!(texts.len(), rows.len(), "{title}: two rows with one text");
            assert!(rows.iter().all(|(_, row)| !row.happens.is_empty()), "{title}");
        }
    }
}
