//! The accept loop.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Service, connection};

/// Accepts until the task is dropped; connections count from 1.
pub async fn listen(service: Arc<Service>, listener: TcpListener, tls: TlsAcceptor) {
    let mut conn = 0;
    loop {
        let Ok((tcp, peer)) = listener.accept().await else {
            // Out of descriptors, most likely: some will come back.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        conn += 1;
        let (service, tls) = (Arc::clone(&service), tls.clone());
        tokio::spawn(async move { connection::serve(service, tcp, peer, conn, tls).await });
    }
}
