//! The flow: the machine says what to do, the edges do it, what happened goes back in.

use std::time::Duration;

use crate::core::machine::{Event, Machine, Next, Plan, Spent, Trace};
use crate::core::request::Call;
use crate::core::text::Text;
use crate::core::verdict::Outcome;
use crate::ports::{Api, Audit, Clock, Gone, Host, NoAnswer, Wake};

/// The world of one login.
pub struct World<'a> {
    pub host: &'a mut dyn Host,
    pub api: &'a mut dyn Api,
    pub clock: &'a dyn Clock,
    pub audit: &'a mut dyn Audit,
}

/// Runs one login to its end. Always comes back: each wait has a budget. None runs while the person
/// is being asked, but for the time that the host gives the whole login.
pub fn run(plan: Plan, world: &mut World<'_>) -> (Outcome, Trace) {
    if let Some(deadline) = plan.deadline {
        world.audit.debug(&format!("to be over within {} s", deadline.as_secs()));
    }
    let mut machine = Machine::new(plan);
    let mut event = Event::Start;
    let mut waited = Duration::ZERO;
    let mut last = world.clock.now();
    loop {
        let now = world.clock.now();
        let step = machine.step(event, Spent { waited, whole: now.duration_since(last) });
        last = now;
        for text in &step.say {
            world.host.info(text);
        }
        waited = Duration::ZERO;
        event = match step.next {
            Next::Exchange(request, patience) => {
                let (method, path) = request.call.endpoint();
                world.audit.debug(&format!("{method} {path}, up to {} ms", patience.as_millis()));
                if matches!(request.call, Call::Auth { .. }) {
                    world.audit.sending(machine.trace());
                }
                world.api.send(&request);
                world.wait(patience, &mut waited)
            }
            Next::Await(patience) => {
                world.audit.debug(&format!("up to {} ms more", patience.as_millis()));
                world.wait(patience, &mut waited)
            }
            Next::Pause(span) => {
                world.audit.debug(&format!("pause of {} ms", span.as_millis()));
                world.wait(span, &mut waited)
            }
            Next::Ask(text) => world.ask(&text),
            Next::GiveUp => Event::Failed(world.api.give_up()),
            Next::End(outcome) => return (outcome, machine.trace().clone()),
        };
    }
}

impl World<'_> {
    /// Asks the person. A prompt that fails does not say why: it may be that nobody is there any more.
    fn ask(&mut self, text: &Text) -> Event {
        match self.host.ask(text) {
            Ok(answer) => Event::Answer(answer),
            Err(NoAnswer::Cancelled) => Event::Cancelled,
            Err(NoAnswer::Nobody) => match self.api.look() {
                Some(Gone::Cancelled) => Event::Cancelled,
                Some(Gone::PeerGone) => Event::PeerGone,
                None => Event::NoAnswer,
            },
        }
    }

    /// Waits for `patience` at the most; only this time was `waited`, not that of the log before it.
    fn wait(&mut self, patience: Duration, waited: &mut Duration) -> Event {
        let began = self.clock.now();
        let wake = self.api.next(began + patience);
        *waited = self.clock.now().duration_since(began);
        match wake {
            Wake::Reply(reply) => {
                self.audit.debug(&format!("HTTP {}, {} bytes", reply.status, reply.body.len()));
                Event::Reply(reply, self.clock.wall())
            }
            Wake::Failed(failure) => {
                self.audit.debug(&format!("no reply: {failure}"));
                Event::Failed(failure)
            }
            Wake::Tick => Event::Tick,
            Wake::Cancelled => Event::Cancelled,
            Wake::PeerGone => Event::PeerGone,
        }
    }
}

#[cfg(test)]
#[path = "login_tests/mod.rs"]
mod tests;
