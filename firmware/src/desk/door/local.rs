//! What this machine's own kiosk and technicians ask of the door, over the desk's Unix socket.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::listener::Lan;
use super::{Door, listener, network};
use crate::clock;

/// A window that was just opened: what staff need to pair a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Six figures.
    pub code: String,
    /// How long they are good for.
    pub seconds: u64,
    /// Where a browser finds the desk, the best address first; empty when its port could not be opened.
    pub addresses: Vec<String>,
    /// The SHA-256 of the certificate, in sixteen groups of four.
    pub fingerprint: String,
}

/// How the door stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How long the window stays open; `None` when it is closed.
    pub seconds: Option<u64>,
    /// Paired devices.
    pub devices: usize,
}

/// A paired device, as technicians see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its number.
    pub id: u64,
    /// What staff call it.
    pub name: String,
    /// When it was last used, in seconds since 1970 (UTC).
    pub last_used: u64,
    /// Whether a socket of it is open.
    pub connected: bool,
}

#[derive(Clone)]
struct Shared {
    door: Arc<Door>,
    loopback: SocketAddr,
}

/// `GET /api/door`, `GET /api/door/open`, `POST /api/door/close`, `GET /api/door/devices`, `POST /api/door/revoke/ID`.
pub(in super::super) fn router(door: Arc<Door>, loopback: SocketAddr) -> Router {
    Router::new()
        .route("/api/door", get(standing))
        .route("/api/door/open", get(open))
        .route("/api/door/close", post(close))
        .route("/api/door/devices", get(devices))
        .route("/api/door/revoke/{id}", post(revoke))
        .with_state(Shared { door, loopback })
}

async fn standing(State(Shared { door, .. }): State<Shared>) -> Json<Standing> {
    let seconds = door.pairing_left(clock::since_start()).map(|left| left.as_secs());
    Json(Standing { seconds, devices: door.devices().len() })
}

async fn open(State(Shared { door, loopback }): State<Shared>) -> Json<Offer> {
    let code = door.open_pairing(clock::since_start());
    let addresses = match listener::opened(&door).await {
        Lan::Open(address) => of_lan(address, &network::host_name(), &network::addresses()),
        Lan::Closed if door.lan_address().is_none() => vec![format!("http://{loopback}/")],
        Lan::Closed | Lan::Failed => Vec::new(),
    };
    let seconds = door.pairing_left(clock::since_start()).unwrap_or_default().as_secs();
    Json(Offer { code: code.figures().to_owned(), seconds, addresses, fingerprint: door.fingerprint() })
}

async fn close(State(Shared { door, .. }): State<Shared>) -> StatusCode {
    door.close_pairing();
    StatusCode::NO_CONTENT
}

async fn devices(State(Shared { door, .. }): State<Shared>) -> Json<Vec<Listed>> {
    let listed = door.devices().into_iter().map(|known| Listed {
        id: known.device.id,
        name: known.device.name,
        last_used: known.device.last_used,
        connected: known.connected,
    });
    Json(listed.collect())
}

async fn revoke(State(Shared { door, .. }): State<Shared>, Path(id): Path<u64>) -> StatusCode {
    if door.revoke(id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// Where other machines find a port that listens at `bound`: short addresses first, they are typed by hand.
fn of_lan(bound: SocketAddr, host: &str, own: &[IpAddr]) -> Vec<String> {
    if !bound.ip().is_unspecified() {
        return vec![format!("https://{bound}/")];
    }
    let port = bound.port();
    let reached = own.iter().filter(|address| bound.is_ipv6() || address.is_ipv4());
    let mut reached: Vec<&IpAddr> = reached.collect();
    reached.sort_by_key(|address| address.is_ipv6());
    let mut addresses: Vec<String> =
        reached.into_iter().map(|&address| format!("https://{}/", SocketAddr::new(address, port))).collect();
    addresses.push(format!("https://{host}.local:{port}/"));
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_that_other_machines_can_type() {
        let own = ["fd00::1".parse().unwrap(), "192.0.2.7".parse().unwrap()];
        let bound = |text: &str| of_lan(text.parse().unwrap(), "borne", &own);
        assert_eq!(bound("0.0.0.0:8443"), ["https://192.0.2.7:8443/", "https://borne.local:8443/"]);
        assert_eq!(
            bound("[::]:8443"),
            ["https://192.0.2.7:8443/", "https://[fd00::1]:8443/", "https://borne.local:8443/"]
        );
        assert_eq!(bound("192.0.2.7:1"), ["https://192.0.2.7:1/"]);
    }
}
