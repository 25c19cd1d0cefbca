//! Prints beside the window, and watches the printer. Never prints anything twice by itself.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parvis_hardware::printer::{OfflineReason, Printer, PrinterStatus};
use parvis_hardware::raster::Raster;

use super::desk_link::{LinkCommand, LinkSender};
use super::paper_roll::RollKeeper;
use super::{EventSender, print_state};
use crate::session::Event;
use crate::session::printer::PrinterNews;

/// The printer is asked how it is that often while it has nothing to do.
const WATCH: Duration = Duration::from_secs(2);

struct Job {
    number: u64,
    raster: Arc<Raster>,
}

#[derive(Default)]
struct Tray {
    waiting: Option<Job>,
    /// Staff put a new roll in.
    new_roll: bool,
    over: bool,
}

#[derive(Default)]
struct Shared {
    tray: Mutex<Tray>,
    wake: Condvar,
}

/// The worker; it ends when this is dropped.
pub struct PrintWorker(Arc<Shared>);

impl PrintWorker {
    /// Starts the worker on `printer` with the roll that is in it; staff hear of both through `desk`.
    pub fn start(printer: Box<dyn Printer>, roll: RollKeeper, events: EventSender, desk: LinkSender) -> Self {
        let shared = Arc::<Shared>::default();
        let mine = Arc::clone(&shared);
        let mut herald = Herald { events, desk, said: None };
        std::thread::spawn(move || work(printer, roll, &mine, &mut herald));
        Self(shared)
    }

    /// Prints `raster` as job `number`, after the slip that is coming out, if one is.
    pub fn print(&self, number: u64, raster: Arc<Raster>) {
        self.change(|tray| tray.waiting = Some(Job { number, raster }));
    }

    /// Staff put a new roll in.
    pub fn new_roll(&self) {
        self.change(|tray| tray.new_roll = true);
    }

    /// A job dies with its session: one that has not begun is not printed. One that has, comes out whole.
    pub fn forget(&self) {
        self.change(|tray| tray.waiting = None);
    }

    fn change(&self, change: impl FnOnce(&mut Tray)) {
        change(&mut lock(&self.0));
        self.0.wake.notify_one();
    }
}

impl Drop for PrintWorker {
    fn drop(&mut self) {
        self.change(|tray| tray.over = true);
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Tray> {
    shared.tray.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells staff how the printer is: at their desk, and at the kiosk.
struct Herald {
    events: EventSender,
    desk: LinkSender,
    said: Option<PrinterNews>,
}

impl Herald {
    /// Tells what is new.
    fn tell(&mut self, news: PrinterNews) {
        if self.said.as_ref() == Some(&news) {
            return;
        }
        if self.said.as_ref().map(|said| &said.gesture) != Some(&news.gesture) {
            self.desk.tell(LinkCommand::Printer(news.gesture.clone()));
        }
        self.events.send(Event::Printer(news.clone()));
        self.said = Some(news);
    }
}

fn work(mut printer: Box<dyn Printer>, mut roll: RollKeeper, shared: &Shared, herald: &mut Herald) {
    let mut known = None;
    loop {
        let status = printer.status();
        if known != Some(status) {
            tracing::info!(%status, "printer.status_changed");
            roll.hears(status);
            known = Some(status);
        }
        herald.tell(roll.news(status));
        let idle = |tray: &mut Tray| !tray.over && !tray.new_roll && tray.waiting.is_none();
        let waited = shared.wake.wait_timeout_while(lock(shared), WATCH, idle);
        let (mut tray, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if tray.over {
            return;
        }
        let (job, new_roll) = (tray.waiting.take(), std::mem::take(&mut tray.new_roll));
        drop(tray);
        if new_roll {
            roll.renew();
            // A sensor that still sees the end of the old one knows better.
            let status = printer.status();
            roll.hears(status);
            known = Some(status);
            herald.said = None;
            herald.tell(roll.news(status));
        }
        if let Some(job) = job {
            let outcome = printer.print(&job.raster);
            match &outcome {
                Ok(_) => tracing::info!("printer.job_done"),
                Err(error) => tracing::warn!(%error, "printer.job_failed"),
            }
            herald.events.send(Event::PrintEnded { job: job.number, state: print_state(&outcome) });
            roll.printed(&job.raster, &outcome);
        }
    }
}

/// What staff must do about the printer; empty when it prints.
pub fn gesture(status: PrinterStatus) -> &'static str {
    match status {
        PrinterStatus::Ready => "",
        PrinterStatus::PaperLow => "imprimante : bientôt plus de papier, préparez un rouleau",
        PrinterStatus::PaperOut => "imprimante : plus de papier, mettez un rouleau",
        PrinterStatus::CoverOpen => "imprimante : capot ouvert, fermez-le",
        PrinterStatus::Offline(OfflineReason::NotConnected) => {
            "imprimante : débranchée ou éteinte, vérifiez le câble"
        }
        PrinterStatus::Offline(OfflineReason::Cutter) => {
            "imprimante : massicot bloqué, ouvrez et refermez le capot"
        }
        PrinterStatus::Offline(OfflineReason::Overheated) => {
            "imprimante : trop chaude, attendez quelques minutes"
        }
        PrinterStatus::Offline(_) => "imprimante : en panne, éteignez-la et rallumez-la",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use parvis_hardware::paper::Paper;
    use parvis_hardware::printer::esc_pos::Limits;
    use parvis_hardware::printer::profile::Profile;
    use parvis_hardware::printer::{PrintError, Printed};
    use parvis_hardware::simulated::{Lever, SimulatedPrinter};

    use super::*;
    use crate::kiosk::desk_link::DeskLink;
    use crate::kiosk::paper_roll::RollConfig;

    const PATIENCE: Duration = Duration::from_secs(30);
    const LIMITS: Limits = Limits {
        open: Duration::from_millis(200),
        write: Duration::from_millis(100),
        read: Duration::from_millis(40),
        job: Duration::from_secs(2),
    };

    /// A printer that says when a slip begins, and begins it when it may.
    struct Held {
        printer: Box<dyn Printer>,
        began: Sender<()>,
        may: Receiver<()>,
    }

    impl Printer for Held {
        fn status(&mut self) -> PrinterStatus {
            self.printer.status()
        }

        fn print(&mut self, slip: &Raster) -> Result<Printed, PrintError> {
            self.began.send(()).unwrap();
            self.may.recv_timeout(PATIENCE).unwrap();
            self.printer.print(slip)
        }
    }

    /// A slip whose rows say whose it is.
    fn slip(whose: u8) -> Arc<Raster> {
        Arc::new(Raster::from_bits(576, 200, vec![whose; 200 * 72]).unwrap())
    }

    fn ended(events: &Receiver<Event>) -> u64 {
        loop {
            let event = events.recv_timeout(PATIENCE).unwrap();
            if let Event::PrintEnded { job, .. } = event {
                return job;
            }
            assert!(matches!(event, Event::Printer(_)), "{event:?}");
        }
    }

    #[test]
    fn a_slip_that_waits_when_its_session_ends_never_comes_out_whatever_the_printer_does() {
        let faults = [
            (Lever::PaperLow(false), Lever::PaperLow(false)),
            (Lever::PaperOut, Lever::LoadPaper),
            (Lever::PaperOutAfter(90), Lever::LoadPaper),
            (Lever::CoverOpen(true), Lever::CoverOpen(false)),
            (Lever::Unplugged(true), Lever::Unplugged(false)),
            (Lever::UnplugAfter(5_000), Lever::Unplugged(false)),
            (Lever::Silent(true), Lever::Silent(false)),
            (Lever::GarbageAnswers(true), Lever::GarbageAnswers(false)),
            (Lever::Slow(Some(Duration::from_millis(30))), Lever::Slow(None)),
            (Lever::PowerCycled, Lever::PowerCycled),
        ];
        for (fault, repair) in faults {
            let sim = SimulatedPrinter::new(Paper::MM80);
            let (began, begins) = channel();
            let (go, may) = channel();
            let printer = Box::new(sim.driver(LIMITS, crate::clock::shared()));
            let (sender, events) = super::super::events(None);
            let (desk, _told) = DeskLink::new();
            let folder = tempfile::tempdir().unwrap();
            let roll = RollConfig { file: folder.path().join("roll.json"), length_mm: 80_000 };
            let roll = RollKeeper::open(&roll, Profile::generic(Paper::MM80));
            let held = Box::new(Held { printer, began, may });
            let worker = PrintWorker::start(held, roll, sender, desk.sender());
            worker.print(1, slip(0x11));
            begins.recv_timeout(PATIENCE).unwrap();
            // The same visitor asks again and goes, while the first slip is on its way and the printer fails.
            worker.print(2, slip(0x22));
            sim.pull(fault);
            worker.forget();
            go.send(()).unwrap();
            assert_eq!(ended(&events), 1, "{fault:?}");
            sim.pull(repair);
            worker.print(3, slip(0x33));
            begins.recv_timeout(PATIENCE).unwrap();
            go.send(()).unwrap();
            assert_eq!(ended(&events), 3, "{fault:?}: the slip of a session that was over");
            let paper = sim.paper();
            assert!(paper.slips.iter().all(|piece| !piece.raster.bits().contains(&0x22)), "{fault:?}");
            let last = paper.slips.last().unwrap();
            assert!(last.raster.bits().starts_with(slip(0x33).bits()), "{fault:?}: alone on its paper");
        }
    }

    #[test]
    fn an_estimate_of_nothing_left_warns_and_refuses_no_slip() {
        let folder = tempfile::tempdir().unwrap();
        let config = RollConfig { file: folder.path().join("roll.json"), length_mm: 80_000 };
        let none = br#"{"left_mm":0,"printed_mm":0,"slips":0,"near_end":false,"ended":false}"#;
        std::fs::write(&config.file, none).unwrap();
        let roll = RollKeeper::open(&config, Profile::generic(Paper::MM80));
        let sim = SimulatedPrinter::new(Paper::MM80);
        let (sender, events) = super::super::events(None);
        let (desk, _told) = DeskLink::new();
        let driver = Box::new(sim.driver(LIMITS, crate::clock::shared()));
        let worker = PrintWorker::start(driver, roll, sender, desk.sender());
        let event = events.recv_timeout(PATIENCE).unwrap();
        let Event::Printer(news) = event else { unreachable!("{event:?}") };
        assert!(news.gesture.contains("moins de 1\u{a0}m, soit 0 ticket)"), "{news:?}");
        worker.print(1, slip(0x11));
        assert_eq!((ended(&events), sim.paper().slips.len()), (1, 1));
    }
}
