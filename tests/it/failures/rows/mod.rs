//! The rows, by where things go wrong.

/// A table of rows (`name = row`, so that rustfmt sees expressions); each row is a test in `user`
/// and one in `needs_root`.
macro_rules! rows {
    ($($name:ident = $row:expr),+ $(,)?) => {
        pub const ROWS: &[(&str, crate::failures::row::Row)] =
            &[$((stringify!($name), $row)),+];

        mod user {
            $(#[test]
            fn $name() {
                crate::failures::takes::user_plays(super::ROWS, stringify!($name));
            })+
        }

        mod needs_root {
            $(#[test]
            fn $name() {
                crate::failures::takes::root_plays(super::ROWS, stringify!($name));
            })+
        }
    };
}

/// As `rows!`, for what takes a network namespace or another private world.
macro_rules! root_rows {
    ($($name:ident = $row:expr),+ $(,)?) => {
        pub const ROWS: &[(&str, crate::failures::row::Row)] =
            &[$((stringify!($name), $row)),+];

        mod needs_root {
            $(#[test]
            fn $name() {
                crate::failures::takes::root_plays(super::ROWS, stringify!($name));
            })+
        }
    };
}

mod auth;
mod bodies;
mod certificates;
mod connection;
mod duo_conf;
mod http;
mod json;
mod limits;
mod local;
mod odd;
mod polls;
mod preauth;
mod private;
mod proxy;
mod retries;
mod statuses;
mod tls;
mod tls_hello;

use super::row::Row;

/// The groups, in the order of the documentation.
pub const GROUPS: &[(&str, &[(&str, Row)])] = &[
    ("Reaching the service", connection::ROWS),
    ("Reaching the service: routes and names", private::ROWS),
    ("Through a proxy", proxy::ROWS),
    ("Certificates", certificates::ROWS),
    ("TLS: what a server chooses or says first", tls_hello::ROWS),
    ("TLS: what a server says later", tls::ROWS),
    ("Answers to preauth", preauth::ROWS),
    ("Answers to preauth: HTTP statuses", statuses::ROWS),
    ("Answers to preauth: bodies", bodies::ROWS),
    ("Answers to preauth: HTTP that means harm", http::ROWS),
    ("Answers that mean harm", json::ROWS),
    ("Told to try again", retries::ROWS),
    ("After the factor was chosen: auth", auth::ROWS),
    ("After the factor was chosen: the wait", polls::ROWS),
    ("Odd answers that are understood", odd::ROWS),
    ("This machine", local::ROWS),
    ("This machine: pam_duo.conf", duo_conf::ROWS),
    ("This machine: limits", limits::ROWS),
];
