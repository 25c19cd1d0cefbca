//! The policy that all ESC/POS printers share, whatever the port: status first, bands, a barrier, never twice.

use std::sync::Arc;
use std::time::Duration;

use super::port::{Answers, OpenPort, Port, PortError};
use super::{OfflineReason, PrintError, Printed, Printer, PrinterStatus};
use crate::escpos::{self, status};
use crate::paper::Paper;
use crate::raster::Raster;

/// A monotonic clock: time since any fixed moment. Given by the caller, so that this crate reads no clock.
pub type Now = Arc<dyn Fn() -> Duration + Send + Sync>;

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
}

/// While a slip is being printed, how long to wait for its end before asking whether it has stopped.
const BARRIER_POLL: Duration = Duration::from_millis(250);

/// Bytes drained before a question: stale answers of an earlier, slower printer. Beyond, the port talks nonsense.
const STALE_BYTES_MAX: usize = 256;

/// A printer that speaks ESC/POS, behind any port.
pub struct EscPosPrinter {
    place: Box<dyn OpenPort>,
    port: Option<Box<dyn Port>>,
    paper: Paper,
    limits: Limits,
    now: Now,
    /// The last slip failed: rows of it may be waiting in the printer or hanging from it.
    remains: bool,
}

impl EscPosPrinter {
    /// A printer at `place`. Nothing is opened before the first call.
    pub fn new(place: Box<dyn OpenPort>, paper: Paper, limits: Limits, now: Now) -> Self {
        Self { place, port: None, paper, limits, now, remains: false }
    }

    /// The paper that slips must be rendered for.
    pub const fn paper(&self) -> Paper {
        self.paper
    }

    fn try_status(&mut self) -> Result<PrinterStatus, PortError> {
        if self.port.is_none() {
            self.port = Some(self.place.open(self.limits.open)?);
        }
        let Some(port) = self.port.as_mut() else { return Ok(PrinterStatus::Ready) };
        ask_status(port.as_mut(), self.limits)
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

    fn send_slip(&mut self, slip: &Raster, bands_sent: &mut usize) -> Result<Printed, PrinterStatus> {
        let remains = self.remains;
        let mut job = self.job()?;
        job.begin(remains)?;
        for band in escpos::bands(slip) {
            job.stop_if_stopped()?;
            job.send(&band)?;
            *bands_sent += 1;
        }
        job.send(&escpos::FEED_AND_CUT)?;
        job.barrier()
    }

    fn job(&mut self) -> Result<Job<'_>, PrinterStatus> {
        let deadline = (self.now)() + self.limits.job;
        let port = self.port.as_mut().ok_or(PrinterStatus::Offline(OfflineReason::NotConnected))?;
        Ok(Job { port: port.as_mut(), limits: self.limits, now: &self.now, deadline })
    }

    /// Throws away what the printer still holds, best effort: it may be gone.
    fn forget_rest(&mut self) {
        if let Some(port) = self.port.as_mut() {
            // Either it works or the next slip starts with the same bytes; there is nobody to tell.
            let _ = port.write(&escpos::CLEAR, self.limits.read);
        }
        self.port = None;
    }
}

impl Printer for EscPosPrinter {
    fn status(&mut self) -> PrinterStatus {
        self.checked_status()
    }

    fn print(&mut self, slip: &Raster) -> Result<Printed, PrintError> {
        if slip.width() != self.paper.dots() {
            return Err(PrintError::Width { slip: slip.width(), paper: self.paper.dots() });
        }
        let status = self.checked_status();
        if !status.can_print() {
            return Err(PrintError::NotStarted(status));
        }
        let mut bands_sent = 0;
        match self.send_slip(slip, &mut bands_sent) {
            Ok(printed) => {
                self.remains = false;
                Ok(printed)
            }
            Err(status) => {
                self.remains = true;
                self.forget_rest();
                let bands = slip.bands(escpos::BAND_ROWS).len();
                Err(PrintError::Incomplete { status, bands_sent, bands })
            }
        }
    }
}

/// One slip on its way. Every error is the status to report.
struct Job<'a> {
    port: &'a mut dyn Port,
    limits: Limits,
    now: &'a Now,
    deadline: Duration,
}

impl Job<'_> {
    fn begin(&mut self, remains: bool) -> Result<(), PrinterStatus> {
        if remains {
            self.send(&escpos::CLEAR)?;
            self.send(&escpos::INIT)?;
            return self.send(&escpos::FEED_AND_CUT);
        }
        self.send(&escpos::INIT)
    }

    fn send(&mut self, mut bytes: &[u8]) -> Result<(), PrinterStatus> {
        while !bytes.is_empty() {
            let limit = self.left()?.min(self.limits.write);
            let taken = self.port.write(bytes, limit).map_err(|error| self.why(&error))?;
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Asked before each band: a printer that stops is noticed before its buffer is full and the port blocks.
    fn stop_if_stopped(&mut self) -> Result<(), PrinterStatus> {
        if self.port.answers() == Answers::Never {
            return Ok(());
        }
        self.left()?;
        match ask_status(self.port, self.limits) {
            Ok(status) if status.can_print() => Ok(()),
            Ok(status) => Err(status),
            Err(error) => Err(PrinterStatus::Offline(error.reason())),
        }
    }

    /// Waits until the printer has handled everything sent, asking meanwhile whether it has stopped.
    fn barrier(&mut self) -> Result<Printed, PrinterStatus> {
        if self.port.answers() == Answers::Never {
            return Ok(Printed::Unconfirmed);
        }
        self.send(&escpos::BARRIER)?;
        loop {
            let limit = self.left()?.min(BARRIER_POLL);
            let mut answer = [0];
            match self.port.read(&mut answer, limit) {
                Ok(0) => return Err(PrinterStatus::Offline(OfflineReason::NotConnected)),
                Ok(_) if status::is_barrier_answer(answer[0]) => {
                    return self.confirm(answer[0]);
                }
                // A late real-time answer: the barrier is still to come.
                Ok(_) if status::is_real_time_answer(answer[0]) => {}
                Ok(_) => return Err(PrinterStatus::Offline(OfflineReason::Garbled)),
                Err(PortError::TimedOut { .. }) => self.stopped_meanwhile()?,
                Err(error) => return Err(PrinterStatus::Offline(error.reason())),
            }
        }
    }

    /// One byte could be noise, so a whole status must agree with it. A printer that ran out of paper with the very
    /// last row is reported as incomplete: better one look at the paper too many.
    fn confirm(&mut self, answer: u8) -> Result<Printed, PrinterStatus> {
        if status::barrier_says_paper_out(answer) {
            return Err(PrinterStatus::PaperOut);
        }
        self.stop_if_stopped().map(|()| Printed::Confirmed)
    }

    /// Asks one question at a time without draining, because the barrier's answer may come in between.
    fn stopped_meanwhile(&mut self) -> Result<(), PrinterStatus> {
        let mut answers = Vec::with_capacity(4);
        for question in escpos::STATUS_QUESTIONS {
            self.send(&question)?;
            let mut answer = [0];
            match self.port.read(&mut answer, self.limits.read) {
                Ok(1) if status::is_barrier_answer(answer[0]) => return self.passed_between(answer[0]),
                Ok(_) => answers.push(answer[0]),
                Err(error) => return Err(PrinterStatus::Offline(error.reason())),
            }
        }
        match status::parse_status(&answers) {
            status if status.can_print() => Ok(()),
            status => Err(status),
        }
    }

    /// The barrier was passed while status was asked: only a full status can still say whether paper was left. The
    /// barrier is asked again, which prints nothing.
    fn passed_between(&mut self, answer: u8) -> Result<(), PrinterStatus> {
        if status::barrier_says_paper_out(answer) {
            return Err(PrinterStatus::PaperOut);
        }
        self.send(&escpos::BARRIER)
    }

    /// Time left for this slip. A printer that drips would otherwise never pass a limit.
    fn left(&self) -> Result<Duration, PrinterStatus> {
        let left = self.deadline.saturating_sub((self.now)());
        if left.is_zero() { Err(PrinterStatus::Offline(OfflineReason::Silent)) } else { Ok(left) }
    }

    /// A port that does not move may be a printer that says why.
    fn why(&mut self, error: &PortError) -> PrinterStatus {
        match (error, self.port.answers()) {
            (PortError::TimedOut { .. }, Answers::Expected) => match ask_status(self.port, self.limits) {
                Ok(status) if !status.can_print() => status,
                Ok(_) | Err(_) => PrinterStatus::Offline(error.reason()),
            },
            _ => PrinterStatus::Offline(error.reason()),
        }
    }
}

/// The status of a port. One that never answers is taken for ready: only writing can tell. Noise is asked again once,
/// because an answer that was late by one question looks like noise; questions print nothing.
fn ask_status(port: &mut dyn Port, limits: Limits) -> Result<PrinterStatus, PortError> {
    if port.answers() == Answers::Never {
        return Ok(PrinterStatus::Ready);
    }
    let status = ask_once(port, limits)?;
    if status == PrinterStatus::Offline(OfflineReason::Garbled) { ask_once(port, limits) } else { Ok(status) }
}

/// Asks DLE EOT 1 to 4, one answer each.
fn ask_once(port: &mut dyn Port, limits: Limits) -> Result<PrinterStatus, PortError> {
    if !drain(port)? {
        return Ok(PrinterStatus::Offline(OfflineReason::Garbled));
    }
    let mut answers = Vec::with_capacity(4);
    for question in escpos::STATUS_QUESTIONS {
        let mut rest: &[u8] = &question;
        while !rest.is_empty() {
            let taken = port.write(rest, limits.write)?;
            rest = rest.get(taken..).unwrap_or_default();
        }
        let mut answer = [0];
        match port.read(&mut answer, limits.read) {
            Ok(_) => answers.push(answer[0]),
            Err(PortError::TimedOut { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(status::parse_status(&answers))
}

/// Reads what came unasked. `false` when it does not end: that is no printer.
fn drain(port: &mut dyn Port) -> Result<bool, PortError> {
    let mut stale = [0; 64];
    let mut drained = 0;
    while drained <= STALE_BYTES_MAX {
        match port.read(&mut stale, Duration::ZERO) {
            Ok(count) => drained += count.max(1),
            Err(PortError::TimedOut { .. }) => return Ok(true),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
