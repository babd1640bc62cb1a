//! What needs no rights.

mod clock;
mod conversations;
mod hosts;
mod imports;
mod limits;
mod names;
