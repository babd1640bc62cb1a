//! "Did you mean": the nearest name, for what was mistyped or comes from elsewhere.

use super::options::{self, OPTIONS, OTHER_NAMES};

/// The option that was probably meant.
#[must_use]
pub fn option(name: &str) -> Option<&'static str> {
    let plain = name.to_ascii_lowercase().replace('-', "_");
    let known = OPTIONS.iter().map(|option| option.name);
    elsewhere(&plain).or_else(|| nearest(&plain, known))
}

/// The option of an INI file that was probably meant.
#[must_use]
pub fn ini_option(name: &str) -> Option<&'static str> {
    let plain = name.to_ascii_lowercase().replace('-', "_");
    let known = options::ini_rows().flat_map(|(_, ini)| ini.names.iter().copied());
    let ours = elsewhere(&plain).and_then(options::ini).map(|(_, ini)| ini.name());
    ours.or_else(|| nearest(&plain, known))
}

/// Our name for an option that is called so elsewhere.
fn elsewhere(name: &str) -> Option<&'static str> {
    OTHER_NAMES.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours)
}

/// The kind of table that was probably meant.
#[must_use]
pub fn table(name: &str) -> Option<&'static str> {
    nearest(name, ["duo", "service"].into_iter())
}

/// The nearest of these, if it is near: one slip in a short name, two in a longer one.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= if candidate.len() < 5 { 1 } else { 2 })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, remove, change or swap with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // A name far longer is never near, and costs time in proportion.
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_names_from_elsewhere_find_the_option() {
        for (written, meant) in [
            ("failmod", Some("failmode")),
            ("fialmode", Some("failmode")),
            ("Fail-Mode", Some("failmode")),
            ("SKEY", Some("skey")),
            ("skye", Some("skey")),
            ("ksey", Some("skey")),
            ("skey-file", Some("skey_file")),
            ("https_timeout", Some("timeout")),
            ("api-hostname", Some("host")),
            ("pushinfos", Some("pushinfo")),
            ("failmo", Some("failmode")),
            ("", None),
            ("noverify", None),
            ("motd", None),
        ] {
            assert_eq!(option(written), meant, "{written}");
        }
    }

    #[test]
    fn a_longer_name_bears_one_slip_more() {
        assert_eq!(nearest("abxd", ["abcd"].into_iter()), Some("abcd"));
        assert_eq!(nearest("abxx", ["abcd"].into_iter()), None);
        assert_eq!(nearest("abcxx", ["abcde"].into_iter()), Some("abcde"));
        assert_eq!(nearest("abxxx", ["abcde"].into_iter()), None);
        assert_eq!(nearest("abcdx", ["axxde", "abcde"].into_iter()), Some("abcde"));
    }

    #[test]
    fn a_slip_is_a_letter_more_or_less_or_another_or_two_that_changed_places() {
        for (one, other, slips) in [
            ("abc", "abc", 0),
            ("abc", "abxc", 1),
            ("abc", "abcx", 1),
            ("abc", "xabc", 1),
            ("abc", "axc", 1),
            ("abc", "acb", 1),
            ("abc", "bac", 1),
            ("abc", "abcxy", 2),
            ("abc", "xbcy", 2),
            ("abc", "cab", 2),
            ("abc", "xyz", 3),
        ] {
            assert_eq!(distance(one, other), slips, "{one} {other}");
            assert_eq!(distance(other, one), slips, "{other} {one}");
        }
    }
}
