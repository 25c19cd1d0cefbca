//! A hall with one kiosk: panel, printer, content, desk, and a clock that goes when the test says so.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use evdev::KeyCode;
use parvis::desk::door::certificate::CertificateFrom;
use parvis::desk::door::{Door, DoorConfig, Entry};
use parvis::desk::hall::HallFiles;
use parvis::desk::ladder::Ladder;
use parvis::desk::{Desk, DeskParts};
use parvis::intake::library::CURRENT;
use parvis::kiosk::desk_link::{self, DeskLink};
use parvis::kiosk::keypad_worker::KeypadWorker;
use parvis::kiosk::paper_roll::{RollConfig, RollKeeper};
use parvis::kiosk::print_worker::PrintWorker;
use parvis::kiosk::search_worker::SearchWorker;
use parvis::kiosk::sound_worker::SoundWorker;
use parvis::kiosk::staff_worker::{StaffParts, StaffWorker};
use parvis::kiosk::{Clock, Kiosk, KioskParts, Workers, events};
use parvis::session::{Event, Phase, Times};
use parvis::staff::PinFiles;
use parvis_hardware::keypad::KeypadMap;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::esc_pos::Limits;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::printer::roll::usual_mm;
use parvis_hardware::simulated::{
    KeypadLever, SimulatedButton, SimulatedKeypad, SimulatedLight, SimulatedPrinter, SimulatedSpeaker,
};
use parvis_tests::staff::StaffPage;
use parvis_ui::KioskWindow;
use parvis_ui::headless::{Headless, Input};
use parvis_ui_model::geometry::{Layout, Panel, TextSize};
use parvis_ui_model::intent::Intent;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::eyes::{self, Target};
use crate::logs;

/// The kiosk's name, as staff read it.
pub const NAME: &str = "Borne de l’entrée";
/// Looks at the channels before a test gives up: 20 s of real time, since workers are real.
const LOOKS: usize = 1000;
/// One look waits that long for news.
const LOOK: Duration = Duration::from_millis(20);

/// What is there before the visitor.
pub struct Setup {
    /// The kiosk's name, as staff read it.
    pub name: &'static str,
    pub panel: Panel,
    /// Copied into the kiosk's own folder; nothing when `None`.
    pub content: Option<PathBuf>,
    pub desk: bool,
    /// Only paired pages enter the desk.
    pub guarded: bool,
}

/// The hall.
pub struct World {
    pub headless: Headless,
    pub kiosk: Kiosk,
    pub printer: SimulatedPrinter,
    pub light: SimulatedLight,
    pub speaker: SimulatedSpeaker,
    /// Those of the numeric keypad.
    pub keys: KeypadLever,
    keys_heard: u32,
    /// What a speech engine would say.
    pub said: watch::Receiver<String>,
    pub door: Option<Arc<Door>>,
    pub panel: Panel,
    /// What Parvis may write into.
    pub folder: TempDir,
    intents: Receiver<Intent>,
    events: Receiver<Event>,
    clock: Arc<AtomicU64>,
    runtime: Runtime,
    desk: Option<(SocketAddr, watch::Sender<bool>)>,
}

/// Runs `test` in a hall of its own, on a thread of its own: Slint keeps one platform for each thread.
pub fn in_a_hall(setup: Setup, test: impl FnOnce(&mut World) + Send + 'static) {
    let visit = std::thread::spawn(move || test(&mut World::new(&setup)));
    if let Err(panic) = visit.join() {
        std::panic::resume_unwind(panic);
    }
}

/// The usual hall: upright panel, demonstration content, a desk.
pub fn demonstration() -> Setup {
    let content = parvis_tests::content::demonstration().to_owned();
    Setup { name: NAME, panel: Panel::PORTRAIT_21, content: Some(content), desk: true, guarded: false }
}

impl World {
    fn new(setup: &Setup) -> Self {
        logs::folder();
        let folder = TempDir::with_prefix("parvis-kiosk-").unwrap();
        let content = folder.path().join(CURRENT);
        if let Some(from) = &setup.content {
            std::fs::copy(from, &content).unwrap();
        }
        let runtime = open_runtime();
        let light = SimulatedLight::new();
        let door = setup.guarded.then(|| open_door(folder.path()));
        let entry = door.clone().map_or(Entry::Open, Entry::Guarded);
        let desk = setup.desk.then(|| open_desk(&runtime, folder.path(), &light, entry));
        let clock = Arc::<AtomicU64>::default();
        let reading = Arc::clone(&clock);
        let now = Arc::new(move || Duration::from_millis(reading.load(Ordering::SeqCst)));
        let headless = Headless::install_stepped(setup.panel, now.clone()).unwrap();
        let (wish, intents) = channel();
        let window = KioskWindow::open(move |intent| wish.send(intent).unwrap()).unwrap();
        let (sender, events) = events(None);
        let (link, commands) = DeskLink::new();
        let socket = folder.path().join("desk.sock");
        runtime.spawn(desk_link::run(socket, NAME.to_owned(), commands, sender.clone()));
        let speaker = SimulatedSpeaker::default();
        let printer = SimulatedPrinter::new(Paper::MM80);
        // The printer is a machine of its own: its time is real.
        let driver = printer.driver(Limits::USUAL, parvis::clock::shared());
        let (keypad, keys) = SimulatedKeypad::new(KeypadMap::by_id("numeric").unwrap().unwrap());
        let keypad = KeypadWorker::start(Some(Box::new(keypad)), sender.clone(), link.sender());
        let roll = open_roll(folder.path(), &Profile::generic(Paper::MM80));
        let workers = Workers {
            keypad,
            search: SearchWorker::start(sender.clone()),
            printer: PrintWorker::start(Box::new(driver), roll, sender.clone(), link.sender()),
            desk: link,
            staff: StaffWorker::start(staff_parts(folder.path()), now.clone(), sender),
            sound: SoundWorker::start(Some(Box::new(speaker.clone()))),
        };
        let (spoken, said) = watch::channel(String::new());
        let parts = parts(setup, content, folder.path(), now, spoken);
        let kiosk = Kiosk::new(window, parts, workers);
        let panel = setup.panel;
        let mut world = Self {
            headless,
            kiosk,
            printer,
            light,
            speaker,
            keys,
            keys_heard: 0,
            said,
            door,
            panel,
            folder,
            intents,
            events,
            clock,
            runtime,
            desk,
        };
        world.settle();
        world
    }

    /// Where the kiosk's content file is.
    pub fn content(&self) -> PathBuf {
        self.folder.path().join(CURRENT)
    }

    /// Handles everything that waits, and draws.
    pub fn settle(&mut self) {
        loop {
            self.headless.step();
            let intent = self.intents.try_recv().map(Event::Intent);
            match intent.or_else(|_| self.events.try_recv()) {
                Ok(event) => self.handle(event),
                Err(_) => return,
            }
        }
    }

    fn handle(&mut self, event: Event) {
        // Nothing else of the kind comes while a key is waited for.
        self.keys_heard += u32::from(matches!(event, Event::Focus(_) | Event::Intent(_)));
        self.kiosk.handle(event);
    }

    /// Presses a key of the keypad, and waits until the kiosk has heard it.
    pub fn press_on_keypad(&mut self, key: KeyCode) {
        let before = self.keys_heard;
        self.keys.press(key.0);
        self.wait_until("the key is heard", |world| world.keys_heard > before);
        self.settle();
    }

    /// Waits until `holds`, handling what workers and desk say. The kiosk's clock stands still.
    pub fn wait_until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        for _ in 0..LOOKS {
            self.settle();
            if holds(self) {
                return;
            }
            if let Ok(event) = self.events.recv_timeout(LOOK) {
                self.handle(event);
            }
        }
        panic!("waited for {what} in vain; the screen says {:#?}", self.words());
    }

    /// Lets `time` pass, and tells the kiosk.
    pub fn after(&mut self, time: Duration) {
        self.clock.fetch_add(time.as_millis() as u64, Ordering::SeqCst);
        self.kiosk.handle(Event::Tick);
        self.settle();
    }

    /// Everything that can be read on the screen.
    pub fn words(&self) -> Vec<String> {
        eyes::words(self.kiosk.window())
    }

    /// Whether `words` are part of what can be read; any space is like any other.
    pub fn shows(&self, words: &str) -> bool {
        let wanted = words.replace('\u{a0}', " ");
        self.words().iter().any(|text| text.replace('\u{a0}', " ").contains(&wanted))
    }

    /// Fails with the screen's words when it does not show `words`.
    pub fn must_show(&self, words: &str) {
        assert!(self.shows(words), "no {words:?} on the screen: {:#?}", self.words());
    }

    /// Everything that can be touched.
    pub fn targets(&self) -> Vec<Target> {
        eyes::targets(self.kiosk.window())
    }

    /// The target called `label`, if it is on the screen.
    pub fn target(&self, label: &str) -> Option<Target> {
        let wanted = label.replace('\u{a0}', " ");
        self.targets().into_iter().find(|target| target.label.replace('\u{a0}', " ") == wanted)
    }

    /// Whether a target is on the bar, not on the page.
    pub fn is_on_the_bar(&self, target: &Target) -> bool {
        let (bar, px) = (Layout::new(self.panel, TextSize::Normal).bar, self.panel.px_per_mm);
        let (x, y) = target.middle();
        x > bar.x * px && y > bar.y * px
    }

    /// Touches the middle of the target called `label`.
    pub fn tap(&mut self, label: &str) {
        let target = self.target(label).unwrap_or_else(|| {
            let labels: Vec<_> = self.targets().into_iter().map(|target| target.label).collect();
            panic!("nothing called {label:?} among {labels:#?}")
        });
        let (x, y) = target.middle();
        self.tap_at(x, y);
    }

    /// Touches that pixel.
    pub fn tap_at(&mut self, x: f32, y: f32) {
        self.headless.tap(x, y);
        self.settle();
    }

    /// Presses a physical key.
    pub fn press_key(&mut self, text: &str) {
        self.headless.input(Input::Key(text.to_owned()));
        self.settle();
    }

    /// Types on the on-screen keyboard, and waits for the answer after each letter.
    pub fn type_on_screen(&mut self, text: &str) {
        for letter in text.chars() {
            let key = match letter {
                ' ' => "Espace".to_owned(),
                '\'' => "Apostrophe".to_owned(),
                letter => letter.to_string(),
            };
            self.tap(&key);
            self.wait_until("an answer to each letter", |world| {
                world.kiosk.session().visit().is_some_and(|visit| visit.answered)
            });
        }
    }

    /// Ends the visit with "Terminer", and waits until the kiosk sleeps again.
    pub fn finish(&mut self) {
        self.tap("Terminer");
        assert!(matches!(self.kiosk.session().phase, Phase::Farewell { .. }));
        self.after(parvis::session::FAREWELL);
        assert_eq!(self.kiosk.session().phase, Phase::Asleep);
    }

    /// Wakes the kiosk.
    pub fn wake(&mut self) {
        self.tap("Touchez l’écran pour commencer");
        assert!(self.kiosk.session().visit().is_some());
    }

    /// Opens a staff page at the desk.
    pub fn staff(&self) -> StaffPage {
        let (address, _) = self.desk.as_ref().unwrap();
        self.runtime.block_on(StaffPage::open(*address)).unwrap()
    }

    /// Runs what staff do.
    pub fn run<T>(&self, doing: impl Future<Output = T>) -> T {
        self.runtime.block_on(doing)
    }
}

fn parts(
    setup: &Setup,
    content: PathBuf,
    folder: &Path,
    clock: Clock,
    spoken: watch::Sender<String>,
) -> KioskParts {
    KioskParts {
        name: setup.name.to_owned(),
        panel: setup.panel,
        content,
        times: Times::default(),
        printer: Profile::generic(Paper::MM80),
        clock,
        hall_time: Arc::new(|| None),
        intake: folder.join("intake"),
        first_key: 1000,
        spoken,
    }
}

fn open_runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn open_roll(folder: &Path, profile: &Profile) -> RollKeeper {
    let roll = RollConfig { file: folder.join("roll.json"), length_mm: usual_mm(profile.paper) };
    RollKeeper::open(&roll, profile.clone())
}

/// Where staff's things are in the kiosk's `folder`.
pub fn staff_parts(folder: &Path) -> StaffParts {
    StaffParts {
        kiosk: NAME.to_owned(),
        content: folder.join(CURRENT),
        pin: PinFiles { pin: folder.join("staff-pin"), tries: folder.join("staff-tries.json") },
        intake: folder.join("intake"),
        releases: folder.to_owned(),
        desk: folder.join("desk.sock").into(),
    }
}

fn open_door(folder: &Path) -> Arc<Door> {
    let config = DoorConfig {
        lan_address: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        certificate: CertificateFrom::Own(folder.join("tls")),
        devices_file: folder.join("devices.json"),
        own_kiosk: NAME.to_owned(),
    };
    Door::open(config).unwrap()
}

fn open_desk(
    runtime: &Runtime,
    folder: &Path,
    light: &SimulatedLight,
    entry: Entry,
) -> (SocketAddr, watch::Sender<bool>) {
    let (button, _lever) = SimulatedButton::new();
    let parts = DeskParts {
        socket: folder.join("desk.sock"),
        staff_address: SocketAddr::from(([127, 0, 0, 1], 0)),
        files: HallFiles::beside(folder.join("calls.json")),
        content: folder.join(CURRENT),
        ladder: Ladder::default(),
        entry,
        button: Box::new(button),
        light: Box::new(light.clone()),
    };
    let desk = runtime.block_on(async { Desk::open(parts) }).unwrap();
    let address = desk.staff_address().unwrap();
    let (stop, stopping) = watch::channel(false);
    runtime.spawn(desk.serve(stopping));
    (address, stop)
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some((_, stop)) = &self.desk {
            stop.send_replace(true);
        }
    }
}
