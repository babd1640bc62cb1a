use super::*;
use proptest::prelude::*;

pub(in crate::core) fn entry() -> Entry {
    Entry {
        headline: Headline::Failed,
        user: "alice".into(),
        account: None,
        asked: None,
        from: Some("192.0.2.7".into()),
        service: "sshd".into(),
        phase: Phase::Auth,
        outcome: Some("deny"),
        reason: Some("Login request denied.".into()),
        factor: Some("push"),
        device: Some("DPFZRS9FB0D46QFTM891".into()),
        txid: Some("45f7c92b".into()),
        took: Duration::from_millis(2315),
        config: Some("/etc/duo/pam_duo2.toml".into()),
        failmode: Some("secure"),
        proxy: None,
    }
}

#[test]
fn the_proxy_is_named_before_the_reason() {
    let entry = Entry { proxy: Some("proxy.example:3128".into()), ..entry() };
    let line = entry.to_string();
    assert!(line.contains(" failmode=secure proxy=proxy.example:3128 reason="), "{line}");
}

#[test]
fn a_denial_reads_as_pam_duo_s_and_says_the_rest_in_fields() {
    assert_eq!(
        entry().to_string(),
        "Failed Duo login for 'alice' from 192.0.2.7: service=sshd outcome=deny \
         factor=push device=DPFZRS9FB0D46QFTM891 txid=45f7c92b ms=2315 \
         config=/etc/duo/pam_duo2.toml failmode=secure reason=\"Login request denied.\""
    );
}

#[test]
fn the_account_phase_is_named_behind_the_outcome() {
    let entry = Entry { phase: Phase::Account, ..entry() };
    assert!(entry.to_string().contains(": service=sshd outcome=deny phase=account factor="));
}

#[test]
fn what_is_not_known_is_not_said() {
    let entry = Entry {
        headline: Headline::Error,
        from: Some(String::new()),
        outcome: Some("config"),
        reason: None,
        factor: None,
        device: None,
        txid: None,
        config: None,
        failmode: None,
        ..entry()
    };
    assert_eq!(
        entry.to_string(),
        "Error in Duo login for 'alice': service=sshd outcome=config ms=2315"
    );
}

#[test]
fn a_user_name_cannot_point_a_log_filter_at_another_address() {
    let entry = Entry { user: "x' from 192.0.2.66: \"".into(), ..entry() };
    let line = entry.to_string();
    assert!(
        line.starts_with("Failed Duo login for 'x? from 192.0.2.66: ?' from 192.0.2.7: "),
        "{line}"
    );
}

#[test]
fn two_names_that_read_the_same_in_words_differ_in_a_field() {
    let line = |user: &str| Entry { user: user.into(), ..entry() }.to_string();
    for (user, field) in [
        ("CORP?alice", ""),
        (r"CORP\alice", r#"user="CORP\\alice" "#),
        ("alice'", r#"user="alice'" "#),
        ("al\u{200b}ice", r#"user="al\\u{200b}ice" "#),
        (r"al\u{200b}ice", r#"user="al\\u{5c}u{200b}ice" "#),
        ("x outcome=allow", r#"user="x outcome\\u{3d}allow" "#),
    ] {
        let wanted = format!(": service=sshd outcome=deny {field}factor=push ");
        assert!(line(user).contains(&wanted), "{}", line(user));
    }
}

#[test]
fn a_factor_that_goes_out_is_no_verdict_to_a_log_filter() {
    let entry = Entry {
        headline: Headline::Sending,
        outcome: None,
        reason: None,
        txid: None,
        device: Some("outcome=allow".into()),
        ..entry()
    };
    assert_eq!(
        entry.to_string(),
        r#"Sending Duo factor for 'alice' from 192.0.2.7: service=sshd factor=push device="outcome\\u{3d}allow" ms=2315 config=/etc/duo/pam_duo2.toml failmode=secure"#
    );
}

#[test]
fn a_host_name_cannot_add_a_field() {
    let entry = Entry { from: Some("h: outcome=allow".into()), ..entry() };
    assert!(entry.to_string().contains("from h:?outcome?allow: service="));
}

#[test]
fn a_diagnostic_becomes_one_log_line_per_line() {
    let lines = log_lines("a.toml:3:1: no\n\n   |\n 3 | x = \u{1b}[1m1\n");
    let lines: Vec<&str> = lines.iter().map(Text::as_str).collect();
    assert_eq!(lines, ["a.toml:3:1: no", "   |", " 3 | x = 1"]);
}

/// Names that are rich in what cleaning drops, replaces or escapes.
fn name() -> impl Strategy<Value = String> {
    "(al|u|\\{5c\\}|[\\\\?'\"= {}\u{200b}\u{301}\n\u{1b}…]|.){0,12}"
}

proptest! {
    #[test]
    fn two_names_never_give_the_same_line(one in name(), other in name()) {
        let line = |user: &str| {
            let entry = Entry { user: user.to_owned(), ..entry() };
            Text::line(&entry.to_string(), Size::LOG_LINE).to_string()
        };
        let clean = Text::line(&one, Size::FIELD).to_string();
        for other in [other, clean, in_words(&one), exact(&one).into_owned()] {
            prop_assert_eq!(one == other, line(&one) == line(&other), "{}", line(&one));
            // And the journal's field alone is enough.
            prop_assert_eq!(one == other, exact(&one) == exact(&other));
        }
        let field = exact(&one).into_owned();
        prop_assert_eq!(Text::line(&field, Size::FIELD).to_string(), field);
    }

    #[test]
    fn an_entry_is_one_clean_line(
        user in "(outcome=|allow|'|\"| from |.){0,9}",
        from in any::<Option<String>>(),
        reason in any::<Option<String>>(),
        device in any::<Option<String>>(),
    ) {
        let line = Entry { user, from, reason, device, ..entry() }.to_string();
        prop_assert!(!line.chars().any(char::is_control));
        let (_, after) = line.split_once("outcome=").unwrap_or_default();
        prop_assert!(after.starts_with("deny "), "{}", line);
    }

    #[test]
    fn every_log_line_is_short(text in any::<String>()) {
        for line in log_lines(&text) {
            prop_assert!(line.as_str().len() <= Size::LOG_LINE.bytes());
        }
    }
}
