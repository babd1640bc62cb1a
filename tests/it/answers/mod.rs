//! Everything that a person can answer, the same cases against each form in which a service offers
//! its factors.
//!
//! `case` says what a case is and `play` plays it; `factors`, `rounds`, `codes` and `verified` are the
//! table. `reading` is about what a person has to read first, `addresses` about where a login comes
//! from.

/// A table of cases (`name = case`); each is a test for each form of the service.
macro_rules! cases {
    ($($name:ident = $case:expr),+ $(,)?) => {
        const CASES: &[(&str, crate::answers::case::Case)] = &[$((stringify!($name), $case)),+];

        mod user {
            mod devices {
                $(#[test]
                fn $name() {
                    use crate::answers::case::Form::Devices;
                    crate::answers::play::plays(super::super::CASES, stringify!($name), Devices);
                })+
            }

            mod prompt {
                $(#[test]
                fn $name() {
                    use crate::answers::case::Form::Prompt;
                    crate::answers::play::plays(super::super::CASES, stringify!($name), Prompt);
                })+
            }

            mod both {
                $(#[test]
                fn $name() {
                    use crate::answers::case::Form::Both;
                    crate::answers::play::plays(super::super::CASES, stringify!($name), Both);
                })+
            }
        }
    };
}

mod addresses;
mod case;
mod codes;
mod factors;
mod play;
mod reading;
mod rounds;
mod verified;
