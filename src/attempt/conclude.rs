//! Log lines and messages of a login: one line before a factor goes out, then its verdict.

use super::Attempt;
use crate::audit::Audit;
use crate::config::Config;
use crate::core::audit::{Entry, Headline};
use crate::core::code::Code;
use crate::core::host::Pictures;
use crate::core::machine::Trace;
use crate::core::qr;
use crate::core::verdict::{self, Outcome, Verdict};
use crate::pam::handle;
use crate::ports::{self, Host as _};
use crate::subject;

/// The log, as the flow sees it.
pub(super) struct Steps<'a> {
    pub attempt: &'a Attempt<'a>,
    pub config: &'a Config,
    pub whom: &'a subject::Subject,
    pub audit: &'a Audit<'a>,
}

impl ports::Audit for Steps<'_> {
    fn debug(&mut self, text: &str) {
        self.audit.debug(text);
    }

    fn sending(&mut self, trace: &Trace) {
        self.audit.entry(&self.attempt.entry(None, Some(self.config), self.whom, trace));
    }
}

impl Attempt<'_> {
    /// Logs and shows the verdict: once, unless the application exchanges the user when it is shown.
    pub(super) fn conclude(
        &self,
        outcome: &Outcome,
        config: Option<&Config>,
        whom: &subject::Subject,
        trace: &Trace,
        audit: &Audit<'_>,
    ) -> Code {
        // An application may exchange `PAM_USER` while it is asked, or told, something.
        let exchanged = || handle::user(self.handle) != Some(self.items.user.as_bytes());
        let outcome = if exchanged() { &Outcome::UserChanged } else { outcome };
        let failmode = config.map(|config| config.failmode);
        let verdict = verdict::verdict(outcome, failmode, self.started_by, self.profile.class);
        let verdict = Verdict { code: verdict.code.in_phase(self.phase), ..verdict };
        let said = trace.said.clone().filter(|_| outcome.is_refused_factor());
        let verdict = Verdict { reason: verdict.reason.or(said), ..verdict };
        audit.entry(&self.entry(Some(&verdict), config, whom, trace));
        // Only now: the host has its signals while it shows this, and may die of one.
        if config.is_some_and(|config| config.enroll_qr) {
            self.draw_portal(outcome);
        }
        self.show(&verdict);
        if verdict.code.refuses() || !exchanged() {
            return verdict.code;
        }
        self.conclude(&Outcome::UserChanged, config, whom, trace, audit)
    }

    /// The address where to enrol, for a phone's camera; the verdict's message says it in letters.
    fn draw_portal(&self, outcome: &Outcome) {
        let Outcome::NotEnrolled { portal: Some(portal), .. } = outcome else { return };
        if self.profile.pictures == Pictures::Drawn {
            let mut conversation = self.conversation();
            // A message for each row: longer ones than 512 bytes are more than PAM promises to carry.
            for row in qr::rows(portal.trim()).into_iter().flatten() {
                conversation.info(&row);
            }
        }
    }

    fn show(&self, verdict: &Verdict) {
        let Some(message) = &verdict.message else { return };
        let mut conversation = self.conversation();
        if verdict.code.refuses() {
            conversation.error(message);
        } else {
            conversation.info(message);
        }
    }

    fn entry(
        &self,
        verdict: Option<&Verdict>,
        config: Option<&Config>,
        whom: &subject::Subject,
        trace: &Trace,
    ) -> Entry {
        let user = &self.items.user;
        let other = |name: &Option<String>| name.clone().filter(|name| name != user);
        Entry {
            headline: verdict.map_or(Headline::Sending, |verdict| verdict.headline),
            user: user.clone(),
            account: other(&whom.account),
            asked: other(&whom.name),
            from: self.items.from().map(str::to_owned),
            service: self.items.service.clone(),
            phase: self.phase,
            outcome: verdict.map(|verdict| verdict.name),
            reason: verdict.and_then(|verdict| verdict.reason.clone()),
            factor: trace.factor,
            device: trace.device.clone(),
            txid: trace.txid.as_ref().map(|txid| txid.0.clone()),
            took: self.began.elapsed(),
            config: self.path.clone(),
            failmode: config.map(|config| config.failmode.word()),
            proxy: config.and_then(|config| Some(config.proxy.as_ref()?.to_string())),
        }
    }
}
