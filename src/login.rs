//! The flow: the machine says what to do, the edges do it, what happened goes back in.

use std::time::{Duration, Instant};

use crate::core::machine::{Event, Machine, Next, Plan, Trace};
use crate::core::verdict::Outcome;
use crate::ports::{Api, Audit, Clock, Host, Wake};

/// The world of one login.
pub struct World<'a> {
    pub host: &'a mut dyn Host,
    pub api: &'a mut dyn Api,
    pub clock: &'a dyn Clock,
    pub audit: &'a mut dyn Audit,
}

/// Runs one login to its end. Always comes back: each wait has a budget, and neither runs while the
/// person is being asked.
pub fn run(plan: Plan, world: &mut World<'_>) -> (Outcome, Trace) {
    let mut machine = Machine::new(plan);
    let mut event = Event::Start;
    let mut spent = Duration::ZERO;
    loop {
        let step = machine.step(event, spent);
        for text in &step.say {
            world.host.info(text);
        }
        let began = world.clock.now();
        let mut waited = true;
        event = match step.next {
            Next::Exchange(request, patience) => {
                let (method, path) = request.call.endpoint();
                world.audit.debug(&format!("{method} {path}, up to {} ms", patience.as_millis()));
                world.api.send(&request);
                world.wait(began + patience)
            }
            Next::Pause(span) => {
                world.audit.debug(&format!("pause of {} ms", span.as_millis()));
                world.wait(began + span)
            }
            Next::Ask(text) => {
                waited = false;
                world.host.ask(&text).map_or(Event::NoAnswer, Event::Answer)
            }
            Next::GiveUp => Event::Failed(world.api.give_up()),
            Next::End(outcome) => return (outcome, machine.trace().clone()),
        };
        spent = if waited { world.clock.now().duration_since(began) } else { Duration::ZERO };
    }
}

impl World<'_> {
    fn wait(&mut self, until: Instant) -> Event {
        match self.api.next(until) {
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
