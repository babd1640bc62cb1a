//! Which certificates are shown together, and in which order.

use super::der::{authority, key_usage};
use super::key::Key;
use super::kinds::{Kind, MIDDLE, ROOT, Shown, World, believed, refused, usual};
use super::paper::Paper;

fn good(world: &World) -> Vec<u8> {
    world.leaf().signed(&world.middle_key)
}

/// So many authorities between the root and the server, the server first; all with one key.
fn ladder(world: &World, steps: u32) -> Shown {
    let key = &world.middle_key;
    let step = |n: u32| if n == 0 { ROOT.to_owned() } else { format!("Step {n}") };
    let by = |n: u32| if n == 0 { &world.root_key } else { key };
    let mut chain: Vec<Vec<u8>> = (1..=steps)
        .map(|n| Paper::authority(&step(n - 1), &step(n), key).signed(by(n - 1)))
        .collect();
    chain.push(Paper::server(&step(steps), &world.leaf_key, usual()).signed(by(steps)));
    chain.reverse();
    world.shown(chain)
}

/// Many authorities of one name, each signed by each other: as many ways as there are, and no end.
fn maze(world: &World, keys: usize) -> Shown {
    let keys: Vec<Key> = (0..keys).map(|_| Key::new()).collect();
    let mut chain = vec![Paper::server("Maze", &world.leaf_key, usual()).signed(&keys[0])];
    for by in &keys {
        chain.extend(keys.iter().map(|key| Paper::authority("Maze", "Maze", key).signed(by)));
    }
    world.shown(chain)
}

/// With a limit of the steps below it in an authority above the intermediate.
fn limited(world: &World, length: u8) -> Shown {
    let above = Paper::authority(ROOT, "Above", &world.other_key)
        .only(vec![authority(Some(length)), key_usage(0x06)])
        .signed(&world.root_key);
    let middle = Paper::authority("Above", MIDDLE, &world.middle_key).signed(&world.other_key);
    world.shown(vec![good(world), middle, above])
}

/// The server's certificate, signed by its own key, in its own name.
fn alone(world: &World) -> Vec<u8> {
    Paper::server("the service", &world.leaf_key, usual()).signed(&world.leaf_key)
}

pub const KINDS: &[Kind] = &[
    believed("by the root itself", |w| {
        w.shown(vec![Paper::server(ROOT, &w.leaf_key, usual()).signed(&w.root_key)])
    }),
    believed("the root is shown as well", |w| {
        w.shown(vec![good(w), w.middle.clone(), w.root.clone()])
    }),
    believed("the intermediates in another order", |w| {
        w.shown(vec![good(w), w.root.clone(), w.middle.clone()])
    }),
    believed("the intermediate twice", |w| {
        w.shown(vec![good(w), w.middle.clone(), w.middle.clone()])
    }),
    believed("a stranger's certificate among them", |w| {
        let stranger = Paper::authority("A", "B", &w.other_key).signed(&w.other_key);
        w.shown(vec![good(w), stranger, w.middle.clone()])
    }),
    believed("the intermediate is in the store, and not shown", |w| Shown {
        chain: vec![good(w)],
        anchors: vec![w.middle.clone()],
    }),
    believed("an intermediate of two authorities, one of them trusted", |w| {
        let theirs = Paper::authority("Theirs", MIDDLE, &w.middle_key).signed(&w.other_key);
        w.shown(vec![good(w), theirs, w.middle.clone()])
    }),
    believed("two roots of one name, one of them the right one", |w| {
        let twin = Paper::authority(ROOT, ROOT, &w.other_key).signed(&w.other_key);
        Shown { anchors: vec![twin, w.root.clone()], ..w.under_middle(&w.leaf()) }
    }),
    believed("signed by itself, and in the store", |w| Shown {
        chain: vec![alone(w)],
        anchors: vec![alone(w)],
    }),
    believed("a root of version 1", |w| {
        let root = Paper {
            version: vec![],
            extensions: None,
            ..Paper::authority(ROOT, ROOT, &w.root_key)
        };
        Shown { anchors: vec![root.signed(&w.root_key)], ..w.under_middle(&w.leaf()) }
    }),
    believed("five intermediates", |w| ladder(w, 5)),
    believed("a path as long as is permitted", |w| limited(w, 1)),
    refused("a path longer than is permitted", |w| limited(w, 0)),
    refused("seven intermediates", |w| ladder(w, 7)),
    refused("a hundred intermediates", |w| ladder(w, 100)),
    refused("the intermediate is missing", |w| w.shown(vec![good(w)])),
    refused("the intermediate first", |w| w.shown(vec![w.middle.clone(), good(w)])),
    refused("the intermediate for the server's", |w| w.shown(vec![w.middle.clone()])),
    refused("the root for the server's", |w| w.shown(vec![w.root.clone()])),
    refused("signed by itself", |w| w.shown(vec![alone(w)])),
    refused("signed by itself, and an authority in the store", |w| {
        let paper = Paper::authority("the service", "the service", &w.leaf_key).with(usual());
        let own = paper.signed(&w.leaf_key);
        Shown { chain: vec![own.clone()], anchors: vec![own] }
    }),
    refused("an authority that nobody knows", |w| {
        let root = Paper::authority("Theirs", "Theirs", &w.other_key).signed(&w.other_key);
        let leaf = Paper::server("Theirs", &w.leaf_key, usual()).signed(&w.other_key);
        w.shown(vec![leaf, root])
    }),
    refused("an authority that calls itself as one that is known", |w| {
        let root = Paper::authority(ROOT, ROOT, &w.other_key).signed(&w.other_key);
        let leaf = Paper::server(ROOT, &w.leaf_key, usual()).signed(&w.other_key);
        w.shown(vec![leaf, root])
    }),
    refused("an intermediate that calls itself as the good one, before it", |w| {
        let forged = Paper::authority(ROOT, MIDDLE, &w.other_key).signed(&w.other_key);
        let leaf = w.leaf().signed(&w.other_key);
        w.shown(vec![leaf, forged, w.middle.clone()])
    }),
    refused("two intermediates that sign each other", |w| {
        let one = Paper::authority("Two", MIDDLE, &w.middle_key).signed(&w.other_key);
        let two = Paper::authority(MIDDLE, "Two", &w.other_key).signed(&w.middle_key);
        w.shown(vec![good(w), one, two])
    }),
    refused("an intermediate that signs itself", |w| {
        let own = Paper::authority(MIDDLE, MIDDLE, &w.middle_key).signed(&w.middle_key);
        w.shown(vec![good(w), own])
    }),
    refused("ten authorities of one name that sign each other", |w| maze(w, 10)),
    refused("two authorities of one name that sign each other", |w| maze(w, 2)),
    refused("nothing but an intermediate that is no certificate", |w| {
        w.shown(vec![good(w), b"no certificate".to_vec()])
    }),
    refused("no certificate for the server's", |w| {
        w.shown(vec![b"no certificate".to_vec(), w.middle.clone()])
    }),
    refused("an empty certificate", |w| w.shown(vec![Vec::new()])),
    refused("another store", |w| Shown {
        anchors: vec![Paper::authority("Theirs", "Theirs", &w.other_key).signed(&w.other_key)],
        ..w.under_middle(&w.leaf())
    }),
];
