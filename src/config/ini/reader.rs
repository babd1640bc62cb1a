//! Options of an INI file: which there are, and which must be.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use super::lines::{Damage, Line, Span};
use super::typed;
use crate::config::diagnostic::{Mistake, headline};
use crate::config::draft::Draft;
use crate::config::option::{Again, Ini, Opt, Presence};
use crate::config::options;
use crate::config::reveal;
use crate::config::source::Source;
use crate::config::suggest;
use crate::config::toml::Files;

/// Reads lines into a draft, and notes what is wrong.
pub struct Reader<'a> {
    source: &'a Source<'a>,
    files: &'a dyn Files,
    /// Lines that are no text.
    broken: BTreeSet<usize>,
    draft: Draft,
    /// Where each option was set first.
    seen: BTreeMap<&'static str, Span>,
    /// What an unknown option was probably meant to be: not missing as well.
    meant: Vec<&'static str>,
    /// What stands above the options that are read.
    section: Section,
    findings: Findings,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Duo,
    /// Another one, or none yet.
    Other {
        warned: bool,
    },
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a Source<'a>, files: &'a dyn Files, broken: &[Mistake]) -> Self {
        let line = |mistake: &Mistake| source.line_at(mistake.span.start);
        Self {
            source,
            files,
            broken: broken.iter().map(line).collect(),
            draft: typed::defaults(),
            seen: BTreeMap::new(),
            meant: Vec::new(),
            section: Section::Other { warned: false },
            findings: Findings::default(),
        }
    }

    /// The whole file.
    pub fn read(mut self, lines: &[Line]) -> (Draft, Findings) {
        let mut header = 0..0;
        for (at, line) in lines.iter().enumerate() {
            match line {
                Line::Section(span) => {
                    header = if header.is_empty() { span.clone() } else { header };
                    self.section(span);
                }
                // The value begins on the line below.
                Line::Value { name, value, continued: false }
                    if value.is_empty()
                        && matches!(
                            lines.get(at + 1),
                            Some(Line::Value { continued: true, .. })
                        )
                        && options::ini(self.text(name)).is_some() => {}
                Line::Value { name, value, continued } => self.value(name, value, *continued),
                Line::Broken(span, damage) => self.damaged(span, *damage),
            }
        }
        self.required(&header);
        (self.draft, self.findings)
    }

    fn text(&self, span: &Span) -> &'a str {
        self.source.text.get(span.clone()).unwrap_or_default()
    }

    fn section(&mut self, span: &Span) {
        let written = self.text(span).trim();
        self.section =
            if written == "duo" { Section::Duo } else { Section::Other { warned: false } };
        let first = written.split('.').next().unwrap_or_default().trim();
        if first.eq_ignore_ascii_case("service") {
            self.wrong(
                span,
                "an INI file holds for all PAM services; write a TOML file for tables \
                 [service.NAME], or give this service a file of its own with conf=/PATH in its PAM \
                 line",
            );
        }
    }

    fn value(&mut self, written: &Span, value: &Span, continued: bool) {
        let known = options::ini(self.text(written));
        let place = if continued { value } else { written };
        if let Some((option, _)) = known {
            self.seen.entry(option.name).or_insert_with(|| place.clone());
        }
        if self.is_broken(place) {
            return;
        }
        let Some((option, ini)) = known else {
            // Said once, where the name stands.
            if !continued {
                self.unknown(written);
            }
            return;
        };
        self.outside(place, ini);
        if continued && self.swallowed(value, ini) {
            return;
        }
        if self.seen.get(option.name).is_some_and(|first| first != place)
            && !(continued && ini.again == Again::AllHold)
        {
            let text = format!("warning: `{}` is set again; {}", ini.name(), ini.again.words());
            self.warn(place, text);
        }
        self.store(option, ini, value);
    }

    fn store(&mut self, option: &'static Opt, ini: &'static Ini, value: &Span) {
        let text = self.text(value);
        if text.chars().any(|c| c.is_control() && c != '\t') {
            self.wrong(
                value,
                "a control character stands in the value; save the file with Unix line ends, and \
                 delete what does not show",
            );
            return;
        }
        if let Err(refused) = typed::store(option, ini, text, &mut self.draft, self.files) {
            self.findings.machine = self.findings.machine.take().or(refused.machine);
            self.wrong(value, refused.text);
        }
        for remark in std::mem::take(&mut self.draft.remarks) {
            self.warn(value, format!("warning: `{}`: {}", ini.name(), reveal::sentence(&remark)));
        }
    }

    /// Said once for each section.
    fn outside(&mut self, place: &Span, ini: &Ini) {
        if self.section == (Section::Other { warned: false }) {
            self.section = Section::Other { warned: true };
            let name = ini.name();
            let text = format!(
                "warning: `{name}` stands outside of [duo]; it is read all the same, as pam_duo \
                 does; write the line [duo] above it"
            );
            self.warn(place, text);
        }
    }

    /// A line that became a part of the one above by its indentation: with `groups` above, a
    /// `failmode = secure` would name groups in which nobody is.
    fn swallowed(&mut self, value: &Span, above: &Ini) -> bool {
        let text = self.text(value);
        let meant = if text.eq_ignore_ascii_case("[duo]") {
            "begin the section"
        } else if is_option(text) {
            "set another option"
        } else {
            return false;
        };
        self.wrong(
            value,
            format!(
                "a line that begins with white space continues the one above, so this is one more \
                 value of `{}`; to {meant}, begin it without white space",
                above.name()
            ),
        );
        true
    }

    fn unknown(&mut self, span: &Span) {
        let written = self.text(span);
        if let Some(option) = options::find(written) {
            let text = match &option.ini {
                Some(ini) => {
                    format!("`{written}` is called `{0}` in an INI file; write {0} = …", ini.name())
                }
                None => format!(
                    "an INI file cannot hold `{written}`; write a TOML file for it, whose name ends \
                     in .toml"
                ),
            };
            return self.wrong(span, text);
        }
        let name_of = reveal::leading_name(written);
        let colon = options::ini(name_of).filter(|_| written.contains(':'));
        let instead = match (colon, suggest::ini_option(written)) {
            (Some((_, ini)), _) => {
                format!("the name ends at the first =; write {} = …", ini.name())
            }
            (None, Some(meant)) => {
                self.meant.push(meant);
                format!("did you mean `{meant}`?")
            }
            (None, None) => {
                let names: Vec<_> = options::ini_rows().map(|(_, ini)| ini.name()).collect();
                format!("the options are {}", names.join(", "))
            }
        };
        self.wrong(span, format!("{}; {instead}", reveal::unknown_option(written)));
    }

    fn damaged(&mut self, span: &Span, damage: Damage) {
        if self.is_broken(span) {
            return;
        }
        let text = match damage {
            Damage::NoBracket => "the ] is missing; write the line [duo]",
            Damage::AfterBracket => {
                "something follows the ]; write it on a line of its own, or behind a ;"
            }
            Damage::NoEquals => "no = follows the name; write NAME = VALUE, one option to a line",
            Damage::NoName => "no name stands before the =; write NAME = VALUE",
        };
        self.wrong(span, text);
    }

    /// Every option without which the file is not whole.
    fn required(&mut self, header: &Span) {
        // A file that is no text anywhere is in another encoding, and what is in it is not known.
        if self.seen.is_empty() && !self.broken.is_empty() {
            return;
        }
        for (option, ini) in options::ini_rows() {
            let required = matches!(option.presence, Presence::Required | Presence::InsteadOf(_));
            if !required || self.seen.contains_key(option.name) || self.spoken_of(ini.name()) {
                continue;
            }
            let name = ini.name();
            let text = format!("`{name}` is missing; write {name} = …, with your own value");
            self.wrong(header, text);
        }
    }

    /// Is it on a line that could not be read?
    fn spoken_of(&self, option: &str) -> bool {
        let mistakes = self.findings.mistakes.iter();
        let wrong = mistakes.map(|mistake| self.source.line_at(mistake.span.start));
        let mut lines = wrong.chain(self.broken.iter().copied());
        self.meant.contains(&option)
            || lines.any(|line| reveal::leading_name(self.source.line(line)) == option)
    }

    /// Is something on this line no text? That is said already.
    fn is_broken(&self, span: &Span) -> bool {
        self.broken.contains(&self.source.line_at(span.start))
    }

    fn wrong(&mut self, span: &Span, text: impl Into<String>) {
        let (span, text) = (span.clone(), text.into());
        self.findings.mistakes.push(Mistake { span, text });
    }

    fn warn(&mut self, span: &Span, text: String) {
        let span = span.clone();
        self.findings.warnings.push(headline(self.source, &Mistake { span, text }));
    }
}

/// Does this look like an option with its value? A `:` stands in hosts and proxies too.
fn is_option(text: &str) -> bool {
    let known = |name: &str| options::ini(name.trim()).is_some();
    let word = |name: &str| {
        let name = name.trim();
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b"_-".contains(&b))
    };
    // The end of a line of base64 is no option without a value.
    let value = |rest: &str| !rest.trim_matches(['=', ' ', '\t']).is_empty();
    match text.split_once('=') {
        Some((name, rest)) => known(name) || (word(name) && value(rest)),
        None => text.split_once(':').is_some_and(|(name, _)| known(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_told_from_the_rest_of_a_key() {
        for text in ["prompts = 3", "skey=", "nothing = 1", "Fail-Mode = safe", "skey: x"] {
            assert!(is_option(text), "{text}");
        }
        for text in
            ["c2VjcmV0==", "= x", " = x", "two words = x", "c2VjcmV0=", "demo:pw@proxy", "x"]
        {
            assert!(!is_option(text), "{text}");
        }
    }
}
