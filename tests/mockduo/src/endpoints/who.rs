//! Which user a call is about.

use crate::error::ApiError;
use crate::params::Params;
use crate::state::{State, User};

/// Exactly one of `username` and `user_id`; `None` for a name that nobody has.
///
/// # Errors
/// 40001 when neither is there, 40002 when both are or the id is nobody's.
pub fn find<'a>(state: &'a mut State, params: &Params) -> Result<Option<&'a mut User>, ApiError> {
    match (params.get("username"), params.get("user_id")) {
        (Some(_), Some(_)) => Err(ApiError::invalid("user_id")),
        (None, None) => Err(ApiError::missing("username")),
        (Some(name), None) => Ok(state.user_named(name)),
        (None, Some(id)) => {
            state.user_with_id(id).map(Some).ok_or_else(|| ApiError::invalid("user_id"))
        }
    }
}
