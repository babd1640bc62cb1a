//! `pam_duo.conf`: each file in `ini/files` and exactly what comes of it (`UPDATE_DOCS=1` writes
//! the latter anew).

mod properties;
mod secrets;
mod values;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pam_duo2::config::ini::parse;
use pam_duo2::config::{Config, ConfigError, Loaded};

use crate::generate::{compare, root};
use crate::support::{Rooted, etc};

/// Where diagnostics say that the file is.
pub const CONF: &str = "/etc/duo/pam_duo.conf";
/// The least that a file must hold.
pub const KEYS: &str = "[duo]\nikey = DI1234567890ABCDEFGH\nskey = the-secret-of-this-test\n\
    host = api-1234.example.com\n";

/// What is said of this content in `/etc/duo`, where other files are as in [`etc`].
pub fn judge(content: &[u8]) -> Result<Loaded, ConfigError> {
    let folder = etc();
    parse(content, Path::new(CONF), &Rooted(&folder))
}

/// The refusal, or what is configured and warned about; without the folder in which it happened.
fn outcome(content: &[u8]) -> String {
    let folder = etc();
    let said = match parse(content, Path::new(CONF), &Rooted(&folder)) {
        Ok(loaded) => summary(&loaded.config) + &loaded.warnings.join("\n"),
        Err(error) => error.to_string(),
    };
    said.replace(folder.path.to_str().unwrap(), "").trim_end().to_owned() + "\n"
}

/// Everything but the keys, a line each.
fn summary(config: &Config) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| writeln!(out, "{name}: {value}").unwrap();
    line("ikey", config.keys.ikey.clone());
    line("host", format!("{} {}", config.host.name, config.host.port));
    line("failmode", config.failmode.word().into());
    line("autopush", format!("{:?}", config.autopush));
    line("pushinfo", format!("{:?}", config.pushinfo));
    line("prompts", config.prompts.to_string());
    line("timeout", format!("{:?}", config.timeout));
    line("cafile", format!("{:?}", config.cafile));
    line("proxy", config.proxy.as_ref().map_or("none".into(), ToString::to_string));
    line("groups", config.groups.as_ref().map_or("all".into(), |it| it.written().into()));
    line("gecos", format!("{:?}", config.gecos));
    out
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/config/ini/files")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "conf"));
    paths.sort();
    paths
}

fn is_bad(path: &Path) -> bool {
    path.file_name().unwrap().to_str().unwrap().starts_with("bad-")
}

#[test]
fn each_file_is_read_or_refused_in_the_expected_words() {
    let paths = files();
    let bad = paths.iter().filter(|path| is_bad(path)).count();
    assert!(bad >= 30 && paths.len() - bad >= 28, "{bad} of {}", paths.len());
    let mut differ = Vec::new();
    for path in paths {
        let content = fs::read(&path).unwrap();
        assert_eq!(judge(&content).is_err(), is_bad(&path), "{}", path.display());
        let said = outcome(&content);
        assert!(!said.contains("s3cr3t"), "{}:\n{said}", path.display());
        differ.extend(compare(&path.with_extension("expected"), &said));
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_line_of_a_refusal_says_where_and_what_to_do() {
    for path in files().into_iter().filter(|path| is_bad(path)) {
        let said = outcome(&fs::read(&path).unwrap());
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len() % 3, 0, "{}", path.display());
        for mistake in lines.chunks(3) {
            let mut parts = mistake[0].splitn(4, ':');
            assert_eq!(parts.next(), Some(CONF));
            for _ in 0..2 {
                let number = parts.next().unwrap();
                assert!(number.parse::<u32>().unwrap() > 0, "{number}");
            }
            assert!(parts.next().unwrap().contains(['?', ';', ',']), "{}", mistake[0]);
            let caret = mistake[2].trim_start_matches([' ', '\t']);
            assert!(caret.starts_with('^') && caret[1..].bytes().all(|b| b == b'~'));
        }
    }
}

#[test]
fn there_is_a_file_for_each_option() {
    for (_, ini) in pam_duo2::config::options::ini_rows() {
        for name in ini.names.iter().filter(|name| !["ikey", "skey", "host"].contains(name)) {
            let path = root().join(format!("tests/config/ini/files/option-{name}.conf"));
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(&format!("\n{name} = ")), "{}", path.display());
        }
    }
}
