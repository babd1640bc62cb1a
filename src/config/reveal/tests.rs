use super::*;

fn seen(line: &str) -> &str {
    &line[..visible(line)]
}

#[test]
fn a_secret_in_the_place_of_a_path_is_hidden_and_a_path_is_shown() {
    for (line, shown) in [
        ("skey_file = \"deadbeef\"", "skey_file = "),
        ("skey_file = deadbeef", "skey_file = "),
        ("skey_file = \"\\u002fdeadbeef\"", "skey_file = "),
        ("skey_file = \"/etc/duo/skey\"", "skey_file = \"/etc/duo/skey\""),
        ("skey_file = \"/etc/duo/skey\" deadbeef", "skey_file = \"/etc/duo/skey\" "),
    ] {
        assert_eq!(seen(line), shown);
    }
}

#[test]
fn of_a_value_that_may_be_shown_nothing_is_that_follows_it_or_looks_like_a_key() {
    let hex = "0123456789abcdef0123456789abcdef01234567";
    let host = format!("host = \"{hex}:\"");
    let long = format!("cafile = \"/etc/{hex}.pem\"");
    for (line, shown) in [
        (host.as_str(), "host = "),
        (long.as_str(), long.as_str()),
        ("prompts = 1 # deadbeef", "prompts = 1 "),
        ("host = \"a.example\" deadbeef", "host = \"a.example\" "),
        ("host = \"a.example deadbeef", "host = \"a.example "),
        ("host = \"a.example\"  ", "host = \"a.example\"  "),
        ("host = \"http://demo:deadbeef@proxy.example\"", "host = "),
        ("cafile = \"http://demo:deadbeef@proxy.example\"", "cafile = "),
        ("timeout = demo:deadbeef@proxy.example", "timeout = "),
        ("host.deadbeef0 = 1", "host"),
        ("duo.host = \"deadbeef\"", "duo.host = "),
        ("timeout: deadbeef", "timeout: "),
        ("prompts", "prompts"),
    ] {
        assert_eq!(seen(line), shown);
    }
}

#[test]
fn a_name_is_shown_where_it_cannot_be_a_key() {
    for (line, shown) in [
        ("nothing = true", "nothing = "),
        // Known in an INI file.
        ("noverify = true", "noverify = true"),
        ("Fail-Mode = \"safe\"", "Fail-Mode = "),
        ("c2VjcmV0a2V5c2VjcmV0a2V5=", ""),
        ("deadbeef00 = 1", ""),
        ("deadbeefdeadbeefdeadb = 1", ""),
        // What is left of base64 that ran over a line.
        ("abc=", ""),
        ("abc==", ""),
        ("failmode =", "failmode ="),
        ("= deadbeef", "= "),
    ] {
        assert_eq!(seen(line), shown);
    }
}

#[test]
fn of_a_comment_only_the_mark_is_shown() {
    for (line, shown) in [
        ("# deadbeef", "# "),
        ("\t;; deadbeef", "\t;; "),
        ("# skey = \"deadbeef\"", "# "),
        (";;", ";;"),
        ("", ""),
    ] {
        assert_eq!(seen(line), shown);
    }
}

#[test]
fn a_table_is_shown_where_it_cannot_be_a_key() {
    for (line, shown) in [
        ("[duo]", "[duo]"),
        ("[[duo]]", "[[duo]]"),
        (" [ duo ] ", " [ duo ] "),
        ("[service.polkit-1]", "[service.polkit-1]"),
        ("[service.\"my.app\"]", "[service.\"my.app\"]"),
        ("[service.sshd", "[service.sshd"),
        ("[service.0123456789abcdef0123]", "[service."),
        ("[polkit-1]", "["),
        ("[duo.polkit-1]", "[duo."),
        ("[duo.service.polkit-1]", "[duo.service."),
        ("[duo] deadbeef", "[duo] "),
        ("[duo]\rskey = \"deadbeef\"", "[duo]\r"),
    ] {
        assert_eq!(seen(line), shown);
    }
}

#[test]
fn a_sentence_keeps_its_words_and_loses_what_looks_like_a_key() {
    let hex = "0123456789abcdef0123456789abcdef";
    for (text, shown) in [
        (format!("`!{hex},a` is odd"), "`![hidden],a` is odd"),
        (format!("{hex}{hex}"), "[hidden]"),
        (format!("{hex} {}", &hex[1..]), "[hidden] 123456789abcdef0123456789abcdef"),
        ("`*,http://bob:pw@x:1` is odd".into(), "[hidden] is odd"),
        ("`dba@corp.example,` is: odd @ x".into(), "`dba@corp.example,` is: odd @ x"),
        ("`a\u{1b}[2J`; write b".into(), "`a\u{fffd}[2J`; write b"),
        (String::new(), ""),
    ] {
        assert_eq!(sentence(&text), shown);
    }
}
