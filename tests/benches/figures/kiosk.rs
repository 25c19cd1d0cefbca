//! What is seen inside: keystrokes, sheets, slips, memory. The kiosk is the real one, with its real
//! workers and a real desk, drawn in memory at 1080×1920.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use parvis::clock;
use parvis::desk::door::Entry;
use parvis::desk::{Desk, DeskParts};
use parvis::kiosk::desk_link::{self, DeskLink};
use parvis::kiosk::keypad_worker::KeypadWorker;
use parvis::kiosk::paper_roll::{RollConfig, RollKeeper};
use parvis::kiosk::print_worker::PrintWorker;
use parvis::kiosk::search_worker::{SearchWorker, found};
use parvis::kiosk::staff_worker::{StaffParts, StaffWorker};
use parvis::kiosk::{Kiosk, KioskParts, Workers, events};
use parvis::present::slip::{self, InBoth, Reader};
use parvis::session::Event;
use parvis::staff::PinFiles;
use parvis_content::{ContentFile, Lang};
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::esc_pos::Limits;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::printer::roll::usual_mm;
use parvis_hardware::raster::Raster;
use parvis_hardware::simulated::{Lever, SimulatedButton, SimulatedLight, SimulatedPrinter};
use parvis_hardware::slip::{Fonts, SlipRenderer, TextSize};
use parvis_ui::KioskWindow;
use parvis_ui::headless::Headless;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::intent::Intent;
use parvis_ui_model::keyboard::KeyAction;

use crate::Figures;

/// What visitors type.
const QUERIES: [&str; 12] = [
    "carte didentité perdu",
    "permis de conduire perdu",
    "aide pour payer le loyer",
    "demander le rsa",
    "inscription école",
    "retraite",
    "divorce",
    "changement adresse carte grise",
    "acte de naissance",
    "passeport enfant",
    "chomage",
    "naturalisation",
];
/// Sessions of the memory figure.
const SESSIONS: usize = 1000;
/// The kiosk on the plan of the demonstration.
pub const NAME: &str = "Borne de l’entrée";
/// Slips of the slip figure.
const SLIPS: usize = 300;

struct Bench {
    headless: Headless,
    kiosk: Kiosk,
    events: Receiver<Event>,
    printer: SimulatedPrinter,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new(content: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let headless = Headless::install_stepped(Panel::PORTRAIT_21, clock::shared()).unwrap();
        let window = KioskWindow::open(|_| {}).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let socket = folder.path().join("desk.sock");
        let inside = runtime.enter();
        open_desk(folder.path(), &socket);
        drop(inside);
        let (sender, events) = events(None);
        let (desk, commands) = DeskLink::new();
        runtime.spawn(desk_link::run(socket, "Borne".into(), commands, sender.clone()));
        let sim = SimulatedPrinter::new(Paper::MM80);
        let printer = sim.driver(Limits::USUAL, clock::shared());
        let at = |name: &str| folder.path().join(name);
        let profile = Profile::generic(Paper::MM80);
        let roll = RollConfig { file: at("roll.json"), length_mm: usual_mm(Paper::MM80) };
        let roll = RollKeeper::open(&roll, profile.clone());
        let staff = StaffParts {
            kiosk: "Borne de l’entrée".to_owned(),
            content: content.to_owned(),
            pin: PinFiles { pin: at("staff-pin"), tries: at("staff-tries.json") },
            intake: at("intake"),
            releases: at("releases"),
            desk: at("desk.sock").into(),
        };
        let workers = Workers {
            keypad: KeypadWorker::start(None, sender.clone(), desk.sender()),
            search: SearchWorker::start(sender.clone()),
            printer: PrintWorker::start(Box::new(printer), roll, sender.clone(), desk.sender()),
            desk,
            staff: StaffWorker::start(staff, clock::shared(), sender),
            sound: parvis::kiosk::sound_worker::SoundWorker::start(None),
        };
        let parts = KioskParts {
            name: NAME.to_owned(),
            panel: Panel::PORTRAIT_21,
            content: content.to_owned(),
            times: parvis::session::Times::default(),
            printer: profile,
            clock: clock::shared(),
            hall_time: std::sync::Arc::new(|| None),
            intake: at("intake"),
            first_key: 1,
            spoken: tokio::sync::watch::Sender::new(String::new()),
        };
        let mut bench = Self {
            headless,
            kiosk: Kiosk::new(window, parts, workers),
            events,
            printer: sim,
            _runtime: runtime,
            _folder: folder,
        };
        bench.headless.step();
        bench.wants(Intent::Wake);
        bench
    }

    fn wants(&mut self, intent: Intent) {
        self.kiosk.handle(Event::Intent(intent));
        self.headless.step();
    }

    /// Types a letter and waits for the frame with its results.
    fn types(&mut self, letter: char) -> Duration {
        let start = Instant::now();
        self.wants(Intent::Key(KeyAction::Type(letter)));
        while self.kiosk.session().visit().is_some_and(|visit| !visit.answered) {
            let event = self.events.recv_timeout(Duration::from_secs(10)).unwrap();
            self.kiosk.handle(event);
        }
        self.headless.step();
        start.elapsed()
    }

    /// One visit: a search, a sheet, its slip, a call taken back, the end.
    fn visit(&mut self, query: &str) {
        self.wants(Intent::Wake);
        self.wants(Intent::OpenSearch);
        for letter in query.chars() {
            self.types(letter);
        }
        self.wants(Intent::Choose(0));
        self.wants(Intent::NextPage);
        self.wants(Intent::ShowSlip);
        self.wants(Intent::CallPerson);
        self.wants(Intent::CancelCall);
        self.wants(Intent::Finish);
        while let Ok(event) = self.events.try_recv() {
            self.kiosk.handle(event);
        }
    }
}

fn open_desk(folder: &Path, socket: &Path) {
    let (button, _) = SimulatedButton::new();
    let parts = DeskParts {
        socket: socket.to_owned(),
        staff_address: ([127, 0, 0, 1], 0).into(),
        files: parvis::desk::hall::HallFiles::beside(folder.join("calls.json")),
        content: folder.join("content.parvis"),
        ladder: parvis::desk::ladder::Ladder::default(),
        entry: Entry::Open,
        button: Box::new(button),
        light: Box::new(SimulatedLight::new()),
    };
    let desk = Desk::open(parts).unwrap();
    tokio::spawn(async {
        let (_stop, stopping) = tokio::sync::watch::channel(false);
        let _ = desk.serve(stopping).await;
    });
}

pub fn measure(content: &Path, figures: &mut Figures) {
    memory(content, figures);
    search(content, figures);
    slips(content, figures);
    first_row(figures);
    let mut bench = Bench::new(content);
    let (mut keystrokes, mut sheets) = (Vec::new(), Vec::new());
    for query in QUERIES.iter().cycle().take(QUERIES.len() * 4) {
        bench.wants(Intent::Home);
        bench.wants(Intent::OpenSearch);
        keystrokes.extend(query.chars().map(|letter| bench.types(letter)));
        let start = Instant::now();
        bench.wants(Intent::Choose(0));
        sheets.push(start.elapsed());
    }
    figures.add_share("keystroke_frame_p50_ms", &mut keystrokes, 0.5, "");
    figures.add_share("keystroke_frame_p99_ms", &mut keystrokes, 0.99, "≤ 8");
    figures.add_share("sheet_open_median_ms", &mut sheets, 0.5, "");
    figures.add_share("sheet_open_p99_ms", &mut sheets, 0.99, "");
    let mut beside = Vec::new();
    for lever in [Lever::Silent(true), Lever::GarbageAnswers(true), Lever::Unplugged(true)] {
        bench.printer.pull(lever);
        for query in QUERIES {
            bench.wants(Intent::Home);
            bench.wants(Intent::OpenSearch);
            beside.extend(query.chars().map(|letter| bench.types(letter)));
            for intent in [Intent::Choose(0), Intent::ShowSlip, Intent::Print] {
                bench.wants(intent);
            }
        }
    }
    figures.add_share("broken_printer_frame_p99_ms", &mut beside, 0.99, "≤ 16");
}

fn search(content: &Path, figures: &mut Figures) {
    let index = ContentFile::open(content).unwrap().search_index(&Lang::french()).unwrap();
    let mut times = Vec::new();
    for _ in 0..5 {
        for query in QUERIES {
            for end in 1..=query.chars().count() {
                let typed: String = query.chars().take(end).collect();
                let start = Instant::now();
                std::hint::black_box(found(&index, &typed));
                times.push(start.elapsed());
            }
        }
    }
    figures.add_share("search_p50_ms", &mut times, 0.5, "");
    figures.add_share("search_p99_ms", &mut times, 0.99, "");
}

fn slips(content: &Path, figures: &mut Figures) {
    let file = ContentFile::open(content).unwrap();
    let ids = file.sheet_ids().unwrap();
    let mut renderer = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap());
    let mut times = Vec::new();
    for (id, lang) in ids.iter().step_by((ids.len() / SLIPS).max(1)) {
        let sheet = file.sheet(id, lang).unwrap().unwrap();
        let start = Instant::now();
        let (hall, reader) = (&file.info().hall, Reader::french(TextSize::Normal));
        std::hint::black_box(
            slip::draw_sheet(InBoth::french(&sheet), hall, reader, &mut renderer, Paper::MM80).unwrap(),
        );
        times.push(start.elapsed());
    }
    figures.add_share("slip_median_ms", &mut times, 0.5, "≤ 40");
    figures.add_share("slip_p99_ms", &mut times, 0.99, "≤ 150");
}

/// From the touch on "Imprimer" until the printer's first row, which is after its first byte.
fn first_row(figures: &mut Figures) {
    let folder = tempfile::tempdir().unwrap();
    let profile = Profile::generic(Paper::MM80);
    let sim = SimulatedPrinter::of(profile.clone());
    let roll = RollConfig { file: folder.path().join("roll.json"), length_mm: usual_mm(Paper::MM80) };
    let (sender, _events) = events(None);
    let (desk, _commands) = DeskLink::new();
    let driver = Box::new(sim.driver(Limits::USUAL, clock::shared()));
    let worker = PrintWorker::start(driver, RollKeeper::open(&roll, profile), sender, desk.sender());
    let slip = std::sync::Arc::new(Raster::white(Paper::MM80.dots(), 2_000).unwrap());
    let mut times = Vec::new();
    for number in 1..=100 {
        let start = Instant::now();
        let before = sim.changes();
        worker.print(number, std::sync::Arc::clone(&slip));
        while sim.changes() == before {
            std::thread::yield_now();
        }
        times.push(start.elapsed());
        while sim.paper().slips.last().is_none_or(|slip| slip.number < number) {
            std::thread::yield_now();
        }
    }
    figures.add_share("print_first_row_p99_ms", &mut times, 0.99, "≤ 150");
}

/// In a process of its own: this one has built the content, and would count that.
fn memory(content: &Path, figures: &mut Figures) {
    let child =
        Command::new(std::env::current_exe().unwrap()).arg("--memory-of").arg(content).output().unwrap();
    let text = String::from_utf8(child.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let [first, last] = numbers[..] else { panic_with(&child.stderr) };
    figures.add("rss_mb", last, "≤ 90");
    figures.add("rss_growth_mb", last - first, "± 2");
}

fn panic_with(stderr: &[u8]) -> ! {
    eprintln!("{}", String::from_utf8_lossy(stderr));
    std::process::exit(1)
}

/// Prints resident megabytes after a hundred sessions, when every cache is warm, and after a thousand more.
pub fn memory_child(content: &Path) {
    let mut bench = Bench::new(content);
    let mut visits = QUERIES.iter().cycle();
    let mut visit = |count: usize| {
        for query in visits.by_ref().take(count) {
            bench.visit(query);
        }
        resident_mb()
    };
    let (first, last) = (visit(100), visit(SESSIONS));
    println!("{first} {last}");
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
