use super::*;

mod hostile;

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
