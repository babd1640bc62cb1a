//! Service files, with what they include, as the chain of one management group.

use std::collections::BTreeMap;

use super::code::Code;
use super::control::{self, Action, Actions};
use super::lines::{Joins, lines, word};

/// A folder of service files: names and texts.
pub type Files = BTreeMap<String, String>;

/// Whose libpam reads the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Knows `@include FILE`.
    Debian(Joins),
    /// Takes `@include` for a mistake.
    Upstream(Joins),
}

impl Dialect {
    fn joins(self) -> Joins {
        match self {
            Dialect::Debian(joins) | Dialect::Upstream(joins) => joins,
        }
    }
}

/// One line of a chain.
#[derive(Clone, Debug)]
pub struct Handler {
    pub kind: Kind,
    /// How many substacks it stands in.
    pub level: usize,
    pub actions: Actions,
    /// `FILE:LINE`
    pub place: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A module's file and its arguments.
    Module(String, Vec<String>),
    /// Where a substack begins.
    Substack,
    /// A line that libpam could not read: it fails, whatever the module.
    MustFail,
}

impl Handler {
    /// The module's name without its folder; empty when there is none.
    pub fn module(&self) -> &str {
        match &self.kind {
            Kind::Module(path, _) => path.rsplit('/').next().unwrap_or(path),
            Kind::Substack | Kind::MustFail => "",
        }
    }
}

/// Files within files. Some libpams take a file that includes itself until the process dies of it.
const DEEPEST: usize = 16;

/// The chain that `service` has for `group` (`auth`, `account`, …), or `other`'s if it has none.
///
/// # Errors
/// What makes libpam refuse to begin.
pub fn chain(
    files: &Files,
    service: &str,
    group: &'static str,
    dialect: Dialect,
) -> Result<Vec<Handler>, String> {
    for name in [service, "other"] {
        let mut reading = Reading { files, group, dialect, chain: Vec::new() };
        if files.contains_key(name) {
            reading.file(name, None, 0, 0)?;
        }
        if !reading.chain.is_empty() {
            return Ok(reading.chain);
        }
    }
    Ok(Vec::new())
}

struct Reading<'a> {
    files: &'a Files,
    group: &'static str,
    dialect: Dialect,
    chain: Vec<Handler>,
}

impl Reading<'_> {
    /// Adds a file's lines; `only` is the group that an include asked for.
    fn file(
        &mut self,
        name: &str,
        only: Option<&str>,
        depth: usize,
        level: usize,
    ) -> Result<(), String> {
        let text = self.files.get(name).ok_or(format!("{name} is missing"))?;
        if depth >= DEEPEST || level >= DEEPEST {
            return Err(format!("{name}: too many files within files"));
        }
        for line in lines(text, self.dialect.joins()) {
            let line = line.ok_or(format!("{name}: the last line goes on after the end"))?;
            let place = format!("{name}:{}", line.number);
            self.line(&line.text, &place, only, depth, level)?;
        }
        Ok(())
    }

    fn line(
        &mut self,
        text: &str,
        place: &str,
        only: Option<&str>,
        depth: usize,
        level: usize,
    ) -> Result<(), String> {
        let Some((group, rest)) = word(text) else { return Ok(()) };
        let group = group.strip_prefix('-').unwrap_or(&group).to_ascii_lowercase();
        if group == "@include" && matches!(self.dialect, Dialect::Debian(_)) {
            let (file, _) = word(rest).ok_or(format!("{place}: @include of nothing"))?;
            return self.file(&file, only, depth + 1, level);
        }
        let known = ["auth", "account", "password", "session"].contains(&group.as_str());
        // A group that is none becomes the one that was asked for, or auth.
        let counts_as = if known { &group } else { only.unwrap_or("auth") };
        if only.is_some_and(|only| only != counts_as) || counts_as != self.group {
            return Ok(());
        }
        // Brackets may be empty; a word that is not there is a mistake.
        let (control, rest) = word(rest).map_or((None, ""), |(word, rest)| (Some(word), rest));
        let failing = !known || control.is_none();
        let control = control.unwrap_or_default();
        let inside = match control.to_ascii_lowercase().as_str() {
            "include" => Some(level),
            "substack" => Some(level + 1),
            _ => None,
        };
        if let Some(inside) = inside {
            return self.included(rest, place, depth, level, inside);
        }
        let (module, mut rest) = word(rest).unwrap_or_default();
        let mut arguments = Vec::new();
        while let Some((argument, after)) = word(rest) {
            arguments.push(argument);
            rest = after;
        }
        let kind = if failing || module.is_empty() {
            Kind::MustFail
        } else {
            Kind::Module(module, arguments)
        };
        let actions = control::named(&control).unwrap_or_else(|| control::listed(&control));
        self.chain.push(Handler { kind, level, actions, place: place.to_owned() });
        Ok(())
    }

    fn included(
        &mut self,
        rest: &str,
        place: &str,
        depth: usize,
        level: usize,
        inside: usize,
    ) -> Result<(), String> {
        let actions = [Action::Bad; Code::COUNT];
        let mark = |kind| Handler { kind, level, actions, place: place.to_owned() };
        let file = word(rest).map(|(file, _)| file).unwrap_or_default();
        if inside > level {
            self.chain.push(mark(Kind::Substack));
        }
        if self.files.contains_key(&file) {
            return self.file(&file, Some(self.group), depth + 1, inside);
        }
        self.chain.push(mark(Kind::MustFail));
        Ok(())
    }
}
