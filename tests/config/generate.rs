//! The sample file and the documentation of the options, out of the table.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pam_duo2::config::ini::typed::{kind, shape, word};
use pam_duo2::config::option::{Ini, Kind, Opt, Presence, Scope};
use pam_duo2::config::options::{self, OPTIONS};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where the file differs from what it should be; nothing when it does not. With `UPDATE_DOCS=1`
/// the file is written instead.
pub fn compare(path: &Path, wanted: &str) -> Option<String> {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found == wanted {
        return None;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, wanted).unwrap();
        return None;
    }
    let mut diff = format!("{} differs (UPDATE_DOCS=1 rewrites it):\n", path.display());
    let (mut old, mut new) = (found.lines(), wanted.lines());
    loop {
        match (old.next(), new.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => {
                for (mark, line) in [('-', a), ('+', b)] {
                    if let Some(line) = line {
                        writeln!(diff, "{mark} {line}").unwrap();
                    }
                }
            }
        }
    }
    Some(diff)
}

/// `conf/pam_duo2.toml`.
pub fn sample() -> String {
    let mut out = String::from(
        "# The second factor of pam_duo2. Installed as /etc/duo/pam_duo2.toml, owned by root, mode 0600.\n\
         # A line that begins with #NAME shows the default, or an example where there is none.\n\
         # Everything is explained in docs/configuration.md.\n\
         \n\
         [duo]\n",
    );
    for option in OPTIONS.iter().filter(|option| option.scope != Scope::Named) {
        let required = option.presence == Presence::Required || option.name == "skey";
        let mark = if required { "" } else { "#" };
        write!(out, "{}{mark}{}\n\n", explained(option), option.example()).unwrap();
    }
    out.push_str(
        "# What is written below [service.NAME] holds for that PAM service alone, in the place of what\n\
         # stands above. The keys are the same for all.\n\
         #[service.cockpit]\n\
         #autopush = true\n",
    );
    for option in OPTIONS.iter().filter(|option| option.scope == Scope::Named) {
        write!(out, "\n{}#{}\n", explained(option), option.example()).unwrap();
    }
    out
}

/// The option's lines of comment.
fn explained(option: &Opt) -> String {
    let mut out = format!("# {}.\n", capital(option.summary));
    if let Kind::Choice(choices) = option.kind {
        for choice in choices {
            writeln!(out, "#   \"{}\": {}", choice.word, choice.meaning).unwrap();
        }
    } else {
        writeln!(out, "# {}.", capital(&plain(option))).unwrap();
    }
    out
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_ascii_uppercase() + rest
}

fn plain(option: &Opt) -> String {
    let shape = option.kind.shape();
    match option.presence {
        Presence::Required => format!("{shape}; required"),
        Presence::InsteadOf(other) => format!("{shape}; required, unless {other} is set"),
        Presence::Defaulted => shape,
        Presence::Unset(what) => format!("{shape}; {what} if not set"),
    }
}

/// The option table and one section for each option.
pub fn options() -> String {
    let mut out = String::from(
        "| Option | What it is | Value | Default | In `[service.NAME]` |\n|---|---|---|---|---|\n",
    );
    for option in OPTIONS {
        writeln!(
            out,
            "| [`{0}`](#{0}) | {1} | {2} | {3} | {4} |",
            option.name,
            option.summary,
            option.kind.shape(),
            option.default_text(),
            match option.scope {
                Scope::Integration => "no",
                Scope::Service => "yes",
                Scope::Named => "only there",
            }
        )
        .unwrap();
    }
    for option in OPTIONS {
        write!(out, "\n### {}\n\n{}.\n", option.name, capital(option.summary)).unwrap();
        if let Kind::Choice(choices) = option.kind {
            out.push('\n');
            for choice in choices {
                writeln!(out, "- `\"{}\"`: {}", choice.word, choice.meaning).unwrap();
            }
        }
        write!(out, "\n{}\n\n```toml\n{}\n```\n", option.text, option.example()).unwrap();
    }
    out
}

/// What `pam_duo.conf` can hold.
pub fn ini() -> String {
    let mut out = String::from(
        "| Option | What it is | Value | Default | Otherwise than with pam_duo |\n|---|---|---|---|---|\n",
    );
    for (option, ini) in options::ini_rows() {
        let name = if options::find(option.name).is_some() {
            format!("[`{}`](#{})", ini.names.join("`, `"), option.name)
        } else {
            format!("`{}`", ini.name())
        };
        let (what, value) = (option.summary, shape(kind(option, ini)));
        let (default, differs) = (ini_default(option, ini), ini.differs);
        writeln!(out, "| {name} | {what} | {value} | {default} | {differs} |").unwrap();
    }
    let toml = OPTIONS.iter().filter(|option| option.ini.is_none());
    let toml: Vec<String> = toml.map(|option| format!("`{}`", option.name)).collect();
    write!(out, "\nOnly a TOML file has {}, and `[service.NAME]`.\n", toml.join(", ")).unwrap();
    out
}

fn ini_default(option: &'static Opt, ini: &'static Ini) -> String {
    match option.presence {
        Presence::Required | Presence::InsteadOf(_) => "required".into(),
        Presence::Defaulted => format!("`{}`", word(kind(option, ini), ini)),
        Presence::Unset(what) => what.into(),
    }
}

/// The text with what stands between two marks put in; the marks stay.
pub fn fill(text: &str, mark: &str, content: &str) -> String {
    let begin = format!("<!-- begin {mark}: written by a test -->\n");
    let end = format!("<!-- end {mark} -->");
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}\n{}\n\n{end}{after}", content.trim_end())
}
