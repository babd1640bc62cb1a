use super::*;
use proptest::prelude::*;

fn asked(groups: &str, names: &[&str]) -> bool {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    Groups::parse(groups).0.ask(&names)
}

fn warnings(groups: &str) -> Vec<String> {
    Groups::parse(groups).1
}

#[test]
fn a_user_is_asked_when_one_group_matches_one_list() {
    for (groups, names, wanted) in [
        ("users", &["users"][..], true),
        ("users", &["user"], false),
        ("users", &["Users"], false),
        ("users", &["staff", "users"], true),
        ("users staff", &["staff"], true),
        ("users,staff", &["staff"], true),
        ("u?ers", &["users"], true),
        ("u*", &["u"], true),
        ("*s*e*s", &["seashell"], false),
        ("*s*e*s", &["seashells"], true),
        ("?", &["ä"], true),
        ("*", &["anything"], true),
        ("*", &[], false),
    ] {
        assert_eq!(asked(groups, names), wanted, "{groups} {names:?}");
    }
}

#[test]
fn a_negation_that_matches_any_group_makes_its_own_list_fail_and_no_other() {
    assert!(asked("*,!admins", &["users"]));
    assert!(!asked("*,!admins", &["users", "admins"]));
    assert!(!asked("!admins,*", &["admins", "users"]));
    assert!(asked("*,!admins operators", &["admins", "operators"]));
    assert!(!asked("*,!adm*", &["users", "administrators"]));
}

#[test]
fn negations_alone_match_nobody_and_are_warned_about() {
    assert!(!asked("!admins", &["users"]));
    assert!(!asked("!admins,!users", &["staff"]));
    let said = warnings("users !admins,!root");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("`!admins,!root` holds only negations"), "{said:?}");
    assert!(said[0].contains("`*,!admins,!root`"), "{said:?}");
    assert!(warnings("users,!admins *,!x").is_empty());
}

#[test]
fn a_space_in_a_name_is_written_with_a_backslash() {
    assert!(asked("domain\\ users", &["domain users"]));
    assert!(!asked("domain users", &["domain users"]));
    assert!(asked("CORP\\domain\\ users", &["CORP\\domain users"]));
    assert!(asked("staff *,!domain\\ admins", &["domain users"]));
    assert!(!asked("*,!domain\\ admins", &["domain users", "domain admins"]));
    assert!(asked("a\\", &["a\\"]));
}

#[test]
fn a_group_without_a_name_is_matched_by_a_star_alone() {
    assert!(asked("*", &[""]));
    assert!(asked("*,!admins", &[""]));
    for groups in ["?", "?*", "users", ","] {
        assert_eq!(asked(groups, &[""]), groups == ",", "{groups}");
    }
}

#[test]
fn a_value_without_any_group_asks_everyone_and_is_warned_about() {
    for groups in ["", "  ", ",", "! ,!"] {
        assert!(asked(groups, &[]), "{groups:?}");
        assert!(warnings(groups).iter().any(|said| said.contains("everyone")), "{groups:?}");
    }
    assert!(warnings("users, staff").iter().any(|said| said.contains("empty pattern")));
}

#[test]
fn a_pattern_that_would_take_a_recursive_matcher_for_ever_takes_no_time() {
    let pattern = "*a".repeat(2_000) + "b";
    assert!(!asked(&pattern, &["a".repeat(4_000).as_str()]));
}

/// As many lists as a file has room for, and a user of many groups. It takes about a second without
/// optimisation, and far longer if each list made the names ready anew.
#[test]
fn many_lists_and_many_groups_take_a_moment() {
    let names: Vec<String> = (0..500).map(|number| format!("{:a>26}{number}", "")).collect();
    let (groups, _) = Groups::parse(&"a ".repeat(32_000));
    let began = std::time::Instant::now();
    assert!(!groups.ask(&names));
    assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
}

/// Plainly what the dialect says, whatever it costs.
fn reference(pattern: &[char], name: &[char]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some(('*', rest)) => (0..=name.len()).any(|taken| reference(rest, &name[taken..])),
        Some((wanted, rest)) => name.split_first().is_some_and(|(found, left)| {
            (*wanted == '?' || wanted == found) && reference(rest, left)
        }),
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// A user is asked, by the plain reading of an unescaped value.
fn plainly(value: &str, names: &[String]) -> bool {
    let one = |list: &str| {
        let hit = |part: &str| {
            names.iter().any(|name| reference(&chars(part.trim_start_matches('!')), &chars(name)))
        };
        list.split(',').any(|part| !part.starts_with('!') && hit(part))
            && !list.split(',').any(|part| part.starts_with('!') && hit(part))
    };
    value.split(' ').any(one)
}

proptest! {
    #[test]
    fn the_matcher_agrees_with_a_plain_one(pattern in "[ab*?]{0,9}", name in "[abä]{0,9}") {
        let (pattern, name) = (chars(&pattern), chars(&name));
        prop_assert_eq!(matches(&pattern, &name), reference(&pattern, &name));
    }

    #[test]
    fn lists_agree_with_their_plain_reading(
        value in "!?[ab*?]{1,4}(,!?[ab*?]{1,4}){0,3}( !?[ab*?]{1,4}(,!?[ab*?]{1,4}){0,3}){0,2}",
        names in proptest::collection::vec("[ab]{1,5}", 0..4),
    ) {
        prop_assert_eq!(Groups::parse(&value).0.ask(&names), plainly(&value, &names));
    }

    #[test]
    fn any_text_is_a_value(value in "(\\PC|[ ,!*?\\\\]){0,40}", names in proptest::collection::vec(".{0,9}", 0..4)) {
        let (groups, _) = Groups::parse(&value);
        let _ = groups.ask(&names);
        prop_assert_eq!(groups.written(), value);
    }
}

#[test]
fn two_values_together_ask_whom_either_asks() {
    let of = |text| Groups::parse(text).0;
    let asks = |groups: &Groups, name: &str| groups.ask(&[name.to_owned()]);
    let both = of("staff").and(of("admins,!robots"));
    assert_eq!(both.written(), "staff admins,!robots");
    assert!(asks(&both, "staff") && asks(&both, "admins") && !asks(&both, "others"));
    assert_eq!(both, of("staff admins,!robots"));
    for one in [of("").and(of("staff")), of("staff").and(of(","))] {
        assert!(asks(&one, "staff") && !asks(&one, "others"));
        assert_eq!(one, of("staff"), "and what names no group is not in what the log says");
    }
    assert!(of("").and(of("")).ask_everyone());
    let with_a_backslash = of("CORP\\").and(of("staff"));
    assert_eq!(with_a_backslash, of(with_a_backslash.written()), "read again it is the same");
}
