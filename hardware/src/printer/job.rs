//! One slip on its way through an open port, with an end in time. Every error is the status to report.

use std::time::Duration;

use super::ask::{self, ask_status};
use super::esc_pos::{Limits, Now};
use super::port::{Answers, Port, PortError};
use super::profile::{Command, Profile};
use super::roll::END_MM;
use super::{OfflineReason, Printed, PrinterStatus};
use crate::escpos::{self, status};
use crate::raster::Raster;

/// While a slip is being printed, how long to wait for its end before asking whether it has stopped.
const BARRIER_POLL: Duration = Duration::from_millis(250);

/// How often the barrier is asked at once, and must be answered: one stray byte on the line confirms nothing.
const BARRIERS: usize = 2;

pub(super) struct Job<'a> {
    port: &'a mut dyn Port,
    profile: &'a Profile,
    limits: Limits,
    now: &'a Now,
    deadline: Duration,
}

impl<'a> Job<'a> {
    pub(super) fn new(port: &'a mut dyn Port, profile: &'a Profile, limits: Limits, now: &'a Now) -> Self {
        let deadline = now() + limits.job;
        Self { port, profile, limits, now, deadline }
    }

    /// Sends `slip`, counting its bands, and waits for the end of it as far as the printer can say.
    pub(super) fn print(&mut self, slip: &Raster, bands_sent: &mut usize) -> Result<Printed, PrinterStatus> {
        self.start()?;
        for band in escpos::bands(slip, self.profile.band_rows) {
            self.send(&band)?;
            *bands_sent += 1;
            self.wait_for_band()?;
        }
        self.cut()
    }

    /// Ends a slip that failed: its rest is thrown away, or at least ended, and what hangs out is cut off.
    pub(super) fn cut_off_rest(&mut self) -> Result<(), PrinterStatus> {
        let cleared = self.clear()?;
        if !cleared {
            self.send(&escpos::blank(self.profile.band_rows, self.profile.paper))?;
        }
        self.start()?;
        self.cut()?;
        if cleared { Ok(()) } else { self.hear_the_rest() }
    }

    /// Answers to the barrier of a slip that failed must not be taken for those of the next one.
    fn hear_the_rest(&mut self) -> Result<(), PrinterStatus> {
        self.quiet_for(self.left()?.min(self.limits.read).min(BARRIER_POLL))
    }

    /// Waits until nothing has come for so long.
    fn quiet_for(&mut self, quiet: Duration) -> Result<(), PrinterStatus> {
        match ask::drain(self.port, quiet) {
            Ok(true) => Ok(()),
            Ok(false) => Err(PrinterStatus::Offline(OfflineReason::Garbled)),
            Err(error) => Err(PrinterStatus::Offline(error.reason())),
        }
    }

    /// Tells the printer to throw away what it holds, and waits until it has. `false` when it does not say so.
    pub(super) fn clear(&mut self) -> Result<bool, PrinterStatus> {
        if !self.profile.knows(Command::Clear) {
            return Ok(false);
        }
        self.send(&escpos::CLEAR)?;
        let mut heard = Vec::new();
        while ask::answers(self.port, self.profile) && heard.len() < ask::STALE_BYTES_MAX {
            let limit = self.left()?.min(self.limits.read);
            let mut answer = [0];
            match self.port.read(&mut answer, limit) {
                Ok(_) => heard.push(answer[0]),
                Err(PortError::TimedOut { .. }) => return Ok(false),
                Err(error) => return Err(PrinterStatus::Offline(error.reason())),
            }
            if heard.ends_with(&escpos::CLEARED) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn start(&mut self) -> Result<(), PrinterStatus> {
        self.send(&escpos::INIT)?;
        if self.profile.knows(Command::AutoStatus) { self.send(&escpos::AUTO_STATUS_OFF) } else { Ok(()) }
    }

    /// A printer is never given more than one band. With a full buffer it could not be asked why it stands still, nor be
    /// told to throw away the rest: that would come out with the next roll. One that cannot say that it is through is
    /// given the time that the band takes.
    fn wait_for_band(&mut self) -> Result<(), PrinterStatus> {
        if ask::answers(self.port, self.profile) && !self.confirms() {
            self.give_time_for(self.profile.band_rows)?;
        }
        self.barrier().map(|_| ())
    }

    fn cut(&mut self) -> Result<Printed, PrinterStatus> {
        self.send(&escpos::cut(self.profile.cutter, self.profile.paper))?;
        if ask::answers(self.port, self.profile) && !self.confirms() {
            self.give_time_for(self.profile.paper.at_least(10 * END_MM))?;
        }
        self.barrier()
    }

    fn give_time_for(&mut self, rows: u32) -> Result<(), PrinterStatus> {
        let rows_in_a_second = self.profile.paper.at_most(self.profile.speed_mm_s * 10).max(1);
        let time = Duration::from_micros(u64::from(rows) * 1_000_000 / u64::from(rows_in_a_second));
        self.quiet_for(time.min(self.left()?))
    }

    fn confirms(&self) -> bool {
        ask::answers(self.port, self.profile) && self.profile.knows(Command::SensorStatus)
    }

    fn send(&mut self, mut bytes: &[u8]) -> Result<(), PrinterStatus> {
        while !bytes.is_empty() {
            let limit = self.left()?.min(self.limits.write);
            let taken = self.port.write(bytes, limit).map_err(|error| self.why(&error))?;
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Asked after each band, and again before anything is called printed.
    fn stop_if_stopped(&mut self) -> Result<(), PrinterStatus> {
        self.left()?;
        match ask_status(self.port, self.profile, self.limits) {
            Ok(status) if status.can_print() => Ok(()),
            Ok(status) => Err(status),
            Err(error) => Err(PrinterStatus::Offline(error.reason())),
        }
    }

    /// Waits until the printer has handled everything sent, asking meanwhile whether it has stopped. Bytes could be
    /// noise, so a whole status must agree with the last answer. A printer that ran out of paper with the very last
    /// row is reported as incomplete: better one look at the paper too many.
    fn barrier(&mut self) -> Result<Printed, PrinterStatus> {
        if !self.confirms() {
            return self.stop_if_stopped().map(|()| Printed::Unconfirmed);
        }
        for _ in 0..BARRIERS {
            self.send(&escpos::BARRIER)?;
        }
        let mut passed = 0;
        while passed < BARRIERS {
            let limit = self.left()?.min(BARRIER_POLL);
            let mut answer = [0];
            match self.port.read(&mut answer, limit) {
                Ok(0) => return Err(PrinterStatus::Offline(OfflineReason::NotConnected)),
                Ok(_) if status::is_barrier_answer(answer[0]) => passed += pass(answer[0])?,
                // A late real-time answer: the barrier is still to come.
                Ok(_) if status::is_real_time_answer(answer[0]) => {}
                Ok(_) => return Err(PrinterStatus::Offline(OfflineReason::Garbled)),
                Err(PortError::TimedOut { .. }) => passed += self.stopped_meanwhile()?,
                Err(error) => return Err(PrinterStatus::Offline(error.reason())),
            }
        }
        self.stop_if_stopped().map(|()| Printed::Confirmed)
    }

    /// Asks one question at a time without draining, because the barrier's answers may come in between: returns how
    /// many did.
    fn stopped_meanwhile(&mut self) -> Result<usize, PrinterStatus> {
        let mut passed = 0;
        let mut answers = Vec::with_capacity(4);
        for question in escpos::STATUS_QUESTIONS {
            self.send(&question)?;
            // As many barriers as can come before the answer, and the answer.
            for _ in 0..=BARRIERS {
                let mut answer = [0];
                match self.port.read(&mut answer, self.limits.read) {
                    Ok(_) if status::is_barrier_answer(answer[0]) => passed += pass(answer[0])?,
                    Ok(_) => {
                        answers.push(answer[0]);
                        break;
                    }
                    Err(error) => return Err(PrinterStatus::Offline(error.reason())),
                }
            }
        }
        match status::parse_status(&answers) {
            status if status.can_print() => Ok(passed),
            status => Err(status),
        }
    }

    /// Time left for this slip. A printer that drips would otherwise never pass a limit.
    fn left(&self) -> Result<Duration, PrinterStatus> {
        let left = self.deadline.saturating_sub((self.now)());
        if left.is_zero() { Err(PrinterStatus::Offline(OfflineReason::Silent)) } else { Ok(left) }
    }

    /// A port that does not move may be a printer that says why.
    fn why(&mut self, error: &PortError) -> PrinterStatus {
        match (error, self.port.answers()) {
            (PortError::TimedOut { .. }, Answers::Expected) => {
                match ask_status(self.port, self.profile, self.limits) {
                    Ok(status) if !status.can_print() => status,
                    Ok(_) | Err(_) => PrinterStatus::Offline(error.reason()),
                }
            }
            _ => PrinterStatus::Offline(error.reason()),
        }
    }
}

/// One answer to the barrier, unless it says that there is no paper.
fn pass(answer: u8) -> Result<usize, PrinterStatus> {
    if status::barrier_says_paper_out(answer) { Err(PrinterStatus::PaperOut) } else { Ok(1) }
}
