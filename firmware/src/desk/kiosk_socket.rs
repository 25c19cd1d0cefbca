//! A kiosk at the desk: one WebSocket, on the Unix socket, or through the door for the hall's other kiosks.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use tokio::sync::watch;
use tokio::time::sleep_until;

use super::door::refusals::{Kind, Refusals};
use super::door::{Guest, gone};
use super::hall::Hall;
use super::kiosk_view::KioskView;
use super::wire::{Pace, now, send};
use crate::clock;
use crate::protocol::{FromKiosk, HEARTBEAT, MESSAGE_BYTES_MAX, SILENCE_MAX, ToKiosk, clean_name};

#[derive(Clone)]
struct Shared {
    hall: Arc<Hall>,
    refusals: Arc<Refusals>,
    stop: watch::Receiver<bool>,
}

pub(super) fn router(hall: Arc<Hall>, refusals: Arc<Refusals>, stop: watch::Receiver<bool>) -> Router {
    Router::new().route("/api/kiosk", get(upgrade)).with_state(Shared { hall, refusals, stop })
}

async fn upgrade(
    State(shared): State<Shared>,
    guest: Option<Extension<Guest>>,
    socket: WebSocketUpgrade,
) -> Response {
    let guest = guest.map(|Extension(guest)| guest);
    let name = guest.as_ref().map(|guest| guest.name().to_owned());
    let socket = socket.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX);
    socket.on_upgrade(move |socket| async move {
        let Shared { hall, refusals, stop } = shared;
        tokio::select! {
            () = serve(&hall, &refusals, socket, name) => {}
            () = super::stopped(stop) => {}
            () = gone(guest) => {}
        }
    })
}

/// A kiosk that came through the door is called what staff called it, whatever it says: it cannot speak for another.
async fn serve(hall: &Hall, refusals: &Refusals, mut socket: WebSocket, called: Option<String>) {
    let Some(said) = hello(&mut socket).await else { return };
    let name = called.unwrap_or(said);
    hall.kiosk_came(&name);
    let _guard = Came { hall, name: &name };
    let mut changes = hall.changes();
    changes.mark_changed();
    let mut view = KioskView::new(hall, name.clone());
    let mut beat = tokio::time::interval(HEARTBEAT);
    let (mut heard, mut pace) = (now(), Pace::new());
    loop {
        let keep_on = tokio::select! {
            message = socket.recv() => {
                heard = now();
                match read(message) {
                    _ if !pace.allows(heard) => {
                        refusals.add(Kind::Flood, clock::since_start());
                        false
                    }
                    Heard::Message(message) => {
                        view.hears(hall, message);
                        true
                    }
                    Heard::Nothing => true,
                    Heard::Nonsense => {
                        refusals.add(Kind::Message, clock::since_start());
                        true
                    }
                    Heard::End => false,
                }
            }
            news = changes.changed() => news.is_ok() && report(hall, &view, &mut socket).await,
            _ = beat.tick() => send(&mut socket, &ToKiosk::Pong).await,
            () = sleep_until(heard + SILENCE_MAX) => false,
        };
        if !keep_on {
            return;
        }
    }
}

/// Says that the kiosk is gone however this ends.
struct Came<'a> {
    hall: &'a Hall,
    name: &'a str,
}

impl Drop for Came<'_> {
    fn drop(&mut self) {
        self.hall.kiosk_went(self.name);
    }
}

async fn hello(socket: &mut WebSocket) -> Option<String> {
    let first = tokio::time::timeout(SILENCE_MAX, socket.recv()).await.ok()?;
    match read(first) {
        Heard::Message(FromKiosk::Hello { kiosk }) => {
            Some(clean_name(&kiosk)).filter(|name| !name.is_empty())
        }
        Heard::Message(_) | Heard::Nothing | Heard::Nonsense | Heard::End => None,
    }
}

async fn report(hall: &Hall, view: &KioskView, socket: &mut WebSocket) -> bool {
    for news in view.news(hall) {
        if !send(socket, &news).await {
            return false;
        }
    }
    true
}

enum Heard {
    Message(FromKiosk),
    Nothing,
    Nonsense,
    End,
}

fn read(message: Option<Result<Message, axum::Error>>) -> Heard {
    match message {
        Some(Ok(Message::Text(text))) => {
            // A message from a newer kiosk is passed over: the ones that matter are understood.
            serde_json::from_str(&text).map_or(Heard::Nonsense, Heard::Message)
        }
        Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => Heard::Nothing,
        Some(Ok(Message::Close(_)) | Err(_)) | None => Heard::End,
    }
}
