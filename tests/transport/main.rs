//! The transport against a service that behaves in every way a test can write down.

mod client;
mod pki;
mod server;

mod agreed;
mod certificates;
mod connect;
mod faults;
mod good;
mod proxy;
mod reuse;
