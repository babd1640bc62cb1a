//! What needs no rights.

mod imports;
