//! A staff page at the desk: one WebSocket. The page gets the whole hall at every change.

use axum::extract::ws::{Message, WebSocket};
use tokio::time::sleep_until;

use super::door::refusals::{Kind, Refusals};
use super::hall::Hall;
use super::wire::{Pace, now, send};
use crate::clock;
use crate::protocol::{FromStaff, HEARTBEAT, SILENCE_MAX, ToStaff};

/// `second`: a page of a second desk, which hears of a call only when the first one has not answered in time.
pub(super) async fn serve(hall: &Hall, refusals: &Refusals, mut socket: WebSocket, second: bool) {
    let mut changes = hall.changes();
    changes.mark_changed();
    let mut beat = tokio::time::interval(HEARTBEAT);
    let (mut heard, mut pace) = (now(), Pace::new());
    // A page that does not hear of every call is no watch.
    let _guard = (!second).then(|| Came::new(hall));
    loop {
        let keep_on = tokio::select! {
            message = socket.recv() => {
                heard = now();
                if !pace.allows(heard) {
                    refusals.add(Kind::Flood, clock::since_start());
                    return;
                }
                answer(hall, refusals, message, &mut socket).await
            }
            news = changes.changed() => news.is_ok() && send(&mut socket, &hall.for_desk(second)).await,
            _ = beat.tick() => send(&mut socket, &ToStaff::Pong).await,
            () = sleep_until(heard + SILENCE_MAX) => false,
        };
        if !keep_on {
            return;
        }
    }
}

/// Says that the page is gone however this ends.
struct Came<'a>(&'a Hall);

impl<'a> Came<'a> {
    fn new(hall: &'a Hall) -> Self {
        hall.page_came();
        Self(hall)
    }
}

impl Drop for Came<'_> {
    fn drop(&mut self) {
        self.0.page_went();
    }
}

async fn answer(
    hall: &Hall,
    refusals: &Refusals,
    message: Option<Result<Message, axum::Error>>,
    socket: &mut WebSocket,
) -> bool {
    let text = match message {
        Some(Ok(Message::Text(text))) => text,
        Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => return true,
        Some(Ok(Message::Close(_)) | Err(_)) | None => return false,
    };
    let outcome = if let Ok(message) = serde_json::from_str::<FromStaff>(&text) {
        hall.from_staff(message)
    } else {
        refusals.add(Kind::Message, clock::since_start());
        Err("La page et l’accueil ne se comprennent pas : rechargez la page.")
    };
    match outcome {
        Ok(()) => true,
        Err(why) => send(socket, &ToStaff::Refused { why: why.to_owned() }).await,
    }
}
