//! All ways through a chain.

use std::collections::HashMap;

use super::code::Code;
use super::load::Handler;
use super::play::Play;

/// What one module returned: its place in the chain, and the code.
pub type Step = (usize, Code);

/// One end that can be reached, by one of the ways that lead to it.
#[derive(Clone, Debug)]
pub struct Ending {
    pub result: Code,
    /// Was a module called that `watched` says yes to?
    pub met: bool,
    pub way: Vec<Step>,
}

/// Where a search has been: what libpam remembers, and what the search wants to know.
type Spot = (Play, bool);

/// Every end that the chain can come to when each module returns each of the codes that `codes`
/// gives for it.
///
/// Complete, although it follows each spot once only: what libpam does next depends on nothing
/// but the [`Play`], so two ways to one spot go on alike.
pub fn endings(
    chain: &[Handler],
    codes: impl Fn(&Handler) -> Vec<Code>,
    watched: impl Fn(&Handler) -> bool,
) -> Vec<Ending> {
    let begin = (Play::begin(chain), false);
    let mut from: HashMap<Spot, Option<(Spot, Step)>> = HashMap::from([(begin.clone(), None)]);
    let mut todo = vec![begin];
    let mut found = Vec::new();
    while let Some((play, met)) = todo.pop() {
        let Some(handler) = play.next(chain) else {
            let way = way_to(&from, &(play.clone(), met));
            found.push(Ending { result: play.result(), met, way });
            continue;
        };
        let at = chain.iter().position(|one| std::ptr::eq(one, handler)).expect("in the chain");
        for code in codes(handler) {
            let mut next = (play.clone(), met || watched(handler));
            next.0.returned(chain, code);
            if !from.contains_key(&next) {
                from.insert(next.clone(), Some(((play.clone(), met), (at, code))));
                todo.push(next);
            }
        }
    }
    found
}

fn way_to(from: &HashMap<Spot, Option<(Spot, Step)>>, end: &Spot) -> Vec<Step> {
    let mut way = Vec::new();
    let mut spot = end;
    while let Some((before, step)) = &from[spot] {
        way.push(*step);
        spot = before;
    }
    way.reverse();
    way
}

/// A way in words: `unix.so auth_err, deny.so …`.
pub fn told(chain: &[Handler], way: &[Step]) -> String {
    let step = |(at, code): &Step| {
        let handler = &chain[*at];
        format!("{} ({}) returns {code:?}", handler.module(), handler.place)
    };
    way.iter().map(step).collect::<Vec<_>>().join(", ")
}
