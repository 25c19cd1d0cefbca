//! The kiosk's end of the link to the desk. It comes back by itself, and says again what is not settled.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::EventSender;
use super::unsettled::Unsettled;
use crate::protocol::{FromKiosk, HEARTBEAT, MESSAGE_BYTES_MAX, SILENCE_MAX};
use crate::session::Event;
use crate::session::call::{DeskNews, Reason};

/// Between two tries to reach the desk.
const RETRY: Duration = Duration::from_millis(500);
/// Commands and farewells that wait for the desk; the oldest go first.
pub(super) const WAITING_MAX: usize = 32;

/// What the kiosk tells the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkCommand {
    /// A person is wanted.
    Ask(u64),
    /// Not any more.
    Cancel(u64),
    /// The visitor has perhaps left.
    Left(u64),
    /// The person is there.
    Arrived(u64),
    /// What the call is for.
    Reason(u64, Reason),
    /// What staff must do about the printer.
    Printer(String),
}

/// Tells the desk something, from any thread.
#[derive(Clone)]
pub struct LinkSender(mpsc::Sender<LinkCommand>);

impl LinkSender {
    /// Tells it; lost only when more than [`WAITING_MAX`] wait, which a living link never lets happen.
    pub fn tell(&self, command: LinkCommand) {
        let _ = self.0.try_send(command);
    }
}

/// The link.
pub struct DeskLink(LinkSender);

impl DeskLink {
    /// A link that [`run`] will carry.
    pub fn new() -> (Self, mpsc::Receiver<LinkCommand>) {
        let (commands, receiver) = mpsc::channel(WAITING_MAX);
        (Self(LinkSender(commands)), receiver)
    }

    /// A sender for others.
    pub fn sender(&self) -> LinkSender {
        self.0.clone()
    }

    /// Tells the desk something.
    pub fn tell(&self, command: LinkCommand) {
        self.0.tell(command);
    }
}

/// Keeps the link alive until the kiosk is gone.
pub async fn run(
    socket: PathBuf,
    name: String,
    mut commands: mpsc::Receiver<LinkCommand>,
    events: EventSender,
) {
    let mut unsettled = Unsettled::default();
    let mut reached = false;
    loop {
        if let Some(mut stream) = connect(&socket).await {
            tracing::info!("desk.reached");
            reached = true;
            if greet(&mut stream, &name, &unsettled).await.is_ok()
                && carry(&mut stream, &mut commands, &mut unsettled, &events).await.is_none()
            {
                return;
            }
        }
        if std::mem::take(&mut reached) {
            tracing::warn!("desk.lost");
            events.send(Event::DeskNews(DeskNews::default()));
        }
        let pause = sleep_until(now() + RETRY);
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => break,
                command = commands.recv() => match command {
                    Some(command) => drop(unsettled.take(command)),
                    None => return,
                },
            }
        }
    }
}

type Stream = WebSocketStream<UnixStream>;

async fn connect(socket: &Path) -> Option<Stream> {
    let opening = async {
        let stream = UnixStream::connect(socket).await.ok()?;
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MESSAGE_BYTES_MAX);
        config.max_frame_size = Some(MESSAGE_BYTES_MAX);
        let url = "ws://desk/api/kiosk";
        Some(tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await.ok()?.0)
    };
    tokio::time::timeout(SILENCE_MAX, opening).await.ok().flatten()
}

async fn greet(stream: &mut Stream, name: &str, unsettled: &Unsettled) -> Result<(), SocketError> {
    for message in unsettled.greeting(name) {
        send(stream, &message).await?;
    }
    Ok(())
}

/// Carries words both ways until the link breaks (`Some`) or the kiosk is gone (`None`).
async fn carry(
    stream: &mut Stream,
    commands: &mut mpsc::Receiver<LinkCommand>,
    unsettled: &mut Unsettled,
    events: &EventSender,
) -> Option<()> {
    let mut beat = tokio::time::interval(HEARTBEAT);
    let mut heard = now();
    loop {
        let sent = tokio::select! {
            message = stream.next() => {
                heard = now();
                let Some(Ok(message)) = message else { return Some(()) };
                hear(&message, unsettled, events);
                Ok(())
            }
            command = commands.recv() => send(stream, &unsettled.take(command?)).await,
            _ = beat.tick() => send(stream, &unsettled.again().unwrap_or(FromKiosk::Ping)).await,
            () = sleep_until(heard + SILENCE_MAX) => return Some(()),
        };
        if sent.is_err() {
            return Some(());
        }
    }
}

fn hear(message: &Message, unsettled: &mut Unsettled, events: &EventSender) {
    let Message::Text(text) = message else { return };
    // A message of a newer desk is passed over.
    if let Ok(message) = serde_json::from_str(text)
        && let Some(event) = unsettled.hear(message)
    {
        events.send(event);
    }
}

async fn send(stream: &mut Stream, message: &FromKiosk) -> Result<(), SocketError> {
    let text = serde_json::to_string(message).unwrap_or_default();
    match tokio::time::timeout(Duration::from_secs(2), stream.send(Message::text(text))).await {
        Ok(sent) => sent,
        Err(_) => Err(SocketError::ConnectionClosed),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "deadlines of sockets are tokio's own, and steerable by its test clock"
)]
fn now() -> Instant {
    Instant::now()
}
