//! That every kind is in the alphabet.

use super::*;
use crate::core::reply::{Auth, AuthResult, Preauth, Problem};
use crate::core::request::Txid;

fn kind_of_preauth(said: &Result<Preauth, Problem>) -> usize {
    match said {
        Ok(Preauth::Allow) => 0,
        Ok(Preauth::Deny { message: _ }) => 1,
        Ok(Preauth::Enroll { message: _, portal: _ }) => 2,
        Ok(Preauth::Auth(reply::Offer { devices, prompt, verified })) => {
            3 + usize::from(!devices.is_empty())
                + 2 * usize::from(prompt.is_some())
                + 4 * usize::from(verified.is_some())
        }
        Err(problem) => 11 + kind_of_problem(problem),
    }
}

fn kind_of_problem(problem: &Problem) -> usize {
    match problem {
        Problem::RateLimited(None) => 0,
        Problem::RateLimited(Some(RetryAfter::Seconds(_))) => 1,
        Problem::RateLimited(Some(RetryAfter::At(_))) => 2,
        Problem::ServerError(_) => 3,
        Problem::ClockOff(None) => 4,
        Problem::ClockOff(Some(_)) => 5,
        Problem::KeysRefused(_) => 6,
        Problem::BadParameter(_) => 7,
        Problem::Unintelligible(_) => 8,
    }
}

fn kind_of_status(said: &reply::Status) -> usize {
    match said.result {
        AuthResult::Waiting => 0,
        AuthResult::Allow => 1,
        AuthResult::Deny => 2,
    }
}

fn kinds(of: impl Iterator<Item = usize>) -> Vec<usize> {
    of.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[test]
fn every_kind_of_reply_is_in_the_alphabet() {
    let preauths = kinds(preauths().iter().map(|reply| kind_of_preauth(&reply::preauth(reply))));
    // A verified push with a menu and without devices, or with neither, is left out.
    let wanted: Vec<usize> = (0..20).filter(|kind| ![7, 9].contains(kind)).collect();
    assert_eq!(preauths, wanted);
    let auths = kinds(auths().iter().map(|reply| match reply::auth(reply) {
        Ok(Auth::Started(_)) => 0,
        Ok(Auth::Ended(status)) => 1 + kind_of_status(&status),
        Err(problem) => 4 + kind_of_problem(&problem),
    }));
    assert_eq!(auths, (0..13).collect::<Vec<_>>());
    let polls =
        kinds(polls().iter().map(|reply| match reply::status(reply, &Txid("T1".to_owned())) {
            Ok(status) => kind_of_status(&status),
            Err(problem) => 3 + kind_of_problem(&problem),
        }));
    assert_eq!(polls, (0..12).collect::<Vec<_>>());
    assert_eq!(failures().len(), 13 + 18 + 5);
}
