//! The conversation: answers out of the script, and a record of all that was said.

use std::collections::VecDeque;
use std::ffi::c_int;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::args::Args;
use crate::codes::{CONV_ERR, Style};
use crate::script::Answer;

/// A text for a prompt; nothing for a message or for `@null`.
pub type Reply = Option<String>;

/// One message as the module sent it.
#[derive(Serialize)]
pub struct Message {
    pub style: Style,
    pub text: String,
    /// Milliseconds since the transaction began.
    pub ms: f64,
    /// Messages of one conversation call share a number.
    pub batch: u32,
    /// The call that was running.
    pub call: &'static str,
    /// What was answered, for a prompt that got an answer.
    pub answer: Reply,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    NoFunction,
    Fails,
    Answers { bare_info: bool },
}

/// One transaction's conversation.
pub struct Talk {
    manner: Manner,
    script: VecDeque<Answer>,
    began: Instant,
    batch: u32,
    call: &'static str,
    said: Vec<Message>,
    tell: Option<PathBuf>,
}

impl Talk {
    pub fn new(args: &Args) -> Self {
        let manner = match (args.no_conv, args.conv_fails) {
            (true, _) => Manner::NoFunction,
            (_, true) => Manner::Fails,
            _ => Manner::Answers { bare_info: args.bare_info },
        };
        Talk {
            manner,
            script: args.answers.iter().cloned().collect(),
            began: Instant::now(),
            batch: 0,
            call: "start",
            said: Vec::new(),
            tell: args.tell.clone(),
        }
    }

    pub fn has_function(&self) -> bool {
        self.manner != Manner::NoFunction
    }

    /// Names the call that the messages from now on belong to.
    pub fn enter(&mut self, call: &'static str) {
        self.call = call;
    }

    /// What was said, and how many answers nobody asked for.
    pub fn finish(self) -> (Vec<Message>, usize) {
        (self.said, self.script.len())
    }

    /// One conversation call: the replies (`None`: no array at all) or a PAM code.
    pub fn converse(
        &mut self,
        messages: Vec<(c_int, String)>,
    ) -> Result<Option<Vec<Reply>>, c_int> {
        self.batch += 1;
        let mut replies = Vec::with_capacity(messages.len());
        let mut failed = self.manner == Manner::Fails;
        let mut prompted = false;
        for (style, text) in messages {
            let style = Style::of(style);
            self.record(style, text);
            prompted |= style.is_prompt();
            if failed || !style.is_prompt() {
                replies.push(None);
                continue;
            }
            match self.answer() {
                Ok(reply) => replies.push(reply),
                Err(_) => failed = true,
            }
        }
        match self.manner {
            _ if failed => Err(CONV_ERR),
            Manner::Answers { bare_info: true } if !prompted => Ok(None),
            _ => Ok(Some(replies)),
        }
    }

    fn record(&mut self, style: Style, text: String) {
        if let Some(path) = &self.tell {
            let file = File::options().create(true).append(true).open(path);
            let told = file.and_then(|mut file| writeln!(file, "{text}"));
            if let Err(error) = told {
                // The test that waits for it reads this.
                eprintln!("{}: {error}", path.display());
            }
        }
        self.said.push(Message {
            style,
            text,
            ms: millis(self.began),
            batch: self.batch,
            call: self.call,
            answer: None,
        });
    }

    fn answer(&mut self) -> Result<Reply, c_int> {
        match self.script.pop_front() {
            None | Some(Answer::Fail) => Err(CONV_ERR),
            Some(Answer::Null) => Ok(None),
            Some(Answer::Text { text, after }) => {
                sleep(after);
                Ok(Some(self.type_in(text)))
            }
            Some(Answer::From(path)) => match once_there(&path) {
                Some(text) => Ok(Some(self.type_in(text))),
                None => Err(CONV_ERR),
            },
        }
    }

    fn type_in(&mut self, text: String) -> String {
        if let Some(message) = self.said.last_mut() {
            message.answer = Some(text.clone());
        }
        text
    }
}

/// What is in the file; nothing when it has not come in ten seconds.
fn once_there(path: &Path) -> Option<String> {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        match fs::read_to_string(path) {
            Ok(text) => return Some(text),
            Err(_) if Instant::now() < end => sleep(Duration::from_millis(20)),
            Err(_) => return None,
        }
    }
}

/// Milliseconds since `began`, with the fraction.
pub fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}
