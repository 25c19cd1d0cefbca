//! A kiosk without a screen: the same words over the desk's Unix socket.

use std::path::Path;

use futures_util::{SinkExt as _, StreamExt as _};
use parvis::protocol::{FromKiosk, HEARTBEAT, ToKiosk};
use parvis_tests::staff::PATIENCE;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;

/// Words on their way, at most.
const WORDS_MAX: usize = 64;

/// A kiosk; it is gone when this is dropped.
pub struct TestKiosk {
    say: mpsc::Sender<FromKiosk>,
    /// What the desk says, until it closes the line.
    pub heard: mpsc::Receiver<ToKiosk>,
    line: JoinHandle<()>,
}

impl TestKiosk {
    /// Comes to the desk under a name.
    pub async fn open(socket: &Path, name: &str) -> Self {
        let stream = UnixStream::connect(socket).await.unwrap();
        let (mut line, _) = tokio_tungstenite::client_async("ws://desk/api/kiosk", stream).await.unwrap();
        let (say, mut words) = mpsc::channel::<FromKiosk>(WORDS_MAX);
        let (hear, heard) = mpsc::channel(WORDS_MAX);
        let line = tokio::spawn(async move {
            let mut beat = tokio::time::interval(HEARTBEAT);
            loop {
                let word = tokio::select! {
                    word = words.recv() => match word {
                        Some(word) => word,
                        None => return,
                    },
                    _ = beat.tick() => FromKiosk::Ping,
                    message = line.next() => match message {
                        Some(Ok(message)) => {
                            if let Message::Text(text) = message {
                                // A test that does not listen any more misses what is said.
                                let _ = hear.try_send(serde_json::from_str(&text).unwrap());
                            }
                            continue;
                        }
                        Some(Err(_)) | None => return,
                    },
                };
                let text = serde_json::to_string(&word).unwrap();
                if line.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
        });
        let kiosk = Self { say, heard, line };
        kiosk.say(FromKiosk::Hello { kiosk: name.to_owned() }).await;
        kiosk
    }

    pub async fn say(&self, word: FromKiosk) {
        self.say.send(word).await.unwrap();
    }

    /// A visitor of this kiosk wants a person.
    pub async fn ask(&self, key: u64, lang: &str) {
        self.say(FromKiosk::Ask { key, lang: lang.to_owned() }).await;
    }

    /// Listens until the desk says what is waited for.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&ToKiosk) -> bool) {
        let listening = async {
            while let Some(word) = self.heard.recv().await {
                if holds(&word) {
                    return true;
                }
            }
            false
        };
        let heard = tokio::time::timeout(PATIENCE, listening).await;
        assert_eq!(heard, Ok(true), "waited for {what}");
    }
}

impl Drop for TestKiosk {
    fn drop(&mut self) {
        self.line.abort();
    }
}
