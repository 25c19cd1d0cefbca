//! The kiosk's end of the link to the desk. It comes back by itself, and says again what is not settled.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parvis_ui_model::help_call::DeskWord;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::EventSender;
use crate::protocol::{CallState, FromKiosk, HEARTBEAT, MESSAGE_BYTES_MAX, SILENCE_MAX, ToKiosk};
use crate::session::Event;
use crate::session::call::{DeskNews, Reason};

/// Between two tries to reach the desk.
const RETRY: Duration = Duration::from_millis(500);
/// Commands and farewells that wait for the desk; the oldest go first.
const WAITING_MAX: usize = 32;

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

/// What is not settled, and said again after a break.
struct Unsettled {
    /// The call that is open.
    open: Option<u64>,
    /// Cancelled and left calls that the desk may not have heard of.
    ended: VecDeque<FromKiosk>,
    /// What the visitor said of the open call: said again with it.
    about: Vec<FromKiosk>,
    printer: String,
}

/// The language of visits: the screens are French only so far.
fn asked(key: u64) -> FromKiosk {
    FromKiosk::Ask { key, lang: "fr".to_owned() }
}

impl Unsettled {
    fn take(&mut self, command: LinkCommand) -> FromKiosk {
        match command {
            LinkCommand::Ask(key) => {
                self.open = Some(key);
                self.about.clear();
                asked(key)
            }
            LinkCommand::Arrived(key) => self.about(FromKiosk::Arrived { key }),
            LinkCommand::Reason(key, Reason { title, theme }) => {
                self.about(FromKiosk::Reason { key, title, theme })
            }
            LinkCommand::Cancel(key) => self.end(FromKiosk::Cancel { key }),
            LinkCommand::Left(key) => self.end(FromKiosk::Left { key }),
            LinkCommand::Printer(gesture) => {
                self.printer.clone_from(&gesture);
                FromKiosk::Printer { gesture }
            }
        }
    }

    fn about(&mut self, message: FromKiosk) -> FromKiosk {
        if self.open.is_some() && self.about.len() < WAITING_MAX {
            self.about.push(message.clone());
        }
        message
    }

    fn end(&mut self, message: FromKiosk) -> FromKiosk {
        // A call that the desk never heard of is asked for first, so that it is not lost with its visitor.
        if let Some(key) = self.open.take() {
            self.ended.push_back(asked(key));
        }
        self.about.clear();
        self.ended.push_back(message.clone());
        while self.ended.len() > WAITING_MAX {
            self.ended.pop_front();
        }
        message
    }
}

/// Keeps the link alive until the kiosk is gone.
pub async fn run(
    socket: PathBuf,
    name: String,
    mut commands: mpsc::Receiver<LinkCommand>,
    events: EventSender,
) {
    let mut unsettled =
        Unsettled { open: None, ended: VecDeque::new(), about: Vec::new(), printer: String::new() };
    let mut reached = false;
    loop {
        if let Some(mut stream) = connect(&socket).await {
            tracing::info!("desk.reached");
            reached = true;
            if greet(&mut stream, &name, &mut unsettled).await.is_ok()
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

async fn greet(stream: &mut Stream, name: &str, unsettled: &mut Unsettled) -> Result<(), SocketError> {
    send(stream, &FromKiosk::Hello { kiosk: name.to_owned() }).await?;
    send(stream, &FromKiosk::Printer { gesture: unsettled.printer.clone() }).await?;
    while let Some(message) = unsettled.ended.front() {
        send(stream, message).await?;
        unsettled.ended.pop_front();
    }
    if let Some(key) = unsettled.open {
        send(stream, &asked(key)).await?;
        for message in &unsettled.about {
            send(stream, message).await?;
        }
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
            command = commands.recv() => {
                let message = unsettled.take(command?);
                let sent = send(stream, &message).await;
                if sent.is_ok() {
                    unsettled.ended.clear();
                }
                sent
            }
            _ = beat.tick() => send(stream, &FromKiosk::Ping).await,
            () = sleep_until(heard + SILENCE_MAX) => return Some(()),
        };
        if sent.is_err() {
            return Some(());
        }
    }
}

fn hear(message: &Message, unsettled: &mut Unsettled, events: &EventSender) {
    let Message::Text(text) = message else { return };
    match serde_json::from_str(text) {
        Ok(ToKiosk::Call { key, number, round, state }) => {
            events.send(Event::Desk { key, number, round, word: word(key, state, unsettled) });
        }
        Ok(ToKiosk::Desk { presence, watched, usual_s }) => {
            let usual = usual_s.map(Duration::from_secs);
            events.send(Event::DeskNews(DeskNews { linked: true, watched, presence, usual }));
        }
        // A message of a newer desk is passed over.
        Ok(ToKiosk::Pong) | Err(_) => {}
    }
}

fn word(key: u64, state: CallState, unsettled: &mut Unsettled) -> DeskWord {
    match state {
        CallState::Requested => DeskWord::Requested,
        CallState::Delivered => DeskWord::Delivered,
        CallState::Acknowledged { by } => DeskWord::Acknowledged { by },
        CallState::Arrived { by } => DeskWord::Arrived { by },
        CallState::Closed { .. } | CallState::Cancelled | CallState::Expired => {
            if unsettled.open == Some(key) {
                unsettled.open = None;
                unsettled.about.clear();
            }
            DeskWord::Closed
        }
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
