//! Tables and options: where each may stand, and which must.

use std::collections::BTreeMap;
use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeString, DeTable, DeValue};

use super::{Files, typed};
use crate::config::diagnostic::{Mistake, headline, name};
use crate::config::draft::Draft;
use crate::config::option::{Opt, Presence, Scope};
use crate::config::options::{self, OPTIONS, PAIRS};
use crate::config::reveal;
use crate::config::source::Source;
use crate::config::suggest;
use crate::core::failure::Local;

type Key<'a> = Spanned<DeString<'a>>;
type Value<'a> = Spanned<DeValue<'a>>;
/// Where each option was set.
type Seen = BTreeMap<&'static str, Range<usize>>;

/// Reads tables into a draft, and notes what is wrong.
pub struct Reader<'a> {
    source: &'a Source<'a>,
    files: &'a dyn Files,
    /// What stood on lines that could not be read.
    broken: &'a [Mistake],
    findings: Findings,
}

/// What there is to say of the file.
#[derive(Default)]
pub struct Findings {
    pub mistakes: Vec<Mistake>,
    pub warnings: Vec<String>,
    /// The first failure of this machine, not of the file.
    pub machine: Option<Local>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a Source<'a>, files: &'a dyn Files, broken: &'a [Mistake]) -> Self {
        Self { source, files, broken, findings: Findings::default() }
    }

    pub fn findings(self) -> Findings {
        self.findings
    }

    /// The whole file, for one PAM service.
    pub fn root(&mut self, root: &DeTable<'_>, service: &str) -> Draft {
        let mut draft = Draft::with_defaults();
        let mut seen = self.strays(root);
        match root.get("duo") {
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => {
                    seen.append(&mut self.options(table, None, &mut draft));
                    self.required(&seen, &value.span());
                }
                _ => self.wrong(
                    value.span(),
                    "duo is one table; write [duo] on a line of its own, in single brackets",
                ),
            },
            None if seen.is_empty() && self.broken.is_empty() => self.wrong(
                0..0,
                "there is no [duo] table; write the line [duo], and ikey, skey and host below it",
            ),
            None => {}
        }
        if let Some(value) = root.get("service") {
            match value.get_ref() {
                DeValue::Table(services) => self.services(services, service, &mut draft),
                _ => self.wrong(
                    value.span(),
                    "service is no option; write [service.NAME], NAME being a PAM service",
                ),
            }
        }
        draft
    }

    /// What stands outside of `[duo]` and `[service.NAME]`. Returns the options among it, which
    /// are then not said to be missing as well.
    fn strays(&mut self, root: &DeTable<'_>) -> Seen {
        let mut seen = Seen::new();
        for (key, value) in root {
            let written = key.get_ref().as_ref();
            if written == "duo" || written == "service" {
                continue;
            }
            if let Some(option) = options::find(written) {
                seen.insert(option.name, key.span());
                self.wrong(
                    key.span(),
                    format!(
                        "`{written}` stands outside of every table; write it below the line [duo]"
                    ),
                );
            } else if value.get_ref().is_table() || value.get_ref().is_array() {
                let instead = match suggest::table(written) {
                    Some("duo") => "did you mean [duo]?".to_owned(),
                    Some(_) => "did you mean [service.NAME]?".to_owned(),
                    None => "write [duo], or [service.NAME] for one PAM service".to_owned(),
                };
                self.wrong(key.span(), format!("{}; {instead}", unknown_table(written)));
            } else {
                self.unknown(key, None);
            }
        }
        seen
    }

    fn services(&mut self, services: &DeTable<'_>, wanted: &str, draft: &mut Draft) {
        for (key, value) in services {
            let written = key.get_ref().as_ref();
            let DeValue::Table(table) = value.get_ref() else {
                let what = option_name(written).unwrap_or_else(|| "this option".into());
                self.wrong(
                    key.span(),
                    format!(
                        "{what} belongs to no PAM service; write it below a line [service.NAME]"
                    ),
                );
                continue;
            };
            if let Some(why) = never_a_service(written) {
                self.wrong(key.span(), why);
            }
            // The others are judged as well, and not used.
            let mut unused = Draft::default();
            let draft = if written == wanted { &mut *draft } else { &mut unused };
            self.options(table, Some(written), draft);
        }
        for (one, other, command) in PAIRS {
            if let (Some((key, _)), false) =
                (services.get_key_value(*one), services.contains_key(*other))
            {
                self.warn(
                    key.span(),
                    format!(
                        "warning: [service.{one}] says nothing about `{command}`, which is the PAM \
                         service {other} on many systems; write the same lines below [service.{other}]"
                    ),
                );
            }
        }
    }

    /// The options of one table: of a PAM service, or `[duo]`.
    fn options(&mut self, table: &DeTable<'_>, service: Option<&str>, draft: &mut Draft) -> Seen {
        let mut seen = Seen::new();
        for (key, value) in table {
            let written = key.get_ref().as_ref();
            match (options::find(written), service) {
                (Some(option), Some(_)) if option.scope == Scope::Integration => self.wrong(
                    key.span(),
                    format!(
                        "`{written}` is the same for all PAM services; write it below [duo], or \
                         give this service a file of its own with conf=/PATH in its PAM line"
                    ),
                ),
                (Some(option), None) if option.scope == Scope::Named => self.wrong(
                    key.span(),
                    format!(
                        "`{written}` is a matter of one PAM service; write it below [service.NAME]"
                    ),
                ),
                (Some(option), _) => {
                    seen.insert(option.name, key.span());
                    self.value(option, value, draft);
                }
                (None, Some(service)) if value.get_ref().is_table() => {
                    self.wrong(key.span(), table_inside(service, written));
                }
                (None, service) => {
                    let meant = self.unknown(key, service);
                    seen.extend(meant.map(|meant| (meant, key.span())));
                }
            }
        }
        seen
    }

    fn value(&mut self, option: &'static Opt, value: &Value<'_>, draft: &mut Draft) {
        if let Err(refused) = typed::store(option, value.get_ref(), draft, self.files) {
            self.findings.machine = self.findings.machine.take().or(refused.machine);
            self.wrong(value.span(), refused.text);
        }
        for remark in std::mem::take(&mut draft.remarks) {
            self.warn(
                value.span(),
                format!("warning: `{}`: {}", option.name, reveal::sentence(&remark)),
            );
        }
    }

    /// Every option without which `[duo]`, whose header this is, is not whole.
    fn required(&mut self, seen: &Seen, header: &Range<usize>) {
        for option in OPTIONS {
            match (option.presence, seen.get(option.name)) {
                (Presence::Required, None) => {
                    self.missing(
                        option.name,
                        header,
                        format!(
                            "`{}` is missing; write {}, with your own value, below [duo]",
                            option.name,
                            option.example()
                        ),
                    );
                }
                (Presence::InsteadOf(other), this) => match (this, seen.get(other)) {
                    // Said once for the two, by the one that comes first.
                    (None, None) if option.name < other => self.missing(
                        option.name,
                        header,
                        format!(
                            "neither `{0}` nor `{other}` is set; write {0} = \"…\" below [duo]",
                            option.name
                        ),
                    ),
                    (Some(this), Some(that)) if this.start > that.start => self.wrong(
                        this.clone(),
                        format!("`{}` and `{other}` are both set; keep one of them", option.name),
                    ),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// Not said when a line that could not be read speaks of it.
    fn missing(&mut self, option: &str, header: &Range<usize>, text: String) {
        let spoken_of = self.broken.iter().any(|mistake| {
            let line = self.source.line_at(mistake.span.start);
            self.source.line(line).contains(option)
        });
        if !spoken_of {
            self.wrong(header.clone(), text);
        }
    }

    fn unknown(&mut self, key: &Key<'_>, service: Option<&str>) -> Option<&'static str> {
        let written = key.get_ref().as_ref();
        let meant = suggest::option(written);
        let instead = meant.map_or_else(
            || {
                let fits = |option: &&Opt| match option.scope {
                    Scope::Integration => service.is_none(),
                    Scope::Service => true,
                    Scope::Named => service.is_some(),
                };
                let names: Vec<&str> =
                    OPTIONS.iter().filter(fits).map(|option| option.name).collect();
                format!("the options are {}", names.join(", "))
            },
            |meant| format!("did you mean `{meant}`?"),
        );
        self.wrong(key.span(), format!("{}; {instead}", reveal::unknown_option(written)));
        meant
    }

    fn wrong(&mut self, span: Range<usize>, text: impl Into<String>) {
        let text = text.into();
        self.findings.mistakes.push(Mistake { span, text });
    }

    fn warn(&mut self, span: Range<usize>, text: String) {
        let warning = headline(self.source, &Mistake { span, text });
        self.findings.warnings.push(warning);
    }
}

/// The name of an option in a message, if it may be seen.
fn option_name(written: &str) -> Option<String> {
    reveal::is_name(written).then(|| format!("`{}`", name(written)))
}

fn unknown_table(written: &str) -> String {
    if reveal::is_name(written) {
        return format!("unknown table [{}]", name(written));
    }
    "an unknown table, whose name is hidden because it could be a secret".into()
}

fn table_inside(service: &str, written: &str) -> String {
    if reveal::is_service(service) && reveal::is_service(written) {
        return format!(
            "a table inside of [service.{service}]; write [service.\"{service}.{written}\"] if the \
             PAM service has a dot in its name"
        );
    }
    "a table inside of that of a PAM service; write [service.\"NAME\"] if the PAM service has a dot \
     in its name"
        .into()
}

/// Why no PAM transaction can have this service name: libpam turns capitals into small letters and
/// drops what stands before a slash (`pam_start(3)`).
fn never_a_service(service: &str) -> Option<String> {
    if service.is_empty() {
        return Some("the PAM service has no name; write [service.NAME]".into());
    }
    if service.chars().any(|c| c.is_control() || c.is_whitespace() || c == '/') {
        return Some("no PAM service has such a name; write that of its file in /etc/pam.d".into());
    }
    let small = service.to_ascii_lowercase();
    (small != service).then(|| {
        let instead = if reveal::is_service(&small) { &small } else { "NAME" };
        format!("PAM writes service names in small letters; write [service.{instead}]")
    })
}
