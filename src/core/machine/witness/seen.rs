//! Plays one login, and keeps what the world saw of it.

use std::time::UNIX_EPOCH;

use super::*;
use crate::core::reply::Preauth;
use crate::core::request::Factor;

/// What the world saw of one login.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) steps: u32,
    /// Time that was not spent in a conversation.
    pub(crate) waited: Duration,
    /// The same, and time at prompts; and of it the longest single prompt.
    pub(crate) whole: Duration,
    pub(crate) longest_prompt: Duration,
    /// For how long the host has heard nothing, and the most of it while a factor was out.
    pub(crate) silent: Duration,
    pub(crate) longest_silence: Duration,
    pub(crate) asked: u8,
    /// What was typed at the prompt before, if that was not one of a menu.
    pub(crate) typed_waiting: Option<String>,
    pub(crate) history: History,
    /// The passcodes that were sent.
    pub(crate) typed: Vec<String>,
    /// Has preauth announced a verified push?
    pub(crate) verified: bool,
    /// The transaction that it announced last, until a push has carried it.
    pub(crate) announced: Option<Txid>,
    pub(crate) verified_pushes: u8,
}

impl Seen {
    /// Who wants pushes verified gets no other, and none twice.
    fn pushed(&mut self, factor: &Factor) {
        let txid = match factor {
            Factor::Push { txid, .. } => txid,
            Factor::Prompt { answer, txid, .. } if answer.expose().contains("push") => txid,
            _ => return,
        };
        assert_eq!(txid.is_some(), self.verified, "{self:?}");
        assert_eq!(txid.as_ref(), self.announced.as_ref(), "{self:?}");
        self.verified_pushes += u8::from(self.verified);
    }

    fn replied(&mut self, call: &Call, reply: &HttpReply) {
        self.history.replied(reply);
        match (call, reply::preauth(reply)) {
            (Call::Preauth { .. }, Ok(Preauth::Auth(offer))) => {
                self.verified |= offer.verified.is_some();
                self.announced = offer.verified.map(|verified| verified.txid);
            }
            // Only what was not carried out is sent again.
            (Call::Auth { factor: Factor::Push { .. } | Factor::Prompt { .. }, .. }, _)
                if !self.history.is_due_again() =>
            {
                self.announced = None;
            }
            _ => {}
        }
    }
}

/// More steps than any login takes.
pub(crate) const MANY: u32 = 20_000;

pub(crate) fn play(plan: Plan, moves: &[Move]) -> Seen {
    let mut seen = Seen { silent: plan.silent, ..Seen::default() };
    let mut machine = Machine::new(plan);
    // Once all have happened they happen again: a service that never changes its ways.
    let mut moves = moves.iter().cycle();
    let (mut event, mut spent) = (Event::Start, Spent::default());
    while seen.steps < MANY {
        seen.spends(spent);
        let step = machine.step(event, spent);
        if let Some(text) = &step.say {
            assert!(text.as_str().chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        }
        let Some(now) = moves.next() else { break };
        let (happened, waited) = match step.next {
            Next::Exchange(request, patience) => {
                machine.sends_what_was_chosen(&request, &mut seen);
                seen.history.sends(&request.call, machine.trace.factor);
                exchanged(&request, patience, now, &mut seen)
            }
            Next::Await(patience) => {
                let Some(call) = machine.call.clone().filter(|_| machine.in_flight) else {
                    panic!("waits for a reply to nothing: {machine:?}")
                };
                replied(&Request { call, skew: 0 }, patience, now, &mut seen)
            }
            Next::Pause(span) => match now.happens {
                Happens::Cancelled => (Event::Cancelled, span / 2),
                Happens::PeerGone => (Event::PeerGone, span / 2),
                _ => (Event::Tick, span),
            },
            Next::Ask(_) => {
                (event, spent) = seen.asks(&machine, now);
                continue;
            }
            Next::GiveUp => {
                let failure = Failure::Outage(Outage::Silent);
                seen.history.failed(&failure);
                (Event::Failed(failure), Duration::ZERO)
            }
            Next::End(outcome) => {
                seen.outcome = Some(outcome);
                break;
            }
        };
        seen.silent += waited;
        if machine.trace.txid.is_some() || machine.aside.is_some() {
            seen.longest_silence = seen.longest_silence.max(seen.silent);
        }
        (event, spent) = (happened, Spent { waited, whole: waited });
    }
    seen
}

impl Seen {
    /// Another step, after so much time.
    fn spends(&mut self, spent: Spent) {
        self.steps += 1;
        self.waited += spent.waited;
        self.whole += spent.whole;
    }

    /// What is typed at a prompt, and when.
    fn asks(&mut self, machine: &Machine, now: &Move) -> (Event, Spent) {
        assert_eq!(machine.plan.host.prompts, Prompts::Shown, "{self:?}");
        let waits = matches!(machine.asked, Asked::StillWaiting | Asked::ToReadTheCode);
        self.typed_waiting = now.answer.clone().filter(|_| waits);
        self.asked += 1;
        self.silent = Duration::ZERO;
        let thought = Duration::from_secs(now.thinks);
        self.longest_prompt = self.longest_prompt.max(thought);
        let event = if let Some(answer) = now.answer.clone() {
            let is_echo = answer.split_whitespace().collect::<String>() == "demo";
            if is_echo {
                self.history.echoed();
            } else {
                self.history.answered();
            }
            Event::Answer(Secret::new(answer))
        } else {
            self.history.nothing();
            Event::NoAnswer
        };
        (event, Spent { waited: Duration::ZERO, whole: thought })
    }
}

impl Machine {
    /// After a prompt that waits, the only `/auth` is a passcode, as it was typed.
    fn sends_what_was_chosen(&self, request: &Request, seen: &mut Seen) {
        let typed = seen.typed_waiting.take();
        let Call::Auth { factor, .. } = &request.call else { return };
        if let (Some("passcode"), Factor::Passcode(sent) | Factor::Prompt { answer: sent, .. }) =
            (self.trace.factor, factor)
        {
            seen.typed.push(sent.expose().to_owned());
        }
        if self.aside.is_none() {
            assert!(typed.is_none(), "{typed:?} sent {factor:?}");
            return;
        }
        let sent = match factor {
            Factor::Passcode(sent) | Factor::Prompt { answer: sent, txid: None, .. } => sent,
            other => panic!("{other:?} while a factor was out"),
        };
        // What is not typed anew is only repeated.
        let plain = |typed: String| typed.split_whitespace().collect::<String>();
        assert!(typed.is_none_or(|typed| plain(typed) == sent.expose()), "{factor:?}");
        let names = ["push", "verified_push", "phone", "sms", "auto"];
        let sent = sent.expose().to_ascii_lowercase();
        assert!(!names.iter().any(|name| sent.starts_with(name)) && sent.len() > 3, "{sent}");
    }
}

fn exchanged(
    request: &Request,
    patience: Duration,
    now: &Move,
    seen: &mut Seen,
) -> (Event, Duration) {
    if let Call::Auth { factor, .. } = &request.call {
        seen.pushed(factor);
    }
    replied(request, patience, now, seen)
}

fn replied(
    request: &Request,
    patience: Duration,
    now: &Move,
    seen: &mut Seen,
) -> (Event, Duration) {
    let spent = patience * now.takes / 1000;
    match &now.happens {
        // No time left is no time for a reply.
        _ if patience.is_zero() => (Event::Tick, patience),
        Happens::Late => (Event::Tick, patience),
        Happens::Failed(failure) => {
            seen.history.failed(failure);
            (Event::Failed(failure.clone()), spent)
        }
        Happens::Cancelled => (Event::Cancelled, spent),
        Happens::PeerGone => (Event::PeerGone, spent),
        Happens::Reply([preauth, auth, status]) => {
            let reply = match &request.call {
                Call::Preauth { .. } => preauth,
                Call::Auth { .. } => auth,
                Call::Status { .. } => status,
            };
            seen.replied(&request.call, reply);
            (Event::Reply(reply.clone(), UNIX_EPOCH + Duration::from_secs(1_790_000_000)), spent)
        }
    }
}
