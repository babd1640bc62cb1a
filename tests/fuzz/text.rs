//! Words from outside, on their way to a terminal, to Cockpit's page and to the log.

use crate::core::ascii;
use crate::core::escape;
use crate::core::host::{Call, Phase, names, profile};
use crate::core::qr;
use crate::core::screen::Screen;
use crate::core::text::{Size, Text, log_field};

pub fn target(data: &[u8]) {
    let raw = String::from_utf8_lossy(data);
    for size in [Size::NAME, Size::FIELD, Size::MESSAGE, Size::PROMPT] {
        let (line, lines) = (Text::line(&raw, size), Text::lines(&raw, size));
        assert!(line.as_str().len() <= size.bytes() && lines.as_str().len() <= size.bytes());
        assert!(super::is_clean(line.as_str()) && super::is_clean(lines.as_str()), "{lines:?}");
        assert!(!line.as_str().contains('\n'), "{line:?}");
        assert_eq!(Text::line(line.as_str(), size), line);
        assert_eq!(Text::lines(lines.as_str(), size), lines);
        assert_eq!(Text::line(lines.as_str(), size), line, "only the ends of lines differ");
    }
    is_progress(&raw);
    is_one_field(&log_field("k", &raw));
    let ascii = ascii::written(&raw);
    assert!(ascii.is_ascii(), "{ascii:?}");
    for name in names() {
        for terminal in [true, false] {
            let call = Call { terminal, silent: false, phase: Phase::Auth };
            let mut screen = Screen::new(profile("", Some(name), call));
            let text = Text::lines(&raw, Size::MESSAGE);
            let info = screen.info(&text);
            let prompt = screen.prompt(&text);
            for shown in info.iter().chain([&prompt, &screen.error(&text)]) {
                assert!(shown.as_str().len() <= Size::PROMPT.bytes());
                assert!(super::is_clean(shown.as_str()), "{shown:?}");
                assert!(name != "cockpit" || shown.as_str().is_ascii(), "{shown:?}");
            }
        }
    }
    if let Some(rows) = qr::rows(&raw) {
        assert!(raw.starts_with("https://") && raw.bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(rows.iter().all(|row| super::is_clean(row.as_str())));
    }
}

/// So whoever skips in a loop comes to the end.
fn is_progress(raw: &str) {
    for (at, _) in raw.char_indices() {
        if let Some(rest) = escape::skip(&raw[at..]) {
            assert!(rest.len() < raw.len() - at && raw.ends_with(rest));
        }
    }
}

/// A value cannot end its field or begin another.
fn is_one_field(field: &str) {
    assert!(super::is_clean(field) && !field.contains('\n'), "{field:?}");
    let Some(quoted) = field.strip_prefix("k=\"") else {
        assert!(!field[2..].is_empty() && !field[2..].contains([' ', '"', '=', '\\']), "{field}");
        return;
    };
    let mut chars = quoted.strip_suffix('"').expect("the end of the quotes").chars();
    while let Some(c) = chars.next() {
        assert!(c != '"' && (c != '\\' || chars.next().is_some()), "{field}");
    }
}
