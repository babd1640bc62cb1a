//! The same options as an INI file has them.

use std::fmt::Write as _;

/// The names there, where they are not those of TOML.
const NAMES: &[(&str, &str)] = &[("timeout", "https_timeout")];

/// `[duo]` with these options, whose values are TOML.
///
/// # Panics
/// For a value that no INI file can hold: a list, a table.
pub fn render<'a>(options: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::from("[duo]\n");
    for (name, value) in options {
        let other = NAMES.iter().find(|(toml, _)| *toml == name);
        let name = other.map_or(name, |(_, ini)| ini);
        writeln!(text, "{name} = {}", bare(value)).expect("a String takes everything");
    }
    text
}

/// The value without what only TOML wants around it.
fn bare(value: &str) -> String {
    let literal = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    match (value, literal) {
        ("true", _) => "yes".to_owned(),
        ("false", _) => "no".to_owned(),
        (_, Some(text)) => text.to_owned(),
        // A basic string of TOML whose escapes JSON has too, or a number.
        _ => match serde_json::from_str(value) {
            Ok(serde_json::Value::String(text)) => text,
            Ok(serde_json::Value::Number(number)) => number.to_string(),
            _ => panic!("no INI file can hold {value}"),
        },
    }
}
