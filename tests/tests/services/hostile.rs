//! Attacks on a guarded desk: whoever sends what, refusals are counted by kind, and calls still pass.

use std::io::Write as _;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parvis::protocol::{FromKiosk, FromStaff, Presence, StaffCall, ToStaff};
use parvis_tests::chance::Chance;
use parvis_tests::staff::PATIENCE;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;

use crate::door::Guarded;
use crate::entrance::{Any, Entrance, call, cookie};

/// Connections that are held at once.
const CONNECTIONS: usize = 10_000;
/// Seeded attacks in `./dev test`; any number in `./dev soak hostile`.
const ATTACKS: u64 = 240;
/// Memory of the desk at its worst (DESIGN.md: 48 MB), in kB.
const MEMORY_MAX: u64 = 48 * 1024;

/// A staff page that lives as a browser's does, whatever the test is busy with.
struct Page {
    say: mpsc::Sender<FromStaff>,
    calls: watch::Receiver<Vec<StaffCall>>,
}

impl Page {
    async fn open(entrance: &Entrance, token: &str) -> Self {
        let mut socket = entrance.page(token).await;
        let (say, mut said) = mpsc::channel::<FromStaff>(8);
        let (shown, calls) = watch::channel(Vec::new());
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_secs(1));
            loop {
                let message = tokio::select! {
                    heard = socket.next() => {
                        let Some(Ok(message)) = heard else { return };
                        if let Ok(ToStaff::Hall { calls, .. }) = serde_json::from_slice(&message.into_data()) {
                            shown.send_replace(calls);
                        }
                        continue;
                    }
                    _ = beat.tick() => FromStaff::Ping,
                    Some(message) = said.recv() => message,
                };
                let text = serde_json::to_string(&message).unwrap();
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
            }
        });
        Self { say, calls }
    }

    /// A call is made at the kiosk of this machine, shown, answered and closed.
    async fn a_call_passes(&mut self, desk: &Guarded, name: &str) {
        let _kiosk = call(&desk.socket(), name).await;
        let theirs =
            |calls: &Vec<StaffCall>| calls.iter().find(|call| call.kiosk == name).map(|call| call.number);
        let shown = async { theirs(&self.calls.wait_for(|calls| theirs(calls).is_some()).await.unwrap()) };
        let number = tokio::time::timeout(PATIENCE, shown).await.unwrap().unwrap();
        self.say.send(FromStaff::Come { number, by: "Marie".into() }).await.unwrap();
        self.say.send(FromStaff::Done { number }).await.unwrap();
        let over = self.calls.wait_for(|calls| theirs(calls).is_none());
        tokio::time::timeout(PATIENCE, over).await.unwrap().unwrap();
    }
}

/// How often the desk says it refused somebody for this reason.
async fn refused(entrance: &Entrance, token: &str, kind: &str) -> u64 {
    let line = format!("parvis_entries_refused_total{{kind=\"{kind}\"}} ");
    let figures = entrance.get("/metrics", Some(token)).await.body;
    figures.lines().find_map(|text| text.strip_prefix(&line)).unwrap().parse().unwrap()
}

fn memory_at_worst(desk: &Guarded) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", desk.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn ten_thousand_connections_at_once_are_refused_by_kind_and_calls_still_pass() {
    let limits = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, rustix::process::Rlimit { current: limits.maximum, ..limits }).unwrap();
    let most = limits.maximum.map_or(usize::MAX, |most| most as usize).saturating_sub(500);
    let connections = CONNECTIONS.min(most);
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let token = lan.pair(&code, "Accueil").await;
    let mut page = Page::open(&lan, &token).await;
    let mut held = Vec::with_capacity(connections);
    for number in 0..connections {
        let from = lan.from((number % 250) as u8 + 1);
        let mut stream = tokio::time::timeout(PATIENCE, from.connect()).await.unwrap().unwrap();
        let first: &[u8] = [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", &[0xFF; 64]][number % 4];
        // A desk that has no place for it has closed it already.
        let _ = stream.write_all(first).await;
        held.push(stream);
        if number % 2_000 == 1_999 {
            page.a_call_passes(&desk, &format!("Borne {number}")).await;
        }
    }
    println!("{connections} connections, the desk's memory at its worst {} kB", memory_at_worst(&desk));
    assert!(memory_at_worst(&desk) < MEMORY_MAX);
    // Every second one is silent, and has to give way in the end.
    assert!(refused(&desk.loopback, &token, "crowd").await > connections as u64 / 4);
    assert!(refused(&desk.loopback, &token, "handshake").await > 100);
    // Kinds are said, and the log stays short.
    let log = desk.log();
    let lines = log.lines().filter(|line| line.contains("entry.refused")).count();
    assert!((2..100).contains(&lines), "{lines} lines");
    drop(held);
    page.a_call_passes(&desk, "Borne").await;
}

#[tokio::test]
async fn a_paired_device_that_says_too_much_or_nonsense_is_cut_off_and_others_are_not() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let token = lan.pair(&code, "Accueil").await;
    let mut page = Page::open(&lan, &token).await;
    let mut loud = lan.page(&token).await;
    let presence = serde_json::to_string(&FromStaff::Presence { presence: Presence::Here }).unwrap();
    let flood = async { while loud.send(Message::text(presence.as_str())).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, flood).await.unwrap();
    let mut wrong = lan.page(&token).await;
    wrong.send(Message::text("{\"type\":\"open-the-door\"}")).await.unwrap();
    page.a_call_passes(&desk, "Borne").await;
    assert_eq!(refused(&desk.loopback, &token, "flood").await, 1);
    assert!(refused(&desk.loopback, &token, "message").await >= 1);
}

#[tokio::test]
async fn whatever_bytes_come_from_strangers_and_from_paired_devices_calls_still_pass() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
    let (from, attacks) =
        (number("PARVIS_SOAK_FROM").unwrap_or(0), number("PARVIS_SOAK_HOSTILE").unwrap_or(ATTACKS));
    let most = Duration::from_secs(60 * number("PARVIS_SOAK_MINUTES").unwrap_or(60).min(60));
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let staff = lan.pair(&code, "Accueil").await;
    let kiosk = lan.pair_kiosk(&desk.open().await.0, "Borne du fond").await;
    let mut page = Page::open(&lan, &staff).await;
    let started = parvis::clock::since_start();
    let every = if attacks > ATTACKS { 400 } else { 40 };
    let mut next = from;
    while next < from.saturating_add(attacks) && parvis::clock::since_start().saturating_sub(started) < most {
        let entrance = if next % 2 == 0 { &lan } else { &desk.loopback };
        let attack = Attack { entrance, staff: &staff, kiosk: &kiosk, chance: Chance::new(next) };
        tokio::time::timeout(PATIENCE, attack.happens())
            .await
            .unwrap_or_else(|_| panic!("seed {next} hangs"));
        next += 1;
        // Not so often that the page that answers would be cut off itself: 200 messages in five seconds.
        if next % every == 0 {
            page.a_call_passes(&desk, &format!("Borne {next}")).await;
        }
    }
    let (log, memory) = (desk.log(), memory_at_worst(&desk));
    assert!(!log.contains("panicked"), "{log}");
    assert!(memory < MEMORY_MAX, "{memory} kB");
    for kind in ["token", "http", "message"] {
        assert!(refused(&desk.loopback, &staff, kind).await > 0, "nothing refused as {kind}");
    }
    println!("{} attacks, the desk's memory at its worst {memory} kB, next seed {next}", next - from);
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "attacks {from} to {}, {memory} kB, next seed {next}", next - 1).unwrap();
    }
}

/// One attack, repeatable by its seed.
struct Attack<'a> {
    entrance: &'a Entrance,
    staff: &'a str,
    kiosk: &'a str,
    chance: Chance,
}

impl Attack<'_> {
    async fn happens(mut self) {
        match self.chance.below(4) {
            0 | 1 => self.http().await,
            2 => self.frames().await,
            _ => self.words().await,
        }
    }

    /// A request that was right once.
    async fn http(&mut self) {
        let (address, origin) = (self.entrance.address, self.entrance.origin());
        let requests = [
            format!("GET / HTTP/1.1\r\nHost: {address}\r\n{}\r\n\r\n", cookie(self.staff)),
            format!(
                "GET /metrics HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n",
                self.kiosk
            ),
            format!(
                "GET /api/staff HTTP/1.1\r\nHost: {address}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ),
            format!(
                "POST /pair HTTP/1.1\r\nHost: {address}\r\nOrigin: {origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\ncode=000000&name=xyz"
            ),
            format!(
                "POST /api/kiosk-pair HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{{\"a\":\r\n0\r\n\r\n"
            ),
        ];
        let request = self.chance.pick(&requests).unwrap().clone();
        let bytes = mutated(request.into_bytes(), &mut self.chance);
        if let Ok(stream) = self.entrance.enter().await {
            send_and_hear(stream, &bytes).await;
        }
    }

    /// Bytes in the place of frames, from a device that is paired.
    async fn frames(&mut self) {
        let mut bytes = Vec::new();
        for _ in 0..=self.chance.below(6) {
            let text = self.message();
            let mut frame = vec![0x81, 0x80 | (text.len().min(125) as u8), 1, 2, 3, 4];
            frame.extend(
                text.bytes().take(125).zip([1, 2, 3, 4].into_iter().cycle()).map(|(byte, mask)| byte ^ mask),
            );
            bytes.extend(mutated(frame, &mut self.chance));
        }
        let socket = self.socket().await;
        send_and_hear(socket.into_inner(), &bytes).await;
    }

    /// Messages that are nearly right.
    async fn words(&mut self) {
        let mut socket = self.socket().await;
        for _ in 0..8 {
            let bytes = mutated(self.message().into_bytes(), &mut self.chance);
            if socket.send(Message::text(String::from_utf8_lossy(&bytes).into_owned())).await.is_err() {
                return;
            }
        }
        let _ = socket.close(None).await;
        while let Some(Ok(_)) = socket.next().await {}
    }

    async fn socket(&mut self) -> tokio_tungstenite::WebSocketStream<Any> {
        if self.chance.below(2) == 0 {
            return self.entrance.page(self.staff).await;
        }
        let shown = ("Authorization", format!("Bearer {}", self.kiosk));
        self.entrance.socket("/api/kiosk", &[shown]).await.unwrap()
    }

    /// Nothing here makes a call: the book of the attacked desk stays readable.
    fn message(&mut self) -> String {
        let of_kiosk = [
            FromKiosk::Hello { kiosk: "Borne".into() },
            FromKiosk::Reason { key: 7, title: "Logement".into(), theme: "Logement".into() },
            FromKiosk::Cancel { key: 9 },
            FromKiosk::Printer { gesture: "Remettez du papier.".into() },
        ];
        let of_staff = [
            FromStaff::Shown { number: 1 },
            FromStaff::Come { number: 900, by: "Marie".into() },
            FromStaff::Presence { presence: Presence::Back { at: 840 } },
            FromStaff::Ping,
        ];
        if self.chance.below(2) == 0 {
            serde_json::to_string(self.chance.pick(&of_kiosk).unwrap()).unwrap()
        } else {
            serde_json::to_string(self.chance.pick(&of_staff).unwrap()).unwrap()
        }
    }
}

/// Sends `bytes`, then nothing more, and reads what comes. A desk that has heard enough closes: its good right.
async fn send_and_hear(mut stream: Any, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

/// The same bytes after a few accidents.
fn mutated(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    const PIECES: [&[u8]; 8] = [
        b"\r\n\r\n",
        b"\0",
        b"\xFF\xFE\x80",
        b"Content-Length: 99999999999999999999\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"{\"type\":",
        b"\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        &[b'x'; 20_000],
    ];
    for _ in 0..=chance.below(5) {
        let at = chance.below(bytes.len() as u64) as usize;
        let end = (at + chance.below(40) as usize).min(bytes.len());
        match chance.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.extend_from_within(at..end),
            3 => bytes.truncate(at),
            4 => drop(bytes.splice(at..at, chance.pick(&PIECES).unwrap().iter().copied())),
            _ => bytes.extend((0..chance.below(64)).map(|_| chance.number() as u8).collect::<Vec<_>>()),
        }
    }
    bytes
}
