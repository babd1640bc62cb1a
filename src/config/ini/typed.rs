//! A word of `pam_duo.conf` becomes what its option wants, or the reason why it cannot.

use std::path::Path;

use crate::config::diagnostic::clean;
use crate::config::draft::Draft;
use crate::config::option::{Ini, Kind, Opt, Wrong};
use crate::config::options;
use crate::config::toml::{Files, Refused, refuse_file};
use crate::config::value::{refuse_stray, wrong};
use crate::core::paste::is_quoted;

/// Every default of an INI file, nothing else.
#[must_use]
pub fn defaults() -> Draft {
    let mut draft = Draft::with_defaults();
    for (option, ini) in options::ini_rows() {
        let kind = kind(option, ini);
        match (kind, ini.default) {
            (Kind::Switch { store, .. }, Some(word)) => {
                store(&mut draft, switch(word) == Some(true));
            }
            (Kind::Choice(choices), Some(word)) => {
                if let Some(choice) = choices.iter().find(|choice| choice.word == word) {
                    (choice.store)(&mut draft);
                }
            }
            _ => {}
        }
    }
    draft.remarks.clear();
    draft
}

/// What the option's value is in an INI file.
#[must_use]
pub fn kind(option: &'static Opt, ini: &'static Ini) -> &'static Kind {
    ini.kind.as_ref().unwrap_or(&option.kind)
}

/// `yes true on 1`, `no false off 0`; capitals do not count.
#[must_use]
pub fn switch(text: &str) -> Option<bool> {
    let is = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is(["yes", "true", "on", "1"]), is(["no", "false", "off", "0"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// What values are allowed, in words that follow "is".
#[must_use]
pub fn shape(kind: &Kind) -> String {
    match kind {
        Kind::Switch { .. } => "yes or no".into(),
        // The words of TOML, which has quotes.
        _ => {
            kind.shape().replace(", in quotes", "").replace(", without quotes", "").replace('"', "")
        }
    }
}

/// The default, or an example where there is none, as an INI file has it.
#[must_use]
pub fn word(kind: &Kind, ini: &Ini) -> String {
    match (ini.default, kind) {
        (Some(word), _) => word.into(),
        (None, Kind::Switch { default, .. }) => if *default { "yes" } else { "no" }.into(),
        (None, _) => kind.literal().trim_matches('"').into(),
    }
}

/// Stores the value where the option's row says. What the admin should know of it is left in the
/// draft's remarks.
pub fn store(
    option: &'static Opt,
    ini: &'static Ini,
    text: &str,
    draft: &mut Draft,
    files: &dyn Files,
) -> Result<(), Refused> {
    let kind = kind(option, ini);
    let name = ini.name();
    if is_quoted(text) {
        return Ok(wrong(format!("an INI file takes no quotes; write {name} = … without them"))?);
    }
    refuse_stray(name, text)?;
    match kind {
        Kind::Text { .. } | Kind::OptionalText { .. } | Kind::Choice(_) => {
            let judged = kind.store_word(ini.name(), || shape(kind), text, draft);
            Ok(judged.ok_or_else(|| refuse(kind, ini, text))??)
        }
        Kind::Switch { store, .. } => {
            store(draft, switch(text).ok_or_else(|| refuse(kind, ini, text))?);
            Ok(())
        }
        Kind::Number { min, max, store, .. } => {
            let number = whole(text).ok_or_else(|| refuse(kind, ini, text))?;
            let taken = nearest(number, *min, *max, ini.none);
            if number != i64::from(taken) {
                let shape = shape(kind);
                draft.remarks.push(format!("it is {shape}; {taken} is taken for what is written"));
            }
            store(draft, taken);
            Ok(())
        }
        Kind::PublicFile { store, .. } if text.starts_with('/') => {
            let path = Path::new(text);
            files.public(path).map_err(|error| refuse_file(ini.name(), &error))?;
            store(draft, path.to_owned());
            Ok(())
        }
        // The rows with the last three kinds are TOML's alone, which a test makes sure of.
        Kind::PublicFile { .. }
        | Kind::List { .. }
        | Kind::PrivateFile { .. }
        | Kind::LinesFile { .. } => Err(refuse(kind, ini, text)),
    }
}

/// The number in the range that counts for this one; `none` for 0 and less, where that is one.
fn nearest(number: i64, min: u32, max: u32, none: Option<u32>) -> u32 {
    match (u32::try_from(number.max(0)).unwrap_or(u32::MAX), none) {
        (0, Some(none)) => none,
        (number, _) => number.clamp(min, max),
    }
}

/// Digits, a sign before them; what is too large for a machine word is as large as one.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(limit))
}

fn refuse(kind: &Kind, ini: &Ini, text: &str) -> Refused {
    let name = ini.name();
    let hint = if text.contains(" #") || text.contains("\t#") {
        "; # begins a comment only in front of a line, ; also behind white space"
    } else {
        ""
    };
    let shape = shape(kind);
    let example = clean(&word(kind, ini));
    Wrong(format!("`{name}` is {shape}; write for example {name} = {example}{hint}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Autopush, Failmode, Pushinfo};

    #[test]
    fn each_row_can_store_what_it_says_is_its_default_or_an_example() {
        for (option, ini) in options::ini_rows() {
            let kind = kind(option, ini);
            let allowed = match (kind, ini.default) {
                (Kind::Switch { .. }, Some(word)) => switch(word).is_some(),
                (Kind::Choice(choices), Some(word)) => choices.iter().any(|c| c.word == word),
                (Kind::List { .. } | Kind::PrivateFile { .. } | Kind::LinesFile { .. }, _)
                | (_, Some(_)) => false,
                (_, None) => true,
            };
            assert!(allowed, "{}", ini.name());
        }
        let draft = defaults();
        assert_eq!(draft.failmode, Some(Failmode::Safe));
        assert_eq!(draft.autopush, Some(Autopush::Off));
        assert_eq!((draft.pushinfo, draft.prompts), (Some(Pushinfo::AllButTheCommand), Some(3)));
        assert!(draft.remarks.is_empty(), "{:?}", draft.remarks);
    }

    #[test]
    fn whole_numbers_are_told_from_other_text() {
        for (text, number) in [
            ("3", Some(3)),
            ("+03", Some(3)),
            ("-1", Some(-1)),
            ("99999999999999999999", Some(i64::MAX)),
            ("-99999999999999999999", Some(i64::MIN)),
            ("", None),
            ("-", None),
            ("+-1", None),
            ("2.5", None),
            ("0x3", None),
            ("3 rounds", None),
            ("\u{663}", None),
        ] {
            assert_eq!(whole(text), number, "{text:?}");
        }
    }

    #[test]
    fn the_eight_words_of_a_switch_are_read_whatever_their_case() {
        for word in ["yes", "true", "on", "1", "YES", "True", "oN"] {
            assert_eq!(switch(word), Some(true), "{word}");
        }
        for word in ["no", "false", "off", "0", "No", "FALSE"] {
            assert_eq!(switch(word), Some(false), "{word}");
        }
        for word in ["", "y", "enable", "2", "yes no", "ja", "01"] {
            assert_eq!(switch(word), None, "{word}");
        }
    }
}
