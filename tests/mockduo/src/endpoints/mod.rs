//! The calls of the Auth API.

mod auth;
mod enroll;
mod factor;
mod logo;
mod menu;
mod preauth;
mod who;

use serde_json::{Value, json};

use crate::clock::Millis;
use crate::error::ApiError;
use crate::params::Params;
use crate::state::State;

pub use menu::is_factor_name;

/// Every call there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Ping,
    Check,
    Logo,
    Enroll,
    EnrollStatus,
    Preauth,
    Auth,
    AuthStatus,
}

/// What a call comes to.
#[derive(Debug)]
pub enum Outcome {
    Json(Value),
    Png(&'static [u8]),
    /// Wait for the end of this transaction and tell it.
    Sync(String),
    /// Wait for the next change of this transaction and tell it.
    Poll(String),
}

impl Endpoint {
    const ALL: [Self; 8] = [
        Self::Ping,
        Self::Check,
        Self::Logo,
        Self::Enroll,
        Self::EnrollStatus,
        Self::Preauth,
        Self::Auth,
        Self::AuthStatus,
    ];

    pub const NAMES: [&'static str; 8] =
        ["ping", "check", "logo", "enroll", "enroll_status", "preauth", "auth", "auth_status"];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name)
    }

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// # Errors
    /// 40401 for a path that is no call, 40501 for the wrong method.
    pub fn find(method: &str, path: &str) -> Result<Self, ApiError> {
        let name = path.strip_prefix("/auth/v2/").ok_or_else(ApiError::not_found)?;
        let endpoint = Self::named(name).ok_or_else(ApiError::not_found)?;
        if method == endpoint.method() { Ok(endpoint) } else { Err(ApiError::wrong_method()) }
    }

    fn method(self) -> &'static str {
        match self {
            Self::Enroll | Self::EnrollStatus | Self::Preauth | Self::Auth => "POST",
            Self::Ping | Self::Check | Self::Logo | Self::AuthStatus => "GET",
        }
    }

    /// Carries out a call that was admitted. `host` is what the client calls the service.
    pub fn run(
        self,
        state: &mut State,
        now: Millis,
        params: &Params,
        host: &str,
    ) -> Result<Outcome, ApiError> {
        match self {
            Self::Ping | Self::Check => Ok(Outcome::Json(json!({"time": now / 1000}))),
            Self::Logo => Ok(Outcome::Png(logo::png())),
            Self::Enroll => enroll::enroll(state, now, params, host).map(Outcome::Json),
            Self::EnrollStatus => enroll::status(state, now, params).map(Outcome::Json),
            Self::Preauth => preauth::preauth(state, now, params).map(Outcome::Json),
            Self::Auth => auth::auth(state, now, params),
            Self::AuthStatus => {
                let txid = params.need("txid")?;
                let known = state.tx(txid).map(|tx| Outcome::Poll(tx.id.clone()));
                known.ok_or_else(|| ApiError::invalid("txid"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
