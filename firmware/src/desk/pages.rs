//! The staff page and what it is made of: three plain files, no build step, nothing from outside.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use tokio::sync::watch;

use super::door::{Guest, gone};
use super::hall::Hall;
use super::staff_socket;
use crate::protocol::MESSAGE_BYTES_MAX;

/// Nothing but our own files; shown in a frame only by a page of this machine (the bench).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors http://127.0.0.1:* http://localhost:*";

#[derive(Clone)]
struct Shared {
    hall: Arc<Hall>,
    address: SocketAddr,
    stop: watch::Receiver<bool>,
}

pub(super) fn router(hall: Arc<Hall>, address: SocketAddr, stop: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/", get(|| async { file("text/html; charset=utf-8", include_str!("page/staff.html")) }))
        .route(
            "/staff.css",
            get(|| async { file("text/css; charset=utf-8", include_str!("page/staff.css")) }),
        )
        .route(
            "/staff.js",
            get(|| async { file("text/javascript; charset=utf-8", include_str!("page/staff.js")) }),
        )
        .route("/api/staff", get(upgrade))
        .with_state(Shared { hall, address, stop })
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, text).into_response()
}

/// Only our own page may speak to the desk: another site in the same browser is refused.
///
/// Through the door, a guest is known and the page's origin was checked already; a guest who is revoked is cut off.
async fn upgrade(
    State(shared): State<Shared>,
    guest: Option<Extension<Guest>>,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if guest.is_none() && !origin.is_some_and(|origin| is_own(origin, shared.address)) {
        return (StatusCode::FORBIDDEN, "only the staff page of this desk").into_response();
    }
    let socket = socket.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX);
    socket.on_upgrade(move |socket| async move {
        let Shared { hall, stop, .. } = shared;
        tokio::select! {
            () = staff_socket::serve(&hall, socket) => {}
            () = super::stopped(stop) => {}
            () = gone(guest.map(|Extension(guest)| guest)) => {}
        }
    })
}

fn is_own(origin: &str, address: SocketAddr) -> bool {
    let port = address.port();
    [format!("http://{address}"), format!("http://localhost:{port}")].iter().any(|own| own == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_desks_own_page_may_speak_to_it() {
        let address = SocketAddr::from(([127, 0, 0, 1], 8460));
        assert!(is_own("http://127.0.0.1:8460", address) && is_own("http://localhost:8460", address));
        for other in ["http://127.0.0.1:8461", "https://127.0.0.1:8460", "http://evil.example", "null", ""] {
            assert!(!is_own(other, address), "{other}");
        }
    }
}
