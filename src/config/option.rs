//! What an option is: the shape of one row of [`OPTIONS`](super::options::OPTIONS).

use std::path::PathBuf;

use super::draft::Draft;
use crate::core::username::LineWrong;

/// One option: everything that parser, diagnostics, sample file and documentation say of it.
#[derive(Debug)]
pub struct Opt {
    pub name: &'static str,
    pub kind: Kind,
    pub presence: Presence,
    pub scope: Scope,
    pub privacy: Privacy,
    /// One sentence fragment for the option table.
    pub summary: &'static str,
    /// Paragraphs in Markdown: why and when.
    pub text: &'static str,
    /// How it stands in `pam_duo.conf`; `None`: only a TOML file has it.
    pub ini: Option<Ini>,
}

/// How an option stands in `pam_duo.conf`, as far as it differs there from its own row.
#[derive(Debug)]
pub struct Ini {
    /// The first is the one that documentation and diagnostics use.
    pub names: &'static [&'static str],
    /// What the value is there, and where it goes.
    pub kind: Option<Kind>,
    /// The default there, as it would be written.
    pub default: Option<&'static str>,
    /// Where a number that is 0 or less asks for none, the number that comes nearest to that.
    pub none: Option<u32>,
    /// When it stands there more than once.
    pub again: Again,
    /// What `pam_duo` does otherwise, for the documentation; empty: nothing.
    pub differs: &'static str,
}

/// Which of several lines of an INI file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    LastHolds,
    SmallestHolds,
    /// Each adds to the others.
    AllHold,
}

impl Again {
    /// As a clause.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::LastHolds => "the last of its lines holds",
            Self::SmallestHolds => "the smallest number holds",
            Self::AllHold => "all of its lines hold together",
        }
    }
}

impl Ini {
    /// The option under these names, in every other respect as its row has it.
    #[must_use]
    pub const fn named(names: &'static [&'static str]) -> Self {
        Self { names, kind: None, default: None, none: None, again: Again::LastHolds, differs: "" }
    }

    #[must_use]
    pub const fn kind(self, kind: Kind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    #[must_use]
    pub const fn default(self, word: &'static str) -> Self {
        Self { default: Some(word), ..self }
    }

    #[must_use]
    pub const fn none(self, number: u32) -> Self {
        Self { none: Some(number), ..self }
    }

    #[must_use]
    pub const fn again(self, again: Again) -> Self {
        Self { again, ..self }
    }

    #[must_use]
    pub const fn differs(self, text: &'static str) -> Self {
        Self { differs: text, ..self }
    }

    /// The name that documentation and diagnostics use.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

/// What a value is, and where it goes. The functions do not capture: the table is a constant.
#[derive(Debug)]
pub enum Kind {
    Text {
        shape: &'static str,
        /// Stands in the sample; left as it is there, it is a mistake.
        placeholder: &'static str,
        store: fn(&mut Draft, &str) -> Result<(), Wrong>,
    },
    /// A text that may as well not be set.
    OptionalText {
        shape: &'static str,
        /// As the sample shows it; a good value.
        example: &'static str,
        store: fn(&mut Draft, &str) -> Result<(), Wrong>,
    },
    /// Texts, at least one.
    List {
        shape: &'static str,
        /// As TOML.
        example: &'static str,
        store: fn(&mut Draft, &[&str]) -> Result<(), Wrong>,
    },
    Switch {
        default: bool,
        store: fn(&mut Draft, bool),
    },
    Number {
        unit: &'static str,
        min: u32,
        max: u32,
        /// The example where [`Presence::Unset`] says what rules without one.
        default: u32,
        store: fn(&mut Draft, u32),
    },
    /// The first choice is the default.
    Choice(&'static [Choice]),
    /// A file whose content is a secret: read when the configuration is.
    PrivateFile {
        example: &'static str,
        store: fn(&mut Draft, &[u8]) -> Result<(), Wrong>,
    },
    /// A file of lines, as well kept as a secret: read when the configuration is.
    LinesFile {
        example: &'static str,
        store: fn(&mut Draft, &str) -> Result<(), Vec<LineWrong>>,
    },
    /// A file that all may read: checked when the configuration is read, opened when it is needed.
    PublicFile {
        example: &'static str,
        store: fn(&mut Draft, PathBuf),
    },
}

/// One of the words that a [`Kind::Choice`] takes.
#[derive(Debug)]
pub struct Choice {
    pub word: &'static str,
    pub meaning: &'static str,
    pub store: fn(&mut Draft),
}

/// What happens without the option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    /// Exactly one of this and the named option.
    InsteadOf(&'static str),
    /// The default of its kind rules.
    Defaulted,
    /// No value; what rules then.
    Unset(&'static str),
}

/// Where the option may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only in `[duo]`.
    Integration,
    /// In `[duo]` and in `[service.NAME]`.
    Service,
    /// Only in `[service.NAME]`.
    Named,
}

/// May the value be shown?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    Plain,
    /// The value is never shown, nor what could be a part of it.
    Secret,
}

/// Why a value is refused: what is wrong, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl Opt {
    /// `name = value`, as it could stand in a file: the default, or an example.
    #[must_use]
    pub fn example(&self) -> String {
        format!("{} = {}", self.name, self.kind.literal())
    }

    /// The default as the option table shows it.
    #[must_use]
    pub fn default_text(&self) -> String {
        match self.presence {
            Presence::Required => "required".into(),
            Presence::InsteadOf(other) => format!("required, unless `{other}` is set"),
            Presence::Defaulted => format!("`{}`", self.kind.literal()),
            Presence::Unset(what) => what.into(),
        }
    }
}

impl Kind {
    /// The default, or an example where there is none, as TOML.
    #[must_use]
    pub fn literal(&self) -> String {
        match self {
            Self::Text { placeholder: text, .. }
            | Self::OptionalText { example: text, .. }
            | Self::PrivateFile { example: text, .. }
            | Self::LinesFile { example: text, .. }
            | Self::PublicFile { example: text, .. } => format!("\"{text}\""),
            Self::List { example, .. } => (*example).into(),
            Self::Switch { default, .. } => default.to_string(),
            Self::Number { default, .. } => default.to_string(),
            Self::Choice(choices) => {
                format!("\"{}\"", choices.first().map_or("", |choice| choice.word))
            }
        }
    }

    /// What values are allowed, in words that follow "is".
    #[must_use]
    pub fn shape(&self) -> String {
        match self {
            Self::Text { shape, .. }
            | Self::OptionalText { shape, .. }
            | Self::List { shape, .. } => (*shape).into(),
            Self::Switch { .. } => "true or false, without quotes".into(),
            Self::Number { unit, min, max, .. } => {
                format!("a whole number of {unit} from {min} to {max}, without quotes")
            }
            Self::Choice(choices) => {
                let words: Vec<_> = choices.iter().map(|it| format!("\"{}\"", it.word)).collect();
                match words.split_last() {
                    Some((last, rest @ [_, ..])) => format!("{} or {last}", rest.join(", ")),
                    _ => words.concat(),
                }
            }
            Self::PrivateFile { .. } | Self::LinesFile { .. } | Self::PublicFile { .. } => {
                "the absolute path of a file, in quotes".into()
            }
        }
    }

    /// Stores the default, where the kind has one.
    pub fn store_default(&self, draft: &mut Draft) {
        match self {
            Self::Switch { default, store } => store(draft, *default),
            Self::Number { default, store, .. } => store(draft, *default),
            Self::Choice([first, ..]) => (first.store)(draft),
            _ => {}
        }
    }

    /// Stores a value that is words in every syntax. `None` where it is none of the option's choices.
    pub fn store_word(
        &self,
        name: &str,
        shape: impl FnOnce() -> String,
        text: &str,
        draft: &mut Draft,
    ) -> Option<Result<(), Wrong>> {
        match self {
            Self::Text { placeholder, .. } if text.eq_ignore_ascii_case(placeholder) => {
                let sample = "still holds what stands in the sample";
                Some(Err(Wrong(format!("`{name}` {sample}; write {}", shape()))))
            }
            Self::Text { store, .. } => Some(store(draft, text)),
            Self::OptionalText { store, .. } => {
                let stored = store(draft, text);
                Some(stored.map_err(|Wrong(why)| Wrong(format!("`{name}`: {why}"))))
            }
            Self::Choice(choices) => {
                (choices.iter().find(|choice| choice.word == text)?.store)(draft);
                Some(Ok(()))
            }
            _ => None,
        }
    }
}
