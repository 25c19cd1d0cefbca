//! A staff page without a browser: the same words over the same socket.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parvis::protocol::{EndedCall, FollowedHall, FromStaff, Presence, Relay, StaffCall, StaffKiosk, ToStaff};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

/// No wait of a test is longer: 20 s, on a machine that does other things too.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// A page says that it is there that often.
const PING: Duration = Duration::from_secs(1);

/// Opens the WebSocket at `path` of `address`, as a page of `origin` does (`None`: a program that names none).
pub async fn socket(
    address: SocketAddr,
    path: &str,
    origin: Option<&str>,
) -> Result<WebSocketStream<TcpStream>, SocketError> {
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    if let Some(origin) = origin {
        request.headers_mut().insert("Origin", HeaderValue::from_str(origin)?);
    }
    let stream = TcpStream::connect(address).await?;
    Ok(tokio_tungstenite::client_async(request, stream).await?.0)
}

/// What the desk shows to staff.
#[derive(Clone, Debug, Default)]
pub struct Hall {
    /// Open calls, oldest first.
    pub calls: Vec<StaffCall>,
    /// Kiosks.
    pub kiosks: Vec<StaffKiosk>,
    /// Who holds the desk.
    pub presence: Presence,
    /// Calls that are over, newest first.
    pub ended: Vec<EndedCall>,
    /// Halls elsewhere.
    pub elsewhere: Vec<FollowedHall>,
    /// The way to them.
    pub relay: Relay,
}

/// A page that is open.
pub struct StaffPage<S = TcpStream> {
    socket: WebSocketStream<S>,
    /// What the desk said last.
    pub hall: Hall,
    /// What it refused last, in French.
    pub refused: Option<String>,
}

impl StaffPage {
    /// Opens a page at the desk.
    pub async fn open(desk: SocketAddr) -> Result<Self, SocketError> {
        let socket = socket(desk, "/api/staff", Some(&format!("http://{desk}"))).await?;
        Ok(Self::on(socket))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> StaffPage<S> {
    /// A page whose socket is open.
    pub fn on(socket: WebSocketStream<S>) -> Self {
        Self { socket, hall: Hall::default(), refused: None }
    }

    /// Says something to the desk.
    pub async fn say(&mut self, message: &FromStaff) -> Result<(), SocketError> {
        let text = serde_json::to_string(message).expect("a message is JSON");
        self.raw(Message::text(text)).await
    }

    /// Sends anything.
    pub async fn raw(&mut self, message: Message) -> Result<(), SocketError> {
        self.socket.send(message).await
    }

    /// Listens until `holds` is true of the page.
    ///
    /// # Panics
    /// After [`PATIENCE`], or when the desk closes the socket: with the hall as it was then.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let listening = async {
            let mut ping = tokio::time::interval(PING);
            while !holds(self) {
                tokio::select! {
                    message = self.socket.next() => match message {
                        Some(Ok(message)) => self.hear(&message),
                        Some(Err(_)) | None => return false,
                    },
                    _ = ping.tick() => {
                        let sent = self.say(&FromStaff::Ping).await;
                        if sent.is_err() {
                            return false;
                        }
                    }
                }
            }
            true
        };
        let heard = tokio::time::timeout(PATIENCE, listening).await;
        assert_eq!(heard, Ok(true), "waited for {what}; the page shows {:?}", self.hall);
    }

    /// The only open call.
    ///
    /// # Panics
    /// When there is none, or more than one.
    pub fn call(&self) -> &StaffCall {
        assert_eq!(self.hall.calls.len(), 1, "{:?}", self.hall);
        &self.hall.calls[0]
    }

    fn hear(&mut self, message: &Message) {
        let Message::Text(text) = message else { return };
        match serde_json::from_str(text).expect("the desk speaks the protocol") {
            ToStaff::Hall { calls, kiosks, presence, ended, elsewhere, relay, .. } => {
                self.hall = Hall { calls, kiosks, presence, ended, elsewhere, relay };
            }
            ToStaff::Refused { why } => self.refused = Some(why),
            ToStaff::Pong => {}
        }
    }
}
