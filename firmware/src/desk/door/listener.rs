//! The ports: one on loopback that is always open, one on the network that is open only while somebody may enter.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::places::{PLACES_MAX, Places};
use super::refusals::Kind;
use super::{Door, serve};
use crate::clock;

/// After an error of the system (too many files open), it is asked again that much later.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// A port that is taken, or an address that is not there yet, is tried again that often.
const BIND_AGAIN: Duration = Duration::from_secs(5);
/// Windows and devices whose time is over are looked for that often.
const TICK: Duration = Duration::from_secs(1);
/// Connections that have a task, with those that were told to give way and have not ended yet.
const TASKS_MAX: usize = PLACES_MAX + 64;
/// Whoever asks for the port on the network waits that long for it to open, at most.
const LAN_OPENS_MAX: Duration = Duration::from_secs(2);

/// Connections that the kernel holds until they are taken. With the usual 128, a burst of strangers made staff wait a
/// second for the next try of their browser.
const BACKLOG: u32 = 1024;

/// Listens on `address`.
pub(in super::super) fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A desk that starts again takes its port at once, whatever connections its last run left.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// The port on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lan {
    /// Nobody may enter: it does not listen.
    Closed,
    /// It listens here.
    Open(SocketAddr),
    /// It should listen and cannot.
    Failed,
}

/// Serves staff on loopback and, while it is wanted, on the network, until `stop`.
pub(in super::super) async fn serve(
    door: Arc<Door>,
    loopback: TcpListener,
    router: Router,
    stop: watch::Receiver<bool>,
) {
    // A crowd on the network takes no place from this machine's own page.
    let (here, elsewhere) = (Arc::new(Places::default()), Arc::new(Places::default()));
    tokio::select! {
        () = accept(&door, &loopback, None, &here, &router) => {}
        () = lan(&door, &elsewhere, &router) => {}
        () = keep_time(&door) => {}
        () = super::super::stopped(stop) => {}
    }
}

async fn keep_time(door: &Arc<Door>) {
    loop {
        door.tick(clock::since_start(), clock::unix_seconds(), clock::hall_time().is_some());
        sleep(TICK).await;
    }
}

/// Opens and closes the port on the network. Its connections end with it.
async fn lan(door: &Arc<Door>, places: &Arc<Places>, router: &Router) {
    let Some(mut address) = door.lan_address() else { return std::future::pending().await };
    loop {
        door.until_lan_is(true).await;
        match listen(address) {
            Ok(listener) => {
                // Port 0 is any port the first time, and the same from then on.
                address = listener.local_addr().unwrap_or(address);
                door.lan.send_replace(Lan::Open(address));
                tracing::info!("lan.opened");
                tokio::select! {
                    () = accept(door, &listener, Some(door.acceptor()), places, router) => {}
                    () = door.until_lan_is(false) => {}
                }
                drop(listener);
                door.lan.send_replace(Lan::Closed);
                tracing::info!("lan.closed");
            }
            Err(error) => {
                if door.lan.send_replace(Lan::Failed) != Lan::Failed {
                    tracing::error!(%error, "lan.failed");
                }
                let _ = timeout(BIND_AGAIN, door.until_lan_is(false)).await;
            }
        }
    }
}

/// Waits a moment for the port on the network that is about to open.
pub(super) async fn opened(door: &Door) -> Lan {
    if door.lan_address().is_none() {
        return Lan::Closed;
    }
    let mut lan = door.lan.subscribe();
    let waiting = lan.wait_for(|lan| *lan != Lan::Closed);
    timeout(LAN_OPENS_MAX, waiting).await.ok().and_then(Result::ok).map_or(Lan::Closed, |lan| *lan)
}

/// Takes connections for ever. When this is dropped, so are they; an open WebSocket has an end of its own.
async fn accept(
    door: &Arc<Door>,
    listener: &TcpListener,
    tls: Option<TlsAcceptor>,
    places: &Arc<Places>,
    router: &Router,
) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            sleep(ACCEPT_AGAIN).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let room = connections.len() < TASKS_MAX;
        let Some(place) = room.then(|| places.enter(peer.ip())).flatten() else {
            door.refused(Kind::Crowd);
            continue;
        };
        // Small messages must not wait for each other; a connection without that works too.
        let _ = stream.set_nodelay(true);
        let entry = serve::Entering { door: Arc::clone(door), tls: tls.clone(), peer: peer.ip(), place };
        connections.spawn(serve::connection(stream, entry, router.clone()));
    }
}
