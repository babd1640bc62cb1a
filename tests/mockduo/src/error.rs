//! The error codes of the Auth API, each with its HTTP status and wording.

use std::fmt;

use serde_json::{Value, json};

/// A `stat: FAIL` reply in the making. The HTTP status is the first three digits of `code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    pub code: u32,
    pub message: &'static str,
    pub detail: Option<String>,
    /// Seconds for a `Retry-After` header (42901 only).
    pub retry_after: Option<u64>,
}

impl ApiError {
    const fn plain(code: u32, message: &'static str) -> Self {
        Self { code, message, detail: None, retry_after: None }
    }

    fn naming(code: u32, message: &'static str, parameter: &str) -> Self {
        Self { detail: Some(parameter.to_owned()), ..Self::plain(code, message) }
    }

    pub fn missing(parameter: &str) -> Self {
        Self::naming(40001, "Missing required request parameters", parameter)
    }

    pub fn invalid(parameter: &str) -> Self {
        Self::naming(40002, "Invalid request parameters", parameter)
    }

    pub fn no_credentials() -> Self {
        Self::plain(40101, "Missing request credentials")
    }

    pub fn unknown_ikey() -> Self {
        Self::plain(40102, "Invalid integration key in request credentials")
    }

    pub fn bad_signature() -> Self {
        Self::plain(40103, "Invalid signature in request credentials")
    }

    pub fn no_timestamp() -> Self {
        Self::plain(40104, "Missing request timestamp")
    }

    pub fn bad_timestamp() -> Self {
        Self::plain(40105, "Bad request timestamp")
    }

    pub fn bad_content_type() -> Self {
        Self::plain(40106, "Invalid request content type")
    }

    pub fn forbidden() -> Self {
        Self::plain(40301, "Access forbidden")
    }

    pub fn not_found() -> Self {
        Self::plain(40401, "Resource not found")
    }

    pub fn wrong_method() -> Self {
        Self::plain(40501, "Method not allowed")
    }

    pub fn too_large() -> Self {
        Self::plain(41301, "Request entity too large")
    }

    /// `after`: seconds until another call may pass.
    pub fn too_many(after: u64) -> Self {
        Self { retry_after: Some(after), ..Self::plain(42901, "Too Many Requests") }
    }

    /// The wording of any code, for scenarios that name only the number.
    pub fn from_code(code: u32) -> Self {
        let known = [
            Self::no_credentials(),
            Self::unknown_ikey(),
            Self::bad_signature(),
            Self::no_timestamp(),
            Self::bad_timestamp(),
            Self::bad_content_type(),
            Self::forbidden(),
            Self::not_found(),
            Self::wrong_method(),
            Self::plain(40001, "Missing required request parameters"),
            Self::plain(40002, "Invalid request parameters"),
            Self::plain(42901, "Too Many Requests"),
        ];
        let fallback = Self::plain(code, "Internal Server Error");
        known.into_iter().find(|e| e.code == code).unwrap_or(fallback)
    }

    pub fn status(&self) -> u16 {
        u16::try_from(self.code / 100).unwrap_or(500)
    }

    pub fn to_json(&self) -> Value {
        let mut body = json!({"stat": "FAIL", "code": self.code, "message": self.message});
        if let Some(detail) = &self.detail {
            body["message_detail"] = json!(detail);
        }
        body
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_http_status_is_the_first_three_digits_of_the_code() {
        assert_eq!(ApiError::missing("username").status(), 400);
        assert_eq!(ApiError::bad_signature().status(), 401);
        assert_eq!(ApiError::too_many(3).status(), 429);
    }

    #[test]
    fn a_parameter_error_names_the_parameter() {
        let body = ApiError::invalid("device").to_json();
        assert_eq!(body["message_detail"], "device");
        assert!(ApiError::bad_signature().to_json().get("message_detail").is_none());
    }
}
