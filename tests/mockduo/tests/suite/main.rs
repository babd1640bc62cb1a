//! The built program, through real TLS.

mod api;
mod bench;
mod client;
mod faults;
mod many;
mod mock;
mod older;
mod phone;
mod scenarios;
mod tls;
mod web;
