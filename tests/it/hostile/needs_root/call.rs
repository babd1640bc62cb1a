//! The calls that a login makes, as `inject.c` and `shim.c` report them.

use std::collections::BTreeMap;
use std::path::Path;

/// One call of the module's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// 0 is the host's own; 1 the resolver's.
    pub thread: u32,
    /// A system call's number, or a function's name.
    pub what: String,
    /// Where in the module it was made.
    pub site: String,
    /// How many came from there so far, this one included.
    pub nth: u32,
    /// It was made to fail.
    pub failed: bool,
    /// The verdict's line was being written.
    pub logging: bool,
}

/// A report's lines; none where nothing was written. One that ends in the middle is of a login that
/// was ended.
pub fn report(path: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| read(line).unwrap_or_else(|| panic!("a report says {line:?}")))
        .collect()
}

fn read(line: &str) -> Option<Call> {
    let words: Vec<&str> = line.split(' ').collect();
    Some(match words[..] {
        [thread, what, site, nth, failed, logging, _returned] => Call {
            thread: thread.parse().ok()?,
            what: what.to_owned(),
            site: site.to_owned(),
            nth: nth.parse().ok()?,
            failed: failed == "1",
            logging: logging == "1",
        },
        [what, site, nth, failed] => Call {
            thread: 0,
            what: what.to_owned(),
            site: site.to_owned(),
            nth: nth.parse().ok()?,
            failed: failed == "1",
            logging: what == "pam_syslog",
        },
        _ => return None,
    })
}

/// Of the calls from one place the first, the last, and as many between them as make `most`.
pub fn telling(calls: &[Call], most: usize) -> Vec<Call> {
    let mut places: BTreeMap<(u32, &str, &str), Vec<&Call>> = BTreeMap::new();
    for call in calls {
        places.entry((call.thread, &call.what, &call.site)).or_default().push(call);
    }
    let chosen = places.values().flat_map(|calls| {
        let count = calls.len().min(most);
        let last = calls.len() - 1;
        (0..count).map(move |at| calls[at * last / (count - 1).max(1)].clone())
    });
    chosen.collect()
}
