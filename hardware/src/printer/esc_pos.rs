//! The policy that all ESC/POS printers share, whatever the port: status first, bands, a barrier, never twice.

use std::sync::Arc;
use std::time::Duration;

use super::ask::ask_status;
use super::job::Job;
use super::port::{OpenPort, Port, PortError};
use super::profile::Profile;
use super::{OfflineReason, PrintError, Printed, Printer, PrinterStatus};
use crate::paper::Paper;
use crate::raster::Raster;

/// A monotonic clock: time since any fixed moment. Given by the caller, so that this crate reads no clock.
pub type Now = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The longest slip, in millimetres: what `slip` renders at most.
const SLIP_MM_MAX: u32 = 600;

/// Bytes that the system keeps for a serial line: an answer waits until they are through.
const LINE_QUEUE_BYTES: u32 = 4096;

/// How often a slip that failed is cut off by itself. A printer that never says that it did would eat the roll; it is
/// tried again before the next slip.
const CUT_OFF_TRIES_MAX: u32 = 3;

/// How long a printer may take. No default is right for a caller that forgets one, so all are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To open the port.
    pub open: Duration,
    /// For one write to move at least one byte.
    pub write: Duration,
    /// For one answer.
    pub read: Duration,
    /// For a whole slip, from the first byte to the barrier.
    pub job: Duration,
}

impl Limits {
    /// For printers of the trade: 60 cm at 60 mm/s (the slowest sold) is 10 s; three times that and some.
    pub const USUAL: Self = Self {
        open: Duration::from_secs(2),
        write: Duration::from_secs(5),
        read: Duration::from_millis(500),
        job: Duration::from_secs(40),
    };

    /// For this model: three times what the longest slip takes, and 10 s.
    pub fn of(profile: &Profile) -> Self {
        let job = Duration::from_secs(u64::from(10 + 3 * SLIP_MM_MAX / profile.speed_mm_s));
        Self { job, ..Self::USUAL }
    }

    /// The same at the end of a line of `baud` bits a second: what is on its way comes before any answer.
    pub fn at_baud(self, baud: u32, profile: &Profile) -> Self {
        let row = profile.paper.dots() / 8;
        let rows = profile.paper.at_most(SLIP_MM_MAX * 10);
        let time = |bytes: u32| Duration::from_millis(u64::from(bytes) * 10_000 / u64::from(baud.max(1)));
        Self {
            read: self.read + time(LINE_QUEUE_BYTES + profile.band_rows * row),
            job: self.job + time(rows * row),
            ..self
        }
    }
}

/// A printer that speaks ESC/POS, behind any port.
pub struct EscPosPrinter {
    place: Box<dyn OpenPort>,
    port: Option<Box<dyn Port>>,
    profile: Profile,
    limits: Limits,
    now: Now,
    /// The last slip failed: rows of it may be waiting in the printer or hanging from it.
    remains: bool,
    cut_off_tries: u32,
}

impl EscPosPrinter {
    /// A printer of this profile at `place`. Nothing is opened before the first call.
    pub fn new(place: Box<dyn OpenPort>, profile: Profile, limits: Limits, now: Now) -> Self {
        Self { place, port: None, profile, limits, now, remains: false, cut_off_tries: 0 }
    }

    /// The paper that slips must be rendered for.
    pub const fn paper(&self) -> Paper {
        self.profile.paper
    }

    fn try_status(&mut self) -> Result<PrinterStatus, PortError> {
        if self.port.is_none() {
            self.port = Some(self.place.open(self.limits.open)?);
        }
        let Some(port) = self.port.as_mut() else { return Ok(PrinterStatus::Ready) };
        ask_status(port.as_mut(), &self.profile, self.limits)
    }

    /// Status of an open port; a port that fails is dropped, and the next call opens it again.
    fn checked_status(&mut self) -> PrinterStatus {
        let status = self.try_status().unwrap_or_else(|error| PrinterStatus::Offline(error.reason()));
        match status {
            // Opened anew next time: whatever was wrong with the way to the printer does not stay.
            PrinterStatus::Offline(
                OfflineReason::NotConnected
                | OfflineReason::NotAllowed
                | OfflineReason::Silent
                | OfflineReason::Garbled,
            ) => self.port = None,
            PrinterStatus::Ready
            | PrinterStatus::PaperLow
            | PrinterStatus::PaperOut
            | PrinterStatus::CoverOpen
            | PrinterStatus::Offline(_) => {}
        }
        status
    }

    fn job(&mut self) -> Result<Job<'_>, PrinterStatus> {
        let port = self.port.as_mut().ok_or(PrinterStatus::Offline(OfflineReason::NotConnected))?;
        Ok(Job::new(port.as_mut(), &self.profile, self.limits, &self.now))
    }

    /// What remains of a slip that failed is cut off as soon as the printer can, so that it lies in the tray before
    /// somebody else stands there.
    fn cut_off_rest(&mut self) -> Result<(), PrinterStatus> {
        self.cut_off_tries += 1;
        match self.job().and_then(|mut job| job.cut_off_rest()) {
            Ok(()) => {
                (self.remains, self.cut_off_tries) = (false, 0);
                Ok(())
            }
            Err(status) => {
                self.forget_rest();
                Err(status)
            }
        }
    }

    /// Throws away what the printer still holds, best effort: it may be gone.
    fn forget_rest(&mut self) {
        // Either it works or the rest is cut off later, after the same bytes; there is nobody to tell.
        let _ = self.job().and_then(|mut job| job.clear());
        self.port = None;
    }
}

impl Printer for EscPosPrinter {
    fn status(&mut self) -> PrinterStatus {
        let status = self.checked_status();
        if self.remains && status.can_print() && self.cut_off_tries < CUT_OFF_TRIES_MAX {
            return self.cut_off_rest().err().unwrap_or(status);
        }
        status
    }

    fn print(&mut self, slip: &Raster) -> Result<Printed, PrintError> {
        let paper = self.paper().dots();
        if slip.width() != paper {
            return Err(PrintError::Width { slip: slip.width(), paper });
        }
        let status = self.checked_status();
        if !status.can_print() {
            return Err(PrintError::NotStarted(status));
        }
        if self.remains {
            self.cut_off_rest().map_err(PrintError::NotStarted)?;
        }
        let mut bands_sent = 0;
        self.job().and_then(|mut job| job.print(slip, &mut bands_sent)).map_err(|status| {
            self.remains = true;
            self.cut_off_tries = 0;
            self.forget_rest();
            let bands = slip.bands(self.profile.band_rows as usize).len();
            PrintError::Incomplete { status, bands_sent, bands }
        })
    }
}
