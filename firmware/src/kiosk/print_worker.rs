//! Prints beside the window, and watches the printer. Never prints anything twice by itself.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parvis_hardware::printer::{OfflineReason, Printer, PrinterStatus};
use parvis_hardware::raster::Raster;

use super::desk_link::{LinkCommand, LinkSender};
use super::{EventSender, print_state};
use crate::session::Event;

/// The printer is asked how it is that often while it has nothing to do.
const WATCH: Duration = Duration::from_secs(2);

struct Job {
    number: u64,
    raster: Arc<Raster>,
}

#[derive(Default)]
struct Tray {
    waiting: Option<Job>,
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
    /// Starts the worker on `printer`; staff hear of its state through `desk`.
    pub fn start(printer: Box<dyn Printer>, events: EventSender, desk: LinkSender) -> Self {
        let shared = Arc::<Shared>::default();
        let mine = Arc::clone(&shared);
        std::thread::spawn(move || work(printer, &mine, &events, &desk));
        Self(shared)
    }

    /// Prints `raster` as job `number`, after the slip that is coming out, if one is.
    pub fn print(&self, number: u64, raster: Arc<Raster>) {
        self.change(|tray| tray.waiting = Some(Job { number, raster }));
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

fn work(mut printer: Box<dyn Printer>, shared: &Shared, events: &EventSender, desk: &LinkSender) {
    let mut known = None;
    loop {
        let status = printer.status();
        if known != Some(status) {
            tracing::info!(%status, "printer.status_changed");
            desk.tell(LinkCommand::Printer(gesture(status).to_owned()));
            known = Some(status);
        }
        let idle = |tray: &mut Tray| !tray.over && tray.waiting.is_none();
        let waited = shared.wake.wait_timeout_while(lock(shared), WATCH, idle);
        let (mut tray, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if tray.over {
            return;
        }
        let job = tray.waiting.take();
        drop(tray);
        if let Some(job) = job {
            let outcome = printer.print(&job.raster);
            match &outcome {
                Ok(_) => tracing::info!("printer.job_done"),
                Err(error) => tracing::warn!(%error, "printer.job_failed"),
            }
            events.send(Event::PrintEnded { job: job.number, state: print_state(&outcome) });
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
