//! The fuzzer's targets, each a function of any bytes that asserts what must hold: built into the
//! fuzzer (`fuzz/`) and into the unit tests, which replay the corpus that was kept (`replay`).

mod args;
mod commands;
mod files;
mod groups;
mod http;
mod ini;
mod link;
mod machine;
mod menu;
mod replies;
mod text;
mod toml;
mod trust;
mod tunnel;

#[cfg(test)]
mod replay;

/// What is called with each input.
pub type Target = fn(&[u8]);

/// Every target, by the name of its program and of its corpus.
pub const TARGETS: [(&str, Target); 13] = [
    ("args", args::target),
    ("commands", commands::target),
    ("groups", groups::target),
    ("http", http::target),
    ("ini", ini::target),
    ("link", link::target),
    ("machine", machine::target),
    ("menu", menu::target),
    ("replies", replies::target),
    ("text", text::target),
    ("toml", toml::target),
    ("trust", trust::target),
    ("tunnel", tunnel::target),
];

/// Runs the target of this name.
///
/// # Panics
/// When it finds something, or there is no such target.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.expect("a target of this name").1(data);
}

/// Reads choices from the front of an input; what is missing is nought.
struct Input<'d>(&'d [u8]);

impl<'d> Input<'d> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::from(self.byte()) % of.len()]
    }

    fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// So many bytes as the next one says.
    fn piece(&mut self) -> &'d [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        piece
    }

    fn is_over(&self) -> bool {
        self.0.is_empty()
    }
}

/// Fit for a terminal and a log: no control character but the end of a line, nothing that turns a
/// line around or is not seen.
fn is_clean(text: &str) -> bool {
    text.chars().all(|c| {
        let hidden = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}');
        c == '\n' || !(c.is_control() || hidden)
    })
}
