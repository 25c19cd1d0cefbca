//! What both kinds of sockets share: sending in bounded time, and the clock of their deadlines.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use serde::Serialize;
use tokio::time::Instant;

/// A peer that takes nothing for that long is gone.
const SEND_MAX: Duration = Duration::from_secs(2);

/// Sends `message`; false when the other side is gone.
pub(super) async fn send(socket: &mut WebSocket, message: &impl Serialize) -> bool {
    let Ok(text) = serde_json::to_string(message) else { return false };
    let sent = tokio::time::timeout(SEND_MAX, socket.send(Message::Text(text.into()))).await;
    matches!(sent, Ok(Ok(())))
}

/// Now, for deadlines.
#[allow(
    clippy::disallowed_methods,
    reason = "deadlines of sockets are tokio's own, and steerable by its test clock"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
