use super::*;

fn parsed(text: &str) -> Option<(String, Option<String>)> {
    let proxy = parse(text, Escapes::Percent).ok()??;
    let credentials = proxy.credentials.as_ref().map(|secret| secret.expose().to_owned());
    Some((proxy.to_string(), credentials))
}

#[test]
fn a_proxy_is_a_host_with_or_without_port_and_credentials() {
    for (text, place, credentials) in [
        ("http://Proxy.Example.com:3128", "proxy.example.com:3128", None),
        ("http://proxy.example.com", "proxy.example.com:80", None),
        ("HTTP://proxy.example.com/", "proxy.example.com:80", None),
        ("proxy.example.com:3128", "proxy.example.com:3128", None),
        ("http://192.0.2.1:8080", "192.0.2.1:8080", None),
        ("http://[2001:DB8::1]:8080", "[2001:db8::1]:8080", None),
        ("http://[2001:db8::1]", "[2001:db8::1]:80", None),
        ("http://demo:pw@proxy.example.com:3128", "proxy.example.com:3128", Some("demo:pw")),
        ("demo:pw@proxy.example.com", "proxy.example.com:80", Some("demo:pw")),
        ("http://demo:p:w@[::1]:8080/", "[::1]:8080", Some("demo:p:w")),
        ("http://demo@proxy.example.com", "proxy.example.com:80", Some("demo:")),
        ("http://:pw@proxy.example.com", "proxy.example.com:80", Some(":pw")),
        ("http://d%40x:%70%2f%25%3A@p:1", "p:1", Some("d@x:p/%:")),
        ("http://demo:a/b?c#d@p:1", "p:1", Some("demo:a/b?c#d")),
        ("http://demo:p%C3%A4ss@p:1", "p:1", Some("demo:p\u{e4}ss")),
        ("http://demo:x://y@p:1", "p:1", Some("demo:x://y")),
        ("demo:x://y@p:1", "p:1", Some("demo:x://y")),
        ("1a://b@p:1", "p:1", Some("1a://b")),
    ] {
        let wanted = Some((place.to_owned(), credentials.map(str::to_owned)));
        assert_eq!(parsed(text), wanted, "{text}");
    }
}

#[test]
fn pam_duo_knows_no_escapes_so_its_file_has_none() {
    for (text, place, credentials) in [
        ("http://demo:100%@p:1", "p:1", "demo:100%"),
        ("http://demo:%41@p:1/", "p:1", "demo:%41"),
        ("demo:a@b@p:1", "p:1", "demo:a@b"),
    ] {
        let proxy = parse(text, Escapes::None).ok().flatten();
        let read = proxy.map(|proxy| (proxy.to_string(), proxy.credentials));
        let wanted = (place.to_owned(), Some(Secret::new(credentials.to_owned())));
        assert_eq!(read, Some(wanted), "{text}");
    }
}

#[test]
fn an_empty_text_is_no_proxy() {
    assert_eq!(parse("", Escapes::Percent), Ok(None));
}

#[test]
fn what_is_no_proxy_is_refused_with_what_to_write_and_without_the_password() {
    for (text, hint) in [
        ("https://demo:s3cr3t@proxy.example.com:443", "write http://"),
        ("socks5://demo:s3cr3t@proxy.example.com:1080", "write http://"),
        ("http://demo:s3cr3t@proxy.example.com:3128/s3cr3t", "write http://"),
        ("http://demo:s3cr3t@proxy.example.com?s3cr3t", "%3F"),
        ("http://demo:s3cr3t/more", "%2F"),
        ("http://demo:s3@cr3t@proxy.example.com", "%40"),
        ("http://demo:s3cr3t@", "write http://"),
        ("http://", "write http://"),
        ("http://@proxy.example.com", "user:password"),
        ("http://:@proxy.example.com", "user:password"),
        ("http://demo:s3cr3t%@proxy.example.com", "%25"),
        ("http://demo:s3cr3t%2@proxy.example.com", "%25"),
        ("http://demo:s3cr3t%+1@proxy.example.com", "%25"),
        ("http://de%3Amo:s3cr3t@proxy.example.com", "colon"),
        ("http://demo:s3cr3t%0d%0aX:@proxy.example.com", "control"),
        ("http://demo:s3cr3t\u{7f}@proxy.example.com", "control"),
        ("http://demo:s3cr3t%ff@proxy.example.com", "UTF-8"),
        ("http://demo:s3cr3t@proxy.example.com:0", "write http://"),
        ("http://demo:s3cr3t@proxy.example.com:s3cr3t", "write http://"),
        ("http://demo:s3cr3t", "write http://"),
        ("http://demo:s3cr3t@::1", "[2001:db8::1]"),
        ("http://dead::beef", "[2001:db8::1]"),
        ("http://proxy s3cr3t", "write http://"),
        (&format!("http://demo:{}@p", "s3cr3t".repeat(200)), "shorter"),
    ] {
        let Err(Wrong(why)) = parse(text, Escapes::Percent) else { panic!("{text} was taken") };
        assert!(why.contains(hint) && why.contains("write"), "{text}: {why}");
        assert!(!why.contains("s3cr3t") && !why.contains("dead::beef"), "{text}: {why}");
    }
}

#[test]
fn credentials_are_as_long_as_they_may_be_and_no_longer() {
    let with = |length: usize| format!("http://demo:{}@p:1", "x".repeat(length - "demo:".len()));
    let longest = parsed(&with(LONGEST_CREDENTIALS)).and_then(|(_, credentials)| credentials);
    assert_eq!(longest.map(|text| text.len()), Some(LONGEST_CREDENTIALS));
    assert_eq!(parsed(&with(LONGEST_CREDENTIALS + 1)), None);
}

#[test]
fn nobody_sees_the_credentials_who_looks_at_the_proxy() {
    let proxy = parse("http://demo:hunter2@proxy.example.com", Escapes::Percent)
        .ok()
        .flatten()
        .expect("a proxy");
    for shown in [format!("{proxy:?}"), proxy.to_string()] {
        assert!(!shown.contains("hunter2") && !shown.contains("demo"), "{shown}");
    }
}
