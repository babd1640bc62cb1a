//! Each `bad-*.toml` beside this file and exactly what is said of it (`UPDATE_DOCS=1` writes the
//! latter anew).

use std::fs;
use std::path::PathBuf;

use pam_duo2::config::options::OPTIONS;

use crate::generate::compare;
use crate::support::{Folder, GOOD, judge, refusal};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/config")
}

#[test]
fn each_bad_file_is_refused_in_the_expected_words() {
    let mut names: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    names.sort();
    assert!(names.len() >= 20, "only {} files", names.len());
    let mut differ = Vec::new();
    for path in names {
        let content = fs::read(&path).unwrap();
        let said = refusal(&content) + "\n";
        assert!(!said.contains("s3cr3t"), "{}:\n{said}", path.display());
        differ.extend(compare(&path.with_extension("expected"), &said));
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_line_of_a_refusal_is_one_of_three_and_says_where() {
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = refusal(&fs::read(&path).unwrap());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len() % 3, 0, "{}", path.display());
        for mistake in lines.chunks(3) {
            let mut parts = mistake[0].splitn(4, ':');
            assert_eq!(parts.next(), Some("/etc/duo/pam_duo2.toml"));
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
fn every_option_is_refused_when_it_is_of_another_type() {
    for option in OPTIONS {
        for value in ["1.5", "[]", "1979-05-27", "{}"] {
            let said = refusal(format!("{GOOD}{} = {value}\n", option.name).as_bytes());
            assert!(
                said.contains(&format!("`{}`", option.name)),
                "{} = {value}: {said}",
                option.name
            );
        }
    }
}

#[test]
fn the_summary_is_one_line_with_the_first_mistake_and_the_number_of_the_others() {
    let error = judge(b"[duo]\nprompts = 9\nikey = \"a\"\nhost = \"b\"\n", "su").unwrap_err();
    assert_eq!(
        error.summary(),
        "/etc/duo/pam_duo2.toml:1:1: neither `skey` nor `skey_file` is set; \
         write skey = \"…\" below [duo] (and 1 more)"
    );
    assert!(error.machine().is_none());
    let error = judge(format!("{GOOD}prompts = 9\n").as_bytes(), "su").unwrap_err();
    assert!(!error.summary().contains("more"), "{}", error.summary());
}

#[test]
fn a_thousand_mistakes_are_counted_and_not_all_shown() {
    use std::fmt::Write as _;
    let mut text = GOOD.to_owned();
    for number in 0..1000 {
        writeln!(text, "nothing_known_{number} = 1").unwrap();
    }
    let said = refusal(text.as_bytes());
    assert_eq!(said.lines().count(), 50 * 3 + 1);
    assert!(said.ends_with("\nand 950 more mistakes"), "{said}");
}

#[test]
fn a_file_over_64_kib_is_refused_and_one_of_64_kib_is_read() {
    let folder = Folder::new();
    let mut text = format!("{GOOD}#");
    text.push_str(&"x".repeat(64 * 1024 - text.len()));
    assert!(folder.load(&text, "sshd").is_ok());
    text.push('x');
    let said = folder.load(&text, "sshd").unwrap_err().to_string();
    assert!(said.contains("larger than 65536 bytes"), "{said}");
}
