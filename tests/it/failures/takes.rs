//! Under which failmodes, from which formats and with which log a row is played.

use std::thread;
use std::time::Duration;

use super::ends::{Ends, Failmode, Outage};
use super::play::play;
use super::row::{Amiss, Proxied, Row, Scene};
use crate::needs_root::needs_root;
use crate::support::Format;

/// Is there a private namespace, and with it a log?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    None,
    Private,
}

/// One playing of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take {
    pub failmode: Failmode,
    pub format: Format,
    pub log: Log,
}

/// Without a log, for whoever runs the tests: under each failmode, one of them in either format.
pub fn user_plays(rows: &[(&str, Row)], name: &str) {
    let (at, row) = find(rows, name);
    let formats = match (formats(row), at % 2) {
        ([Format::Toml, Format::Ini], 0) => [Format::Toml, Format::Ini],
        ([Format::Toml, Format::Ini], _) => [Format::Ini, Format::Toml],
        (only, _) => [only[0]; 2],
    };
    let takes: Vec<Take> = Failmode::BOTH
        .into_iter()
        .zip(formats)
        .map(|(failmode, format)| Take { failmode, format, log: Log::None })
        .collect();
    if waits(row) {
        return at_once(row, &takes);
    }
    for take in takes {
        play(row, take);
    }
}

/// In a private namespace: under each failmode in each format.
pub fn root_plays(rows: &[(&str, Row)], name: &str) {
    needs_root();
    let (_, row) = find(rows, name);
    let takes = |failmode| {
        let take = move |format: &Format| Take { failmode, format: *format, log: Log::Private };
        formats(row).iter().map(take)
    };
    if waits(row) {
        return at_once(row, &Failmode::BOTH.into_iter().flat_map(takes).collect::<Vec<_>>());
    }
    for failmode in Failmode::BOTH {
        at_once(row, &takes(failmode).collect::<Vec<_>>());
    }
}

/// Is most of its time spent waiting? Then it is not played twice in a row.
fn waits(row: &Row) -> bool {
    let late = [Outage::Silent, Outage::ConnectTimedOut, Outage::ResolverLate];
    let silence = matches!(row.ends, Ends::Unreachable(outage) if late.contains(&outage));
    let busy = row.reads.iter().any(|text| text.starts_with("The service is busy"));
    row.budget >= Duration::from_secs(5) || silence || busy
}

fn at_once(row: &Row, takes: &[Take]) {
    thread::scope(|scope| {
        for take in takes {
            scope.spawn(|| play(row, *take));
        }
    });
}

/// The formats that have what the row configures.
fn formats(row: &Row) -> &'static [Format] {
    match row.scene {
        Scene::Config(Amiss::Text(_)) => &[Format::Toml],
        Scene::Config(Amiss::Ini(_)) => &[Format::Ini],
        // In pam_duo.conf nothing of a proxy is percent-encoded.
        Scene::Proxied(Proxied::Tinyproxy { credentials, .. }) if credentials.contains('%') => {
            &[Format::Toml]
        }
        _ => &[Format::Toml, Format::Ini],
    }
}

/// The row of this name, and which it is.
fn find<'r>(rows: &'r [(&str, Row)], name: &str) -> (usize, &'r Row) {
    let at = rows.iter().position(|(row, _)| *row == name).expect("a row of this name");
    (at, &rows[at].1)
}
