use proptest::prelude::*;

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn post() -> WireRequest {
    WireRequest {
        method: "POST",
        path_and_query: "/auth/v2/auth".into(),
        headers: vec![
            ("Date", Zeroizing::new("Sun, 22 Nov 2026 10:00:00 -0000".into())),
            ("Authorization", Zeroizing::new("Basic c2VjcmV0".into())),
            ("Content-Type", Zeroizing::new("application/x-www-form-urlencoded".into())),
        ],
        body: Zeroizing::new(b"factor=push&device=phone1".to_vec()),
    }
}

fn reader() -> Http1 {
    encode(&post(), "api.example").expect("a request").1
}

/// What becomes of a reply fed in pieces of this size, and how much of it was used.
fn feed(
    bytes: &[u8],
    piece: usize,
    end: End,
) -> Result<(usize, Option<HttpReply>, bool), Untrusted> {
    let mut http = reader();
    let mut used = 0;
    for part in bytes.chunks(piece.max(1)) {
        let (here, reply) = http.feed(part, End::Open)?;
        used += here;
        if reply.is_some() {
            return Ok((used, reply, http.keeps_alive()));
        }
        assert_eq!(here, part.len(), "an unfinished reply takes all there is");
    }
    let (here, reply) = http.feed(&[], end)?;
    assert_eq!(here, 0);
    Ok((used, reply, http.keeps_alive()))
}

fn whole(text: &str) -> Result<HttpReply, Untrusted> {
    feed(text.as_bytes(), usize::MAX, End::Open).map(|(_, reply, _)| reply.expect("a whole reply"))
}

fn refused(text: &str) {
    for piece in [1, 7, usize::MAX] {
        match feed(text.as_bytes(), piece, End::Closed) {
            Err(Untrusted::Http(_)) => {}
            other => panic!("{other:?} for {text:?} in pieces of {piece}"),
        }
    }
}

#[test]
fn a_post_is_written_whole_with_its_length() {
    let (bytes, _) = encode(&post(), "api.example:8443").expect("a request");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    assert!(text.starts_with("POST /auth/v2/auth HTTP/1.1\r\n"), "{text}");
    let lower = text.to_ascii_lowercase();
    for header in [
        "\r\nhost: api.example:8443\r\n",
        "\r\ncontent-length: 25\r\n",
        "\r\ndate: sun, 22 nov 2026 10:00:00 -0000\r\n",
        "\r\nauthorization: basic c2vjcmv0\r\n",
    ] {
        assert_eq!(lower.matches(header).count(), 1, "{header:?} in {text}");
    }
    assert!(text.ends_with("\r\n\r\nfactor=push&device=phone1"));
    assert!(!lower.contains("transfer-encoding"));
}

#[test]
fn a_get_has_neither_body_nor_length() {
    let get = WireRequest {
        method: "GET",
        path_and_query: "/auth/v2/auth_status?txid=1".into(),
        body: Zeroizing::new(Vec::new()),
        ..post()
    };
    let (bytes, _) = encode(&get, "api.example").expect("a request");
    let text = String::from_utf8(bytes.to_vec()).expect("text").to_ascii_lowercase();
    assert!(text.starts_with("get /auth/v2/auth_status?txid=1 http/1.1\r\n"));
    assert!(text.ends_with("\r\n\r\n") && !text.contains("content-length"));
}

#[test]
fn a_header_that_would_break_the_head_is_refused() {
    let mut request = post();
    request.headers.push(("X-Duo-Date", Zeroizing::new("a\r\nX-Evil: 1".into())));
    assert!(encode(&request, "api.example").is_err());
}

#[test]
fn status_date_and_body_come_out() {
    let reply = whole(
        "HTTP/1.1 401 Unauthorized\r\ndate: Sun, 22 Nov 2026 10:00:00 GMT\r\nContent-Length: 4\r\n\r\nbody",
    )
    .expect("a reply");
    assert_eq!((reply.status, &*reply.body), (401, &b"body"[..]));
    assert_eq!(reply.date, httpdate::parse_http_date("Sun, 22 Nov 2026 10:00:00 GMT").ok());
    assert_eq!(reply.retry_after, None);
}

#[test]
fn retry_after_is_seconds_or_a_date_and_clamped() {
    let asked = |line: &str| {
        whole(&format!("HTTP/1.1 429 No\r\n{line}\r\nContent-Length: 0\r\n\r\n"))
            .expect("a reply")
            .retry_after
    };
    let seconds = |n| Some(RetryAfter::Seconds(Duration::from_secs(n)));
    assert_eq!(asked("Retry-After: 7"), seconds(7));
    assert_eq!(asked("X-Retry-After: 8"), seconds(8));
    assert_eq!(asked("X-Retry-After: 8\r\nRetry-After: 7"), seconds(7));
    assert_eq!(asked("Retry-After: -5"), seconds(0));
    assert_eq!(
        asked("Retry-After: 99999999999999999999999"),
        Some(RetryAfter::Seconds(LONGEST_RETRY))
    );
    assert_eq!(asked("Retry-After: soon"), None);
    let date = "Sun, 22 Nov 2026 10:00:00 GMT";
    assert_eq!(
        asked(&format!("Retry-After: {date}")),
        httpdate::parse_http_date(date).ok().map(RetryAfter::At)
    );
}

#[test]
fn chunks_are_put_together_and_trailers_dropped() {
    let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n\
                3\r\nabc\r\n0a;x=y\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n";
    for piece in 1..text.len() {
        let (used, reply, alive) = feed(text.as_bytes(), piece, End::Open).expect("fine chunks");
        assert_eq!(reply.expect("a reply").body, b"abc0123456789");
        assert_eq!((used, alive), (text.len(), true));
    }
}

#[test]
fn early_replies_are_passed_over() {
    let text = format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\n{OK}");
    assert_eq!(whole(&text).expect("a reply").body, b"ok");
}

#[test]
fn no_body_is_expected_where_there_can_be_none() {
    for text in ["HTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n"] {
        assert_eq!(whole(text).expect("a reply").body, b"");
    }
}

#[test]
fn redirects_are_replies_like_any_other() {
    for body in ["", "moved"] {
        let text = format!(
            "HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let reply = whole(&text).expect("a reply");
        assert_eq!((reply.status, reply.body), (302, body.as_bytes().to_vec()));
    }
}

#[test]
fn a_body_that_ends_with_the_connection_needs_its_end_announced() {
    let text = b"HTTP/1.1 200 OK\r\n\r\nall of it";
    let (_, reply, alive) = feed(text, 5, End::Closed).expect("a reply");
    assert_eq!((reply.expect("a reply").body, alive), (b"all of it".to_vec(), false));
    let (_, reply, _) = feed(text, 5, End::Open).expect("nothing wrong so far");
    assert_eq!(reply, None);
}

#[test]
fn a_cut_reply_is_none() {
    for text in [
        &OK[..OK.len() - 1],
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nConte",
    ] {
        let (_, reply, alive) =
            feed(text.as_bytes(), usize::MAX, End::Closed).expect("nothing wrong");
        assert_eq!((reply, alive), (None, false), "{text:?}");
    }
}

#[test]
fn connection_close_and_http_1_0_are_heeded() {
    let alive = |head: &str| {
        let text = format!("{head}\r\nContent-Length: 2\r\n\r\nok");
        feed(text.as_bytes(), usize::MAX, End::Open).expect("a reply").2
    };
    assert!(alive("HTTP/1.1 200 OK"));
    assert!(alive("HTTP/1.1 200 OK\r\nConnection: Keep-Alive"));
    assert!(alive("HTTP/1.1 200 OK\r\nConnection: upgrade, keep-alive"));
    assert!(!alive("HTTP/1.1 200 OK\r\nConnection: Close"));
    assert!(!alive("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nconnection: x,close"));
    assert!(!alive("HTTP/1.0 200 OK\r\nConnection: keep-alive"));
}

#[test]
fn what_follows_a_reply_is_not_used() {
    let text = format!("{OK}HTTP/1.1 200 OK\r\n");
    let (used, reply, _) = feed(text.as_bytes(), usize::MAX, End::Open).expect("a reply");
    assert_eq!((used, reply.is_some()), (OK.len(), true));
}

#[test]
fn ambiguous_framing_is_refused() {
    for headers in [
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 2",
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nContent-Length: 2",
        "Content-Length: 2, 3",
        "Content-Length: +2",
        "Content-Length: -2",
        "Content-Length: 0x2",
        "Content-Length:",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Content-Length : 2",
        " Content-Length: 2",
        "X-Folded: a\r\n b\r\nContent-Length: 2",
        "X-Nul: a\0b\r\nContent-Length: 2",
        "No colon\r\nContent-Length: 2",
        ": no name\r\nContent-Length: 2",
        "X-Bare: a\nContent-Length: 2",
        "X-Bare: a\rContent-Length: 2",
    ] {
        refused(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n0\r\n\r\n"));
    }
    refused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    refused("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    refused("HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nok");
    refused("HTTP/1.1 103 Hints\r\nContent-Length: 2\r\n\r\nok");
    refused("HTTP/1.1 200 OK\n\nok");
}

#[test]
fn crooked_chunks_are_refused() {
    for chunks in [
        "+5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        ";x\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nhello\r\n0\r\n\r\n",
        "0000000000000000000000005\r\nhello\r\n0\r\n\r\n",
        "0\r\nX: \0\r\n\r\n",
        "0\r\n\n",
    ] {
        refused(&format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"));
    }
}

#[test]
fn what_is_no_http_is_refused_at_its_first_wrong_byte() {
    for text in ["SSH-2.0-OpenSSH", "\r\nHTTP/1.1 200 OK", "HTTP/2 200", "http/1.1 200 OK", "{}"] {
        refused(text);
    }
    for line in [
        "HTTP/1.2 200 OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000",
        "HTTP/1.1 099 X",
        "HTTP/1.1 600 X",
        "HTTP/1.1 101 Switching",
        "HTTP/1.1",
    ] {
        refused(&format!("{line}\r\nContent-Length: 0\r\n\r\n"));
    }
}

#[test]
fn every_byte_of_a_reply_counts_against_the_budget() {
    let large = "x".repeat(BUDGET);
    let informational = "HTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\n".repeat(BUDGET / 30);
    let tiny_chunks = "1;aaaaaaaaaa\r\nx\r\n".repeat(BUDGET / 16);
    for text in [
        format!("HTTP/1.1 200 OK\r\nX: {large}\r\nContent-Length: 0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: {BUDGET}\r\n\r\n{large}"),
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n".into(),
        format!("HTTP/1.1 200 OK\r\n\r\n{large}"),
        informational,
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{tiny_chunks}0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: {large}\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n".into(),
    ] {
        for piece in [1, 4096, usize::MAX] {
            assert_eq!(
                feed(text.as_bytes(), piece, End::Closed),
                Err(Untrusted::TooLarge),
                "{text:.60}"
            );
        }
    }
}

#[test]
fn a_reply_that_just_fits_the_budget_is_taken() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 65494\r\n\r\n";
    let text = format!("{head}{}", "x".repeat(65494));
    assert_eq!(text.len(), BUDGET);
    assert_eq!(whole(&text).expect("a reply").body.len(), 65494);
}

/// Fragments from which replies, and what almost are replies, are put together.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        Just(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Just(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
        Just(b"HTTP/1.0 404 No\r\n".to_vec()),
        Just(b"Content-Length: 5\r\n".to_vec()),
        Just(b"Transfer-Encoding: chunked\r\n".to_vec()),
        Just(b"Connection: close\r\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"hello".to_vec()),
        Just(b"5\r\nhello\r\n".to_vec()),
        Just(b"0\r\n".to_vec()),
        Just(b"a;b\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..12),
    ];
    proptest::collection::vec(fragment, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Also the proof that nothing that comes in can panic.
    #[test]
    fn fed_byte_by_byte_or_whole_the_outcome_is_the_same(bytes in fragments(), piece in 1_usize..40, closed: bool) {
        let end = if closed { End::Closed } else { End::Open };
        let by_byte = feed(&bytes, 1, end);
        prop_assert_eq!(&by_byte, &feed(&bytes, usize::MAX, end));
        prop_assert_eq!(&by_byte, &feed(&bytes, piece, end));
    }

    #[test]
    fn a_mutated_reply_never_panics_and_never_differs_by_its_pieces(
        at in 0_usize..120, byte: u8, chunked: bool, piece in 1_usize..40
    ) {
        let mut bytes = if chunked {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: x\r\n\r\n5\r\nhello\r\n0\r\nT: 1\r\n\r\n".to_vec()
        } else {
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello".to_vec()
        };
        let at = at % bytes.len();
        bytes[at] = byte;
        prop_assert_eq!(feed(&bytes, piece, End::Closed), feed(&bytes, usize::MAX, End::Closed));
    }
}
