//! JSON values as BSON (bsonspec.org, version 1.1).

use serde_json::{Map, Value};

/// A document. Keys are the service's own, and have no NUL in them.
pub fn document(fields: &Map<String, Value>) -> Vec<u8> {
    framed(fields.iter().map(|(name, value)| element(name, value)))
}

fn framed(elements: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let inside: Vec<u8> = elements.flatten().collect();
    // Its own length and the NUL at its end count, too.
    [&length(inside.len() + 5), &inside[..], &[0]].concat()
}

fn element(name: &str, value: &Value) -> Vec<u8> {
    let (kind, bytes) = encoded(value);
    [&[kind], name.as_bytes(), &[0], &bytes].concat()
}

/// The type of an element, and its value.
fn encoded(value: &Value) -> (u8, Vec<u8>) {
    match value {
        Value::Null => (0x0a, Vec::new()),
        Value::Bool(truth) => (0x08, vec![u8::from(*truth)]),
        Value::String(text) => (0x02, [&length(text.len() + 1), text.as_bytes(), &[0]].concat()),
        Value::Object(fields) => (0x03, document(fields)),
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            (0x04, framed(numbered.map(|(index, item)| element(&index.to_string(), item))))
        }
        Value::Number(number) => match number.as_i64().map(i32::try_from) {
            Some(Ok(small)) => (0x10, small.to_le_bytes().to_vec()),
            Some(Err(_)) => (0x12, number.as_i64().unwrap_or_default().to_le_bytes().to_vec()),
            None => (0x01, number.as_f64().unwrap_or(f64::NAN).to_le_bytes().to_vec()),
        },
    }
}

/// No reply is anywhere near 2 GiB.
fn length(bytes: usize) -> [u8; 4] {
    i32::try_from(bytes).unwrap_or(i32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn encode(value: &Value) -> Vec<u8> {
        document(value.as_object().unwrap())
    }

    /// The first two are the examples of bsonspec.org.
    #[test]
    fn documents_are_those_of_the_specification() {
        assert_eq!(encode(&json!({"hello": "world"})), b"\x16\0\0\0\x02hello\0\x06\0\0\0world\0\0");
        assert_eq!(
            encode(&json!({"BSON": ["awesome", 5.05, 1986]})),
            b"\x31\0\0\0\x04BSON\0\x26\0\0\0\x020\0\x08\0\0\0awesome\0\
              \x011\0\x33\x33\x33\x33\x33\x33\x14\x40\x102\0\xc2\x07\0\0\0\0"
        );
        assert_eq!(encode(&json!({})), b"\x05\0\0\0\0");
        assert_eq!(
            encode(&json!({"a": true, "b": null, "c": {}, "d": 1_i64 << 32})),
            b"\x1f\0\0\0\x08a\0\x01\x0ab\0\x03c\0\x05\0\0\0\0\x12d\0\0\0\0\0\x01\0\0\0\0"
        );
    }

    #[test]
    fn a_text_is_as_long_as_its_bytes() {
        assert_eq!(encode(&json!({"a": "ł"})), b"\x0f\0\0\0\x02a\0\x03\0\0\0\xc5\x82\0\0");
    }
}
