//! A TOML value becomes what its option wants, or the reason why it cannot.

use std::path::Path;

use ::toml::de::{DeInteger, DeValue};

use super::Files;
use crate::config::diagnostic::clean;
use crate::config::draft::Draft;
use crate::config::open::OpenError;
use crate::config::option::{Kind, Opt, Wrong};
use crate::config::value::{refuse_stray, wrong};
use crate::core::failure::Local;
use crate::core::username::LineWrong;

/// The largest file that holds a secret, in bytes.
const LARGEST_SECRET: usize = 4096;

/// The largest file of lines, in bytes.
const LARGEST_LINES: usize = 1 << 20;
/// Mistakes of such a file that are shown; the rest are counted.
const LINES_SHOWN: usize = 10;

/// Why a value was not stored.
pub struct Refused {
    pub text: String,
    /// This machine failed; the value may be right.
    pub machine: Option<Local>,
}

impl From<Wrong> for Refused {
    fn from(Wrong(text): Wrong) -> Self {
        Self { text, machine: None }
    }
}

/// Stores the value where the option's row says.
pub fn store(
    option: &Opt,
    value: &DeValue<'_>,
    draft: &mut Draft,
    files: &dyn Files,
) -> Result<(), Refused> {
    for text in std::iter::once(value)
        .chain(value.as_array().into_iter().flatten().map(toml::Spanned::get_ref))
        .filter_map(DeValue::as_str)
    {
        refuse_stray(option.name, text)?;
    }
    match (&option.kind, value) {
        (
            Kind::Text { .. } | Kind::OptionalText { .. } | Kind::Choice(_),
            DeValue::String(text),
        ) => {
            let shape = || option.kind.shape();
            let judged = option.kind.store_word(option.name, shape, text, draft);
            Ok(judged.ok_or_else(|| not_in_range(option))??)
        }
        (Kind::List { store, .. }, DeValue::Array(values)) => {
            let texts: Option<Vec<&str>> =
                values.iter().map(|value| value.get_ref().as_str()).collect();
            let texts = texts.filter(|texts| !texts.is_empty());
            let texts = texts.ok_or_else(|| not_in_range(option))?;
            store(draft, &texts)
                .map_err(|Wrong(why)| Wrong(format!("`{}`: {why}", option.name)).into())
        }
        (Kind::Switch { store, .. }, DeValue::Boolean(on)) => {
            store(draft, *on);
            Ok(())
        }
        (Kind::Number { min, max, store, .. }, DeValue::Integer(number)) => match whole(number) {
            Some(number) if (*min..=*max).contains(&number) => {
                store(draft, number);
                Ok(())
            }
            _ => Err(not_in_range(option)),
        },
        (
            Kind::PrivateFile { .. } | Kind::LinesFile { .. } | Kind::PublicFile { .. },
            DeValue::String(text),
        ) => file(option, text, draft, files),
        _ => Err(wrong_type(option, value)),
    }
}

/// The same for the path of a file.
fn file(option: &Opt, text: &str, draft: &mut Draft, files: &dyn Files) -> Result<(), Refused> {
    let path = path(option, text)?;
    let unread = |error| refuse_file(option.name, &error);
    match &option.kind {
        Kind::PrivateFile { store, .. } => {
            let content = files.private(path, LARGEST_SECRET).map_err(unread)?;
            store(draft, &content).map_err(|Wrong(why)| {
                Wrong(format!("`{}`: {}: {why}", option.name, clean(text))).into()
            })
        }
        Kind::LinesFile { store, .. } => {
            let content = files.private(path, LARGEST_LINES).map_err(unread)?;
            Ok(lines(option, text, &content, |text| store(draft, text))?)
        }
        Kind::PublicFile { store, .. } => {
            files.public(path).map_err(unread)?;
            store(draft, path.to_owned());
            Ok(())
        }
        _ => Err(not_in_range(option)),
    }
}

/// Reads a file of lines; each mistake in it as `path:line: …`, on one line for the log.
fn lines(
    option: &Opt,
    path: &str,
    content: &[u8],
    store: impl FnOnce(&str) -> Result<(), Vec<LineWrong>>,
) -> Result<(), Wrong> {
    let path = clean(path);
    let Ok(text) = std::str::from_utf8(content) else {
        let name = option.name;
        return wrong(format!("`{name}`: {path} is no text in UTF-8; save it as such"));
    };
    store(text).map_err(|wrong| {
        let mut said: Vec<String> =
            wrong.iter().take(LINES_SHOWN).map(|wrong| format!("{path}:{wrong}")).collect();
        if wrong.len() > LINES_SHOWN {
            said.push(format!("and {} more", wrong.len() - LINES_SHOWN));
        }
        Wrong(format!("`{}`: {}", option.name, said.join("; ")))
    })
}

fn whole(number: &DeInteger<'_>) -> Option<u32> {
    u32::from_str_radix(number.as_str(), number.radix()).ok()
}

fn path<'a>(option: &Opt, text: &'a str) -> Result<&'a Path, Wrong> {
    if text.starts_with('/') {
        return Ok(Path::new(text));
    }
    Err(Wrong(format!(
        "`{}` is an absolute path; write it from the first slash on, as in {}",
        option.name,
        option.example()
    )))
}

/// Why a file that an option names was not opened.
pub fn refuse_file(option: &str, error: &OpenError) -> Refused {
    Refused { text: format!("`{option}`: {error}"), machine: error.machine() }
}

fn not_in_range(option: &Opt) -> Refused {
    refuse(option, "")
}

fn refuse(option: &Opt, not: &str) -> Refused {
    let (name, shape, example) = (option.name, option.kind.shape(), option.example());
    Wrong(format!("`{name}` is {shape}{not}; write for example {example}")).into()
}

fn wrong_type(option: &Opt, value: &DeValue<'_>) -> Refused {
    let found = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    refuse(option, &format!(", not {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::options;

    #[test]
    fn of_a_broken_file_of_lines_the_first_ten_mistakes_are_told() {
        let Some(option) = options::find("username_map") else { panic!("no such option") };
        let told = |count: usize| {
            let wrong = (1..=count).map(|line| LineWrong { line, why: "odd".into() }).collect();
            let Err(Wrong(said)) = lines(option, "/map", b"", |_| Err(wrong)) else {
                panic!("{count} mistakes are none");
            };
            (
                said.matches("/map:").count(),
                said.split_once("; and ").map(|(_, more)| more.to_owned()),
            )
        };
        assert_eq!(told(1), (1, None));
        assert_eq!(told(10), (10, None));
        assert_eq!(told(11), (10, Some("1 more".to_owned())));
        assert_eq!(told(30), (10, Some("20 more".to_owned())));
    }
}
