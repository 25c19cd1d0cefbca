//! One connection, from its first byte to its last: everything it may take is bounded.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

use super::Door;
use super::places::Place;
use super::refusals::Kind;

/// The TLS handshake may take that long.
pub const HANDSHAKE_MAX: Duration = Duration::from_secs(5);
/// A request's head may take that long, and a connection may be idle that long between two.
pub const HEAD_MAX: Duration = Duration::from_secs(5);
/// Bytes of a request's head, at most.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a request's body, at most.
pub const BODY_BYTES_MAX: usize = 4 * 1024;
/// A request, with its body, may take that long to be answered.
pub const ANSWER_MAX: Duration = Duration::from_secs(10);
/// A connection that has not become a WebSocket by then is closed after its request; browsers open another.
pub const CONNECTION_MAX: Duration = Duration::from_secs(60);

/// What a request's handler knows of its connection. While it is kept, so is the connection's place.
#[derive(Clone)]
pub struct Connection {
    /// Where it comes from.
    pub peer: IpAddr,
    /// Whether it is TLS.
    pub tls: bool,
    /// Its place among all connections.
    pub place: Arc<Place>,
}

/// A connection that was just taken.
pub(super) struct Entering {
    /// Where it comes in.
    pub door: Arc<Door>,
    /// It must speak TLS.
    pub tls: Option<TlsAcceptor>,
    /// Where it comes from.
    pub peer: IpAddr,
    /// Its place among all connections.
    pub place: Place,
}

/// Serves one connection until it ends, becomes a WebSocket, or has to give way.
pub(super) async fn connection(stream: TcpStream, entering: Entering, router: Router) {
    let Entering { door, tls, peer, place } = entering;
    let connection = Connection { peer: peer.to_canonical(), tls: tls.is_some(), place: Arc::new(place) };
    let place = Arc::clone(&connection.place);
    let served = async {
        match tls {
            None => http(&door, stream, connection, router).await,
            Some(tls) => match timeout(HANDSHAKE_MAX, tls.accept(stream)).await {
                Ok(Ok(stream)) => http(&door, stream, connection, router).await,
                Ok(Err(_)) => door.refused(Kind::Handshake),
                Err(_) => door.refused(Kind::Slow),
            },
        }
    };
    tokio::select! {
        () = served => {}
        () = place.gives_way() => door.refused(Kind::Crowd),
    }
}

async fn http(
    door: &Arc<Door>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: Connection,
    router: Router,
) {
    let answering = Arc::clone(door);
    let service = service_fn(move |request: Request<Incoming>| {
        answer(Arc::clone(&answering), router.clone(), connection.clone(), request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_MAX).max_buf_size(HEAD_BYTES_MAX);
    let mut http = pin!(builder.serve_connection(TokioIo::new(stream), service).with_upgrades());
    tokio::select! {
        ended = http.as_mut() => {
            if let Some(kind) = ended.err().and_then(|error| kind_of(&error)) {
                door.refused(kind);
            }
            return;
        }
        () = sleep(CONNECTION_MAX) => http.as_mut().graceful_shutdown(),
    }
    let _ = timeout(ANSWER_MAX, http).await;
}

/// What was wrong with the bytes. That a connection broke off says nothing that anybody could act on.
fn kind_of(error: &hyper::Error) -> Option<Kind> {
    if error.is_timeout() {
        Some(Kind::Slow)
    } else if error.is_parse_too_large() {
        Some(Kind::Large)
    } else if error.is_parse() {
        Some(Kind::Http)
    } else {
        None
    }
}

async fn answer(
    door: Arc<Door>,
    router: Router,
    connection: Connection,
    request: Request<Incoming>,
) -> Result<Response, std::convert::Infallible> {
    let mut router = router;
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(connection);
    let answered = timeout(ANSWER_MAX, router.call(request)).await;
    let Ok(response) = answered.unwrap_or_else(|_| Ok(StatusCode::REQUEST_TIMEOUT.into_response()));
    match response.status() {
        StatusCode::REQUEST_TIMEOUT => door.refused(Kind::Slow),
        StatusCode::PAYLOAD_TOO_LARGE => door.refused(Kind::Large),
        _ => {}
    }
    Ok(response)
}
