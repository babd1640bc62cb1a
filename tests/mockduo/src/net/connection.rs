//! One connection: faults of TCP and TLS, then requests by hyper until one of them is to be answered by hand.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Service;
use super::service::{Takeover, answer};
use crate::faults::{Plan, hold, reset};
use crate::scenario::{CutPoint, Effect, On};

/// A client that does not finish its handshake in this time is dropped.
const HANDSHAKE: Duration = Duration::from_secs(60);

/// What the requests of one connection share with its driver.
#[derive(Debug)]
pub struct Link {
    pub conn: u64,
    pub peer: SocketAddr,
    /// The reply that the driver is to write by hand.
    pub plan: Mutex<Option<Plan>>,
    /// When the last reply was ready; `None` while a request is being answered.
    idle_since: Mutex<Option<Instant>>,
}

impl Link {
    pub fn busy(&self) {
        *self.idle_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub fn idle(&self) {
        *self.idle_since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn idle_for(&self) -> Duration {
        let since = *self.idle_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |at| at.elapsed())
    }
}

/// Serves a connection to its end and logs the stations of it.
pub async fn serve(
    service: Arc<Service>,
    tcp: TcpStream,
    peer: SocketAddr,
    conn: u64,
    tls: TlsAcceptor,
) {
    let log = Arc::clone(&service.hub.log);
    log.line(&json!({"event": "connect", "conn": conn, "peer": peer.to_string()}));
    // Replies are written whole; waiting for an acknowledgement would only cost the client 40 ms.
    let _ = tcp.set_nodelay(true);
    if let Some(tcp) = strike(&service, On::Accept, conn, tcp).await {
        match tokio::time::timeout(HANDSHAKE, tls.accept(tcp)).await {
            // Boxed: the buffers of TLS and hyper make it large, and there are thousands.
            Ok(Ok(stream)) => Box::pin(secured(&service, stream, peer, conn)).await,
            Ok(Err(error)) => {
                log.line(&json!({"event": "tls_failed", "conn": conn, "error": error.to_string()}));
            }
            Err(_) => log.line(&json!({"event": "tls_failed", "conn": conn, "error": "timed out"})),
        }
    }
    log.line(&json!({"event": "close", "conn": conn}));
}

async fn secured(
    service: &Arc<Service>,
    stream: TlsStream<TcpStream>,
    peer: SocketAddr,
    conn: u64,
) {
    let session = stream.get_ref().1;
    let version = session.protocol_version().map(|v| format!("{v:?}"));
    let resumed = session.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
    service
        .hub
        .log
        .line(&json!({"event": "tls", "conn": conn, "version": version, "resumed": resumed}));
    if let Some(stream) = strike(service, On::Handshake, conn, stream).await {
        let link = Link {
            conn,
            peer,
            plan: Mutex::default(),
            idle_since: Mutex::new(Some(Instant::now())),
        };
        requests(service, stream, Arc::new(link)).await;
    }
}

/// The TCP socket under either stage of a connection.
trait Socket: tokio::io::AsyncRead + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Lets a fault of the connection itself happen; gives the stream back when it survives.
async fn strike<S: Socket>(service: &Service, on: On, conn: u64, stream: S) -> Option<S> {
    let Some(fault) = service.faults.of_connection(on, conn) else {
        return Some(stream);
    };
    service.hub.log.line(&json!({"event": "fault", "conn": conn, "fault": fault.name}));
    if let Some(delay) = fault.delay {
        tokio::time::sleep(delay).await;
    }
    match fault.effect {
        Effect::Silent => hold(stream).await,
        Effect::Cut(CutPoint::Reset) => reset(stream.tcp()),
        Effect::Cut(_) => {}
        _ => return Some(stream),
    }
    None
}

async fn requests(service: &Arc<Service>, stream: TlsStream<TcpStream>, link: Arc<Link>) {
    let handler = service_fn(|request| answer(Arc::clone(service), Arc::clone(&link), request));
    let mut http = http1::Builder::new()
        // The date is the service's to choose: scenarios make it wrong.
        .auto_date_header(false)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), handler);
    let end = tokio::select! {
        end = &mut http => end,
        () = idle_too_long(service.idle_close, &link) => {
            std::pin::Pin::new(&mut http).graceful_shutdown();
            (&mut http).await
        }
    };
    if end.is_ok() {
        return;
    }
    let plan = link.plan.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(plan) = plan {
        plan.play(http.into_parts().io.into_inner()).await;
    }
}

/// Ends when nothing has been asked for long enough.
async fn idle_too_long(limit: Option<Duration>, link: &Link) {
    let Some(limit) = limit else {
        return std::future::pending().await;
    };
    loop {
        let idle = link.idle_for();
        if idle >= limit {
            return;
        }
        tokio::time::sleep(limit.saturating_sub(idle).max(Duration::from_millis(5))).await;
    }
}

impl Link {
    /// Hands the connection to its driver with what is to be written.
    pub fn take_over(&self, plan: Plan) -> Takeover {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan);
        Takeover
    }
}
