//! Replies that are whole, but not what the reference promises.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::net::Reply;
use crate::scenario::Twist;

/// Rewrites the body; the status stays.
pub fn apply(kind: Twist, reply: &mut Reply) {
    match kind {
        Twist::BadJson => reply.body.truncate(reply.body.len() * 2 / 3),
        Twist::Html => {
            reply.set_header("Content-Type", "text/html");
            reply.body =
                b"<!doctype html><title>Welcome</title><p>Please log in to the network.".to_vec();
        }
        Twist::Empty => reply.body.clear(),
        Twist::UnknownResult => edit(reply, |body| {
            put(body, "response.result", json!("perhaps"));
        }),
        Twist::UnknownStatus => edit(reply, |body| {
            put(body, "response.status", json!("pondering"));
        }),
        Twist::WrongTypes => edit(reply, |body| {
            if let Some(Value::Object(fields)) = body.get_mut("response") {
                fields.values_mut().for_each(|value| *value = other_type(value));
            }
        }),
        Twist::NotObject => edit(reply, |body| *body = json!([body.clone()])),
    }
}

/// The scenario's own changes: dotted paths to set and to remove.
pub fn change(reply: &mut Reply, set: &BTreeMap<String, Value>, remove: &[String]) {
    if set.is_empty() && remove.is_empty() {
        return;
    }
    edit(reply, |body| {
        for (path, value) in set {
            put(body, path, value.clone());
        }
        for path in remove {
            take(body, path);
        }
    });
}

/// Makes a body of about `size` bytes that is still good JSON, with what a client looks for at the end.
pub fn pad(reply: &mut Reply, size: usize) {
    let rest = String::from_utf8_lossy(&reply.body).into_owned();
    let Some(rest) = rest.strip_prefix('{') else {
        return;
    };
    let padding = "x".repeat(size.saturating_sub(rest.len()));
    reply.body = format!("{{\"padding\":\"{padding}\",{rest}").into_bytes();
}

fn edit(reply: &mut Reply, work: impl FnOnce(&mut Value)) {
    // A body that is no JSON has no fields to change.
    let Ok(mut body) = serde_json::from_slice(&reply.body) else {
        return;
    };
    work(&mut body);
    reply.body = body.to_string().into_bytes();
}

fn other_type(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(7),
        Value::Array(_) => json!({"0": "none"}),
        Value::Object(_) => json!([]),
        _ => json!("seven"),
    }
}

fn put(body: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            if let Some(fields) = object(body) {
                fields.insert(path.to_owned(), value);
            }
        }
        Some((first, rest)) => {
            if let Some(fields) = object(body) {
                put(fields.entry(first).or_insert_with(|| json!({})), rest, value);
            }
        }
    }
}

fn take(body: &mut Value, path: &str) {
    match path.rsplit_once('.') {
        None => drop(object(body).and_then(|fields| fields.remove(path))),
        Some((front, last)) => {
            let pointer = format!("/{}", front.replace('.', "/"));
            let parent = body.pointer_mut(&pointer);
            drop(parent.and_then(object).and_then(|fields| fields.remove(last)));
        }
    }
}

fn object(value: &mut Value) -> Option<&mut Map<String, Value>> {
    value.as_object_mut()
}
