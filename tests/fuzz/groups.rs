//! `groups` and the names of a user's groups, separated by NULs: the value, another value, names.

use crate::core::groups::Groups;

/// Longer patterns are for the property tests: the plain reading takes the product of both lengths.
const LONGEST: usize = 2_000;

/// Stands for a space in a name while a value is split.
const SPACE: &str = "\u{10ffff}";

pub fn target(data: &[u8]) {
    if data.len() > LONGEST {
        return;
    }
    let text = String::from_utf8_lossy(data);
    if text.contains(SPACE) {
        return;
    }
    let mut parts = text.split('\0');
    let (value, other) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let names: Vec<String> = parts.map(str::to_owned).collect();
    let (groups, warnings) = Groups::parse(value);
    assert_eq!(groups.written(), value);
    assert_eq!(groups.ask_everyone(), warnings.iter().any(|said| said.contains("everyone is")));
    assert_eq!(groups.ask(&names), plainly(value, &names), "{value:?} {names:?}");
    let (more, _) = Groups::parse(other);
    let both = groups.clone().and(more.clone());
    let wanted = match (groups.ask_everyone(), more.ask_everyone()) {
        (true, true) => true,
        (true, false) => more.ask(&names),
        (false, true) => groups.ask(&names),
        (false, false) => groups.ask(&names) || more.ask(&names),
    };
    assert_eq!(both.ask(&names), wanted, "{value:?} {other:?} {names:?}");
    // Written down and read again it says the same.
    if !both.ask_everyone() {
        assert_eq!(Groups::parse(both.written()).0.ask(&names), wanted, "{:?}", both.written());
    }
}

/// Is a user of these groups asked? As the documentation says it, with nothing of the module's.
fn plainly(value: &str, names: &[String]) -> bool {
    let blank = |c: char| c.is_ascii_whitespace();
    let value = value.replace("\\ ", SPACE);
    let lists: Vec<Vec<(bool, String)>> = value
        .split(blank)
        .map(|list| {
            let patterns = list.split(',').map(|part| {
                let text = part.strip_prefix('!');
                (text.is_some(), text.unwrap_or(part).replace(SPACE, " "))
            });
            patterns.filter(|(_, text)| !text.is_empty()).collect()
        })
        .filter(|list: &Vec<_>| !list.is_empty())
        .collect();
    let hits = |text: &str| names.iter().any(|name| matches(text, name));
    lists.is_empty()
        || lists.iter().any(|list| {
            list.iter().any(|(negated, text)| !negated && hits(text))
                && !list.iter().any(|(negated, text)| *negated && hits(text))
        })
}

/// One row of a table after another: which heads of the name the pattern so far can match.
fn matches(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let mut heads = vec![false; name.len() + 1];
    heads[0] = true;
    for wanted in pattern.chars() {
        let mut next = vec![false; name.len() + 1];
        for length in 0..=name.len() {
            next[length] = match wanted {
                '*' => heads[length] || length > 0 && next[length - 1],
                '?' => length > 0 && heads[length - 1],
                c => length > 0 && heads[length - 1] && name[length - 1] == c,
            };
        }
        heads = next;
    }
    heads[name.len()]
}
