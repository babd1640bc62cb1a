//! What must hold whatever fails.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;

use super::faults::{exempts, is_without_a_clock, loses_the_line, may_leave, outage, std_aborts};
use super::trial::{BUDGET_MS, Ended, Manner};
use crate::support::Seen;
use crate::user::guest::same_as_before;

/// What a service saw, in an order to look it up in.
struct Ledger<'a> {
    factors: BTreeMap<&'a str, usize>,
    allowed: BTreeSet<&'a str>,
}

/// Fails with all that is wrong.
pub fn judge(ended: &[Ended], seen: &[Seen; 2]) {
    let ledger = |seen| Ledger { factors: Seen::factors(seen), allowed: Seen::allowed(seen) };
    let [approving, denying] = seen.each_ref().map(ledger);
    let mut wrong = Vec::new();
    let mut missed = 0;
    for end in ended {
        let denied = end.manner == Manner::DeniedUnderSafe;
        let seen = if denied { &denying } else { &approving };
        // Who dies writes no report.
        missed += usize::from(end.hit.is_none() && end.status.code() != Some(134));
        if let Err(why) = one(end, seen) {
            wrong.push(format!("{} ({:?}): {why}", end.fault.name, end.manner));
        }
    }
    let (count, bad) = (ended.len(), wrong.len());
    println!("{count} logins, in {missed} of which the call was not made again");
    assert!(wrong.is_empty(), "{bad} of {count}:\n{}", wrong.join("\n"));
    // The order of two threads, and how often one waits, are not the same in each login.
    assert!(missed * 10 <= count, "{missed} of {count} faults never happened");
}

fn one(end: &Ended, seen: &Ledger<'_>) -> Result<(), String> {
    let status = end.status.code();
    if status == Some(137) {
        return Err("it hangs".into());
    }
    if status == Some(134) && std_aborts(&end.fault) {
        return Ok(());
    }
    if !matches!(status, Some(0 | 1)) {
        return Err(format!("the host died: {}: {}", end.status, end.errors));
    }
    let told = end.told.as_ref().ok_or("no report")?;
    if !end.errors.is_empty() {
        return Err(format!("written to the host: {:?}", end.errors));
    }
    let auths = seen.factors.get(end.address.as_str()).copied().unwrap_or(0);
    if auths > 1 {
        return Err(format!("{auths} factors were asked for"));
    }
    // By the transaction and not by the address, which the login may not have come to know.
    let txid = end.log.iter().find_map(|line| line.split(" txid=").nth(1)?.split(' ').next());
    let at_once = auths == 1 && end.manner != Manner::DeniedUnderSafe;
    let approved = txid.map_or(at_once, |txid| seen.allowed.contains(txid));
    // Each call stops for the tracer: on a busy machine the budget may end, whatever the fault is. Silence that
    // took that long is an outage.
    let late = told.ms() >= BUDGET_MS && told.said("logging you in without it");
    let excused = end.manner.is_safe() && auths == 0 && end.hit.is_some();
    let excused = excused && (late || outage(&end.fault));
    let excused = excused || exempts(&end.fault);
    let changed = end.log.iter().any(|line| line.contains("outcome=user_changed"));
    if told.code() == "PAM_SUCCESS" && (changed || !approved && !excused) {
        return Err(format!("let in with {auths} factors asked for: {:?}", end.log));
    }
    let lines = end.log.iter().filter(|line| line.contains("Duo login")).count();
    let lost = lines == 0 && end.hit.as_ref().is_some_and(|call| loses_the_line(&end.fault, call));
    // An allow was logged, and then the user could not be read any more.
    let overruled =
        lines == 2 && end.log.last().is_some_and(|line| line.contains("outcome=user_changed"));
    if lines != 1 && !lost && !overruled && !is_without_a_clock(&end.fault) {
        return Err(format!("{} with {lines} lines: {:?}", told.code(), end.log));
    }
    if told.ms() > 30_000.0 {
        return Err(format!("took {} ms", told.ms()));
    }
    if may_leave(&end.fault) {
        return Ok(());
    }
    catch_unwind(|| same_as_before(told)).map_err(|why| {
        let why = why.downcast_ref::<String>().cloned();
        format!("the host is not as it was: {}", why.unwrap_or_default())
    })
}
