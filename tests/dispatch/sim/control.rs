//! Control flags: what follows from each code.

use super::code::Code;

/// What a code leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Ignore,
    Ok,
    Done,
    Bad,
    Die,
    Reset,
    /// Over so many lines.
    Jump(u32),
}

/// The action for each code that libpam knows.
pub type Actions = [Action; Code::COUNT];

/// The four flags that have names; `None` for any other word.
pub fn named(word: &str) -> Option<Actions> {
    let (success, ignore, default) = match word.to_ascii_lowercase().as_str() {
        "required" => (Action::Ok, Action::Ignore, Action::Bad),
        "requisite" => (Action::Ok, Action::Ignore, Action::Die),
        "optional" => (Action::Ok, Action::Ignore, Action::Ignore),
        "sufficient" => (Action::Done, Action::Ignore, Action::Ignore),
        _ => return None,
    };
    let mut actions = [default; Code::COUNT];
    for (code, action) in
        [(Code::SUCCESS, success), (Code::NEW_AUTHTOK_REQD, success), (Code::IGNORE, ignore)]
    {
        actions[code.index().expect("one of libpam's")] = action;
    }
    Some(actions)
}

/// What stands in brackets. A mistake anywhere makes everything bad, as in libpam.
pub fn listed(text: &str) -> Actions {
    let bad = [Action::Bad; Code::COUNT];
    let mut set = [None; Code::COUNT];
    let mut rest = text.trim_start_matches(blank);
    while !rest.is_empty() {
        let Some((code, action, after)) = one(rest) else { return bad };
        match code.and_then(Code::index) {
            Some(index) => set[index] = Some(action),
            // `default` is for those that nothing was said of before it.
            None => set.iter_mut().for_each(|one| *one = one.or(Some(action))),
        }
        rest = after.trim_start_matches(blank);
    }
    set.map(|one| one.unwrap_or(Action::Bad))
}

/// One `value=action`, and what follows it; the code is `None` for `default`.
fn one(text: &str) -> Option<(Option<Code>, Action, &str)> {
    let (code, rest) = match Code::prefix_of(text) {
        Some((code, rest)) => (Some(code), rest),
        None => (None, text.strip_prefix("default")?),
    };
    let rest = rest.trim_start_matches(blank).strip_prefix('=')?.trim_start_matches(blank);
    let words = [
        ("ignore", Action::Ignore),
        ("ok", Action::Ok),
        ("done", Action::Done),
        ("bad", Action::Bad),
        ("die", Action::Die),
        ("reset", Action::Reset),
    ];
    for (word, action) in words {
        if let Some(rest) = rest.strip_prefix(word) {
            return Some((code, action, rest));
        }
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let lines: u32 = rest[..digits].parse().ok()?;
    (lines > 0).then_some((code, Action::Jump(lines), &rest[digits..]))
}

/// C's `isspace`.
fn blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}
