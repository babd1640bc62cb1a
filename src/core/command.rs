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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(arguments: &[&str]) -> String {
        render(&arguments.iter().map(|a| a.as_bytes()).collect::<Vec<_>>())
    }

    #[test]
    fn a_plain_command_reads_as_typed() {
        assert_eq!(
            shown(&["sudo", "-u", "bob", "cat", "/etc/passwd"]),
            "sudo -u bob cat /etc/passwd"
        );
    }

    #[test]
    fn borders_of_arguments_can_be_told() {
        assert_eq!(shown(&["sudo", "echo", "a b", "", "c'd"]), r"sudo echo 'a b' '' 'c'\''d'");
        assert_eq!(shown(&["sudo", "sh", "-c", "id; rm *"]), "sudo sh -c 'id; rm *'");
        assert_ne!(shown(&["sudo", "a b"]), shown(&["sudo", "a", "b"]));
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        assert_eq!(shown(&["a\nb'\\"]), r"$'a\nb\'\\'");
        assert_eq!(shown(&["\u{1b}[2K\u{7}"]), r"$'\e[2K\x07'");
        assert_eq!(shown(&["x\u{202e}y\u{e0041}"]), r"$'x\u202ey\U000e0041'");
        assert_eq!(shown(&["no\u{a0}break"]), r"$'no\u00a0break'");
        assert_eq!(render(&[b"caf\xe9"]), r"$'caf\xe9'");
    }

    #[test]
    fn letters_of_other_scripts_stay_letters() {
        assert_eq!(shown(&["rm", "Zoë", "ไฟล์"]), "rm 'Zoë' 'ไฟล์'");
    }

    #[test]
    fn padding_does_not_hide_the_end() {
        let padding = " ".repeat(5000);
        let line = shown(&["sudo", "sh", "-c", &format!("ls {padding}; rm -rf /srv")]);
        assert!(line.starts_with("sudo sh -c 'ls "), "{line}");
        assert!(line.ends_with("; rm -rf /srv'"), "{line}");
        assert!(line.contains(" bytes…"), "{line}");
        assert!(line.len() <= MAX_BYTES);
    }

    #[test]
    fn what_is_cut_away_ends_between_two_characters() {
        for shift in 0..4 {
            let line = render(&[format!("{}{}", "x".repeat(shift), "😀".repeat(500)).as_bytes()]);
            let (head, rest) = line.split_once('…').unwrap();
            let (omitted, tail) = rest.split_once(" bytes…").unwrap();
            // Each is shorter than there is room for by less than a character.
            assert!((584..=587).contains(&head.len()), "{}", head.len());
            assert!((377..=380).contains(&tail.len()), "{}", tail.len());
            let whole = "''".len() + shift + 4 * 500;
            assert_eq!(omitted.parse(), Ok(whole - head.len() - tail.len()));
        }
    }

    #[test]
    fn a_heap_of_marks_is_spelled_out_from_the_fifth_on() {
        let marks = "\u{301}".repeat(4);
        assert_eq!(shown(&[&format!("a{marks}")]), format!("'a{marks}'"));
        assert_eq!(shown(&[&format!("a{marks}\u{301}")]), format!("$'a{marks}\\u0301'"));
        // Each character has its own.
        let twice = format!("a{marks}b{marks}");
        assert_eq!(shown(&[&twice]), format!("'{twice}'"));
    }

    #[test]
    fn an_argument_cannot_fake_the_mark_of_an_omission() {
        assert_eq!(shown(&["…5 bytes…"]), r"$'\u20265 bytes\u2026'");
    }

    #[test]
    fn the_kernel_s_form_is_split_at_its_nuls() {
        assert_eq!(arguments(b"sudo\0\0-i\0"), [&b"sudo"[..], b"", b"-i"]);
        assert_eq!(arguments(b"title without end"), [&b"title without end"[..]]);
        assert!(arguments(b"").is_empty());
    }

    #[test]
    fn sudo_s_is_known_among_its_options_and_not_in_the_command() {
        let told = |line: &str| {
            let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            is_answered_on_stdin(&arguments)
        };
        for line in [
            "sudo -S id",
            "sudo -kS id",
            "sudo --stdin id",
            "sudo -H -S -p prompt -u root id",
            "sudo -p -n -S id",
            "sudo -u bob A=1 -S id",
            "sudo --user bob -S id",
            "sudo --chdir /srv -S id",
            "sudo -p  -S id",
            "sudo --prompt  -S id",
        ] {
            assert!(told(line), "{line}");
        }
        for line in [
            "sudo",
            "sudo id",
            "sudo ls -S",
            "sudo -E ls -S",
            "sudo -u -S id",
            "sudo -uSam id",
            "sudo -s",
            "sudo --shell -E ls -S",
            "sudo -- -S",
            "sudo -pS: id",
            "sudo --prompt=S id",
            "sudo  -S id",
            "sudo --s id",
            "sudo - -S id",
        ] {
            assert!(!told(line), "{line}");
        }
    }

    /// What a shell makes of the line again.
    fn shell(line: &str) -> Vec<u8> {
        let script = format!("printf '%s\\0' {line}");
        let output = std::process::Command::new("bash")
            .env("LC_ALL", "C.UTF-8")
            .arg("-c")
            .arg(script)
            .output();
        output.map(|output| output.stdout).unwrap_or_default()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The strongest proof that the quoting is unambiguous: a shell gets the same arguments back.
        #[test]
        fn a_shell_reads_the_same_arguments(
            words in proptest::collection::vec(proptest::collection::vec(1_u8.., 0..12), 1..5),
            text in "[\u{1}-\u{ff}\u{2020}-\u{2030}\u{1f600}]{0,12}",
        ) {
            let mut words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            words.push(text.as_bytes());
            let mut expected = words.join(&0);
            expected.push(0);
            prop_assert_eq!(shell(&render(&words)), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_unseen_comes_out_and_the_size_holds(
            words in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 0..9),
            text in ".{0,60}",
        ) {
            let mut words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            words.push(text.as_bytes());
            let line = render(&words);
            prop_assert!(line.len() <= MAX_BYTES);
            for c in line.chars() {
                prop_assert!(matches!(classify(c), Glyph::Plain | Glyph::Mark) , "{c:?}");
            }
        }
    }
}
