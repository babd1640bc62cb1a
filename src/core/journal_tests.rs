use proptest::prelude::*;

use super::*;
use crate::core::audit::{Headline, tests::entry};
use crate::core::host::Phase;

const ORIGIN: Origin<'_> = Origin { identifier: "sshd", pid: 4711 };

const HEADLINES: [Headline; 8] = [
    Headline::Sending,
    Headline::Successful,
    Headline::Failed,
    Headline::Skipped,
    Headline::Aborted,
    Headline::Failsafe,
    Headline::Failsecure,
    Headline::Error,
];

/// Reads a datagram as journald does: `NAME=value` to the newline, or the length and so many bytes.
fn read(mut rest: &[u8]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').expect("a whole field");
        let line = &rest[..end];
        rest = &rest[end + 1..];
        let (name, value) = if let Some(at) = line.iter().position(|byte| *byte == b'=') {
            (&line[..at], &line[at + 1..])
        } else {
            let (length, data) = rest.split_at(8);
            let length = u64::from_le_bytes(length.try_into().expect("eight bytes"));
            let (value, after) = data.split_at(usize::try_from(length).expect("a length"));
            rest = after.strip_prefix(b"\n").expect("a newline behind the value");
            (line, value)
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        fields.push((text(name), text(value)));
    }
    fields
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found: Vec<_> = fields.iter().filter(|(own, _)| own == name).collect();
    assert!(found.len() < 2, "{name} twice in {fields:#?}");
    found.first().map(|(_, value)| value.as_str())
}

/// Everything that an entry can say.
fn whole() -> Entry {
    Entry {
        phase: Phase::Account,
        account: Some("demo".into()),
        asked: Some("bob".into()),
        proxy: Some("proxy.example:3128".into()),
        ..entry()
    }
}

#[test]
fn a_verdict_has_the_line_of_syslog_and_its_parts_as_fields() {
    let fields = read(&datagram(&whole(), ORIGIN));
    let line = format!("pam_duo2(sshd:account): {}", whole());
    let expected = [
        ("MESSAGE", line.as_str()),
        ("MESSAGE_ID", "0ebd12e1226341ae8e6eb838ed93d9ad"),
        ("PRIORITY", "4"),
        ("SYSLOG_FACILITY", "10"),
        ("SYSLOG_IDENTIFIER", "sshd"),
        ("SYSLOG_PID", "4711"),
        ("DUO_FROM", "192.0.2.7"),
        ("DUO_SERVICE", "sshd"),
        ("DUO_RESULT", "deny"),
        ("DUO_PHASE", "account"),
        ("DUO_USER", "alice"),
        ("DUO_ACCOUNT", "demo"),
        ("DUO_ASKED", "bob"),
        ("DUO_FACTOR", "push"),
        ("DUO_DEVICE", "DPFZRS9FB0D46QFTM891"),
        ("DUO_TXID", "45f7c92b"),
        ("DUO_MS", "2315"),
        ("DUO_CONFIG", "/etc/duo/pam_duo2.toml"),
        ("DUO_FAILMODE", "secure"),
        ("DUO_PROXY", "proxy.example:3128"),
        ("DUO_REASON", "Login request denied."),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn each_headline_has_an_id_of_its_own() {
    for (at, headline) in HEADLINES.into_iter().enumerate() {
        let (_, _, id) = headline.parts();
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{id}");
        assert!(HEADLINES[..at].iter().all(|other| other.parts().2 != id), "{headline:?}");
    }
}

#[test]
fn a_value_with_a_newline_is_framed_by_its_length() {
    let mut bytes = Vec::new();
    put(&mut bytes, "DUO_USER", "a\nDUO_RESULT=allow");
    put(&mut bytes, "DUO_FROM", "");
    assert!(bytes.starts_with(b"DUO_USER\n\x12\0\0\0\0\0\0\0a\nDUO_RESULT=allow\n"));
    let fields = read(&bytes);
    assert_eq!(value(&fields, "DUO_USER"), Some("a\nDUO_RESULT=allow"));
    assert_eq!(value(&fields, "DUO_FROM"), Some(""));
    assert_eq!(fields.len(), 2);
}

#[test]
fn a_program_without_a_name_is_named_by_the_kernel() {
    let fields = read(&datagram(&entry(), Origin { identifier: "\u{1b}\0", pid: 1 }));
    assert_eq!(value(&fields, "SYSLOG_IDENTIFIER"), None);
}

/// Words that would be fields, lengths and ends of them.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        proptest::sample::select(vec![
            "\n",
            "\nDUO_RESULT=allow\n",
            "\nDUO_RESULT\n\u{5}\0\0\0\0\0\0\0allow\n",
            "DUO_RESULT=allow",
            "=",
            "\0",
            "\r\n",
            "\u{2028}",
        ])
        .prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_name_adds_a_field_or_changes_another(
        user in hostile(), from in hostile(), service in hostile(), device in hostile(),
        txid in hostile(), reason in hostile(), asked in hostile(), identifier in hostile(),
    ) {
        let entry = Entry {
            user, service,
            from: Some(from), device: Some(device), txid: Some(txid), reason: Some(reason),
            asked: Some(asked),
            ..entry()
        };
        let bytes = datagram(&entry, Origin { identifier: &identifier, pid: 4711 });
        let fields = read(&bytes);
        // Twice is refused by `value`.
        prop_assert_eq!(value(&fields, "DUO_RESULT"), Some("deny"));
        prop_assert_eq!(value(&fields, "MESSAGE_ID"), Some(Headline::Failed.parts().2));
        prop_assert_eq!(value(&fields, "SYSLOG_PID"), Some("4711"));
        let known = read(&datagram(&whole(), ORIGIN));
        for (name, text) in &fields {
            prop_assert!(value(&known, name).is_some(), "{} in {:?}", name, fields);
            prop_assert!(!text.chars().any(char::is_control), "{:?}", text);
            prop_assert!(text.len() <= Size::LOG_LINE.bytes() + Size::NAME.bytes() + 20);
        }
    }

    /// The frame alone, whatever the value.
    #[test]
    fn any_value_reads_back_as_it_was(one in hostile(), other in any::<String>()) {
        let mut bytes = Vec::new();
        put(&mut bytes, "DUO_USER", &one);
        put(&mut bytes, "DUO_FROM", &other);
        let expected = vec![("DUO_USER".to_owned(), one), ("DUO_FROM".to_owned(), other)];
        prop_assert_eq!(read(&bytes), expected);
    }
}

/// What is said about the log to its readers.
mod document {
    use std::collections::BTreeSet;

    use super::*;
    use crate::core::host::Class;
    use crate::core::policy::Failmode;
    use crate::core::verdict::{Outcome, tests::every_outcome, verdict};

    const TEXT: &str = include_str!("../../docs/logging.md");

    /// First cells, in backticks, of the rows of the table under this heading.
    fn rows(heading: &str) -> Vec<(String, String)> {
        let (_, text) = TEXT.split_once(&format!("\n## {heading}\n")).expect("the heading");
        let text = text.split("\n## ").next().unwrap_or_default();
        let row = |line: &str| {
            let (name, rest) = line.strip_prefix("| `")?.split_once('`')?;
            Some((name.to_owned(), rest.to_owned()))
        };
        text.lines().filter_map(row).collect()
    }

    fn names(rows: &[(String, String)]) -> BTreeSet<&str> {
        let names: BTreeSet<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), rows.len(), "a row twice");
        names
    }

    #[test]
    fn the_document_names_each_field_and_no_other() {
        let fields = read(&datagram(&whole(), ORIGIN));
        let rows = rows("The fields");
        assert_eq!(names(&rows), fields.iter().map(|(name, _)| name.as_str()).collect());
        // And by its name in the line, where it has one.
        for field in whole().fields() {
            let (_, rest) = rows.iter().find(|(name, _)| name == field.journal).expect("a row");
            let in_line = rest.split('|').nth(1).unwrap_or_default().trim();
            let wanted = field.key.map(|key| format!("`{key}=`"));
            assert_eq!(in_line, wanted.as_deref().unwrap_or("in words"), "{}", field.journal);
        }
    }

    #[test]
    fn the_document_names_each_outcome_and_no_other() {
        let modes = [None, Some(Failmode::Safe), Some(Failmode::Secure)];
        let outcomes = every_outcome();
        let verdicts = outcomes.iter().flat_map(|outcome| {
            // Nobody is exempt without a configuration, which has a failmode.
            let exempt = matches!(outcome, Outcome::Exempt { .. });
            let modes = modes.into_iter().filter(move |mode| mode.is_some() || !exempt);
            modes.map(move |mode| verdict(outcome, mode, Class::Plain))
        });
        let pairs: BTreeSet<(&str, &str)> =
            verdicts.map(|verdict| (verdict.name, verdict.headline.parts().0)).collect();
        let rows = rows("The outcomes");
        assert_eq!(names(&rows), pairs.iter().map(|(name, _)| *name).collect());
        for (name, words) in pairs {
            let (_, rest) = rows.iter().find(|(own, _)| own == name).expect("a row");
            let word = words.split(' ').next().unwrap_or_default();
            assert!(rest.contains(&format!("`{word}")), "{name}: {words}");
        }
    }

    #[test]
    fn the_document_gives_each_headline_with_its_id() {
        let rows = rows("The message ids");
        let written: BTreeSet<(&str, bool)> = HEADLINES
            .into_iter()
            .map(|headline| {
                let (words, _, id) = headline.parts();
                let row = rows.iter().find(|(name, _)| name == words);
                let row = row.unwrap_or_else(|| panic!("{words}"));
                (words, row.1.contains(id))
            })
            .collect();
        assert!(written.iter().all(|(_, right)| *right), "{written:?}");
        assert_eq!(rows.len(), HEADLINES.len());
    }
}
