use super::*;
use proptest::prelude::*;

fn affix(text: &str) -> Affix {
    Affix::parse(text).unwrap()
}

fn strips(affixes: &[&str]) -> Rules {
    Rules { strip: affixes.iter().map(|text| affix(text)).collect(), ..Rules::default() }
}

fn applied(rules: &Rules, account: &str) -> Option<String> {
    rules.apply(account)
}

#[test]
fn only_what_is_listed_is_taken_away_and_case_does_not_count() {
    let rules = strips(&["CORP\\", "@example.com"]);
    for (account, name) in [
        ("alice", "alice"),
        ("CORP\\alice", "alice"),
        ("corp\\Alice", "Alice"),
        ("alice@Example.COM", "alice"),
        ("CORP\\alice@example.com", "alice"),
        ("LAB\\alice", "LAB\\alice"),
        ("alice@other.example", "alice@other.example"),
        ("alice@sub.example.com", "alice@sub.example.com"),
        ("alice@example.com.evil", "alice@example.com.evil"),
        ("alice@x@example.com", "alice@x"),
        ("XCORP\\alice", "XCORP\\alice"),
        ("CORP\\CORP\\alice", "CORP\\alice"),
        ("CORPalice", "CORPalice"),
    ] {
        assert_eq!(applied(&rules, account).as_deref(), Some(name), "{account}");
    }
}

#[test]
fn letters_that_only_look_alike_are_not_the_listed_realm() {
    // U+212A, the Kelvin sign, is a k in small letters.
    let rules = strips(&["@bank.example"]);
    assert_eq!(
        applied(&rules, "alice@ban\u{212a}.example").as_deref(),
        Some("alice@ban\u{212a}.example")
    );
}

#[test]
fn nothing_left_of_a_name_is_no_name() {
    let rules =
        Rules { append: Some(affix("@example.com")), ..strips(&["CORP\\", "@example.com"]) };
    for account in ["CORP\\", "@example.com", "CORP\\@example.com", "", " ", "CORP\\ "] {
        assert_eq!(applied(&rules, account), None, "{account:?}");
    }
}

#[test]
fn a_domain_or_realm_is_added_where_there_is_none() {
    let realm = Rules { append: Some(affix("@example.com")), ..strips(&["CORP\\"]) };
    for (account, name) in [
        ("alice", "alice@example.com"),
        ("CORP\\alice", "alice@example.com"),
        ("LAB\\alice", "LAB\\alice"),
        ("alice@lab.example", "alice@lab.example"),
    ] {
        assert_eq!(applied(&realm, account).as_deref(), Some(name), "{account}");
    }
    let domain = Rules { append: Some(affix("CORP\\")), ..Rules::default() };
    assert_eq!(applied(&domain, "alice").as_deref(), Some("CORP\\alice"));
}

#[test]
fn small_letters_come_last_and_the_map_before_everything() {
    let map = UserMap::parse("Alice = Smith.A\n").unwrap();
    let append = Some(affix("@Example.com"));
    let rules = Rules { append, lowercase: true, map, ..Rules::default() };
    assert_eq!(applied(&rules, "BOB").as_deref(), Some("bob@example.com"));
    assert_eq!(applied(&rules, "Alice").as_deref(), Some("Smith.A"));
    assert_eq!(applied(&rules, "alice").as_deref(), Some("alice@example.com"));
}

#[test]
fn no_name_in_other_letters_becomes_one_in_ascii() {
    let rules = Rules { lowercase: true, ..Rules::default() };
    for (account, name) in
        [("\u{212a}ATE", "\u{212a}ate"), ("\u{130}DA", "\u{130}da"), ("ÄGIR", "ägir")]
    {
        assert_eq!(applied(&rules, account).as_deref(), Some(name), "{account}");
    }
    for c in (0x80..0x11_0000).filter_map(char::from_u32) {
        let name = applied(&rules, &format!("a{c}b")).unwrap();
        assert!(!name.is_ascii(), "{c:?}");
    }
}

#[test]
fn what_is_neither_a_domain_nor_a_realm_is_refused() {
    for text in
        ["", "CORP", "\\", "@", "example.com", "CO RP\\", "@a@b", "A\\B\\", "@a b", "@a\\", "\n\\"]
    {
        assert!(Affix::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_map_has_one_account_on_a_line_and_comments() {
    let map =
        UserMap::parse("# who is who\r\n\r\n alice =smith \nCORP\\John Doe = jd@example.com\n");
    let wanted = [("CORP\\John Doe", "jd@example.com"), ("alice", "smith")];
    let wanted = wanted.map(|(account, name)| (account.to_owned(), name.to_owned()));
    assert_eq!(map, Ok(UserMap(BTreeMap::from(wanted))));
}

#[test]
fn every_broken_line_of_a_map_is_named() {
    let wrong =
        UserMap::parse("alice = a\nbob\n= x\ncarol =\nalice = b\na = b = c\nd\te = f\nalice = c\n");
    let said: Vec<String> = wrong.unwrap_err().iter().map(ToString::to_string).collect();
    let starts = [
        "2: no =",
        "3: one side",
        "4: one side",
        "5: this account",
        "6: a = stands in a name",
        "7: a control",
        "8: this account stands on line 1",
    ];
    assert_eq!(said.len(), starts.len(), "{said:#?}");
    for (said, start) in said.iter().zip(starts) {
        assert!(said.starts_with(start), "{said}");
    }
}

#[test]
fn what_is_no_plain_name_is_a_mistake_and_real_names_are_none() {
    for (line, said) in [
        ("demo = alice # the boss", "1: a comment follows the name; "),
        ("demo = alice ;the boss", "1: a comment follows the name; "),
        ("demo = # alice", "1: a comment follows the name; "),
        ("demo = \"alice\"", "1: a pair of quotes stands in a name; "),
        ("'demo' = alice", "1: a pair of quotes stands in a name; "),
        ("demo = “alice”", "1: a curly quote stands here; "),
        ("“demo” = alice", "1: a curly quote stands here; "),
        ("demo = ’alice’ x", "1: a curly quote stands in a name; "),
        ("\u{feff}demo = alice", "1: a byte order mark stands here; "),
        ("\u{feff}# who is who", "1: a byte order mark stands here; "),
        ("demo = alice\u{a0}", "1: a no-break space stands here; "),
        ("demo = al\u{200b}ice", "1: a character that does not show stands here; "),
        ("demo = alice, bob", "1: a , stands in a name; "),
        ("demo = alice;", "1: a ; stands in a name; "),
        ("demo = CORP?alice", "1: a ? stands in a name; "),
        ("* = alice", "1: a * stands in a name; "),
        ("demo = Alice <alice@example.com>", "1: a < stands in a name; "),
        ("demo = https://example.com", "1: a : stands in a name; "),
        ("demo = alice/", "1: a / stands in a name; "),
        ("demo = a\"b", "1: a \" stands in a name; "),
    ] {
        let wrong = UserMap::parse(line).unwrap_err();
        assert!(wrong.len() == 1 && wrong[0].to_string().starts_with(said), "{line}: {wrong:?}");
    }
    for name in [
        "alice.b-c_d",
        "alice+duo@example.com",
        "CORP\\alice",
        "CORP\\John Doe",
        "guest_contoso.com#EXT#@corp.example",
        "O'Brien",
        "O’Brien",
        "Zoë",
        "host$",
        "alice/admin@EXAMPLE.COM",
        "42",
    ] {
        let map = UserMap::parse(&format!("demo = {name}\r\n{name} = x\n")).unwrap();
        assert_eq!(map.0.get("demo").map(String::as_str), Some(name));
    }
}

#[test]
fn a_name_stands_at_its_place_in_the_gecos_field_or_nowhere() {
    let second = Gecos::part(",", 2).unwrap();
    assert_eq!(second.name("Alice, smith ,x").as_deref(), Some("smith"));
    for field in ["", "Alice", "Alice,,x", "Alice, "] {
        assert_eq!(second.name(field), None, "{field:?}");
    }
    assert_eq!(Gecos::whole().name("a,b").as_deref(), Some("a,b"));
    assert_eq!(Gecos::whole().name(" "), None);
    assert_eq!(Gecos::part("/", 1).unwrap().name("a/b").as_deref(), Some("a"));
    for delimiter in ["", ":", ",,", "ä", "\n"] {
        assert!(Gecos::part(delimiter, 1).is_err(), "{delimiter:?}");
    }
    assert!(Gecos::part(",", 0).is_err());
}

proptest! {
    #[test]
    fn two_realms_of_which_one_is_listed_never_share_a_name(
        name in "[a-z@\\\\]{1,6}", other in "[a-z.]{1,8}", lowercase: bool,
    ) {
        prop_assume!(other != "listed.example");
        let rules = Rules { lowercase, ..strips(&["@listed.example"]) };
        let listed = applied(&rules, &format!("{name}@listed.example"));
        let unlisted = applied(&rules, &format!("{name}@{other}"));
        prop_assert_ne!(listed, unlisted);
    }

    #[test]
    fn no_input_is_too_strange(
        account in any::<String>(), affixes in proptest::collection::vec("@\\PC{1,5}|\\PC{1,5}\\\\", 0..4),
        map in any::<String>(), field in any::<String>(), position in 1..9_usize,
    ) {
        let strip = affixes.iter().filter_map(|text| Affix::parse(text).ok()).collect();
        let map = UserMap::parse(&map).unwrap_or_default();
        let rules = Rules { strip, lowercase: true, map, append: None };
        prop_assert!(applied(&rules, &account).is_none_or(|name| !name.trim().is_empty()));
        let found = Gecos::part(",", position).unwrap().name(&field);
        prop_assert!(found.is_none_or(|name| field.contains(&name)));
    }
}
