//! A client of the Auth API, written apart from the service's own signing; and a bare TLS one for what is not HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha512};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::mock::Mock;

pub struct Client {
    pub ikey: String,
    pub skey: String,
    pub date: Option<String>,
    port: u16,
    agent: Agent,
}

/// Status, headers as `name: value` lines, and the body.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn response(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()["response"].clone()
    }

    pub fn code(&self) -> u64 {
        self.json()["code"].as_u64().unwrap_or(0)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

type Pairs<'a> = &'a [(&'a str, &'a str)];

impl Client {
    pub fn of(mock: &Mock) -> Self {
        let pem = std::fs::read(mock.text("cafile")).unwrap();
        let ca = Certificate::from_pem(&pem).unwrap().to_owned();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[ca]))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        let (ikey, skey) = (mock.text("ikey"), mock.text("skey"));
        Self { ikey, skey, date: None, port: mock.port(), agent: config.into() }
    }

    pub fn try_get(&self, name: &str, params: Pairs<'_>) -> Result<Reply, ureq::Error> {
        let path = format!("/auth/v2/{name}");
        let (date, query) = (self.date(), form(params));
        let canonical = format!("{date}\nGET\nlocalhost\n{path}\n{query}");
        let mut url = format!("https://localhost:{}{path}", self.port);
        if !query.is_empty() {
            url = format!("{url}?{query}");
        }
        let call = self
            .agent
            .get(url)
            .header("Date", &date)
            .header("Authorization", self.basic(&canonical));
        read(call.call()?)
    }

    pub fn try_post(&self, name: &str, params: Pairs<'_>) -> Result<Reply, ureq::Error> {
        let path = format!("/auth/v2/{name}");
        let (date, body) = (self.date(), form(params));
        let canonical = format!("{date}\nPOST\nlocalhost\n{path}\n{body}");
        let call = self
            .agent
            .post(format!("https://localhost:{}{path}", self.port))
            .header("Date", &date)
            .header("Authorization", self.basic(&canonical))
            .header("Content-Type", "application/x-www-form-urlencoded");
        read(call.send(body)?)
    }

    /// Version 5: a JSON body, hashed.
    pub fn post_json(&self, name: &str, body: &Value) -> Reply {
        let path = format!("/auth/v2/{name}");
        let (date, body) = (self.date(), body.to_string());
        let hash = |data: &str| hex(&Sha512::digest(data));
        let (of_body, of_headers) = (hash(&body), hash(""));
        let canonical = format!("{date}\nPOST\nlocalhost\n{path}\n\n{of_body}\n{of_headers}");
        let call = self
            .agent
            .post(format!("https://localhost:{}{path}", self.port))
            .header("Date", &date)
            .header("Authorization", self.basic(&canonical))
            .header("Content-Type", "application/json");
        read(call.send(body).unwrap()).unwrap()
    }

    pub fn get(&self, name: &str, params: Pairs<'_>) -> Reply {
        self.try_get(name, params).unwrap()
    }

    pub fn post(&self, name: &str, params: Pairs<'_>) -> Reply {
        self.try_post(name, params).unwrap()
    }

    /// Begins an asynchronous push for `demo` and gives its txid.
    pub fn push(&self) -> String {
        let params = [("username", "demo"), ("factor", "push"), ("device", "auto"), ("async", "1")];
        self.post("auth", &params).response()["txid"].as_str().unwrap().to_owned()
    }

    pub fn status(&self, txid: &str) -> Value {
        self.get("auth_status", &[("txid", txid)]).response()
    }

    fn date(&self) -> String {
        self.date.clone().unwrap_or_else(|| httpdate::fmt_http_date(SystemTime::now()))
    }

    /// A call of any API with a signature of version 1: no date is signed.
    pub fn undated(&self, method: &str, path: &str, params: Pairs<'_>) -> Reply {
        let (text, url) = (form(params), format!("https://localhost:{}{path}", self.port));
        let mut mac = Hmac::<Sha1>::new_from_slice(self.skey.as_bytes()).unwrap();
        mac.update(format!("{method}\nlocalhost\n{path}\n{text}").as_bytes());
        let signed = self.credentials(&mac.finalize().into_bytes());
        let reply = if method == "GET" {
            self.agent.get(format!("{url}?{text}")).header("Authorization", signed).call()
        } else {
            let call = self.agent.post(url).header("Authorization", signed);
            call.header("Date", self.date())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .send(text)
        };
        read(reply.unwrap()).unwrap()
    }

    pub fn basic(&self, canonical: &str) -> String {
        let mut mac = Hmac::<Sha512>::new_from_slice(self.skey.as_bytes()).unwrap();
        mac.update(canonical.as_bytes());
        self.credentials(&mac.finalize().into_bytes())
    }

    fn credentials(&self, signature: &[u8]) -> String {
        let plain = format!("{}:{}", self.ikey, hex(signature));
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(plain))
    }
}

fn read(reply: ureq::http::Response<ureq::Body>) -> Result<Reply, ureq::Error> {
    let (head, mut body) = reply.into_parts();
    let pair = |(n, v): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (n.as_str().to_owned(), v.to_str().unwrap().to_owned())
    };
    let headers = head.headers.iter().map(pair).collect();
    let body = body.with_config().limit(100 << 20).read_to_vec()?;
    Ok(Reply { status: head.status.as_u16(), headers, body })
}

fn form(params: Pairs<'_>) -> String {
    let mut pairs: Vec<_> =
        params.iter().map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect();
    pairs.sort();
    pairs.join("&")
}

fn escape(text: &str) -> String {
    let one = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'~' | b'-' => {
            char::from(b).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap();
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

pub type Tls = StreamOwned<ClientConnection, TcpStream>;

/// The TLS settings that trust only the mock's authority.
pub fn trusting(mock: &Mock) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(mock.text("cafile")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

pub fn connect(mock: &Mock, config: &Arc<ClientConfig>) -> Tls {
    let tcp = TcpStream::connect(("127.0.0.1", mock.port())).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let session =
        ClientConnection::new(Arc::clone(config), "localhost".try_into().unwrap()).unwrap();
    StreamOwned::new(session, tcp)
}

/// Sends an unsigned ping and reads to the end of the connection; the error, if one, is how it ended.
pub fn raw_ping(mock: &Mock, extra: &str) -> (Vec<u8>, std::io::Result<()>) {
    let mut tls = connect(mock, &trusting(mock));
    let request = format!("GET /auth/v2/ping HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n");
    let mut seen = Vec::new();
    let end = tls.write_all(request.as_bytes()).and_then(|()| tls.read_to_end(&mut seen));
    (seen, end.map(drop))
}
