//! The walk: one state after another, and what must hold in each.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::witness::alphabet::{ANSWERS, auths, failures, polls, preauths, wall};
use super::*;
use crate::core::code::Code;
use crate::core::failure::Local;
use crate::core::started::StartedBy;

/// How far to go: the number of events. In so many of the first the whole alphabet is tried, then of
/// failures and times only as many as differ in what a poll makes of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    pub(super) whole: u32,
    pub(super) events: u32,
}

/// A login that has come so far.
#[derive(Clone)]
struct State {
    machine: Machine,
    history: History,
    next: Wanted,
    /// Time that was waited, and prompts.
    waited: Duration,
}

/// [`Next`], as far as it is not over.
#[derive(Clone, Debug)]
enum Wanted {
    Reply(Duration),
    Pause(Duration),
    Answer,
    GiveUp,
}

pub(super) struct Walk {
    depth: Depth,
    preauths: Vec<HttpReply>,
    auths: Vec<HttpReply>,
    polls: Vec<HttpReply>,
    failures: Vec<Failure>,
    few_failures: Vec<Failure>,
    /// The longest wait on the way to each state so far.
    reached: HashMap<u64, Duration>,
    /// By the name of the verdict.
    ends: BTreeSet<&'static str>,
    steps: u64,
    is_whole: bool,
}

/// Seconds that an answer takes.
const THOUGHTS: [u64; 3] = [0, 40, 200];

/// Of the time that is allowed for a reply, in thousandths: at once, late, in the last moment.
const TAKEN: [u32; 3] = [0, 900, 1000];

/// One of so many logins that are not over at the last event is played to its end.
const ENDED: usize = 50;

impl Walk {
    pub(super) fn new(depth: Depth) -> Self {
        let failures = failures();
        let is_one = |failure: &&Failure| {
            let (silent, local) =
                (Failure::Outage(Outage::Silent), Failure::Local(Local::NoNetwork));
            **failure == silent || **failure == local
        };
        Self {
            few_failures: failures.iter().filter(is_one).cloned().collect(),
            depth,
            preauths: preauths(),
            auths: auths(),
            polls: polls(),
            failures,
            reached: HashMap::new(),
            ends: BTreeSet::new(),
            steps: 0,
            is_whole: true,
        }
    }

    /// How many steps were made, and the verdicts that logins ended with.
    pub(super) fn told(&self) -> (u64, Vec<&'static str>) {
        (self.steps, self.ends.iter().copied().collect())
    }

    /// Every login by this plan that begins with these replies.
    pub(super) fn from(&mut self, plan: &Plan, replies: &[HttpReply]) {
        self.reached.clear();
        let mut machine = Machine::new(plan.clone());
        let step = machine.step(Event::Start, Spent::default());
        let mut level: Vec<State> =
            self.came_to((machine, History::default(), Duration::ZERO), step).into_iter().collect();
        for reply in replies {
            let reply = |state: &State| {
                self.happens(state, Event::Reply(reply.clone(), wall()), Spent::default())
            };
            level = level.iter().filter_map(reply).collect();
        }
        assert!(!level.is_empty(), "it ends before that");
        for event in 0..self.depth.events {
            self.is_whole = event < self.depth.whole;
            let mut next = Vec::new();
            for state in &level {
                self.go_on(state, &mut next);
            }
            level = next;
        }
        for (number, state) in level.iter().enumerate().filter(|(n, _)| n % ENDED == 0) {
            self.ends_somehow(state, number);
        }
    }

    fn go_on(&mut self, state: &State, next: &mut Vec<State>) {
        for (event, spent) in self.events(state) {
            next.extend(self.happens(state, event, spent));
        }
    }

    /// What can happen now.
    fn events(&self, state: &State) -> Vec<(Event, Spent)> {
        let of = |event, waited| (event, Spent { waited, whole: waited });
        let gone = |at| [of(Event::Cancelled, at), of(Event::PeerGone, at)];
        let failed = |failure: &Failure, at| of(Event::Failed(failure.clone()), at);
        let failures = if self.is_whole { &self.failures } else { &self.few_failures };
        let mut events = Vec::new();
        match state.next {
            Wanted::Reply(patience) => {
                events.extend(self.replies(state, patience));
                events.extend(failures.iter().map(|failure| failed(failure, patience / 2)));
                events.push(of(Event::Tick, patience));
                events.extend(gone(patience / 2));
            }
            Wanted::Pause(span) => {
                // Also on a machine that was suspended meanwhile.
                let suspended = span + Duration::from_secs(90);
                events.extend([of(Event::Tick, span), of(Event::Tick, suspended)]);
                let locals = failures.iter().filter(|f| matches!(f, Failure::Local(_)));
                events.extend(locals.map(|failure| failed(failure, span / 2)));
                events.extend(gone(span / 2));
            }
            Wanted::Answer => {
                for (answer, seconds) in ANSWERS.iter().flat_map(|a| THOUGHTS.map(|t| (a, t))) {
                    let whole = Duration::from_secs(seconds);
                    let event = answer
                        .map_or(Event::NoAnswer, |a| Event::Answer(Secret::new(a.to_owned())));
                    events.push((event, Spent { waited: Duration::ZERO, whole }));
                }
                events.extend(gone(Duration::ZERO));
            }
            Wanted::GiveUp => {
                events.extend(failures.iter().map(|failure| failed(failure, Duration::ZERO)));
            }
        }
        events
    }

    /// Each reply, as soon as each.
    fn replies(&self, state: &State, patience: Duration) -> Vec<(Event, Spent)> {
        let replies = match &state.machine.call {
            Some(Call::Preauth { .. }) => &self.preauths,
            Some(Call::Auth { .. }) => &self.auths,
            Some(Call::Status { .. }) => &self.polls,
            None => panic!("waits for a reply to nothing: {:?}", state.machine),
        };
        let taken = if self.is_whole { &TAKEN[..] } else { &TAKEN[1..2] };
        let at = taken.iter().map(|taken| patience * *taken / 1000);
        let one = |waited, reply: &HttpReply| {
            (Event::Reply(reply.clone(), wall()), Spent { waited, whole: waited })
        };
        at.flat_map(|waited| replies.iter().map(move |reply| one(waited, reply))).collect()
    }

    fn happens(&mut self, state: &State, event: Event, spent: Spent) -> Option<State> {
        let mut history = state.history.clone();
        match &event {
            Event::Reply(reply, _) => history.replied(reply),
            Event::Failed(failure) => history.failed(failure),
            Event::Answer(answer) if answer.expose() == "demo" => history.echoed(),
            Event::Answer(_) => history.answered(),
            Event::Start | Event::Tick | Event::NoAnswer | Event::Cancelled | Event::PeerGone => {
                history.nothing();
            }
        }
        let mut machine = state.machine.clone();
        let step = machine.step(event, spent);
        self.came_to((machine, history, state.waited + spent.waited), step)
    }

    /// What must hold whatever the machine wants; `None` when the login is over, or was here before.
    fn came_to(
        &mut self,
        (machine, mut history, waited): (Machine, History, Duration),
        step: Step,
    ) -> Option<State> {
        self.steps += 1;
        if let Some(text) = &step.say {
            assert!(text.as_str().chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        }
        let next = match step.next {
            Next::Exchange(request, patience) => {
                history.sends(&request.call, machine.trace.factor);
                Wanted::Reply(patience)
            }
            Next::Await(patience) => Wanted::Reply(patience),
            Next::Pause(span) => Wanted::Pause(span),
            Next::GiveUp => Wanted::GiveUp,
            Next::Ask(text) => {
                assert!(!text.is_empty());
                assert_eq!(machine.plan.host.prompts, Prompts::Shown, "{machine:?}");
                Wanted::Answer
            }
            Next::End(outcome) => {
                self.ended(&outcome, &machine, &history);
                return None;
            }
        };
        assert!(
            history.may_open(Failmode::Secure, StartedBy::System).is_none(),
            "an allow that does not let in: {history:?} {machine:?}"
        );
        let factors = bounds_of(&machine.plan, &history);
        assert!(waited <= longest(&machine.plan, factors), "{waited:?} {machine:?}");
        let state = State { machine, history, next, waited };
        match self.reached.entry(state.hash()) {
            Entry::Occupied(before) if *before.get() >= waited => return None,
            Entry::Occupied(mut before) => drop(before.insert(waited)),
            Entry::Vacant(new) => drop(new.insert(waited)),
        }
        Some(state)
    }

    /// The door opens if the reference says so, and only then, under either failmode, whoever started the
    /// process.
    fn ended(&mut self, outcome: &Outcome, machine: &Machine, history: &History) {
        let started = [StartedBy::System, StartedBy::Person];
        let cases = [Failmode::Safe, Failmode::Secure].map(|mode| started.map(|by| (mode, by)));
        for (failmode, started_by) in cases.into_iter().flatten() {
            let verdict = verdict(outcome, Some(failmode), started_by, machine.plan.host.class);
            let opens = verdict.code == Code::Success;
            let wanted = history.may_open(failmode, started_by);
            let why = reason(outcome, failmode, started_by);
            assert_eq!(why, wanted, "{outcome:?} {started_by:?} {history:?} {machine:?}");
            assert_eq!(opens, wanted.is_some(), "{outcome:?} {history:?}");
            assert!(!verdict.name.is_empty() && verdict.name != "error", "{outcome:?}");
            self.ends.insert(verdict.name);
        }
    }

    /// However it goes on: with the same for ever, be it a reply, silence or an answer.
    fn ends_somehow(&mut self, state: &State, number: usize) {
        let mut state = Some(state.clone());
        for _ in 0..MANY {
            let Some(now) = state else { return };
            let mut events = self.events(&now);
            let (event, spent) = events.swap_remove(number % events.len());
            self.reached.clear();
            state = self.happens(&now, event, spent);
        }
        panic!("no end: {state:?}", state = state.map(|state| state.machine));
    }
}

impl State {
    fn hash(&self) -> u64 {
        let mut hasher = Written(DefaultHasher::new());
        let _ = write!(hasher, "{:?}{:?}", self.machine, self.next);
        self.history.hash(&mut hasher.0);
        hasher.0.finish()
    }
}

/// What is written goes into the hash.
struct Written(DefaultHasher);

impl std::fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
