//! A whole login: the plan, then what happens, event by event: `core::machine::witness` says what has to
//! hold. The application may answer with the login password, as Cockpit's bridge does.

use std::sync::OnceLock;
use std::time::Duration;

use crate::core::failure::Failure;
use crate::core::host::{Call, Phase, Profile, Prompts, names, profile};
use crate::core::machine::Plan;
use crate::core::machine::witness::{Happens, Move, alphabet, holds, is_beyond_plain, play};
use crate::core::policy::{Announce, Autopush, Failmode};
use crate::core::reply::HttpReply;
use crate::core::request::Subject;
use crate::core::secret::Secret;

use super::Input;

/// More is only the same again.
const MOST: usize = 24;

pub fn target(data: &[u8]) {
    let mut input = Input(data);
    let mut plan = plan(&mut input);
    let password = String::from_utf8_lossy(input.piece()).into_owned();
    plan.echoes.push(Secret::new(password.clone()));
    let mut moves = Vec::new();
    while !input.is_over() && moves.len() < MOST {
        moves.push(one(&mut input, &password));
    }
    if moves.is_empty() {
        return;
    }
    let seen = play(plan.clone(), &moves);
    holds(&plan, &seen);
    for typed in seen.typed.into_iter().map(Secret::new) {
        assert!(!plan.echoes.iter().any(|echo| echo.looks_like(&typed)), "an echo was sent");
    }
}

fn plan(input: &mut Input<'_>) -> Plan {
    let names: Vec<&str> = names().collect();
    let bits = input.byte();
    let phase = if bits & 1 == 0 { Phase::Auth } else { Phase::Account };
    let call = Call { terminal: bits & 2 == 0, silent: bits & 4 == 4, phase };
    let host = profile("", Some(input.pick::<&str>(&names)), call);
    let silence = (bits & 8 == 8 && host.prompts == Prompts::Shown)
        .then(|| Duration::from_secs(15 + u64::from(bits >> 4)));
    let seconds = |byte: u8| Duration::from_secs(u64::from(byte));
    Plan {
        subject: Subject { username: "demo".into(), ..Subject::default() },
        echoes: alphabet::echoes(),
        autopush: *input.pick(&[
            Autopush::Off,
            Autopush::FirstPushDevice,
            Autopush::ServiceDefault,
        ]),
        rounds: *input.pick(&[1, 2, 3]),
        pushinfo: input.flag().then(|| "a=b".to_owned()),
        failmode: *input.pick(&[Failmode::Safe, Failmode::Secure]),
        timeout: seconds(*input.pick(&[10, 2, 60, 30])),
        host: Profile { silence: silence.or(host.silence), ..host },
        announce: *input.pick(&[Announce::Sent, Announce::Prompt]),
        silent: seconds(*input.pick(&[0, 0, 5, 29])),
        deadline: input.flag().then(|| seconds(input.byte())),
        jitter: Duration::from_millis(u64::from(input.byte()) * 4),
    }
}

/// Made once: it is what takes the time.
struct Alphabet {
    replies: [Vec<HttpReply>; 3],
    failures: Vec<Failure>,
}

fn letters() -> &'static Alphabet {
    static LETTERS: OnceLock<Alphabet> = OnceLock::new();
    LETTERS.get_or_init(|| Alphabet {
        replies: [alphabet::preauths(), alphabet::auths(), alphabet::polls()],
        failures: alphabet::failures(),
    })
}

fn one(input: &mut Input<'_>, password: &str) -> Move {
    let letters = letters();
    let happens = match input.byte() {
        0..=3 => Happens::Late,
        4 => Happens::Cancelled,
        5 => Happens::PeerGone,
        6..=40 => Happens::Failed(input.pick(&letters.failures).clone()),
        41..=90 => Happens::Reply(std::array::from_fn(|_| made(input))),
        _ => Happens::Reply(letters.replies.each_ref().map(|replies| input.pick(replies).clone())),
    };
    let takes = *input.pick(&[0, 0, 10, 500, 900, 1000]);
    let answer = match input.byte() {
        0..=199 => input.pick(&alphabet::ANSWERS).map(str::to_owned),
        200..=210 => Some(password.to_owned()),
        _ => Some(String::from_utf8_lossy(input.piece()).into_owned()),
    };
    Move { happens, takes, answer, thinks: *input.pick(&[0, 0, 3, 40, 90]) }
}

/// A reply of any bytes, as far as its `stat` is concerned good or not.
fn made(input: &mut Input<'_>) -> HttpReply {
    let status = *input.pick(&[200, 200, 200, 200, 429, 401, 400, 500]);
    let piece = input.piece();
    let body = if status == 200 && input.flag() {
        [b"{\"stat\":\"OK\",\"response\":{", piece, b"}}"].concat()
    } else {
        piece.to_vec()
    };
    let reply =
        HttpReply { status, date: input.flag().then(alphabet::wall), retry_after: None, body };
    // The reference could not say what it means.
    if is_beyond_plain(&reply) { HttpReply { body: Vec::new(), ..reply } } else { reply }
}
