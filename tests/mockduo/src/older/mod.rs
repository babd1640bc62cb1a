//! The API before `/auth/v2`, as `pam_duo` 1.x speaks it: three calls below `/rest/v1/`, whose replies are BSON.
//!
//! Nothing is decided here: requests become those of the later API, and its replies the earlier ones.

mod bson;

use serde_json::{Map, Value, json};

use crate::endpoints::Endpoint;
use crate::error::ApiError;
use crate::net::Reply;
use crate::params::Params;

const FOLDER: &str = "/rest/v1/";
/// Names that changed.
const RENAMED: [(&str, &str); 2] = [("user", "username"), ("auto", "prompt")];

/// Whether a request is one of this API: its signature is of version 1, without a date.
pub fn speaks(path: &str) -> bool {
    path.starts_with(FOLDER)
}

/// The later API's call of the same use.
///
/// # Errors
/// 40401 for a path that is no call, 40501 for the wrong method.
pub fn find(method: &str, path: &str) -> Result<Endpoint, ApiError> {
    let name = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".bson"));
    let later = match name.ok_or_else(ApiError::not_found)? {
        "preauth" => "preauth",
        "auth" => "auth",
        "status" => "auth_status",
        _ => return Err(ApiError::not_found()),
    };
    Endpoint::find(method, &format!("/auth/v2/{later}"))
}

/// A request's parameters, as the later API names them. Whatever is chosen or typed comes as `factor=auto`.
pub fn params(older: Params) -> Params {
    let later = |(name, value): (String, String)| match name.as_str() {
        "factor" if value == "auto" => (name, "prompt".to_owned()),
        _ => {
            let renamed = RENAMED.iter().find(|(old, _)| *old == name);
            (renamed.map_or(name, |(_, new)| (*new).to_owned()), value)
        }
    };
    let always = ("text_prompt".to_owned(), "1".to_owned());
    Params(older.0.into_iter().map(later).chain([always]).collect())
}

/// A reply in this API's words and encoding.
pub fn reply(mut later: Reply) -> Reply {
    if let Ok(Value::Object(mut body)) = serde_json::from_slice(&later.body) {
        if let Some(Value::Object(response)) = body.remove("response") {
            body.insert("response".to_owned(), Value::Object(reworded(response)));
        }
        later.body = bson::document(&body);
        later.set_header("Content-Type", "application/bson");
    }
    later
}

/// `status` is what is shown, there is a `result` once there is one, and the menu has no object of its own.
fn reworded(mut later: Map<String, Value>) -> Map<String, Value> {
    let mut older = Map::new();
    let mut keep = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            older.insert(name.to_owned(), value);
        }
    };
    let menu = later.remove("prompt").unwrap_or_default();
    let result = later.remove("result").filter(|result| *result != json!("waiting"));
    let text = menu.get("text").cloned();
    if result == Some(json!("auth")) {
        keep("prompt", text);
        keep("factors", menu.get("factors").cloned());
    } else {
        // The address to enrol at stands in what a menu would say.
        keep("status", text.or_else(|| later.remove("status_msg")));
    }
    keep("result", result);
    keep("txid", later.remove("txid"));
    older
}

#[cfg(test)]
mod tests;
