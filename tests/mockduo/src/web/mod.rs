//! The phone: a page for people and the JSON beneath it, on loopback only.

mod api;
mod assets;
mod guard;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::hub::Hub;

/// Binds the phone's listener.
///
/// # Errors
/// The address is not on loopback (whoever reaches it can approve), or cannot be had.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    if !address.ip().is_loopback() {
        return Err(format!(
            "--web {address}: only a loopback address: whoever reaches it can approve"
        ));
    }
    TcpListener::bind(address).await.map_err(|e| format!("--web {address}: {e}"))
}

/// Serves until the task is dropped.
pub async fn serve(hub: Arc<Hub>, listener: TcpListener) {
    let Ok(address) = listener.local_addr() else {
        return;
    };
    let served = axum::serve(listener, router(hub, address)).await;
    if let Err(error) = served {
        eprintln!("mockduo: the phone's page has ended: {error}");
    }
}

fn router(hub: Arc<Hub>, address: SocketAddr) -> Router {
    Router::new()
        .route("/", get(assets::page))
        .route("/phone.css", get(assets::style))
        .route("/phone.js", get(assets::script))
        .route("/api/state", get(api::state))
        .route("/api/events", get(api::events))
        .route("/api/push/{txid}", post(api::answer))
        .route("/api/enroll/{user_id}", post(api::activate))
        .layer(from_fn_with_state(address, guard::same_origin))
        // Outermost: what is refused gets these headers, too.
        .layer(from_fn(guard::harden))
        .with_state(hub)
}
