//! What needs no rights.

mod harness;
