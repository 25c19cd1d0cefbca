//! Running the services: each alone, or all three in one process on simulated hardware.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use parvis_bundle::Digest;
use parvis_hardware::simulated::SimulatedButton;
use parvis_hardware::simulated::SimulatedLight;
use parvis_hardware::simulated::SimulatedSpeaker;
use parvis_hardware::sound::Speaker;
use parvis_hardware::sound::alsa::AlsaSpeaker;
use parvis_ui::KioskWindow;
use parvis_ui::headless::Headless;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};

use crate::bench::{self, BenchParts, FrameSink, HallLevers};
use crate::config::{Config, Display, SpeakerKind};
use crate::desk::door::{Door, Entry, ask};
use crate::desk::hall::HallFiles;
use crate::desk::{Desk, DeskParts};
use crate::kiosk::care::Care;
use crate::kiosk::desk_link::{self, DeskLink};
use crate::kiosk::desk_place::DeskPlace;
use crate::kiosk::keypad_worker::KeypadWorker;
use crate::kiosk::paper_roll::RollKeeper;
use crate::kiosk::print_worker::PrintWorker;
use crate::kiosk::remote_desk::join::{self, JoinError, Joining};
use crate::kiosk::remote_desk::{DeskAddress, Trust};
use crate::kiosk::search_worker::SearchWorker;
use crate::kiosk::sound_worker::SoundWorker;
use crate::kiosk::staff_worker::{StaffParts, StaffWorker};
use crate::kiosk::{Kiosk, KioskParts, TICK, Workers, events};
use crate::session::Times;
use crate::staff;
use crate::{board, chance, clock};

/// A native window is copied to the bench page that often, while somebody watches.
const MIRROR: Duration = Duration::from_millis(250);

/// The staff's code of the simulator, where no other was chosen. The bench page tells it.
const SIMULATED_PIN: &str = "246813";

/// `parvis kiosk`: the kiosk alone. On the bench display it serves its own bench page.
pub fn kiosk(config: &Config) -> anyhow::Result<()> {
    let runtime = runtime()?;
    run_kiosk(config, &runtime, None)
}

/// `parvis simulate`: desk and kiosk in one process, on simulated hardware. Content comes by `parvis intake`.
pub fn simulate(config: &Config) -> anyhow::Result<()> {
    if !config.pin.pin.exists() {
        staff::set_pin(&config.pin, SIMULATED_PIN).context("the simulator's staff code")?;
    }
    let runtime = runtime()?;
    let hall = start_desk(config, &runtime)?;
    run_kiosk(config, &runtime, Some(hall))
}

/// `parvis desk`: the desk alone, with the button and the light of its board. Only paired devices enter, unless it is
/// `unguarded`; then it listens on loopback alone.
pub fn desk(config: &Config, unguarded: bool) -> anyhow::Result<()> {
    let entry = if unguarded { Entry::Open } else { Entry::Guarded(Door::open(config.door.clone())?) };
    let runtime = runtime()?;
    let parts = desk_parts(config, entry, board::button(&config.button), board::light(&config.light));
    runtime.block_on(async {
        let desk = Desk::open(parts)?.with_broker(config.broker.clone());
        announce("accueil", desk.staff_address()?);
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(async move {
            terminated().await;
            stop.send_replace(true);
        });
        desk.serve(stopping).await?;
        Ok(())
    })
}

/// `parvis pairing-code`: a code from the desk that runs, to pair one device with it.
pub fn pairing_code(config: &Config) -> anyhow::Result<String> {
    let runtime = small_runtime()?;
    Ok(ask::spoken(&runtime.block_on(ask::ask(&config.desk_socket))?))
}

/// `parvis devices`: who is paired with the desk that runs on this machine, after one was revoked if so asked.
pub fn devices(config: &Config, revoked: Option<u64>) -> anyhow::Result<String> {
    let runtime = small_runtime()?;
    if let Some(id) = revoked {
        let known = runtime.block_on(ask::revoke(&config.desk_socket, id))?;
        anyhow::ensure!(known, "aucun appareil n’a le numéro {id}");
    }
    Ok(ask::listed(&runtime.block_on(ask::devices(&config.desk_socket))?))
}

/// `parvis join-desk`: pairs this kiosk with the desk of another machine. `confirm` asks whether it is the right one,
/// unless the configuration or `fingerprint` says what it must prove.
pub fn join_desk(
    config: &Config,
    desk: &DeskAddress,
    code: &str,
    name: Option<&str>,
    fingerprint: Option<Digest>,
    confirm: impl FnOnce(&str) -> anyhow::Result<bool>,
) -> anyhow::Result<String> {
    let runtime = small_runtime()?;
    let known = fingerprint.map(Trust::Fingerprint).or_else(|| config.remote.trust.clone());
    let trust = if let Some(known) = known {
        known
    } else {
        let seen = runtime.block_on(join::look(desk))?;
        if !confirm(&join::question(desk, &seen))? {
            return Err(JoinError::NotConfirmed.into());
        }
        Trust::Fingerprint(seen)
    };
    let (name, file) = (name.unwrap_or(&config.kiosk_name), &config.remote.file);
    let called = runtime.block_on(join::join(Joining { desk, code, name, trust, file }))?;
    Ok(join::spoken(desk, &called, file))
}

/// `parvis intake`: the service that brings new content.
pub fn intake(config: &Config) -> anyhow::Result<()> {
    let runtime = small_runtime()?;
    runtime.block_on(crate::intake::service::serve(config, terminated()))
}

/// Waits for a polite end: Ctrl+C, or the supervisor's SIGTERM.
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}

/// For a command that does one thing at a time.
fn small_runtime() -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().context("cannot start the runtime")
}

fn runtime() -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().context("cannot start the runtime")
}

fn desk_parts(
    config: &Config,
    entry: Entry,
    button: Box<dyn parvis_hardware::button::CallButton>,
    light: Box<dyn parvis_hardware::light::CallLight>,
) -> DeskParts {
    DeskParts {
        socket: config.desk_socket.clone(),
        staff_address: config.staff_address,
        files: HallFiles::beside(config.calls_file.clone()),
        content: config.content.clone(),
        ladder: config.ladder,
        entry,
        button,
        light,
    }
}

/// The desk with its levers. It stops and starts again as the bench page wants, on the same address.
fn start_desk(config: &Config, runtime: &Runtime) -> anyhow::Result<HallLevers> {
    let (button, lever) = SimulatedButton::new();
    let light = SimulatedLight::new();
    let (wanted, wants) = watch::channel(true);
    let (opened, address) = oneshot::channel();
    let config = config.clone();
    runtime.spawn(keep_desk(config, Box::new(button), light.clone(), wants, opened));
    let staff = runtime.block_on(address).context("the desk did not open")??;
    Ok(HallLevers { button: lever, light, staff, desk_wanted: wanted })
}

async fn keep_desk(
    mut config: Config,
    mut button: Box<dyn parvis_hardware::button::CallButton>,
    light: SimulatedLight,
    mut wants: watch::Receiver<bool>,
    opened: oneshot::Sender<anyhow::Result<SocketAddr>>,
) {
    let mut opened = Some(opened);
    loop {
        let desk = match Desk::open(desk_parts(&config, Entry::Open, button, Box::new(light.clone()))) {
            Ok(desk) => desk.with_broker(config.broker.clone()),
            Err(error) => {
                if let Some(opened) = opened.take() {
                    // The other side has gone only when the whole program is ending.
                    let _ = opened.send(Err(error.into()));
                }
                return;
            }
        };
        if let Ok(address) = desk.staff_address() {
            config.staff_address = address;
            if let Some(opened) = opened.take() {
                let _ = opened.send(Ok(address));
            }
        }
        let (stop, stopping) = watch::channel(false);
        let serving = tokio::spawn(desk.serve(stopping));
        if wants.wait_for(|wanted| !*wanted).await.is_err() {
            return;
        }
        stop.send_replace(true);
        let Ok(Ok(given_back)) = serving.await else { return };
        button = given_back;
        if wants.wait_for(|wanted| *wanted).await.is_err() {
            return;
        }
    }
}

fn run_kiosk(config: &Config, runtime: &Runtime, hall: Option<HallLevers>) -> anyhow::Result<()> {
    let headless = match config.display {
        Display::Bench => Some(Headless::install(config.panel, clock::shared())?),
        Display::Kms | Display::Window => None,
    };
    let (printer, simulated) = crate::printer::open(config);
    let (speaker, heard) = speaker(config);
    let (_stop, stopping) = watch::channel(false);
    let window = open_window(config)?;
    let (sender, receiver) = events(Some(window.0.waker()));
    let (desk, commands) = DeskLink::new();
    let socket = config.desk_socket.clone();
    // The simulator has a desk of its own.
    let remote = hall.is_none().then(|| config.remote.clone());
    let place = DeskPlace { socket, remote };
    runtime.spawn(desk_link::run(place.clone(), config.kiosk_name.clone(), commands, sender.clone()));
    let keypad = KeypadWorker::start(board::keypad(config), sender.clone(), desk.sender());
    let roll = RollKeeper::open(&config.roll, config.printer_profile.clone());
    let workers = Workers {
        keypad,
        search: SearchWorker::start(sender.clone()),
        printer: PrintWorker::start(printer, roll, sender.clone(), desk.sender()),
        desk,
        staff: StaffWorker::start(staff_parts(config, place), clock::shared(), sender),
        sound: SoundWorker::start(speaker),
    };
    let (spoken, said) = watch::channel(String::new());
    let (sink, frames) = bench::frames();
    let inputs = headless.as_ref().map(Headless::inputs);
    let bench =
        BenchParts { panel: config.panel, inputs, frames, printer: simulated, speaker: heard, said, hall };
    if config.display != Display::Kms {
        serve_bench(config, runtime, bench, &stopping)?;
    }
    let mirror = match headless {
        Some(headless) => {
            give_frames(&headless, sink);
            None
        }
        None => Some(sink),
    };
    runtime.spawn(async {
        terminated().await;
        parvis_ui::quit();
    });
    let parts = KioskParts {
        name: config.kiosk_name.clone(),
        panel: config.panel,
        content: config.content.clone(),
        times: Times { idle: config.idle, help: config.help },
        printer: config.printer_profile.clone(),
        clock: clock::shared(),
        hall_time: Arc::new(clock::hall_time),
        intake: config.intake.state.clone(),
        first_key: chance::number(),
        spoken,
    };
    drive(window, parts, workers, receiver, mirror, board::care(config))
}

fn staff_parts(config: &Config, desk: DeskPlace) -> StaffParts {
    let releases = config.content.parent().unwrap_or(Path::new("."));
    StaffParts {
        kiosk: config.kiosk_name.clone(),
        content: config.content.clone(),
        pin: config.pin.clone(),
        intake: config.intake.state.clone(),
        releases: releases.to_owned(),
        desk,
    }
}

type OpenWindow = (KioskWindow, std::sync::mpsc::Receiver<parvis_ui_model::intent::Intent>);

/// The window, and the intents that wait.
fn open_window(config: &Config) -> anyhow::Result<OpenWindow> {
    let (intents, receiver) = std::sync::mpsc::channel();
    let window = KioskWindow::open(move |intent| {
        // Fails only after the kiosk is gone.
        let _ = intents.send(intent);
    })?;
    match config.display {
        Display::Window => window.set_size_px(config.panel.width_px, config.panel.height_px),
        Display::Kms | Display::Bench => {}
    }
    Ok((window, receiver))
}

/// Runs the event loop until the end.
fn drive(
    (window, intents): OpenWindow,
    parts: KioskParts,
    workers: Workers,
    receiver: std::sync::mpsc::Receiver<crate::session::Event>,
    mirror: Option<FrameSink>,
    care: Care,
) -> anyhow::Result<()> {
    use crate::session::Event;
    let care = std::rc::Rc::new(std::cell::RefCell::new(care));
    let lit = std::rc::Rc::clone(&care);
    let bell = window.bell();
    let kiosk = std::rc::Rc::new(std::cell::RefCell::new(Kiosk::new(window, parts, workers)));
    let rung = std::rc::Rc::clone(&kiosk);
    bell.on_ring(move || {
        let mut kiosk = rung.borrow_mut();
        while let Ok(intent) = intents.try_recv() {
            kiosk.handle(Event::Intent(intent));
        }
        while let Ok(event) = receiver.try_recv() {
            kiosk.handle(event);
        }
        light(&mut lit.borrow_mut(), &kiosk);
    });
    let mirrored = std::rc::Rc::clone(&kiosk);
    let _mirroring = mirror.map(|sink| {
        parvis_ui::every(MIRROR, move || {
            if sink.is_watched() {
                sink.take_whole(mirrored.borrow().window().snapshot());
            }
        })
    });
    let cared = std::rc::Rc::clone(&care);
    let _ticking = parvis_ui::every(TICK, move || {
        let mut kiosk = kiosk.borrow_mut();
        kiosk.handle(Event::Tick);
        let mut care = cared.borrow_mut();
        care.feed(kiosk.window(), clock::since_start());
        light(&mut care, &kiosk);
    });
    parvis_ui::run()?;
    care.borrow_mut().release();
    Ok(())
}

fn light(care: &mut Care, kiosk: &Kiosk) {
    let asleep = kiosk.session().phase == crate::session::Phase::Asleep;
    care.light(asleep, clock::hall_time(), clock::since_start());
}

fn serve_bench(
    config: &Config,
    runtime: &Runtime,
    parts: BenchParts,
    stopping: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let listener = runtime
        .block_on(TcpListener::bind(config.bench_address))
        .with_context(|| format!("the bench page cannot listen on {}", config.bench_address))?;
    announce("banc d’essai", listener.local_addr()?);
    let stopping = stopping.clone();
    runtime.spawn(async move {
        if let Err(error) = bench::serve(listener, parts, stopping).await {
            tracing::error!(%error, "bench.failed");
        }
    });
    Ok(())
}

/// Gives what the screen in memory draws to whoever watches the bench page.
fn give_frames(headless: &Headless, sink: FrameSink) {
    let mut first = true;
    headless.on_frame(move |frame| {
        if std::mem::take(&mut first) {
            tracing::info!(ms = clock::since_start().as_millis() as u64, "kiosk.drawn");
        }
        sink.take(frame);
    });
}

/// The one line on the standard output that a person, or a test, reads to find a page.
#[allow(clippy::print_stdout, reason = "the address is for whoever started the program")]
fn announce(what: &str, address: SocketAddr) {
    println!("{what} : http://{address}/");
}

/// The loudspeaker, and what it would be heard to play when it is simulated.
fn speaker(config: &Config) -> (Option<Box<dyn Speaker>>, Option<SimulatedSpeaker>) {
    match &config.speaker {
        SpeakerKind::Simulated => {
            let simulated = SimulatedSpeaker::default();
            (Some(Box::new(simulated.clone())), Some(simulated))
        }
        SpeakerKind::Alsa(device) => (Some(Box::new(AlsaSpeaker::new(device.clone()))), None),
        SpeakerKind::Silent => (None, None),
    }
}
