//! For whom a second factor is asked: the value of `groups`.
//!
//! The dialect is `pam_duo`'s, which took it from OpenSSH's `AllowGroups`: pattern-lists with spaces
//! between them, of which one has to match; patterns with commas between them in each; `*` and `?`;
//! `!` in front of a pattern that must match no group of the user's; `\ ` for a space in a name.

/// Which users are asked. One that is made of nothing asks everyone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    lists: Vec<Vec<Pattern>>,
    written: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    /// A group that matches makes its list fail.
    negated: bool,
    /// Characters, `*` and `?`.
    text: Vec<char>,
}

impl Groups {
    /// Reads a value, and what an admin should know about it: one sentence each. Every text is one;
    /// what cannot be meant is warned about, and an empty value asks everyone.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let mut warnings = Vec::new();
        let mut lists = Vec::new();
        for words in split(text) {
            let (list, mut found) = list(&words);
            warnings.append(&mut found);
            lists.extend(Some(list).filter(|list| !list.is_empty()));
        }
        if lists.is_empty() {
            warnings.push("no group is named, so everyone is asked".to_owned());
        }
        (Self { lists, written: text.to_owned() }, warnings)
    }

    /// Whom either of them asks. One that names no group adds nothing.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self.ask_everyone() || other.ask_everyone() {
            return if self.ask_everyone() { other } else { self };
        }
        self.lists.extend(other.lists);
        // A space behind a backslash would belong to the name.
        self.written.push(if self.written.ends_with('\\') { '\t' } else { ' ' });
        self.written.push_str(&other.written);
        self
    }

    /// As the admin wrote it.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The names whose members are asked. A pattern with a wildcard is none.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let patterns = self.lists.iter().flatten();
        let plain = patterns.filter(|it| !it.negated && !it.text.iter().any(|c| "*?".contains(*c)));
        plain.map(|pattern| pattern.text.iter().collect())
    }

    /// Is everyone asked, whatever their groups?
    #[must_use]
    pub fn ask_everyone(&self) -> bool {
        self.lists.is_empty()
    }

    /// Is a user of these groups asked? A group without a name counts as one whose name is empty,
    /// which `*` alone matches.
    #[must_use]
    pub fn ask(&self, names: &[String]) -> bool {
        let names: Vec<Vec<char>> = names.iter().map(|name| name.chars().collect()).collect();
        self.ask_everyone() || self.lists.iter().any(|list| matches_list(list, &names))
    }
}

/// OpenSSH's `ga_match_pattern_list`: some group has to match, and none may match a negation.
fn matches_list(list: &[Pattern], names: &[Vec<char>]) -> bool {
    let mut found = false;
    for name in names {
        for pattern in list.iter().filter(|pattern| matches(&pattern.text, name)) {
            if pattern.negated {
                return false;
            }
            found = true;
        }
    }
    found
}

/// Does the whole name match? Only the last `*` is ever gone back to, so the time is at most the
/// product of both lengths.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // Behind the last star, and how much of the name it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), name.get(seen)) {
            (Some('*'), _) => {
                at += 1;
                star = Some((at, seen));
            }
            (Some(wanted), Some(found)) if *wanted == '?' || wanted == found => {
                at += 1;
                seen += 1;
            }
            (None, None) => return true,
            _ => match star {
                Some((behind, taken)) if taken < name.len() => {
                    star = Some((behind, taken + 1));
                    (at, seen) = (behind, taken + 1);
                }
                _ => return false,
            },
        }
    }
}

/// The pattern-lists: white space separates, but not a space with a backslash before it.
fn split(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = c == '\\' && chars.next_if_eq(&' ').is_some();
        match words.last_mut() {
            Some(word) if escaped => word.push(' '),
            Some(word) if !c.is_ascii_whitespace() => word.push(c),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// One pattern-list, and what is strange about it.
fn list(word: &str) -> (Vec<Pattern>, Vec<String>) {
    let mut warnings = Vec::new();
    let parts = word.split(',');
    let patterns: Vec<Pattern> = parts
        .clone()
        .map(|part| part.strip_prefix('!').map_or((false, part), |text| (true, text)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(negated, text)| Pattern { negated, text: text.chars().collect() })
        .collect();
    if patterns.len() < parts.count() {
        warnings.push(format!(
            "`{word}` holds an empty pattern, which is left out; write a space in a name as \\ \
             and none after a comma"
        ));
    }
    if !patterns.is_empty() && patterns.iter().all(|pattern| pattern.negated) {
        warnings.push(format!(
            "`{word}` holds only negations and matches nobody; write `*,{word}` for everyone else"
        ));
    }
    (patterns, warnings)
}

#[cfg(test)]
#[path = "groups_tests.rs"]
mod tests;
