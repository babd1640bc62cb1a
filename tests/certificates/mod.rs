//! Certificates and chains of every kind, good and bad, written byte by byte: a library would not write most
//! of them. Shared by the verifier's own tests, which see thousands, and by logins over real TLS.
#![allow(dead_code, unused_imports)] // each of the two uses another part

mod chains;
mod der;
mod key;
mod kinds;
mod names;
mod paper;
mod shapes;
mod signatures;
mod usages;

pub use kinds::{Kind, Shown, World, all};
pub use paper::sealed;
