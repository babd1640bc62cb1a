//! A command line as one line of text that reads as it was typed and hides nothing.

use std::fmt::Write as _;

use super::glyph::{Glyph, classify};

/// Bytes of UTF-8 that a phone is asked to show: a screenful, and what a person may be expected to
/// read before a tap. Few commands come near it.
pub const MAX_BYTES: usize = 1000;

/// Of those, what is kept of the end; the beginning says which program it is, so it gets more.
const TAIL_BYTES: usize = 380;

/// `…18446744073709551615 bytes…`
const MARK_BYTES: usize = 33;

/// Marks on one character that still are a script and not a screen.
const MARKS_PER_CHARACTER: usize = 4;

/// Splits what `/proc/PID/cmdline` holds: arguments that each end in a NUL; empty ones count.
#[must_use]
pub fn arguments(cmdline: &[u8]) -> Vec<&[u8]> {
    if cmdline.is_empty() {
        return Vec::new();
    }
    // A process that overwrote its title may have no NUL at the end.
    let cmdline = cmdline.strip_suffix(b"\0").unwrap_or(cmdline);
    cmdline.split(|&byte| byte == 0).collect()
}

/// Options of sudo that take a value, as sudo 1.9 has them (`sudo(8)`).
const WITH_VALUE: &[u8] = b"aCcDghpRrTtUu";
/// The same, written out.
const LONG_WITH_VALUE: &[&[u8]] = &[
    b"auth-type",
    b"chdir",
    b"chroot",
    b"close-from",
    b"command-timeout",
    b"group",
    b"host",
    b"login-class",
    b"other-user",
    b"prompt",
    b"role",
    b"type",
    b"user",
];

/// Is this `sudo -S`? Then what sudo shows goes to its standard output and error, whatever terminal
/// there is. An option that this version of ours does not know may lead to a wrong answer, on which
/// nothing hangs but where the person reads what.
#[must_use]
pub fn is_answered_on_stdin(arguments: &[&[u8]]) -> bool {
    let mut is_value = false;
    for argument in arguments.iter().skip(1) {
        match argument {
            // Also an empty one, as in `sudo -p '' -S`.
            _ if is_value => is_value = false,
            [] | [b'-', b'-'] => return false,
            // The shortest that is not `--shell` or `--set-home`, up to the whole.
            [b'-', b'-', name @ ..] if name.len() > 1 && b"stdin".starts_with(name) => return true,
            [b'-', b'-', name @ ..] => is_value = LONG_WITH_VALUE.contains(&name),
            [b'-', letters @ ..] if !letters.is_empty() => {
                let ends = letters.iter().position(|l| *l == b'S' || WITH_VALUE.contains(l));
                match ends {
                    Some(at) if letters[at] == b'S' => return true,
                    // The value is the rest of this argument, or else the next one.
                    Some(at) => is_value = at + 1 == letters.len(),
                    None => {}
                }
            }
            // A variable for the command; options may stand behind it.
            variable if variable.contains(&b'=') => {}
            _ => return false,
        }
    }
    false
}

/// The arguments quoted as a shell would want them, so that their borders are unambiguous; too long,
/// head and tail with `…N bytes…` between, so that padding cannot hide the end.
#[must_use]
pub fn render(arguments: &[&[u8]]) -> String {
    let quoted: Vec<String> = arguments.iter().map(|argument| quote(argument)).collect();
    shorten(&quoted.join(" "))
}

/// One argument: bare, in `'…'`, or in `$'…'` with what cannot be shown as an escape (bash, POSIX 2024).
fn quote(argument: &[u8]) -> String {
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(byte);
    let pieces = pieces(argument);
    if !argument.is_empty() && argument.iter().all(bare) {
        return String::from_utf8_lossy(argument).into_owned();
    }
    if let Some(plain) = pieces.iter().map(Piece::shown).collect::<Option<String>>() {
        return format!("'{}'", plain.replace('\'', r"'\''"));
    }
    let mut quoted = String::from("$'");
    for piece in &pieces {
        piece.escape_into(&mut quoted);
    }
    quoted.push('\'');
    quoted
}

/// What an argument is made of.
enum Piece {
    /// Shows as itself.
    Shown(char),
    /// Would show as nothing, as something else, or move the rest.
    Unseen(char),
    /// Belongs to no UTF-8 character.
    Byte(u8),
}

impl Piece {
    fn shown(&self) -> Option<char> {
        match self {
            Self::Shown(c) => Some(*c),
            Self::Unseen(_) | Self::Byte(_) => None,
        }
    }

    fn escape_into(&self, out: &mut String) {
        // Writing into a String cannot fail.
        let _ = match self {
            Self::Shown(c @ ('\'' | '\\')) => write!(out, "\\{c}"),
            Self::Shown(c) => write!(out, "{c}"),
            Self::Unseen('\n') => write!(out, "\\n"),
            Self::Unseen('\r') => write!(out, "\\r"),
            Self::Unseen('\t') => write!(out, "\\t"),
            Self::Unseen('\u{1b}') => write!(out, "\\e"),
            Self::Unseen(c) if c.is_ascii() => write!(out, "\\x{:02x}", u32::from(*c)),
            Self::Unseen(c) if u32::from(*c) <= 0xFFFF => write!(out, "\\u{:04x}", u32::from(*c)),
            Self::Unseen(c) => write!(out, "\\U{:08x}", u32::from(*c)),
            Self::Byte(byte) => write!(out, "\\x{byte:02x}"),
        };
    }
}

fn pieces(argument: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(argument.len());
    let mut marks_left = 0;
    for chunk in argument.utf8_chunks() {
        for c in chunk.valid().chars() {
            let glyph = classify(c);
            marks_left = match glyph {
                Glyph::Plain => MARKS_PER_CHARACTER,
                Glyph::Mark => marks_left,
                Glyph::Space | Glyph::Break | Glyph::Hidden => 0,
            };
            pieces.push(match glyph {
                // The mark of an omission must be ours, or an argument could fake one.
                Glyph::Plain if c != '…' => Piece::Shown(c),
                Glyph::Mark if marks_left > 0 => {
                    marks_left -= 1;
                    Piece::Shown(c)
                }
                // An exotic blank is told apart from the plain one, a gap in a word from its end.
                _ => Piece::Unseen(c),
            });
        }
        pieces.extend(chunk.invalid().iter().copied().map(Piece::Byte));
    }
    pieces
}

fn shorten(line: &str) -> String {
    if line.len() <= MAX_BYTES {
        return line.to_owned();
    }
    let mut head = MAX_BYTES - TAIL_BYTES - MARK_BYTES;
    while !line.is_char_boundary(head) {
        head -= 1;
    }
    let mut tail = line.len() - TAIL_BYTES;
    while !line.is_char_boundary(tail) {
        tail += 1;
    }
    format!("{}…{} bytes…{}", &line[..head], tail - head, &line[tail..])
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
