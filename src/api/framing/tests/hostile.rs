//! What a service may send to be misread: refused, at the first wrong byte, within the budget.

use proptest::prelude::*;

use super::*;

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

    #[test]
    fn dates_and_waits_of_every_kind_are_read_or_left_out(
        date in almost_a_date(), wait in prop_oneof![almost_a_date(), "-?[0-9]{0,25}\\.?[0-9]{0,3}"],
    ) {
        let bytes = format!(
            "HTTP/1.1 429 No\r\nDate: {date}\r\nRetry-After: {wait}\r\nContent-Length: 0\r\n\r\n"
        );
        let fed = feed(bytes.as_bytes(), usize::MAX, End::Open);
        prop_assert_eq!(&fed, &feed(bytes.as_bytes(), 1, End::Open));
    }
}

/// Dates with a part or two that no calendar has.
fn almost_a_date() -> impl Strategy<Value = String> {
    let zone = proptest::sample::select(vec!["GMT", "-0000", "UTC", "", "+9999"]);
    let month = proptest::sample::select(vec!["Jan", "Feb", "Dec", "Foo", "jan", "é"]);
    let numbers = ("[0-9]{1,2}", "[0-9]{1,5}", "[0-9]{2}:[0-9]{2}:[0-9]{2}");
    (numbers, month, zone, any::<bool>()).prop_map(|((day, year, time), month, zone, old)| {
        if old {
            format!("Sunday, {day}-{month}-{year} {time} {zone}")
        } else {
            format!("Sun, {day} {month} {year} {time} {zone}")
        }
    })
}
