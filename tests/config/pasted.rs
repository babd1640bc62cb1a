//! What people paste: each value with what comes along, in either format. None of it waits for a login to
//! be refused keys or an unreachable service.

use std::path::Path;

use pam_duo2::config::toml::parse;
use pam_duo2::config::{ConfigError, Loaded, ini};

use crate::ini::CONF;
use crate::support::{ETC, Folder, Rooted, etc};

const IKEY: &str = "DI1234567890ABCDEFGH";
const SKEY: &str = "s3cr3tAbCdEfGhIjKlMnOpQrStUvWxYz01234567";
const HOST: &str = "api-1234abcd.duosecurity.com";

/// Writes a value as a person pastes it.
type Paste = fn(&str) -> String;

/// The columns of the table.
const PASTES: [(&str, Paste); 7] = [
    ("a byte order mark", |value| format!("\u{feff}{value}")),
    ("a line end of Windows", |value| format!("{value}\r\n")),
    ("a no-break space", |value| format!("{value}\u{a0}")),
    ("curly quotes", |value| format!("“{value}”")),
    ("https://", |value| format!("https://{value}")),
    ("a slash", |value| format!("{value}/")),
    ("another one of the three", |value| if value == SKEY { IKEY } else { SKEY }.to_owned()),
];

const MARK: &str = "a byte order mark stands in ";
const BLANK: &str = "a no-break space stands in ";
const CURLY: &str = "a curly quote stands in ";
const PATH: &str = "absolute path";
const ABSENT: &str = "no such file; create it, or correct the path";
const SLASH: &str = "not an absolute path; write it from the root";
const KEY: &str = "contains a space, a line break or a control character; write the key alone";
const ADDRESS: &str = "is no address; write the key alone";
/// It is read as if nothing had come along.
const READ: &str = "";

/// What is said of each option's value, and of the contents of the files.
const SAID: [(&str, &str, [&str; 7]); 8] = [
    (
        "ikey",
        IKEY,
        [
            MARK,
            KEY,
            BLANK,
            CURLY,
            ADDRESS,
            "the integration key ends in a slash; delete it",
            "this looks like the secret key; write the integration key here",
        ],
    ),
    (
        "skey",
        SKEY,
        [
            MARK,
            KEY,
            BLANK,
            CURLY,
            ADDRESS,
            "the secret key ends in a slash; delete it",
            "this looks like the integration key; write the secret key here",
        ],
    ),
    (
        "host",
        HOST,
        [
            MARK,
            "a host has no spaces or control characters; write the name alone",
            BLANK,
            CURLY,
            "a host has no scheme; write the name alone, without https://",
            "a host has no path; write the name alone, up to the first slash",
            "this looks like the secret key; write the host here",
        ],
    ),
    ("skey_file", "/etc/duo/pasted", [MARK, ABSENT, BLANK, CURLY, PATH, SLASH, PATH]),
    ("cafile", "/etc/duo/ca.pem", [MARK, ABSENT, BLANK, CURLY, PATH, SLASH, PATH]),
    ("username_map", "/etc/duo/usernames", [MARK, ABSENT, BLANK, CURLY, PATH, SLASH, PATH]),
    (
        "what skey_file names",
        SKEY,
        [
            MARK,
            READ,
            BLANK,
            CURLY,
            ADDRESS,
            "the secret key ends in a slash; delete it",
            "this looks like the integration key; write the secret key here",
        ],
    ),
    (
        "what username_map names",
        "alice = smith",
        [
            "/etc/duo/pasted:1: a byte order mark stands here; delete it",
            READ,
            "/etc/duo/pasted:1: a no-break space stands here; delete it",
            "/etc/duo/pasted:1: a curly quote stands here; delete it",
            "/etc/duo/pasted:1: a : stands in a name; write ACCOUNT = NAME",
            "/etc/duo/pasted:1: a / stands in a name; write ACCOUNT = NAME",
            "/etc/duo/pasted:1: no = stands here; write ACCOUNT = NAME",
        ],
    ),
];

/// A good file in which this option, on the last line, has this value.
fn file(option: &str, value: &str) -> String {
    let mut lines = vec![("ikey", IKEY), ("skey", SKEY), ("host", HOST)];
    lines.retain(|(name, _)| *name != option && (*name, option) != ("skey", "skey_file"));
    lines.push((option, value));
    let value = |value: &str| value.replace('\r', "\\r").replace('\n', "\\n");
    let lines = lines.into_iter().map(|(name, text)| format!("{name} = \"{}\"\n", value(text)));
    format!("[duo]\n{}", lines.collect::<String>())
}

/// The same as `pam_duo.conf`.
fn as_ini(toml: &str) -> String {
    toml.replace('"', "").replace("\\r\\n", "\r")
}

fn judge(folder: &Folder, text: &str) -> Result<Loaded, ConfigError> {
    parse(text.as_bytes(), Path::new(ETC), "sshd", &Rooted(folder))
}

/// Is it refused where it stands, in these words, naming the option and without the secret?
fn check(judged: Result<Loaded, ConfigError>, at: &str, names: [&str; 2], said: &str, what: &str) {
    let told = judged.map(|_| ()).map_err(|error| error.to_string());
    if said == READ {
        return assert_eq!(told, Ok(()), "{what}");
    }
    let Err(told) = told else { panic!("{what} is read") };
    let first = told.lines().next().unwrap_or_default();
    assert!(first.starts_with(at) && first.contains(said), "{what}: {told}");
    assert!(names.iter().any(|name| first.contains(name)), "{what} is named: {told}");
    assert!(!told.contains("s3cr3t"), "{what}: {told}");
    assert_eq!(told.lines().count(), 3, "{what}: one mistake: {told}");
}

#[test]
fn whatever_is_pasted_with_a_value_is_a_mistake_that_names_it() {
    for (option, good, row) in SAID {
        for ((paste, change), said) in PASTES.into_iter().zip(row) {
            let what = format!("{option} with {paste}");
            let folder = etc();
            folder.file("etc/duo/pasted", 0o600, SKEY);
            let pasted = change(good);
            let (option, value) = match option.split_once(" names") {
                Some((of, _)) => {
                    folder.file("etc/duo/pasted", 0o600, pasted);
                    (of.trim_start_matches("what "), "/etc/duo/pasted".to_owned())
                }
                None => (option, pasted),
            };
            let words = match option {
                "ikey" => "integration key",
                "skey" => "secret key",
                "host" => "host",
                _ => option,
            };
            let names = [words, &format!("`{option}`")];
            let text = file(option, &value);
            let line = text.lines().count();
            check(judge(&folder, &text), &format!("{ETC}:{line}:"), names, said, &what);
            if option.ends_with("_file") || option.ends_with("_map") {
                continue;
            }
            // There a carriage return before the end of a line is none of the value.
            let said = if value.ends_with('\n') { READ } else { said };
            let judged = ini::parse(as_ini(&text).as_bytes(), Path::new(CONF), &Rooted(&folder));
            check(judged, &format!("{CONF}:{line}:"), names, said, &format!("{what}, INI"));
        }
    }
}

/// A word processor's quotes in the place of ours.
#[test]
fn curly_quotes_in_the_place_of_quotes_are_called_by_their_name() {
    for option in ["ikey", "skey", "host", "skey_file", "cafile", "username_map"] {
        let value = if option.starts_with("skey") { "s3cr3t" } else { "value" };
        let text = file(option, value).replace(&format!("\"{value}\""), &format!("“{value}”"));
        let line = text.lines().count();
        let names = [option; 2];
        let said = "a curly quote stands where a value should; write ";
        check(judge(&etc(), &text), &format!("{ETC}:{line}:"), names, said, option);
    }
}

#[test]
fn a_file_with_line_ends_of_windows_is_read_like_any_other() {
    let text = file("host", HOST).replace('\n', "\r\n");
    for loaded in [
        judge(&etc(), &text).unwrap(),
        ini::parse(as_ini(&text).as_bytes(), Path::new(CONF), &Rooted(&etc())).unwrap(),
    ] {
        let config = loaded.config;
        let keys =
            (config.keys.ikey.as_str(), config.keys.skey.expose(), config.host.name.as_str());
        assert_eq!(keys, (IKEY, SKEY, HOST));
    }
}
