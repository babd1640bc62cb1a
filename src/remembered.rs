//! What one call of a login leaves on the host's handle, and what the next one makes of it.

use crate::config::Config;
use crate::core::host::Phase;
use crate::core::machine::Trace;
use crate::core::passed::{How, Login, Passed};
use crate::core::request::Txid;
use crate::core::verdict::Outcome;
use crate::pam::handle::Items;
use crate::pam::sys;

/// The login that the service of this configuration is asked about by this name.
pub fn login(items: &Items, config: &Config, name: &str) -> Login {
    let Config { keys, host, .. } = config;
    Login {
        user: items.user.clone(),
        service: items.service.clone(),
        rhost: items.rhost.clone(),
        asked: name.to_owned(),
        integration: format!("{}@{}:{}", keys.ikey, host.name, host.port),
    }
}

/// The outcome, if this login has passed already.
pub fn before(earlier: &Passed, login: &Login, phase: Phase) -> Option<(Outcome, Trace)> {
    let ago = earlier.counts(login, phase, sys::since_boot()?)?;
    let outcome = Outcome::PassedBefore { how: earlier.how, ago };
    Some((outcome, Trace { txid: earlier.txid.clone().map(Txid), ..Trace::default() }))
}

/// What an authentication leaves for the next one and for the account phase. Nothing but what the
/// service has said yes to: an exemption and a failmode are asked again and say the same. The account
/// phase is the last to ask and leaves nothing.
pub fn of(
    outcome: &Outcome,
    login: Login,
    trace: &Trace,
    earlier: Option<&Passed>,
    phase: Phase,
) -> Option<Passed> {
    let how = match (phase, outcome) {
        (Phase::Auth, Outcome::Approved) => How::Approved,
        (Phase::Auth, Outcome::Bypassed) => How::Bypassed,
        (Phase::Auth, Outcome::PassedBefore { .. }) => {
            return earlier.cloned().map(Passed::used_up);
        }
        _ => return None,
    };
    let txid = trace.txid.as_ref().map(|txid| txid.0.clone());
    Some(Passed { login, how, txid, at: sys::since_boot()?, counted: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::policy::Exempt;

    fn alice() -> Login {
        Login {
            user: "alice".into(),
            service: "sshd".into(),
            rhost: None,
            asked: "alice".into(),
            integration: "DIXX@127.0.0.1:443".into(),
        }
    }

    fn remembered(outcome: &Outcome, phase: Phase) -> Option<Passed> {
        let trace = Trace { txid: Some(Txid("45f7".into())), ..Trace::default() };
        of(outcome, alice(), &trace, None, phase)
    }

    #[test]
    fn only_the_services_yes_to_an_authentication_is_remembered() {
        let approved = remembered(&Outcome::Approved, Phase::Auth);
        assert_eq!(approved.as_ref().map(|passed| passed.how), Some(How::Approved));
        assert_eq!(approved.and_then(|passed| passed.txid).as_deref(), Some("45f7"));
        let bypassed = remembered(&Outcome::Bypassed, Phase::Auth);
        assert_eq!(bypassed.map(|passed| passed.how), Some(How::Bypassed));
        assert_eq!(remembered(&Outcome::Approved, Phase::Account), None);
        let others = [
            Outcome::Denied(None),
            Outcome::TimedOut,
            Outcome::Cancelled,
            Outcome::Exempt { answer: Exempt::Success, rule: String::new() },
            Outcome::Unreachable(crate::core::failure::Outage::Silent),
        ];
        for outcome in others {
            assert_eq!(remembered(&outcome, Phase::Auth), None, "{outcome:?}");
        }
    }

    #[test]
    fn a_login_counts_its_approval_in_one_more_authentication_and_in_account() {
        let approved = remembered(&Outcome::Approved, Phase::Auth).expect("it is remembered");
        let (outcome, trace) = before(&approved, &alice(), Phase::Auth).expect("it counts");
        let counted = of(&outcome, alice(), &trace, Some(&approved), Phase::Auth);
        let counted = counted.expect("it is remembered again");
        assert_eq!(counted.at, approved.at, "from the approval on");
        assert_eq!(before(&counted, &alice(), Phase::Auth), None);
        let (outcome, trace) = before(&counted, &alice(), Phase::Account).expect("it counts");
        assert!(matches!(outcome, Outcome::PassedBefore { how: How::Approved, .. }));
        assert_eq!(trace.txid, Some(Txid("45f7".into())));
        assert_eq!(of(&outcome, alice(), &trace, Some(&counted), Phase::Account), None);
    }
}
