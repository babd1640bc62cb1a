//! libpam's way through a chain (`_pam_dispatch_aux` in `pam_dispatch.c`, Linux-PAM 1.5), for calls
//! that no frozen chain stands behind: authenticate, `acct_mgmt`, `open_session`.

use super::code::Code;
use super::control::Action;
use super::load::{Handler, Kind};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Impression {
    Undecided,
    Positive,
    Negative,
}

/// What is remembered between two lines. Two plays of one chain that are equal end equally.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Play {
    at: usize,
    impression: Impression,
    status: Code,
    /// What held when each substack around `at` began, the outermost first; the first of all is
    /// the stack's own beginning.
    saved: Vec<(Impression, Code)>,
    ended: bool,
}

impl Play {
    /// In front of the first module.
    pub fn begin(chain: &[Handler]) -> Self {
        let undecided = (Impression::Undecided, Code::MUST_FAIL);
        let mut play = Play {
            at: 0,
            impression: undecided.0,
            status: undecided.1,
            saved: vec![undecided],
            ended: false,
        };
        play.settle(chain);
        play
    }

    /// The module that is called next; `None` at the end.
    pub fn next<'a>(&self, chain: &'a [Handler]) -> Option<&'a Handler> {
        if self.ended { None } else { chain.get(self.at) }
    }

    /// That module returned this.
    pub fn returned(&mut self, chain: &[Handler], code: Code) {
        self.act(chain, code);
        self.settle(chain);
    }

    /// What the application gets, once [`next`](Self::next) has nothing more.
    pub fn result(&self) -> Code {
        if self.status == Code::SUCCESS && self.impression != Impression::Positive {
            return Code::MUST_FAIL;
        }
        self.status
    }

    /// Goes on to the next line that needs a module's answer.
    fn settle(&mut self, chain: &[Handler]) {
        while let Some(handler) = self.next(chain) {
            // Substacks that ended are forgotten; one that begins is remembered.
            self.saved.truncate(handler.level + 1);
            while self.saved.len() <= handler.level {
                self.saved.push((self.impression, self.status));
            }
            match handler.kind {
                Kind::Module(..) => return,
                Kind::Substack => self.at += 1,
                Kind::MustFail => self.act(chain, Code::MUST_FAIL),
            }
        }
    }

    fn act(&mut self, chain: &[Handler], code: Code) {
        let handler = &chain[self.at];
        if code == Code::INCOMPLETE {
            self.status = code;
            // Said at once, whatever was decided; a later call would go on here.
            self.impression = Impression::Negative;
            self.ended = true;
            return;
        }
        let (code, action) = match code.index() {
            Some(index) => (code, handler.actions[index]),
            None => (Code::MUST_FAIL, Action::Bad),
        };
        match action {
            Action::Ignore => {}
            Action::Ok | Action::Done => self.accept(code),
            Action::Bad | Action::Die => self.reject(code),
            Action::Reset => (self.impression, self.status) = self.saved[handler.level],
            Action::Jump(lines) => self.jump(chain, lines),
        }
        let decided = match action {
            Action::Done => self.impression == Impression::Positive,
            Action::Die => true,
            _ => false,
        };
        if decided {
            self.skip_rest(chain, handler.level);
        }
        self.at += 1;
    }

    fn accept(&mut self, code: Code) {
        let open = match self.impression {
            Impression::Undecided => true,
            Impression::Positive => self.status == Code::SUCCESS,
            Impression::Negative => false,
        };
        if open {
            (self.impression, self.status) = (Impression::Positive, code);
        }
    }

    fn reject(&mut self, code: Code) {
        if self.impression != Impression::Negative {
            let code = if code == Code::IGNORE { Code::MUST_FAIL } else { code };
            (self.impression, self.status) = (Impression::Negative, code);
        }
    }

    /// Over so many lines of this level; a substack counts as one. Over the end is a mistake.
    fn jump(&mut self, chain: &[Handler], lines: u32) {
        let level = chain[self.at].level;
        let next_level = |at: usize| chain.get(at + 1).map(|handler| handler.level);
        let mut left = lines;
        while left > 0 && next_level(self.at).is_some_and(|next| next >= level) {
            self.at += 1;
            while next_level(self.at).is_some_and(|next| next > level) {
                self.at += 1;
            }
            left -= 1;
        }
        if left > 0 {
            (self.impression, self.status) = (Impression::Negative, Code::MUST_FAIL);
        }
    }

    /// To the last line of this substack, or of the stack.
    fn skip_rest(&mut self, chain: &[Handler], level: usize) {
        while chain.get(self.at + 1).is_some_and(|handler| handler.level >= level) {
            self.at += 1;
        }
    }
}
