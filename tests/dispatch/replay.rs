//! Real files, with the stub in the place of each module: what libpam does with the codes that a way
//! through the simulation has.

use crate::agrees::both;
use crate::libpam::Outcome;
use crate::random::{FOLDER, STUB};
use crate::sim::code::Code;
use crate::sim::load::{Files, Handler};
use crate::sim::search::Step;

/// What both make of `service`, the module at each place (`FILE:LINE`) returning this code.
///
/// # Panics
/// When the simulation and libpam differ.
pub fn agreed(
    files: &Files,
    service: &str,
    group: &'static str,
    code: impl Fn(&str) -> Code,
) -> Outcome {
    let files = stubbed(files, code);
    let (said, real) = both(&files, service, group);
    let said = said.expect("files that can be read");
    assert_eq!(Ok(&said), real.as_ref(), "{service} {group}: {files:#?}");
    said
}

/// The codes of a way, by place. Those that it does not come to are never asked for.
pub fn along<'a>(chain: &'a [Handler], way: &'a [Step]) -> impl Fn(&str) -> Code + 'a {
    |place| {
        let step = way.iter().find(|(at, _)| chain[*at].place == place);
        step.map_or(Code::MODULE_UNKNOWN, |(_, code)| *code)
    }
}

/// The same files, each module a stub that says its place.
fn stubbed(files: &Files, code: impl Fn(&str) -> Code) -> Files {
    let one = |(name, text): (&String, &String)| {
        let lines = (1..).zip(text.lines()).map(|(number, line)| {
            let place = format!("{name}:{number}");
            let code = code(&place);
            stub(line, &place, code) + "\n"
        });
        (name.clone(), lines.collect())
    };
    files.iter().map(one).collect()
}

fn stub(line: &str, place: &str, code: Code) -> String {
    let said = line.split('#').next().unwrap_or_default();
    for word in ["@include", "include", "substack"] {
        if let Some((before, file)) = said.split_once(&format!("{word} ")) {
            return format!("{before}{word} {FOLDER}{}", file.trim());
        }
    }
    let Some(end) = said.find(".so") else { return said.to_owned() };
    let begin = said[..end].rfind([' ', '\t']).expect("a control flag before the module");
    let goes_on = if line.ends_with('\\') { " \\" } else { "" };
    format!("{} {STUB} {place} {}{goes_on}", &said[..begin], code.0)
}
