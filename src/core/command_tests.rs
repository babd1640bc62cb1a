use super::*;
use proptest::prelude::*;

fn shown(arguments: &[&str]) -> String {
    render(&arguments.iter().map(|a| a.as_bytes()).collect::<Vec<_>>())
}

#[test]
fn a_plain_command_reads_as_typed() {
    assert_eq!(shown(&["sudo", "-u", "bob", "cat", "/etc/passwd"]), "sudo -u bob cat /etc/passwd");
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
    let output =
        std::process::Command::new("bash").env("LC_ALL", "C.UTF-8").arg("-c").arg(script).output();
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
