//! Under which name the service knows a user.
//!
//! Only a domain or realm that is listed is ever taken away: `alice@a.example` and `alice@b.example`
//! are two people, and must not end up with one phone.

use std::collections::BTreeMap;
use std::fmt;

use super::paste;

/// How an account's name becomes the name that the service is asked about. The default changes
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Taken away where the name has it.
    pub strip: Vec<Affix>,
    /// Added where the name has no domain and no realm.
    pub append: Option<Affix>,
    pub lowercase: bool,
    /// Who is in it gets the name there, and no other rule.
    pub map: UserMap,
}

/// What may stand around a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affix {
    /// `CORP\`, kept without the backslash.
    Domain(String),
    /// `@example.com`, kept without the `@`.
    Realm(String),
}

/// Where in the GECOS field the name stands (`pam_duo.conf` only).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gecos {
    delimiter: char,
    /// From 1; `None`: the whole field is the name.
    position: Option<usize>,
}

/// Account to name at the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserMap(BTreeMap<String, String>);

/// What is wrong with a line of a map file. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineWrong {
    pub line: usize,
    pub why: String,
}

impl Rules {
    /// The name at the service; `None` when the rules leave nothing of it.
    #[must_use]
    pub fn apply(&self, account: &str) -> Option<String> {
        if let Some(mapped) = self.map.0.get(account) {
            return Some(mapped.clone());
        }
        let mut name = account;
        // At most one domain and one realm: what stands inside of them belongs to the name.
        for of_domain in [true, false] {
            let affixes = self.strip.iter().filter(|affix| affix.is_domain() == of_domain);
            name = affixes.into_iter().find_map(|affix| affix.strip(name)).unwrap_or(name);
        }
        if name.trim().is_empty() {
            return None;
        }
        let whole = match &self.append {
            Some(affix) if !name.contains(['\\', '@']) => affix.around(name),
            _ => name.to_owned(),
        };
        Some(if self.lowercase { small(&whole) } else { whole })
    }
}

/// In small letters. The Kelvin sign and the dotted capital I have small letters in ASCII: with
/// those, the name would be somebody else's.
fn small(name: &str) -> String {
    if name.contains(['\u{212a}', '\u{130}']) {
        return name.to_ascii_lowercase();
    }
    name.to_lowercase()
}

impl Affix {
    /// Reads `DOMAIN\` or `@realm`.
    ///
    /// # Errors
    /// What is wrong, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (affix, name) = match (text.strip_prefix('@'), text.strip_suffix('\\')) {
            (Some(realm), _) => (Self::Realm(realm.to_owned()), realm),
            (None, Some(domain)) => (Self::Domain(domain.to_owned()), domain),
            (None, None) => {
                return Err("a domain ends in a backslash and a realm begins with an @; write \
                     'DOMAIN\\' in single quotes, or \"@realm\""
                    .to_owned());
            }
        };
        let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '\\');
        if name.is_empty() || name.contains(strange) {
            return Err("a domain or realm is one word; write 'DOMAIN\\' in single quotes, or \
                 \"@realm\""
                .to_owned());
        }
        Ok(affix)
    }

    fn is_domain(&self) -> bool {
        matches!(self, Self::Domain(_))
    }

    /// The name without it; `None` where the name does not have it. ASCII case does not count, and
    /// nothing else is alike: the Kelvin sign is no K.
    fn strip<'a>(&self, name: &'a str) -> Option<&'a str> {
        match self {
            Self::Domain(domain) => {
                let (found, rest) = name.split_once('\\')?;
                found.eq_ignore_ascii_case(domain).then_some(rest)
            }
            Self::Realm(realm) => {
                let (rest, found) = name.rsplit_once('@')?;
                found.eq_ignore_ascii_case(realm).then_some(rest)
            }
        }
    }

    fn around(&self, name: &str) -> String {
        match self {
            Self::Domain(domain) => format!("{domain}\\{name}"),
            Self::Realm(realm) => format!("{name}@{realm}"),
        }
    }
}

impl Gecos {
    /// The whole field is the name.
    #[must_use]
    pub fn whole() -> Self {
        Self { delimiter: ',', position: None }
    }

    /// One part of the field is the name; parts count from 1.
    ///
    /// # Errors
    /// What is wrong, and what to write instead: a delimiter is one ASCII character other than the
    /// colon (which ends the field in `passwd(5)`), a position is not 0.
    pub fn part(delimiter: &str, position: usize) -> Result<Self, String> {
        let mut chars = delimiter.chars();
        let one = chars.next().filter(|c| c.is_ascii() && !c.is_control() && *c != ':');
        let (Some(delimiter), None) = (one, chars.next()) else {
            return Err(
                "the delimiter is one ASCII character, and not a colon; write for example , \
                 or ;"
                    .to_owned(),
            );
        };
        if position == 0 {
            return Err("positions in the GECOS field count from 1".to_owned());
        }
        Ok(Self { delimiter, position: Some(position) })
    }

    /// The name in this field; `None` where there is none.
    #[must_use]
    pub fn name(&self, field: &str) -> Option<String> {
        let part = match self.position {
            None => field,
            Some(position) => field.split(self.delimiter).nth(position.checked_sub(1)?)?,
        };
        Some(part.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

impl UserMap {
    /// Reads lines `account = name`; empty lines and those that begin with `#` say nothing.
    ///
    /// # Errors
    /// Every line that is wrong.
    pub fn parse(text: &str) -> Result<Self, Vec<LineWrong>> {
        let mut map = BTreeMap::new();
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut wrong = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            match entry(line) {
                Ok(None) => {}
                Ok(Some((account, name))) => match first.insert(account, number) {
                    None => {
                        map.insert(account.to_owned(), name.to_owned());
                    }
                    Some(before) => {
                        first.insert(account, before);
                        let why = format!("this account stands on line {before} already");
                        wrong.push(LineWrong { line: number, why });
                    }
                },
                Err(why) => wrong.push(LineWrong { line: number, why }),
            }
        }
        if wrong.is_empty() { Ok(Self(map)) } else { Err(wrong) }
    }
}

/// Reads one line: an account and its name, or nothing.
fn entry(line: &str) -> Result<Option<(&str, &str)>, String> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    if let Some(what) = paste::stray(line) {
        return Err(format!("{what} stands here; delete it"));
    }
    let (account, name) = line.split_once('=').ok_or("no = stands here; write ACCOUNT = NAME")?;
    let (account, name) = (account.trim_ascii(), name.trim_ascii());
    plain(account)?;
    plain(name)?;
    Ok(Some((account, name)))
}

/// Refuses what is no plain name. Spaces, `\`, `@`, `+` and a `#` inside of a word stand in real ones.
fn plain(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("one side of the = is empty; write ACCOUNT = NAME".to_owned());
    }
    if name.split_ascii_whitespace().any(|word| word.starts_with(['#', ';'])) {
        return Err("a comment follows the name; write it on a line of its own".to_owned());
    }
    if let Some(what) = paste::stray(name) {
        return Err(format!("{what} stands in a name; delete it"));
    }
    let odd = |c: char| c.is_control() || "\"=,;:<>*?".contains(c);
    match name.chars().find(|c| odd(*c)).or_else(|| name.chars().last().filter(|c| *c == '/')) {
        None => Ok(()),
        Some(c) if c.is_control() => Err("a control character stands in a name; delete it".into()),
        Some(c) => Err(format!("a {c} stands in a name; write ACCOUNT = NAME, one to a line")),
    }
}

impl fmt::Display for LineWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.why)
    }
}

#[cfg(test)]
#[path = "username_tests.rs"]
mod tests;
