//! A kiosk at the desk: one WebSocket, on the Unix socket, or through the door for the hall's other kiosks.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use tokio::sync::watch;
use tokio::time::sleep_until;

use super::door::refusals::{Kind, Refusals};
use super::door::{Door, Entry, Guest, gone};
use super::hall::Hall;
use super::kiosk_view::KioskView;
use super::wire::{Pace, now, send};
use crate::clock;
use crate::protocol::{
    FromKiosk, HEARTBEAT, MESSAGE_BYTES_MAX, NAME_TAKEN, SILENCE_MAX, ToKiosk, clean_name,
};

/// Messages of a kiosk that is gone which are still heard, at most,
const LAST_WORDS_MAX: usize = 64;
/// each of which is there already, or never comes.
const LAST_WORD: Duration = Duration::from_millis(100);

#[derive(Clone)]
struct Shared {
    hall: Arc<Hall>,
    door: Option<Arc<Door>>,
    refusals: Arc<Refusals>,
    stop: watch::Receiver<bool>,
}

pub(super) fn router(hall: Arc<Hall>, entry: &Entry, stop: watch::Receiver<bool>) -> Router {
    let (door, refusals) = match entry {
        Entry::Open => (None, Arc::default()),
        Entry::Guarded(door) => (Some(Arc::clone(door)), door.refusals()),
    };
    Router::new().route("/api/kiosk", get(upgrade)).with_state(Shared { hall, door, refusals, stop })
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
        let Shared { hall, door, refusals, stop } = shared;
        let called = |said: String| match (name, door) {
            // Who came through the door is called what staff called it, whatever it says: it cannot speak for another.
            (Some(name), _) => name,
            (None, Some(door)) => door.own_name(&said),
            (None, None) => said,
        };
        tokio::select! {
            () = serve(&hall, &refusals, socket, called) => {}
            () = super::stopped(stop) => {}
            () = gone(guest) => {}
        }
    })
}

/// One connection at a time has a name: a kiosk that died frees it within [`SILENCE_MAX`], and a second living one is
/// told that the name is taken.
async fn serve(
    hall: &Hall,
    refusals: &Refusals,
    mut socket: WebSocket,
    called: impl FnOnce(String) -> String,
) {
    let Some(said) = hello(&mut socket).await else { return };
    let name = called(said);
    if !hall.kiosk_came(&name) {
        refusals.add(Kind::Name, clock::since_start());
        let frame = CloseFrame { code: NAME_TAKEN, reason: "a kiosk of this name is connected".into() };
        // It is gone or will be told the next time.
        let _ = tokio::time::timeout(SILENCE_MAX, socket.send(Message::Close(Some(frame)))).await;
        return;
    }
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
                        return;
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
            return last_words(hall, &mut view, &mut socket).await;
        }
    }
}

/// A kiosk that takes nothing any more may have asked for a person before it died: what it said is heard.
async fn last_words(hall: &Hall, view: &mut KioskView, socket: &mut WebSocket) {
    for _ in 0..LAST_WORDS_MAX {
        match tokio::time::timeout(LAST_WORD, socket.recv()).await.map(read) {
            Ok(Heard::Message(message)) => view.hears(hall, message),
            Ok(Heard::Nothing | Heard::Nonsense) => {}
            Ok(Heard::End) | Err(_) => return,
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
