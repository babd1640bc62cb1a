//! Request parameters: the three ways they arrive, and the one way they are signed.

use serde_json::Value;

use crate::error::ApiError;

/// Decoded name/value pairs in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(pub Vec<(String, String)>);

impl Params {
    /// Decodes a query string or form body. Bytes that are no UTF-8 are replaced: the signature will not match then.
    pub fn from_form(text: &str) -> Self {
        let pairs = text.split('&').filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// Decodes a JSON object of strings; numbers and booleans are taken as their text.
    pub fn from_json(body: &[u8]) -> Result<Self, ApiError> {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            return Err(ApiError::invalid("body"));
        };
        let text = |(name, value): (String, Value)| match value {
            Value::String(text) => Ok((name, text)),
            Value::Number(_) | Value::Bool(_) => Ok((name, value.to_string())),
            _ => Err(ApiError::invalid(&name)),
        };
        object.into_iter().map(text).collect::<Result<_, _>>().map(Self)
    }

    /// The value of `name`; an empty one counts as absent, as with Duo's service.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    pub fn need(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).ok_or_else(|| ApiError::missing(name))
    }

    pub fn is_one(&self, name: &str) -> bool {
        self.get(name) == Some("1")
    }

    /// The canonical text that signature versions sign.
    pub fn canonical(&self) -> String {
        let mut pairs: Vec<_> = self.0.iter().map(|(n, v)| (encode(n), encode(v))).collect();
        pairs.sort();
        pairs.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("&")
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped =
            if byte == b'%' { bytes.get(at + 1..at + 3).and_then(hex_pair) } else { None };
        at += if escaped.is_some() { 3 } else { 1 };
        out.push(escaped.unwrap_or(if byte == b'+' { b' ' } else { byte }));
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |b: u8| char::from(b).to_digit(16);
    u8::try_from(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?).ok()
}

/// Percent-encodes all but `A-Z a-z 0-9 _ . ~ -`, in upper-case hexadecimal.
pub fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"_.~-".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_decode_plus_percent_and_broken_escapes() {
        let params = Params::from_form("a=b+c&d=%C5%82&e=100%&f=%zz&g&&h=x=y");
        let want = [("a", "b c"), ("d", "ł"), ("e", "100%"), ("f", "%zz"), ("g", ""), ("h", "x=y")];
        let got: Vec<_> = params.0.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        assert_eq!(
            Params::from_form("username=").need("username"),
            Err(ApiError::missing("username"))
        );
    }

    #[test]
    fn json_bodies_hold_strings_and_nothing_nested() {
        let params = Params::from_json(br#"{"async":1,"user":"demo","flag":true}"#).unwrap();
        assert!(params.is_one("async"));
        assert_eq!(params.get("flag"), Some("true"));
        assert_eq!(Params::from_json(br#"{"a":["b"]}"#), Err(ApiError::invalid("a")));
        assert_eq!(Params::from_json(b"[1]"), Err(ApiError::invalid("body")));
    }
}
