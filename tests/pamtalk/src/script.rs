//! What is answered to the prompts, in order.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// One entry of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This text, after a pause.
    Text { text: String, after: Duration },
    /// What is in this file, once it is there.
    From(PathBuf),
    /// The conversation fails with `PAM_CONV_ERR`.
    Fail,
    /// Success without a text, as from a host that has nothing to give.
    Null,
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let Some(directive) = word.strip_prefix('@') else {
            return Ok(at_once(word));
        };
        match directive.split_once(' ').unwrap_or((directive, "")) {
            ("fail", "") => Ok(Answer::Fail),
            ("null", "") => Ok(Answer::Null),
            ("after", rest) => after(rest),
            ("from", path) if !path.is_empty() => Ok(Answer::From(path.into())),
            _ if directive.starts_with('@') => Ok(at_once(directive)),
            _ => Err("expected @after MS TEXT, @from FILE, @fail, @null or @@TEXT".to_owned()),
        }
    }
}

fn at_once(text: &str) -> Answer {
    Answer::Text { text: text.to_owned(), after: Duration::ZERO }
}

fn after(rest: &str) -> Result<Answer, String> {
    let (pause, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let pause = pause.parse().map_err(|e| format!("@after wants milliseconds: {e}"))?;
    Ok(Answer::Text { text: text.to_owned(), after: Duration::from_millis(pause) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, ms: u64) -> Answer {
        Answer::Text { text: text.to_owned(), after: Duration::from_millis(ms) }
    }

    #[test]
    fn plain_words_are_texts_and_directives_begin_with_an_at_sign() {
        for (word, meaning) in [
            ("1", text("1", 0)),
            ("", text("", 0)),
            ("@@home", text("@home", 0)),
            ("@after 250 push now", text("push now", 250)),
            ("@after 250", text("", 250)),
            ("@from /tmp/a code", Answer::From("/tmp/a code".into())),
            ("@fail", Answer::Fail),
            ("@null", Answer::Null),
        ] {
            assert_eq!(word.parse(), Ok(meaning), "{word}");
        }
    }

    #[test]
    fn a_misspelt_directive_is_refused_instead_of_being_typed_at_the_prompt() {
        for word in ["@fails", "@from", "@from ", "@after soon 1", "@", "@null x"] {
            assert!(word.parse::<Answer>().is_err(), "{word}");
        }
    }
}
