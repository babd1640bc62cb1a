//! A service with a good certificate that speaks HTTP as none would: in the place of the reply to preauth.

use std::io;

use crate::failures::ends::{
    BYPASSED, CLOCK_OFF, Ends, Outage, RATE_LIMITED, keys_refused, unintelligible, untrusted,
};
use crate::failures::hostile::service::{PREAUTH, reply};
use crate::failures::hostile::{Hostile, Peer, USUAL};
use crate::failures::row::{PUSHED, ROW, Row, SENT, Scene};

const TOO_LARGE: Ends = untrusted("reply too large");
const NO_HTTP: Ends = untrusted("not a proper HTTP reply");
const CUT: Ends = Ends::Unreachable(Outage::Cut);

type Script = fn(&mut Peer) -> io::Result<()>;

const fn says(happens: &'static str, ends: Ends, script: Script) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Says(USUAL, script)), ends, ..ROW }
}

const SIZE: usize = 300_000_000;
const ALLOW: &str = r#"{"stat": "OK", "response": {"result": "allow"}}"#;

/// This head, then the same bytes until there are 300 MB of them.
fn large(peer: &mut Peer, head: &str, part: &[u8]) -> io::Result<()> {
    peer.request()?;
    peer.say(head)?;
    let many = part.repeat(65_536 / part.len() + 1);
    for _ in 0..SIZE / many.len() {
        peer.say(&many)?;
    }
    peer.close()
}

/// These bytes, and TLS's own goodbye.
fn ends_with(peer: &mut Peer, text: &str) -> io::Result<()> {
    peer.request()?;
    peer.say(text)?;
    peer.close()
}

/// An allow with these header lines, each with its end.
fn headed(peer: &mut Peer, lines: &str) -> io::Result<()> {
    let length = ALLOW.len();
    ends_with(peer, &format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: {length}\r\n\r\n{ALLOW}"))
}

/// A redirect by this status and these header lines, in which ELSEWHERE is another host's address.
fn led(peer: &mut Peer, status: u16, lines: &str) -> io::Result<()> {
    let lines = lines.replace("ELSEWHERE", &peer.elsewhere.to_string());
    let text = format!(
        "HTTP/1.1 {status} Elsewhere\r\n{lines}Content-Length: {}\r\n\r\n{ALLOW}",
        ALLOW.len()
    );
    // Whoever follows has to connect; that is waited for in the connection that is left open.
    peer.request()?;
    peer.say(text)
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const UNTIL_CLOSE: &str = "HTTP/1.1 200 OK\r\n\r\n";

rows!(
    a_large_body = says("300 MB", TOO_LARGE, |peer| {
        large(peer, &format!("HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\n\r\n"), b"x")
    }),
    a_large_body_of_json = says(
        "300 MB of white space before the JSON, until the connection ends",
        TOO_LARGE,
        |peer| { large(peer, UNTIL_CLOSE, b" ") }
    ),
    a_large_chunk = says("300 MB in one chunk", TOO_LARGE, |peer| {
        large(peer, &format!("{CHUNKED}{SIZE:x}\r\n"), b"x")
    }),
    large_chunks = says("300 MB in chunks of 16 kB", TOO_LARGE, |peer| {
        large(peer, CHUNKED, format!("3e80\r\n{}\r\n", "x".repeat(16_000)).as_bytes())
    }),
    small_chunks = says("300 MB in chunks of one byte", TOO_LARGE, |peer| {
        large(peer, CHUNKED, b"1\r\nx\r\n")
    }),
    a_body_behind_an_error = says("300 MB behind HTTP 404", TOO_LARGE, |peer| {
        large(peer, "HTTP/1.1 404 No\r\n\r\n", b"x")
    }),
    a_body_where_there_is_none =
        says("300 MB behind HTTP 204, which has no body", unintelligible("HTTP 204"), |peer| {
            large(peer, "HTTP/1.1 204 No\r\n\r\n", b"x")
        }),
    a_length_that_no_number_holds = says("A length of 40 digits", TOO_LARGE, |peer| {
        ends_with(peer, &format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", "9".repeat(40)))
    }),
    endless_extensions = says("A chunk's size line without end", NO_HTTP, |peer| {
        large(peer, &format!("{CHUNKED}5;"), b"x")
    }),
    endless_zeros =
        says("A chunk's size of zeros without end", NO_HTTP, |peer| large(peer, CHUNKED, b"0")),
    endless_trailers = says("Trailers without end", TOO_LARGE, |peer| {
        large(peer, &format!("{CHUNKED}0\r\n"), b"X: y\r\n")
    }),
    endless_headers = says("Header lines without end", TOO_LARGE, |peer| {
        large(peer, "HTTP/1.1 200 OK\r\n", b"X: y\r\n")
    }),
    an_endless_header = says("A header line without end", TOO_LARGE, |peer| {
        large(peer, "HTTP/1.1 200 OK\r\nX: ", b"x")
    }),
    an_endless_name = says("A header's name without end", TOO_LARGE, |peer| {
        large(peer, "HTTP/1.1 200 OK\r\n", b"x")
    }),
    an_endless_reason = says("The words behind the status without end", TOO_LARGE, |peer| {
        large(peer, "HTTP/1.1 200 ", b"x")
    }),
    a_thousand_headers =
        says("Two thousand header lines", NO_HTTP, |peer| headed(peer, &"X: y\r\n".repeat(2000))),
    early_replies_without_end = says("HTTP 103 without end", TOO_LARGE, |peer| {
        large(peer, "", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")
    }),
    two_thousand_early_replies =
        says("HTTP 100 two thousand times, then the reply", BYPASSED, |peer| {
            ends_with(
                peer,
                &format!("{}{}", "HTTP/1.1 100 Continue\r\n\r\n".repeat(2000), reply(ALLOW)),
            )
        }),
    another_protocol = says("HTTP 101, another protocol", NO_HTTP, |peer| {
        ends_with(
            peer,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        )
    }),
    drips_in_a_byte_each =
        says("A good reply with each byte in a record of its own", BYPASSED, |peer| {
            peer.request()?;
            reply(ALLOW).bytes().try_for_each(|byte| peer.say([byte]))
        }),
    a_redirect_to_another_host =
        says("A redirect to another host", unintelligible("HTTP 302"), |peer| {
            led(peer, 302, "Location: https://ELSEWHERE/auth/v2/preauth\r\n")
        }),
    a_lasting_redirect = says("A redirect for ever", unintelligible("HTTP 301"), |peer| {
        led(peer, 301, "Location: https://ELSEWHERE/\r\n")
    }),
    a_redirect_with_the_request = says(
        "A redirect that would have the request repeated, keys and all",
        unintelligible("HTTP 307"),
        |peer| { led(peer, 307, "Location: https://ELSEWHERE/auth/v2/preauth\r\n") }
    ),
    a_redirect_to_plain_http =
        says("A redirect to plain HTTP", unintelligible("HTTP 308"), |peer| {
            led(peer, 308, "Location: http://ELSEWHERE/auth/v2/preauth\r\n")
        }),
    a_redirect_without_a_scheme =
        says("A redirect that names the host only", unintelligible("HTTP 303"), |peer| {
            led(peer, 303, "Location: //ELSEWHERE/\r\n")
        }),
    a_choice_of_redirects = says("A choice of places", unintelligible("HTTP 300"), |peer| {
        led(peer, 300, "Location: https://ELSEWHERE/\r\nLocation: http://ELSEWHERE/\r\n")
    }),
    a_proxy_to_use =
        says("HTTP 305: another proxy is to be used", unintelligible("HTTP 305"), |peer| {
            led(peer, 305, "Location: http://ELSEWHERE/\r\n")
        }),
    a_good_reply_with_places_in_it = says(
        "An allow with other places in its header (`Location`, `Refresh`, `Alt-Svc`)",
        BYPASSED,
        |peer| led(
            peer,
            200,
            "Location: https://ELSEWHERE/\r\nRefresh: 0;url=http://ELSEWHERE/\r\nAlt-Svc: h2=\"ELSEWHERE\"\r\nSet-Cookie: a=b\r\n"
        ),
    ),
    a_redirect_in_auth = Row {
        auths: 1,
        ..says("A redirect in the place of the reply to auth", unintelligible("HTTP 307"), |peer| {
            peer.offer()?;
            led(peer, 307, "Location: https://ELSEWHERE/auth/v2/auth\r\n")
        })
    },
    a_reply_and_the_next = Row {
        scene: Scene::Hostile(Hostile::Says(USUAL, |peer| {
            if peer.number > 0 {
                return peer.allow();
            }
            peer.request()?;
            // A bypass where the reply to auth would be read.
            peer.say(format!("{}{}", reply(PREAUTH), reply(ALLOW)))
        })),
        happens: "A reply, and with it one to the next request: that is asked on another connection",
        ..PUSHED
    },
    a_reply_and_an_error_behind = Row {
        scene: Scene::Hostile(Hostile::Says(USUAL, |peer| {
            if peer.number > 0 {
                return peer.allow();
            }
            peer.offer()?;
            peer.say("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
        })),
        happens: "A word that nobody asked for while the user reads the menu: auth goes out on another connection",
        options: &[("autopush", "false")],
        host: &["--answer", "@after 1000 1"],
        reads: &["…", SENT],
        ..PUSHED
    },
    two_replies_under_one_length = says(
        "A reply whose length covers another one",
        unintelligible("reply does not parse"),
        |peer| { ends_with(peer, &reply(&format!("{{}}{}", reply(ALLOW)))) }
    ),
    http_0_9 = says("HTTP 0.9: a body and no head", NO_HTTP, |peer| ends_with(peer, ALLOW)),
    http_2 = says("The beginning of HTTP/2", NO_HTTP, |peer| {
        ends_with(peer, "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\x01\0\0\0\0\x02\0\0\0\0")
    }),
    http_2_in_words = says("HTTP/2 in the status line", NO_HTTP, |peer| {
        ends_with(peer, &reply(ALLOW).replace("HTTP/1.1", "HTTP/2"))
    }),
    http_3 = says("HTTP/3.0 in the status line", NO_HTTP, |peer| {
        ends_with(peer, &reply(ALLOW).replace("HTTP/1.1", "HTTP/3.0"))
    }),
    our_own_request = says("The request itself, sent back", NO_HTTP, |peer| {
        ends_with(peer, "POST /auth/v2/preauth HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
    }),
    a_nul_in_the_head = says("A NUL in a header line", NO_HTTP, |peer| headed(peer, "X: a\0b\r\n")),
    a_bare_line_feed = says("A line feed alone", NO_HTTP, |peer| headed(peer, "X: a\nY: b\r\n")),
    a_folded_line = says("A header line that goes on in the next", NO_HTTP, |peer| headed(
        peer,
        "X: a\r\n b\r\n"
    )),
    a_space_before_the_colon =
        says("A space before a header's colon", NO_HTTP, |peer| headed(peer, "X : a\r\n")),
    gzip = says("The body is said to be compressed, and is not", BYPASSED, |peer| headed(
        peer,
        "Content-Encoding: gzip\r\n"
    )),
    gzip_that_is_one = says("A compressed body", unintelligible("reply is not UTF-8"), |peer| {
        peer.request()?;
        peer.say(format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            PACKED.len()
        ))?;
        peer.say(PACKED)
    }),
    no_date = says("40105 without a `Date`", CLOCK_OFF, |peer| off(peer, "")),
    a_date_before_all_time = Row {
        preauths: 2,
        ..says("40105 with a `Date` in 1970, each time", CLOCK_OFF, |peer| {
            off(peer, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")?;
            off(peer, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
        })
    },
    a_date_in_1601 = says("40105 with a `Date` in 1601", CLOCK_OFF, |peer| {
        off(peer, "Date: Mon, 01 Jan 1601 00:00:00 GMT\r\n")
    }),
    a_date_a_century_away = says("40105 with a `Date` a century away", CLOCK_OFF, |peer| {
        off(peer, "Date: Fri, 01 Jan 2150 00:00:00 GMT\r\n")
    }),
    the_last_date = says("40105 with a `Date` in 9999", CLOCK_OFF, |peer| {
        off(peer, "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n")
    }),
    a_date_in_10000 = says("40105 with a `Date` in the year 10000", CLOCK_OFF, |peer| {
        off(peer, "Date: Sat, 01 Jan 10000 00:00:00 GMT\r\n")
    }),
    a_date_that_is_none =
        says("40105 with a `Date` that is none", CLOCK_OFF, |peer| off(peer, "Date: soon\r\n")),
    a_date_that_is_binary = says("40105 with a `Date` of bytes", CLOCK_OFF, |peer| off(
        peer,
        "Date: \u{fffd}\u{80}\r\n"
    )),
    dates_that_move_on = Row {
        preauths: 2,
        ..says("40105 with a `Date` two decades away, each time", CLOCK_OFF, |peer| {
            off(peer, "Date: Thu, 01 Jan 2004 00:00:00 GMT\r\n")?;
            off(peer, "Date: Mon, 01 Jan 2046 00:00:00 GMT\r\n")
        })
    },
    an_allow_far_away = says("An allow with a `Date` in 9999", BYPASSED, |peer| {
        headed(peer, "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n")
    }),
    a_rate_limit_to_the_end = says("429 until the year 9999", RATE_LIMITED, |peer| {
        peer.request()?;
        peer.say("HTTP/1.1 429 No\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n")
    }),
    keys_refused_at_length =
        says("40301 with 60 kB of words", keys_refused("40301 xxxx"), |peer| ends_with(
            peer,
            &reply(&format!(
                r#"{{"stat": "FAIL", "code": 40301, "message": "{}"}}"#,
                "x".repeat(60_000)
            ))
        ),),
    half_a_reply = says("A reply that ends after its first header line", CUT, |peer| ends_with(
        peer,
        "HTTP/1.1 200 OK\r\n"
    )),
);

/// 40105 with these header lines.
fn off(peer: &mut Peer, lines: &str) -> io::Result<()> {
    let body = r#"{"stat": "FAIL", "code": 40105, "message": "Bad request timestamp"}"#;
    peer.request()?;
    peer.say(format!("HTTP/1.1 401 No\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len()))
}

/// What `gzip` makes of [`ALLOW`].
const PACKED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 46, 73, 44, 81, 178, 82, 80, 242, 247, 86, 210,
    81, 80, 42, 74, 45, 46, 200, 207, 43, 78, 5, 138, 84, 131, 56, 165, 57, 96, 201, 196, 156, 156,
    252, 114, 165, 218, 90, 0, 134, 42, 94, 174, 47, 0, 0, 0,
];
