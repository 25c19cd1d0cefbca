//! What staff reach over HTTP: the page's files, its socket, and counts to open in a spreadsheet.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use tokio::sync::watch;

use super::door::devices::Role;
use super::door::refusals::Refusals;
use super::door::{Guest, gone};
use super::hall::Hall;
use super::plan::HallPlan;
use super::{metrics, page, staff_socket};
use crate::protocol::MESSAGE_BYTES_MAX;

/// What the pages stand on.
#[derive(Clone)]
pub(super) struct Shared {
    pub hall: Arc<Hall>,
    pub refusals: Arc<Refusals>,
    pub plan: Arc<HallPlan>,
    pub address: SocketAddr,
    pub stop: watch::Receiver<bool>,
}

pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .merge(page::routes())
        .route("/measures/{table}", get(measures))
        .route("/metrics", get(figures))
        .route("/api/staff", get(upgrade))
        .route("/plan/{kiosk}", get(plan))
        .with_state(shared)
}

/// Counts without identities, as a file to keep: `days.csv`, `hours.csv` or `reasons.csv`.
async fn measures(State(shared): State<Shared>, Path(name): Path<String>) -> Response {
    let table = name.strip_suffix(".csv").and_then(|table| {
        let file = match table {
            "days" => "attachment; filename=\"parvis-jours.csv\"",
            "hours" => "attachment; filename=\"parvis-heures.csv\"",
            "reasons" => "attachment; filename=\"parvis-themes.csv\"",
            _ => return None,
        };
        Some((file, shared.hall.measures_csv(table)?))
    });
    let Some((file, csv)) = table else {
        return (StatusCode::NOT_FOUND, "no such table").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(file)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, csv).into_response()
}

/// The plan of the hall with that kiosk marked.
async fn plan(State(shared): State<Shared>, Path(kiosk): Path<String>) -> Response {
    let drawn = tokio::task::spawn_blocking(move || shared.plan.picture(&kiosk)).await;
    match drawn.ok().flatten() {
        Some(picture) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                (
                    header::CONTENT_SECURITY_POLICY,
                    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
                ),
            ];
            (headers, picture).into_response()
        }
        None => (StatusCode::NOT_FOUND, "no plan with this kiosk").into_response(),
    }
}

/// For Prometheus, which shows the token that `/api/kiosk-pair` gave it; staff may look, too.
async fn figures(State(shared): State<Shared>) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE))],
        metrics::text(&shared.hall, &shared.refusals),
    )
        .into_response()
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
    let second = guest.as_ref().is_some_and(|Extension(guest)| guest.role() == Role::Staff { second: true });
    socket.on_upgrade(move |socket| async move {
        let Shared { hall, refusals, stop, .. } = shared;
        tokio::select! {
            () = staff_socket::serve(&hall, &refusals, socket, second) => {}
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
