//! Who may talk to the phone: programs of this machine, and its own page in a browser. A page from elsewhere in the same
//! browser may not, neither by a form, nor by a script, nor by a name that it lets resolve to loopback.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Refuses what does not come from the page itself or from a program without an origin.
pub async fn same_origin(
    State(address): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match check(address, request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err((status, why)) => (status, Json(json!({"error": why}))).into_response(),
    }
}

fn check(
    address: SocketAddr,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), (StatusCode, &'static str)> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let port = address.port();
    let ours = [
        format!("{address}"),
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
    ];
    let host = text(HOST).unwrap_or_default().to_ascii_lowercase();
    if !ours.contains(&host) {
        return Err((StatusCode::MISDIRECTED_REQUEST, "this host name is not the phone's"));
    }
    if text(ORIGIN).is_some_and(|origin| origin.to_ascii_lowercase() != format!("http://{host}")) {
        return Err((StatusCode::FORBIDDEN, "another site's page may not use the phone"));
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let foreign = site.is_some_and(|site| site != b"same-origin" && site != b"none");
    if foreign && !(*method == Method::GET && is_navigation(headers)) {
        return Err((StatusCode::FORBIDDEN, "another site's page may not use the phone"));
    }
    if *method == Method::POST {
        // A form of another site cannot send JSON without asking the browser first.
        let kind = text(CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "the phone takes application/json"));
        }
    }
    Ok(())
}

/// A link to the page that was followed from elsewhere: it only shows the page.
fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate")
        && headers.get("sec-fetch-dest").is_some_and(|dest| dest == "document")
}

/// Headers that keep the page to itself.
pub async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
        base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let all = [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in all {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knock(method: &Method, headers: &[(&'static str, &str)]) -> u16 {
        let pairs = headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap()));
        let map: HeaderMap = pairs.collect();
        let address = "127.0.0.1:8080".parse().unwrap();
        check(address, method, &map).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    const JSON: (&str, &str) = ("content-type", "application/json");

    #[test]
    fn programs_and_the_page_itself_may() {
        assert_eq!(knock(&Method::GET, &[("host", "127.0.0.1:8080")]), 200);
        assert_eq!(knock(&Method::POST, &[("host", "LOCALHOST:8080"), JSON]), 200);
        let page = [("host", "localhost:8080"), ("origin", "http://localhost:8080"), JSON];
        assert_eq!(knock(&Method::POST, &page), 200);
    }

    #[test]
    fn a_hostile_page_may_not() {
        let host = ("host", "127.0.0.1:8080");
        assert_eq!(knock(&Method::POST, &[host, ("origin", "https://evil.example"), JSON]), 403);
        assert_eq!(knock(&Method::POST, &[host, ("origin", "null"), JSON]), 403);
        assert_eq!(knock(&Method::POST, &[host, ("origin", "http://localhost:8080"), JSON]), 403);
        assert_eq!(knock(&Method::POST, &[host, ("sec-fetch-site", "cross-site"), JSON]), 403);
        assert_eq!(knock(&Method::GET, &[host, ("sec-fetch-site", "same-site")]), 403);
        assert_eq!(knock(&Method::POST, &[host, ("content-type", "text/plain")]), 415);
        assert_eq!(knock(&Method::POST, &[host]), 415);
    }

    #[test]
    fn a_name_that_was_made_to_resolve_to_loopback_may_not() {
        for host in
            ["evil.example:8080", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8080.evil.example", ""]
        {
            assert_eq!(knock(&Method::GET, &[("host", host)]), 421, "{host}");
        }
        assert_eq!(knock(&Method::GET, &[]), 421);
    }

    #[test]
    fn a_link_from_elsewhere_shows_the_page() {
        let link = [
            ("host", "127.0.0.1:8080"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert_eq!(knock(&Method::GET, &link), 200);
        assert_eq!(knock(&Method::POST, &link), 403);
    }
}
