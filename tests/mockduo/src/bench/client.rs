//! A client as `pam_duo2` is one: a connection for each login, kept for all its calls.

use std::sync::Arc;
use std::time::SystemTime;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::service::Child;
use crate::params::Params;
use crate::sign::{Signed, authorization};

const NAME: &str = "localhost";

/// What every connection needs to know.
pub struct Client {
    ikey: String,
    skey: String,
    port: u16,
    tls: TlsConnector,
}

impl Client {
    pub fn of(service: &Child) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_file(service.text("cafile")?);
        roots.add(authority.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Every login is a process of its own: none has a session to resume.
        config.resumption = rustls::client::Resumption::disabled();
        Ok(Self {
            ikey: service.text("ikey")?.to_owned(),
            skey: service.text("skey")?.to_owned(),
            port: service.port()?,
            tls: TlsConnector::from(Arc::new(config)),
        })
    }

    pub async fn connect(self: &Arc<Self>) -> Result<Connection, String> {
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).await.map_err(|e| e.to_string())?;
        tcp.set_nodelay(true).map_err(|e| e.to_string())?;
        let name = ServerName::try_from(NAME).map_err(|e| e.to_string())?;
        let tls = self.tls.connect(name, tcp).await.map_err(|e| e.to_string())?;
        let (requests, connection) =
            handshake(TokioIo::new(tls)).await.map_err(|e| e.to_string())?;
        // Ends with the connection.
        let _detached = tokio::spawn(connection);
        Ok(Connection { requests, client: Arc::clone(self) })
    }

    fn request(
        &self,
        method: &str,
        call: &str,
        params: &[(&str, &str)],
    ) -> Result<Request<Full<Bytes>>, String> {
        let date = httpdate::fmt_http_date(SystemTime::now());
        let path = format!("/auth/v2/{call}");
        let pairs = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let (params, none) = (Params(pairs.collect()), Params::default());
        let posted = method == "POST";
        let signed = Signed {
            date: &date,
            method,
            host: NAME,
            path: &path,
            query: if posted { &none } else { &params },
            form: if posted { &params } else { &none },
            body: &[],
            duo_headers: &[],
        };
        let text = params.canonical();
        let (uri, body) =
            if posted { (path.clone(), text) } else { (format!("{path}?{text}"), String::new()) };
        Request::builder()
            .method(method)
            .uri(uri)
            .header(HOST, NAME)
            .header(DATE, &date)
            .header(AUTHORIZATION, authorization(&self.ikey, &self.skey, &signed))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(body))
            .map_err(|e| e.to_string())
    }
}

/// One login's connection.
pub struct Connection {
    requests: SendRequest<Full<Bytes>>,
    client: Arc<Client>,
}

impl Connection {
    /// Sends a call, and leaves its reply to come when it will.
    pub async fn send(
        &mut self,
        method: &str,
        call: &str,
        params: &[(&str, &str)],
    ) -> Result<(), String> {
        let request = self.client.request(method, call, params)?;
        self.requests.ready().await.map_err(|e| e.to_string())?;
        let reply = self.requests.send_request(request);
        let _detached = tokio::spawn(reply);
        Ok(())
    }

    /// The `response` of a call.
    ///
    /// # Errors
    /// Any status but 200, and a connection that ends.
    pub async fn call(
        &mut self,
        method: &str,
        call: &str,
        params: &[(&str, &str)],
    ) -> Result<Value, String> {
        let request = self.client.request(method, call, params)?;
        self.requests.ready().await.map_err(|e| e.to_string())?;
        let reply = self.requests.send_request(request).await.map_err(|e| e.to_string())?;
        let status = reply.status();
        let body = reply.into_body().collect().await.map_err(|e| e.to_string())?.to_bytes();
        let mut json: Value = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
        if status == 200 {
            Ok(json["response"].take())
        } else {
            Err(format!("{call}: {status}: {json}"))
        }
    }
}
