//! A printer on the desk of the developer: it eats ESC/POS bytes, makes paper of them, and breaks down on demand.
//!
//! It has the parts of a real one: a receive buffer of bounded size that fills when the mechanism stops, real-time
//! commands heard on arrival, everything else in turn, sensors, a blade. Paper that runs out halfway leaves half a
//! slip; loading paper tears it off, and the rest comes out unless somebody cleared the buffer.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::machine::Machine;
use crate::paper::Paper;
use crate::printer::PrinterStatus;
use crate::printer::esc_pos::{EscPosPrinter, Limits, Now};
use crate::printer::port::{Answers, OpenPort, Port, PortError};
use crate::printer::profile::Profile;
use crate::raster::Raster;

/// Slips kept to look at; older ones are thrown away.
pub const SLIPS_MAX: usize = 10;
/// Name of the place in errors.
const PLACE: &str = "simulated printer";

/// What can be done to the printer from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lever {
    /// Takes the roll away, now.
    PaperOut,
    /// The roll ends after so many more rows.
    PaperOutAfter(u32),
    /// Paper moves only while [`SimulatedPrinter::pass_time`] says so, as fast as the profile; or at once.
    Paced(bool),
    /// Switched off and on again: what it had received or was told is lost.
    PowerCycled,
    /// Somebody takes what hangs out.
    TearOff,
    /// Puts a full roll in and tears off what hung out.
    LoadPaper,
    /// The near-end sensor.
    PaperLow(bool),
    /// The cover.
    CoverOpen(bool),
    /// Pulls the cable (`true`) or puts it back. Pulling does not empty the printer.
    Unplugged(bool),
    /// Pulls the cable after so many more bytes.
    UnplugAfter(u32),
    /// Waits so long before each piece of at most 1 KiB is taken; `None` is at once.
    Slow(Option<Duration>),
    /// Takes no byte more, and so hears no question: it hangs.
    Stalled(bool),
    /// Answers noise instead of status.
    GarbageAnswers(bool),
    /// Takes everything and answers nothing.
    Silent(bool),
    /// A fault after so many more rows: in the middle of a slip.
    After {
        /// Rows printed before it comes.
        rows: u32,
        /// What comes.
        fault: Fault,
    },
}

/// What can go wrong in the middle of a slip, besides paper and cable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Somebody opens the cover.
    CoverOpen,
    /// It hangs.
    Stalled,
    /// It stops answering, and prints on.
    Silent,
    /// Its answers become noise, and it prints on.
    GarbageAnswers,
}

/// A piece of paper that came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedSlip {
    /// Counted from 1 since the printer was made.
    pub number: u64,
    /// The dots, as wide as the paper.
    pub raster: Raster,
    /// Torn off rather than cut: not a whole slip.
    pub torn: bool,
}

/// What an onlooker sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperView {
    /// Grows with every change; compare to know whether to look again.
    pub changes: u64,
    /// The last slips, oldest first, at most [`SLIPS_MAX`].
    pub slips: Vec<PrintedSlip>,
    /// Rows of the slip that hangs out, not cut yet.
    pub rows_hanging: usize,
    /// Bytes in the receive buffer: what would come out as soon as the mechanism can.
    pub bytes_waiting: usize,
    /// Bytes that belonged to no command since the printer was made.
    pub unknown_bytes: u64,
}

/// A simulated printer. Clones are handles to the same one.
#[derive(Clone)]
pub struct SimulatedPrinter {
    shared: Arc<Shared>,
}

struct Shared {
    machine: Mutex<Machine>,
    /// Told whenever bytes, answers or levers move.
    moved: Condvar,
}

impl SimulatedPrinter {
    /// A generic printer with a full roll of `paper`, cover closed, plugged in.
    pub fn new(paper: Paper) -> Self {
        Self::of(Profile::generic(paper))
    }

    /// A printer of this profile: it has its dots and its cutter, and knows its commands.
    pub fn of(profile: Profile) -> Self {
        let machine = Machine::new(profile);
        Self { shared: Arc::new(Shared { machine: Mutex::new(machine), moved: Condvar::new() }) }
    }

    /// The driver of this printer: production's own, on a pipe of bytes.
    pub fn driver(&self, limits: Limits, now: Now) -> EscPosPrinter {
        let profile = self.lock().profile.clone();
        EscPosPrinter::new(Box::new(self.clone()), profile, limits, now)
    }

    /// Does something to the printer.
    pub fn pull(&self, lever: Lever) {
        let mut machine = self.lock();
        machine.pull(lever);
        machine.run();
        machine.changes += 1;
        self.shared.moved.notify_all();
    }

    /// What has come out so far.
    pub fn paper(&self) -> PaperView {
        let machine = self.lock();
        PaperView {
            changes: machine.changes,
            slips: machine.slips.iter().cloned().collect(),
            rows_hanging: machine.hanging.len() / machine.row_bytes(),
            bytes_waiting: machine.buffer.len(),
            unknown_bytes: machine.unknown_bytes,
        }
    }

    /// The change counter alone, without copying slips.
    pub fn changes(&self) -> u64 {
        self.lock().changes
    }

    /// The state of the machine itself, whatever the cable does: for a bench page.
    pub fn state(&self) -> PrinterStatus {
        crate::escpos::status::parse_status(&[1, 2, 3, 4].map(|question| self.lock().sensor_byte(question)))
    }

    /// The other end of the wire: bytes arrive. Returns how many were taken, 0 when the buffer is full or the cable
    /// is out. For tests that put a real wire in between.
    pub fn arrive(&self, bytes: &[u8]) -> usize {
        let mut machine = self.lock();
        let taken = machine.arrive(bytes);
        self.shared.moved.notify_all();
        taken
    }

    /// Lets so much time pass for a printer that is [`Lever::Paced`].
    pub fn pass_time(&self, time: Duration) {
        self.lock().pass_time(time);
        self.shared.moved.notify_all();
    }

    /// Takes the answers that wait, at most `room` of them.
    pub fn take_answers(&self, room: usize) -> Vec<u8> {
        let mut machine = self.lock();
        let count = machine.answers.len().min(room);
        machine.answers.drain(..count).collect()
    }

    /// Whether the cable is out.
    pub fn is_unplugged(&self) -> bool {
        self.lock().unplugged
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        // A panic elsewhere does not make paper disappear.
        self.shared.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `ready` or for `limit`; `false` when the limit passed.
    fn wait<'a>(
        &self,
        machine: MutexGuard<'a, Machine>,
        limit: Duration,
        blocked: impl FnMut(&mut Machine) -> bool,
    ) -> (MutexGuard<'a, Machine>, bool) {
        let (machine, result) = self
            .shared
            .moved
            .wait_timeout_while(machine, limit, blocked)
            .unwrap_or_else(PoisonError::into_inner);
        (machine, !result.timed_out())
    }
}

impl OpenPort for SimulatedPrinter {
    fn open(&mut self, _limit: Duration) -> Result<Box<dyn Port>, PortError> {
        if self.is_unplugged() {
            let source = std::io::Error::new(std::io::ErrorKind::NotFound, "unplugged");
            return Err(PortError::Absent { place: PLACE.to_owned(), source });
        }
        // What an earlier connection did not read is lost with it.
        self.lock().answers.clear();
        Ok(Box::new(SimulatedPort { printer: self.clone() }))
    }
}

struct SimulatedPort {
    printer: SimulatedPrinter,
}

fn gone() -> PortError {
    PortError::Gone { place: PLACE.to_owned() }
}

impl Port for SimulatedPort {
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, PortError> {
        let slow = self.printer.lock().slow;
        if let Some(slow) = slow {
            let pause = slow.min(limit);
            drop(self.printer.wait(self.printer.lock(), pause, |machine| !machine.unplugged));
        }
        let full = |machine: &mut Machine| !machine.unplugged && machine.takes_nothing();
        let (mut machine, in_time) = self.printer.wait(self.printer.lock(), limit, full);
        if machine.unplugged {
            return Err(gone());
        }
        if !in_time {
            return Err(PortError::timed_out(PLACE, limit));
        }
        let most = if slow.is_some() { 1_024 } else { bytes.len() };
        let taken = machine.arrive(bytes.get(..most).unwrap_or(bytes));
        if taken == 0 && machine.unplugged { Err(gone()) } else { Ok(taken) }
    }

    fn read(&mut self, room: &mut [u8], limit: Duration) -> Result<usize, PortError> {
        let nothing = |machine: &mut Machine| !machine.unplugged && machine.answers.is_empty();
        let (mut machine, in_time) = self.printer.wait(self.printer.lock(), limit, nothing);
        if machine.unplugged {
            return Err(gone());
        }
        if !in_time {
            return Err(PortError::timed_out(PLACE, limit));
        }
        let count = machine.answers.len().min(room.len());
        for (place, answer) in room.iter_mut().zip(machine.answers.drain(..count)) {
            *place = answer;
        }
        Ok(count)
    }

    fn answers(&self) -> Answers {
        Answers::Expected
    }
}
