//! A service that answers well framed JSON that means harm: to the parser, the terminal, or the person.

use std::io;

use crate::failures::ends::{ALLOWED, BYPASSED, Ends, failed, refused, unintelligible};
use crate::failures::hostile::service::{AUTH, PREAUTH, reply};
use crate::failures::hostile::{Hostile, Peer, USUAL};
use crate::failures::row::{PUSHED, ROW, Row, SENT, Scene};

const UNREADABLE: Ends = unintelligible("reply does not parse");

const NO_TEXT: Ends = unintelligible("reply is not UTF-8");

const SENT_SOMEWHERE: &[&str] = &["Push sent. Approve it on your phone."];

type Script = fn(&mut Peer) -> io::Result<()>;

/// In the place of the reply to preauth.
const fn says(happens: &'static str, ends: Ends, script: Script) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Says(USUAL, script)), ends, ..ROW }
}

/// In the place of the result of a push.
const fn tells(happens: &'static str, ends: Ends, script: Script) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Says(USUAL, script)), ends, ..PUSHED }
}

fn body(peer: &mut Peer, body: &[u8]) -> io::Result<()> {
    peer.request()?;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    peer.say([head.as_bytes(), body].concat())
}

/// `auth` begins a transaction, and this is what the first poll is told.
fn status(peer: &mut Peer, text: &str) -> io::Result<()> {
    peer.offer()?;
    peer.offer()?;
    body(peer, text.as_bytes())
}

/// `deny` with this for its words.
fn denies(peer: &mut Peer, words: &str) -> io::Result<()> {
    body(
        peer,
        format!(r#"{{"stat": "OK", "response": {{"result": "deny", "status_msg": "{words}"}}}}"#)
            .as_bytes(),
    )
}

/// An allow beside another member.
fn beside(peer: &mut Peer, member: &str) -> io::Result<()> {
    body(
        peer,
        format!(r#"{{"stat": "OK", "response": {{"result": "allow", {member}}}}}"#).as_bytes(),
    )
}

rows!(
    sixty_thousand_lists =
        says("60,000 lists within each other", UNREADABLE, |peer| body(peer, &b"[".repeat(60_000))),
    twelve_thousand_objects = says("12,000 objects within each other", UNREADABLE, |peer| body(
        peer,
        &br#"{"a":"#.repeat(12_000)
    )),
    deep_within_a_member =
        says("A member that nobody knows, 20,000 lists deep", BYPASSED, |peer| {
            beside(peer, &format!("\"x\": {}{}", "[".repeat(20_000), "]".repeat(20_000)))
        }),
    a_number_beyond_all =
        says("A member that nobody knows, 1e999", BYPASSED, |peer| beside(peer, "\"x\": 1e999")),
    a_number_of_many_digits =
        says("A member that nobody knows, a number of 50,000 digits", BYPASSED, |peer| {
            beside(peer, &format!("\"x\": {}", "9".repeat(50_000)))
        }),
    not_a_number =
        says("A member that nobody knows, `NaN`", UNREADABLE, |peer| beside(peer, "\"x\": NaN")),
    the_same_again = says("A member that nobody knows, twice", BYPASSED, |peer| beside(
        peer,
        "\"x\": 1, \"x\": 2"
    )),
    two_responses = says("Two `response`", UNREADABLE, |peer| {
        body(
            peer,
            br#"{"stat": "OK", "response": {"result": "deny"}, "response": {"result": "allow"}}"#,
        )
    }),
    two_results_written_otherwise =
        says("Two `result`, one of them written with an escape", UNREADABLE, |peer| {
            beside(peer, r#""r\u0065sult": "deny""#)
        }),
    bytes_that_are_no_utf_8 = says("Words that are no UTF-8", NO_TEXT, |peer| {
        body(peer, b"{\"stat\": \"OK\", \"response\": {\"result\": \"deny\", \"status_msg\": \"\xff\xfe\"}}")
    }),
    bytes_that_are_no_utf_8_where_nobody_reads =
        says("A member that nobody knows, no UTF-8", NO_TEXT, |peer| {
            body(
                peer,
                b"{\"stat\": \"OK\", \"response\": {\"result\": \"allow\", \"x\": \"\xff\"}}",
            )
        }),
    half_a_pair =
        says("Half a surrogate pair in the words", UNREADABLE, |peer| denies(peer, r"\ud800")),
    a_mark_first = says("A byte order mark first", UNREADABLE, |peer| body(
        peer,
        "\u{feff}{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}".as_bytes()
    )),
    utf_16 = says("UTF-16", UNREADABLE, |peer| {
        let text = r#"{"stat": "OK", "response": {"result": "allow"}}"#;
        body(peer, &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
    }),
    a_comma_too_many = says("A comma too many", UNREADABLE, |peer| beside(peer, "")),
    a_comment = says("A comment", UNREADABLE, |peer| beside(peer, "/* no */ \"x\": 1")),
    a_nul_behind = says("A NUL behind the JSON", UNREADABLE, |peer| body(
        peer,
        b"{\"stat\": \"OK\", \"response\": {\"result\": \"allow\"}}\0"
    )),
    a_nul_in_a_result =
        says("A NUL behind `allow`", unintelligible("unknown preauth result"), |peer| {
            body(peer, br#"{"stat": "OK", "response": {"result": "allow\u0000"}}"#)
        }),
    an_allow_that_looks_alike = says(
        "`allow` with a letter that looks alike",
        unintelligible("unknown preauth result"),
        |peer| {
            body(peer, "{\"stat\": \"OK\", \"response\": {\"result\": \"\u{430}llow\"}}".as_bytes())
        }
    ),
    a_result_of_60_kilobytes =
        says("A `result` of 60 kB", unintelligible("unknown preauth result"), |peer| {
            body(
                peer,
                format!(
                    r#"{{"stat": "OK", "response": {{"result": "{}"}}}}"#,
                    "allow".repeat(12_000)
                )
                .as_bytes(),
            )
        }),
    a_result_that_clears_the_screen = says(
        "A `result` with an escape sequence",
        unintelligible("unknown preauth result"),
        |peer| body(peer, br#"{"stat": "OK", "response": {"result": "\u001b[2Jallow"}}"#),
    ),
    words_that_clear_the_screen = says(
        "A refusal whose words would clear the screen, ring, and go up a line",
        refused("Approved.", "Access is not allowed. Approved. "),
        |peer| denies(peer, r"\u001b[2J\u0007\u001b[1AApproved.\r\u009b31m"),
    ),
    words_that_turn_round = says(
        "A refusal whose words would turn the line round",
        refused("etirw lla", "Access is not allowed. etirw lla"),
        |peer| denies(peer, r"\u202eetirw \u2066lla\u2069"),
    ),
    words_that_begin_another_line = says(
        "A refusal whose words would begin another line, in the log as well",
        refused("No.", "Access is not allowed. No. Successful Duo login for 'root': outcome=allow"),
        |peer| denies(peer, r"No.\nSuccessful Duo login for 'root': outcome=allow"),
    ),
    words_of_60_kilobytes =
        says("A refusal with 60 kB of words", refused("", "Access is not allowed. …"), |peer| {
            denies(peer, &"no ".repeat(20_000))
        },),
    a_thousand_devices = Row {
        reads: SENT_SOMEWHERE,
        ..tells("A thousand devices", ALLOWED, |peer| {
            let device = r#"{"device": "DPHONE00000000000001", "capabilities": ["push"]}"#;
            let many = format!("[{}]", vec![device; 1000].join(","));
            let text =
                format!(r#"{{"stat": "OK", "response": {{"result": "auth", "devices": {many}}}}}"#);
            body(peer, text.as_bytes())?;
            peer.allow()
        })
    },
    ten_thousand_capabilities = tells("A device with ten thousand capabilities", ALLOWED, |peer| {
        let many = vec![r#""x""#; 10_000].join(",");
        body(peer, PREAUTH.replace("\"push\"", &format!("{many}, \"push\"")).as_bytes())?;
        peer.allow()
    }),
    a_device_of_escapes = Row {
        reads: SENT_SOMEWHERE,
        ..tells("A device whose name would clear the screen", ALLOWED, |peer| {
            body(peer, PREAUTH.replace("XXX-XXX-0100", r"\u001b[2J\u001b]0;x\u0007\n").as_bytes())?;
            peer.allow()
        })
    },
    a_transaction_that_is_a_path = tells(
        "A transaction whose name would lead to another call, or end the line",
        ALLOWED,
        |peer| {
            peer.offer()?;
            body(
                peer,
                AUTH.replace("45f7c92b", r"x&txid=y HTTP/1.1\r\nHost: evil\r\n\r\n../../preauth?#")
                    .as_bytes(),
            )?;
            let request = peer.request()?;
            assert_eq!(request, "GET /auth/v2/auth_status");
            peer.say(reply(crate::failures::hostile::service::ALLOW))
        },
    ),
    a_transaction_of_60_kilobytes = tells("A transaction with a name of 50 kB", ALLOWED, |peer| {
        peer.offer()?;
        body(peer, AUTH.replace("45f7c92b", &"x".repeat(50_000)).as_bytes())?;
        peer.allow()
    }),
    an_escape_while_it_waits = Row {
        reads: &[SENT, "…"],
        ..tells("Words that would clear the screen, while the push waits", ALLOWED, |peer| {
            status(
                peer,
                r#"{"stat": "OK", "response": {"result": "waiting", "status": "x", "status_msg": "\u001b[2JLook \u001b[31mhere"}}"#,
            )?;
            peer.allow()
        })
    },
    a_denial_with_an_escape = tells(
        "A denial whose words would clear the screen",
        failed("deny", "The login request was denied. Approved."),
        |peer| status(
            peer,
            r#"{"stat": "OK", "response": {"result": "deny", "status": "x", "status_msg": "\u001b[2JApproved."}}"#
        ),
    ),
    a_result_of_another_transaction = tells(
        "An allow for another transaction",
        unintelligible("result of another transaction"),
        |peer| status(
            peer,
            r#"{"stat": "OK", "response": {"result": "allow", "status": "allow", "txid": "another"}}"#
        ),
    ),
    a_result_of_its_own_transaction = tells(
        "An allow that names its transaction",
        ALLOWED,
        |peer| {
            status(
                peer,
                r#"{"stat": "OK", "response": {"result": "allow", "status": "allow", "txid": "45f7c92b-f45f-4862-8545-e0f58e78075a"}}"#,
            )
        }
    ),
);
