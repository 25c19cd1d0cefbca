//! The bench page without a browser: a finger and keys over the same socket.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use parvis_tests::staff::{PATIENCE, socket};
use parvis_ui_model::geometry::Panel;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// The middle of places that stand where they stand on every upright screen, in millimetres from the upper left
/// corner (the lower edge for the bar); a scenario in one process holds that the labels are right.
pub const CALL: (f32, f32) = (208.0, 453.0);
pub const FINISH: (f32, f32) = (136.0, 453.0);
pub const MIDDLE: (f32, f32) = (130.0, 220.0);

/// A screen on which nothing moves for that long has said all it has to say.
const QUIET: std::time::Duration = std::time::Duration::from_millis(400);

/// The page.
pub struct BenchPage {
    socket: WebSocketStream<TcpStream>,
    /// What the page shows beside the screen.
    pub state: Value,
    /// Pieces of the screen that came so far.
    pub pieces: usize,
    /// The last one that was the whole screen.
    pub whole: Vec<u8>,
}

impl BenchPage {
    pub async fn open(address: SocketAddr) -> Self {
        let socket = socket(address, "/api/bench", Some(&format!("http://{address}"))).await.unwrap();
        let mut page = Self { socket, state: Value::Null, pieces: 0, whole: Vec::new() };
        page.until("the first picture", |page| page.pieces > 0 && !page.state.is_null()).await;
        page
    }

    /// A finger touches there and lets go, and the screen answers.
    pub async fn tap(&mut self, (x, y): (f32, f32)) {
        let before = self.pieces;
        let scale = Panel::PORTRAIT_21.px_per_mm;
        for kind in ["press", "release"] {
            self.say(&json!({ "type": kind, "x": x * scale, "y": y * scale })).await;
        }
        self.until("an answer to the touch", |page| page.pieces > before).await;
        self.quiet().await;
    }

    /// Listens until nothing new is drawn any more.
    pub async fn quiet(&mut self) {
        while let Ok(message) = tokio::time::timeout(QUIET, self.socket.next()).await {
            self.hear(message.unwrap().unwrap());
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Text(text) => self.state = serde_json::from_str(&text).unwrap(),
            Message::Binary(piece) => {
                self.pieces += 1;
                if is_whole(&piece) {
                    self.whole = piece.to_vec();
                }
            }
            _ => {}
        }
    }

    /// A key goes down and up.
    pub async fn key(&mut self, text: char) {
        self.say(&json!({ "type": "key", "text": text.to_string() })).await;
    }

    pub async fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Listens until `holds` is true of the page.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let listening = async {
            while !holds(self) {
                match self.socket.next().await {
                    Some(Ok(message)) => self.hear(message),
                    Some(Err(_)) | None => return false,
                }
            }
            true
        };
        let heard = tokio::time::timeout(PATIENCE, listening).await;
        assert_eq!(heard, Ok(true), "waited for {what}; the page shows {}", self.state);
    }
}

/// Whether a piece is the whole screen: its width and height stand in the head of its PNG, after its place.
fn is_whole(piece: &[u8]) -> bool {
    let number = |at: usize| u32::from_be_bytes(piece[at..at + 4].try_into().unwrap());
    let panel = Panel::PORTRAIT_21;
    (number(24), number(28)) == (panel.width_px, panel.height_px)
}
