//! What both kinds of sockets share: sending in bounded time, how much is listened to, the clock of their deadlines.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use serde::Serialize;
use tokio::time::Instant;

/// A peer that takes nothing for that long is gone.
const SEND_MAX: Duration = Duration::from_secs(2);
/// Messages of one peer within [`WINDOW`], at most: 64 calls that a page confirms three times over, and a heartbeat.
const MESSAGES_MAX: u32 = 200;
/// What [`MESSAGES_MAX`] is counted in.
const WINDOW: Duration = Duration::from_secs(5);

/// How much one peer says.
pub(super) struct Pace {
    since: Instant,
    heard: u32,
}

impl Pace {
    /// From now on.
    pub(super) fn new() -> Self {
        Self { since: now(), heard: 0 }
    }

    /// One more message at `now`; false when it is one too many.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        if now.duration_since(self.since) >= WINDOW {
            (self.since, self.heard) = (now, 0);
        }
        self.heard += 1;
        self.heard <= MESSAGES_MAX
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_says_more_than_anybody_needs_is_noticed_and_one_that_keeps_talking_is_not() {
        let start = now();
        let mut flood = Pace { since: start, heard: 0 };
        assert_eq!((0..1_000).filter(|_| flood.allows(start)).count(), 200);
        let mut busy = Pace { since: start, heard: 0 };
        assert!((0..10_000).all(|message| busy.allows(start + Duration::from_millis(30 * message))));
    }
}
