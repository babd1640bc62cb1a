//! Limits that hold for ordinary users only, and so take one.

use crate::failures::ends::local;
use crate::failures::row::{Row, Scene, UNASKED};

root_rows!(
    no_thread_for_the_resolver = Row {
        happens: "No thread to ask the name service with (`ulimit -u 1`)",
        scene: Scene::OneProcess,
        host: &["--rlimit", "nproc=1"],
        ends: local("no thread to be had"),
        ..UNASKED
    },
);
