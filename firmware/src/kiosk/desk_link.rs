//! The kiosk's end of the link to the desk. It comes back by itself, and says again what is not settled.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::EventSender;
use super::desk_place::{BoxedLine, DeskPlace, Unlinked};
use super::unsettled::Unsettled;
use crate::protocol::{FromKiosk, HEARTBEAT, MESSAGE_BYTES_MAX, NAME_TAKEN, SILENCE_MAX};
use crate::session::Event;
use crate::session::call::{DeskNews, LinkTrouble, Reason};

/// Between two tries to reach the desk.
const RETRY: Duration = Duration::from_millis(500);
/// The same while somebody must do something about it: every try is work for the desk.
const TROUBLE_RETRY: Duration = Duration::from_secs(2);
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
    /// What staff must do about the keypad.
    Keypad(String),
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
    place: impl Into<DeskPlace>,
    name: String,
    mut commands: mpsc::Receiver<LinkCommand>,
    events: EventSender,
) {
    let place = place.into();
    let mut unsettled = Unsettled::default();
    let mut standing = Standing { reached: false, trouble: None, events };
    loop {
        let ended = match connect(&place).await {
            Ok(mut stream) => match greet(&mut stream, &name, &unsettled).await {
                Ok(()) => carry(&mut stream, &mut commands, &mut unsettled, &mut standing).await,
                Err(_) => Ended::Broken(Unlinked::Silent),
            },
            Err(why) => Ended::Broken(why),
        };
        let Ended::Broken(why) = ended else { return };
        standing.lost(why);
        let retry = if why == Unlinked::Silent { RETRY } else { TROUBLE_RETRY };
        let pause = sleep_until(now() + retry);
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

/// How a connection ended.
enum Ended {
    /// The kiosk is gone.
    KioskGone,
    /// The link broke, or never was.
    Broken(Unlinked),
}

/// What the kiosk was told of its link: changes are logged and shown, tries are not.
struct Standing {
    reached: bool,
    trouble: Option<LinkTrouble>,
    events: EventSender,
}

impl Standing {
    /// The desk speaks.
    fn reached(&mut self) {
        if !std::mem::replace(&mut self.reached, true) {
            self.trouble = None;
            tracing::info!("desk.reached");
        }
    }

    /// There is no link. A desk that only does not answer settles no trouble: it may be starting again.
    fn lost(&mut self, why: Unlinked) {
        let lost = std::mem::take(&mut self.reached);
        if lost {
            tracing::warn!("desk.lost");
        }
        let before = self.trouble;
        if let Unlinked::Trouble(trouble) = why {
            self.trouble = Some(trouble);
            if before != self.trouble {
                tracing::error!(kind = trouble.name(), "desk.refused");
            }
        }
        if lost || before != self.trouble {
            self.events.send(Event::DeskNews(DeskNews { trouble: self.trouble, ..DeskNews::default() }));
        }
    }
}

type Stream = WebSocketStream<BoxedLine>;

async fn connect(place: &DeskPlace) -> Result<Stream, Unlinked> {
    let opening = async {
        let (line, request) = place.line().await?;
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MESSAGE_BYTES_MAX);
        config.max_frame_size = Some(MESSAGE_BYTES_MAX);
        Ok(tokio_tungstenite::client_async_with_config(request, line, Some(config)).await?.0)
    };
    tokio::time::timeout(SILENCE_MAX, opening).await.unwrap_or(Err(Unlinked::Silent))
}

async fn greet(stream: &mut Stream, name: &str, unsettled: &Unsettled) -> Result<(), SocketError> {
    for message in unsettled.greeting(name) {
        send(stream, &message).await?;
    }
    Ok(())
}

/// Carries words both ways until the link breaks or the kiosk is gone.
async fn carry(
    stream: &mut Stream,
    commands: &mut mpsc::Receiver<LinkCommand>,
    unsettled: &mut Unsettled,
    standing: &mut Standing,
) -> Ended {
    const BROKEN: Ended = Ended::Broken(Unlinked::Silent);
    let mut beat = tokio::time::interval(HEARTBEAT);
    let mut heard = now();
    loop {
        let sent = tokio::select! {
            message = stream.next() => {
                heard = now();
                match message {
                    Some(Ok(Message::Close(frame))) => return Ended::Broken(closed(frame.as_ref())),
                    Some(Ok(message)) => hear(&message, unsettled, standing),
                    Some(Err(_)) | None => return BROKEN,
                }
                Ok(())
            }
            command = commands.recv() => match command {
                Some(command) => send(stream, &unsettled.take(command)).await,
                None => return Ended::KioskGone,
            },
            _ = beat.tick() => send(stream, &unsettled.again().unwrap_or(FromKiosk::Ping)).await,
            () = sleep_until(heard + SILENCE_MAX) => return BROKEN,
        };
        if sent.is_err() {
            return BROKEN;
        }
    }
}

/// Why the desk closed the link, where it says so.
fn closed(frame: Option<&CloseFrame>) -> Unlinked {
    match frame.map(|frame| u16::from(frame.code)) {
        Some(NAME_TAKEN) => LinkTrouble::NameTaken.into(),
        Some(_) | None => Unlinked::Silent,
    }
}

fn hear(message: &Message, unsettled: &mut Unsettled, standing: &mut Standing) {
    let Message::Text(text) = message else { return };
    standing.reached();
    // A message of a newer desk is passed over.
    if let Ok(message) = serde_json::from_str(text)
        && let Some(event) = unsettled.hear(message)
    {
        standing.events.send(event);
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
