//! Folders of service files with everything in them that libpam reads, and mistakes too.

use proptest::prelude::*;

use crate::sim::code::Code;
use crate::sim::load::Files;

/// `door` is the service; each file includes only later ones, so that the reading ends.
const NAMES: [&str; 4] = ["door", "first", "second", "third"];

/// Stands in the texts for the path of [`crate::libpam::stub`].
pub const STUB: &str = "STUB";

/// Stands in the texts, with a slash, in front of the name of an included file: libpam looks for one
/// without a path in /etc/pam.d, wherever it found the file that includes it.
pub const FOLDER: &str = "FOLDER/";

pub fn files() -> impl Strategy<Value = Files> {
    let file = |index: usize| proptest::collection::vec(line(index), 0..8);
    (file(0), file(1), file(2), file(3), file(4)).prop_map(|(a, b, c, d, e)| {
        let mut files = Files::new();
        for (name, lines) in NAMES.into_iter().chain(["other"]).zip([a, b, c, d, e]) {
            let numbered = lines.iter().enumerate();
            let text = numbered.map(|(n, line)| line.replace("LABEL", &format!("{name}:{n}")));
            files.insert(name.to_owned(), text.collect());
        }
        files
    })
}

/// A line, or several that are one. Not an include of nothing: Debian's libpam 1.5.2 dies of it.
fn line(index: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        12 => module(),
        3 => include(index),
        1 => prop_oneof![
            Just("# auth sufficient STUB LABEL 0\n".to_owned()),
            Just("\n".to_owned()),
            Just(" \t\n".to_owned()),
            Just("auth\n".to_owned()),
            Just("auth required\n".to_owned()),
            Just("auth substack FOLDER/nowhere\n".to_owned()),
            Just("-auth optional nowhere.so\n".to_owned()),
            Just("auth [success=1\n".to_owned()),
            Just("nonsense required STUB LABEL 0\n".to_owned()),
        ],
    ]
}

fn module() -> impl Strategy<Value = String> {
    (group(), control(), code(), blank(), end()).prop_map(|(group, control, code, blank, end)| {
        [&group, &control, STUB, "LABEL", &code.to_string()].join(blank) + end
    })
}

fn include(index: usize) -> impl Strategy<Value = String> {
    let later: Vec<&str> = NAMES.into_iter().skip(index + 1).collect();
    let file = if later.is_empty() {
        Just("nowhere").boxed()
    } else {
        proptest::sample::select(later).boxed()
    };
    let how = prop_oneof![Just("auth include"), Just("auth substack"), Just("@include")];
    (how, file, end()).prop_map(|(how, file, end)| match (how, file) {
        // That one lets no call begin at all; `files_that_cannot_be_read` has it.
        ("@include", "nowhere") => format!("auth include {FOLDER}{file}{end}"),
        _ => format!("{how} {FOLDER}{file}{end}"),
    })
}

fn group() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => Just("auth"), 1 => Just("-auth"), 1 => Just("AUTH"), 1 => Just("account"),
    ]
    .prop_map(str::to_owned)
}

fn control() -> impl Strategy<Value = String> {
    let named = ["required", "requisite", "sufficient", "optional", "Required", "requiredd"];
    prop_oneof![
        4 => proptest::sample::select(named.to_vec()).prop_map(str::to_owned),
        6 => proptest::collection::vec(pair(), 0..5).prop_map(|all| format!("[{}]", all.join(" "))),
    ]
}

/// `value=action`, now and then with a mistake.
fn pair() -> impl Strategy<Value = String> {
    let values = prop_oneof![
        3 => Just("success".to_owned()),
        3 => Just("default".to_owned()),
        2 => Just("ignore".to_owned()),
        2 => Just("auth_err".to_owned()),
        2 => (0..32).prop_map(|n| format!("{:?}", Code(n))),
    ];
    let actions = prop_oneof![
        12 => proptest::sample::select(vec!["ok", "done", "bad", "die", "ignore", "reset"])
            .prop_map(str::to_owned),
        10 => (1..6u32).prop_map(|n| n.to_string()),
        1 => proptest::sample::select(vec!["0", "1025", "maybe", "", "okay", "-1", "02", "1024"])
            .prop_map(str::to_owned),
    ];
    let equals = prop_oneof![12 => Just("="), 1 => Just(" = "), 1 => Just(" ")];
    (values, equals, actions).prop_map(|(value, equals, action)| value + equals + &action)
}

fn code() -> impl Strategy<Value = i32> {
    prop_oneof![
        6 => Just(Code::SUCCESS.0),
        3 => Just(Code::AUTH_ERR.0),
        2 => Just(Code::IGNORE.0),
        1 => Just(Code::NEW_AUTHTOK_REQD.0),
        3 => -1..34,
    ]
}

/// Between two words. The line may go on in the next one, with a comment in between.
fn blank() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        8 => Just(" "), 2 => Just("\t "), 1 => Just(" \\\n  "), 1 => Just(" \\ \n# no\n\n"),
    ]
}

fn end() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just("\n"), 1 => Just(" # a comment \\\n"), 1 => Just(" \\ # no\n"), 1 => Just(" \t\n"), 1 => Just("#\n")]
}
