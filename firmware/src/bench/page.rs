//! The server of the bench page.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use parvis_hardware::light::LightState;
use parvis_hardware::printer::PrinterStatus;
use parvis_hardware::simulated::{Lever, SimulatedSpeaker};
use parvis_hardware::sound::Tune;
use parvis_ui::headless::Input;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};

use super::{BenchParts, frames};
use crate::protocol::MESSAGE_BYTES_MAX;

/// The levers and the paper are looked at that often.
const LOOK: Duration = Duration::from_millis(150);

/// Why the bench page cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("the bench page stopped: {0}")]
pub struct BenchError(#[from] std::io::Error);

#[derive(Clone)]
struct Shared {
    parts: BenchParts,
    address: SocketAddr,
    stop: watch::Receiver<bool>,
}

/// Serves the page on `listener` until `stop`.
pub async fn serve(
    listener: TcpListener,
    parts: BenchParts,
    stop: watch::Receiver<bool>,
) -> Result<(), BenchError> {
    let address = listener.local_addr()?;
    let shared = Shared { parts, address, stop: stop.clone() };
    let router = Router::new()
        .route("/", get(|| async { text("text/html; charset=utf-8", include_str!("page/bench.html")) }))
        .route(
            "/bench.css",
            get(|| async { text("text/css; charset=utf-8", include_str!("page/bench.css")) }),
        )
        .route(
            "/bench.js",
            get(|| async { text("text/javascript; charset=utf-8", include_str!("page/bench.js")) }),
        )
        .route("/slip/{number}", get(slip))
        .route("/sound/{name}", get(sound))
        .route("/api/bench", get(upgrade))
        .with_state(shared);
    axum::serve(listener, router).with_graceful_shutdown(crate::desk::stopped(stop)).await?;
    Ok(())
}

fn text(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

async fn slip(State(shared): State<Shared>, Path(number): Path<u64>) -> Response {
    let slips = shared.parts.printer.map(|printer| printer.paper().slips).unwrap_or_default();
    let png = slips.iter().find(|slip| slip.number == number).and_then(|slip| slip.raster.to_png().ok());
    match png {
        Some(png) => {
            ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], png).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn sound(Path(name): Path<String>) -> Response {
    let tune = Tune::ALL.into_iter().find(|tune| tune.name() == name);
    match tune.and_then(|tune| tune.wav().ok()) {
        Some(wav) => ([(header::CONTENT_TYPE, "audio/wav")], wav).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn upgrade(State(shared): State<Shared>, headers: HeaderMap, socket: WebSocketUpgrade) -> Response {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let port = shared.address.port();
    if ![format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")]
        .iter()
        .any(|own| own == origin)
    {
        return (StatusCode::FORBIDDEN, "only the bench page").into_response();
    }
    socket.max_message_size(MESSAGE_BYTES_MAX).on_upgrade(move |socket| async move {
        let stop = shared.stop.clone();
        tokio::select! {
            () = watch_kiosk(&shared.parts, socket) => {}
            () = crate::desk::stopped(stop) => {}
        }
    })
}

/// What the page does.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
enum FromBench {
    Press { x: f32, y: f32 },
    Move { x: f32, y: f32 },
    Release { x: f32, y: f32 },
    Key { text: String },
    Button,
    Paper { lever: PaperLever, on: bool },
    Desk { on: bool },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PaperLever {
    Out,
    OutSoon,
    Low,
    Cover,
    Unplugged,
}

/// What the page shows beside the screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BenchState {
    width: u32,
    height: u32,
    slips: Vec<(u64, bool)>,
    hanging: usize,
    printer: String,
    light: Option<&'static str>,
    desk: Option<bool>,
    staff: Option<String>,
    /// How many sounds there were, and the last one.
    sound: (u64, &'static str),
    said: String,
}

async fn watch_kiosk(parts: &BenchParts, mut socket: WebSocket) {
    let mut pieces = parts.frames.watch();
    show_all(parts);
    let mut look = tokio::time::interval(LOOK);
    let mut told = BenchState::default();
    loop {
        let going = tokio::select! {
            piece = pieces.recv() => match piece {
                Ok(piece) => match frames::encode(&piece) {
                    Ok(bytes) => socket.send(Message::Binary(bytes.into())).await.is_ok(),
                    Err(_) => true,
                },
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    show_all(parts);
                    true
                }
                Err(broadcast::error::RecvError::Closed) => false,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Ok(wish) = serde_json::from_str(&text) {
                        pull(parts, wish);
                    }
                    true
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => true,
                Some(Ok(Message::Close(_)) | Err(_)) | None => false,
            },
            _ = look.tick() => {
                let state = state(parts);
                let news = state != told;
                told = state;
                !news || match serde_json::to_string(&told) {
                    Ok(text) => socket.send(Message::Text(text.into())).await.is_ok(),
                    Err(_) => false,
                }
            }
        };
        if !going {
            return;
        }
    }
}

fn show_all(parts: &BenchParts) {
    if let Some(inputs) = &parts.inputs {
        inputs.send(Input::ShowAll);
    }
}

fn pull(parts: &BenchParts, wish: FromBench) {
    let input = |input| {
        if let Some(inputs) = &parts.inputs {
            inputs.send(input);
        }
    };
    match wish {
        FromBench::Press { x, y } => input(Input::Press(x, y)),
        FromBench::Move { x, y } => input(Input::Move(x, y)),
        FromBench::Release { x, y } => input(Input::Release(x, y)),
        FromBench::Key { text } => {
            if text.chars().count() == 1 {
                input(Input::Key(text));
            }
        }
        FromBench::Button => {
            if let Some(hall) = &parts.hall {
                hall.button.press();
            }
        }
        FromBench::Desk { on } => {
            if let Some(hall) = &parts.hall {
                hall.desk_wanted.send_replace(on);
            }
        }
        FromBench::Paper { lever, on } => {
            if let Some(printer) = &parts.printer {
                printer.pull(match (lever, on) {
                    (PaperLever::Out, true) => Lever::PaperOut,
                    (PaperLever::OutSoon, true) => Lever::PaperOutAfter(300),
                    (PaperLever::Out | PaperLever::OutSoon, false) => Lever::LoadPaper,
                    (PaperLever::Low, on) => Lever::PaperLow(on),
                    (PaperLever::Cover, on) => Lever::CoverOpen(on),
                    (PaperLever::Unplugged, on) => Lever::Unplugged(on),
                });
            }
        }
    }
}

fn printer_state(status: PrinterStatus) -> &'static str {
    match status {
        PrinterStatus::Ready => "prête",
        PrinterStatus::PaperLow => "bientôt plus de papier",
        PrinterStatus::PaperOut => "plus de papier",
        PrinterStatus::CoverOpen => "capot ouvert",
        PrinterStatus::Offline(_) => "hors service",
    }
}

fn heard(speaker: &SimulatedSpeaker) -> (u64, &'static str) {
    let view = speaker.view();
    (view.count, view.last.map(Tune::name).unwrap_or_default())
}

fn state(parts: &BenchParts) -> BenchState {
    let paper =
        parts.printer.as_ref().map(|printer| (printer.paper(), printer.state(), printer.is_unplugged()));
    let hall = parts.hall.as_ref();
    BenchState {
        width: parts.panel.width_px,
        height: parts.panel.height_px,
        slips: paper
            .iter()
            .flat_map(|(paper, ..)| &paper.slips)
            .map(|slip| (slip.number, slip.torn))
            .collect(),
        hanging: paper.as_ref().map_or(0, |(paper, ..)| paper.rows_hanging),
        printer: paper.map_or(String::new(), |(_, status, unplugged)| {
            if unplugged { "débranchée".to_owned() } else { printer_state(status).to_owned() }
        }),
        light: hall.map(|hall| match hall.light.view().state {
            LightState::Off => "off",
            LightState::Calling => "calling",
            LightState::Late => "late",
            LightState::Acknowledged => "acknowledged",
        }),
        desk: hall.map(|hall| *hall.desk_wanted.borrow()),
        staff: hall.map(|hall| format!("http://{}/", hall.staff)),
        sound: parts.speaker.as_ref().map(heard).unwrap_or_default(),
        said: parts.said.borrow().clone(),
    }
}
