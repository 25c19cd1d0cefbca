//! The inside of the simulated printer: receive buffer, sensors, mechanism, blade. Knows no wire, thread or lock.

use std::collections::VecDeque;
use std::time::Duration;

use super::decoder::{Decoder, Happening};
use super::printer::{Fault, Lever, PrintedSlip, SLIPS_MAX};
use crate::escpos::Cutter;
use crate::printer::profile::{Command, Profile};
use crate::raster::Raster;

/// The receive buffer: 4 bands of 576 dots, in the middle of what printers of the trade have.
const BUFFER_BYTES_MAX: usize = 36 * 1024;
/// Rows on one piece of paper before the printer cuts by itself: 1 m, so that endless feeding stays bounded.
const ROWS_MAX: usize = 8_000;
/// One row, in the unit of motion.
const ROW: i64 = 1_000_000;
/// Answers waiting to be read; more are lost, as on a real line.
const ANSWERS_MAX: usize = 256;

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Clear,
    Noise,
    Silent,
    /// Not at all: it hangs, and takes nothing either.
    Stalled,
}

/// Whether it tells of changes that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unasked {
    Told,
    Kept,
}

impl Unasked {
    /// What a printer does that has just been switched on: the worst that a technician can set.
    fn at_start(profile: &Profile) -> Self {
        if profile.knows(Command::AutoStatus) { Self::Told } else { Self::Kept }
    }
}

pub(super) struct Machine {
    pub(super) profile: Profile,
    decoder: Decoder,
    pub(super) buffer: VecDeque<u8>,
    /// The last ten bytes that arrived, in which real-time commands are looked for.
    recent: VecDeque<u8>,
    pub(super) answers: VecDeque<u8>,
    /// Rows left on the roll; `None` is a full roll, which outlasts any test.
    rows_left: Option<u32>,
    paper_low: bool,
    cover_open: bool,
    /// What the mechanism may print before more time passes, in millionths of a row; `None` prints at once.
    motion: Option<i64>,
    pub(super) unplugged: bool,
    bytes_until_unplug: Option<u32>,
    pub(super) slow: Option<Duration>,
    voice: Voice,
    unasked: Unasked,
    to_come: Option<(u32, Fault)>,
    pub(super) hanging: Vec<u8>,
    pub(super) slips: VecDeque<PrintedSlip>,
    cut_count: u64,
    pub(super) changes: u64,
    pub(super) unknown_bytes: u64,
}

impl Machine {
    /// A full roll, cover closed, plugged in.
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            unasked: Unasked::at_start(&profile),
            profile,
            decoder: Decoder::new(),
            buffer: VecDeque::new(),
            recent: VecDeque::new(),
            answers: VecDeque::new(),
            rows_left: None,
            paper_low: false,
            cover_open: false,
            motion: None,
            unplugged: false,
            bytes_until_unplug: None,
            slow: None,
            voice: Voice::Clear,
            to_come: None,
            hanging: Vec::new(),
            slips: VecDeque::new(),
            cut_count: 0,
            changes: 0,
            unknown_bytes: 0,
        }
    }

    pub(super) fn takes_nothing(&self) -> bool {
        self.voice == Voice::Stalled || self.buffer.len() >= BUFFER_BYTES_MAX
    }

    pub(super) const fn row_bytes(&self) -> usize {
        (self.profile.paper.dots() / 8) as usize
    }

    pub(super) fn pull(&mut self, lever: Lever) {
        let before = self.auto_status_bytes();
        self.obey(lever);
        let after = self.auto_status_bytes();
        if self.unasked == Unasked::Told && after != before {
            for byte in after {
                self.answer(byte);
            }
        }
    }

    /// The four bytes that are sent unasked when one of them changes.
    fn auto_status_bytes(&self) -> [u8; 4] {
        let flag = |set: bool, bits: u8| if set { bits } else { 0 };
        let stopped = self.cover_open || self.paper_is_out();
        let paper = flag(self.paper_low, 0x03) | flag(self.paper_is_out(), 0x0C);
        [0x10 | flag(stopped, 0x08) | flag(self.cover_open, 0x20), 0, paper, 0x0F]
    }

    fn obey(&mut self, lever: Lever) {
        match lever {
            Lever::TearOff => self.tear_off(),
            Lever::Paced(paced) => self.motion = paced.then_some(0),
            Lever::PowerCycled => self.start_anew(),
            Lever::PaperOut => self.rows_left = Some(0),
            Lever::PaperOutAfter(rows) => self.rows_left = Some(rows),
            Lever::LoadPaper => {
                self.tear_off();
                self.rows_left = None;
            }
            Lever::PaperLow(low) => self.paper_low = low,
            Lever::CoverOpen(open) => self.cover_open = open,
            Lever::Unplugged(unplugged) => {
                self.unplugged = unplugged;
                self.bytes_until_unplug = None;
            }
            Lever::UnplugAfter(bytes) => self.bytes_until_unplug = Some(bytes),
            Lever::Slow(slow) => self.slow = slow,
            Lever::Stalled(on) => self.speak(Voice::Stalled, on),
            Lever::GarbageAnswers(on) => self.speak(Voice::Noise, on),
            Lever::Silent(on) => self.speak(Voice::Silent, on),
            Lever::After { rows, fault } => self.to_come = Some((rows, fault)),
        }
    }

    pub(super) fn arrive(&mut self, bytes: &[u8]) -> usize {
        for (index, byte) in bytes.iter().enumerate() {
            if self.bytes_until_unplug == Some(0) {
                self.unplugged = true;
                self.bytes_until_unplug = None;
            }
            if self.unplugged || self.takes_nothing() {
                return index;
            }
            self.bytes_until_unplug = self.bytes_until_unplug.map(|left| left - 1);
            self.buffer.push_back(*byte);
            self.hear(*byte);
            self.run();
        }
        bytes.len()
    }

    /// Real-time commands are heard wherever they stand, even inside a picture, as on real printers.
    fn hear(&mut self, byte: u8) {
        if self.recent.len() == 10 {
            self.recent.pop_front();
        }
        self.recent.push_back(byte);
        let recent = self.recent.make_contiguous();
        if let [.., 0x10, 0x04, question @ 1..=4] = *recent {
            if self.profile.knows(Command::RealTimeStatus) {
                let answer = self.sensor_byte(question);
                self.answer(answer);
            }
        } else if recent.ends_with(&[0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08])
            && self.profile.knows(Command::Clear)
        {
            self.buffer.clear();
            self.decoder = Decoder::new();
            for byte in [0x37, 0x25, 0x00] {
                self.answer(byte);
            }
        }
    }

    fn answer(&mut self, byte: u8) {
        let said = match self.voice {
            Voice::Clear => byte,
            Voice::Noise => !byte,
            Voice::Silent | Voice::Stalled => return,
        };
        if self.answers.len() < ANSWERS_MAX {
            self.answers.push_back(said);
        }
    }

    /// Turning one fault off leaves another that is on.
    fn speak(&mut self, fault: Voice, on: bool) {
        if on {
            self.voice = fault;
        } else if self.voice == fault {
            self.voice = Voice::Clear;
        }
    }

    fn paper_is_out(&self) -> bool {
        self.rows_left == Some(0)
    }

    pub(super) fn sensor_byte(&self, question: u8) -> u8 {
        let stopped = self.cover_open || self.paper_is_out();
        let flag = |set: bool, bits: u8| if set { bits } else { 0 };
        0x12 | match question {
            1 => flag(stopped, 0x08),
            2 => flag(self.cover_open, 0x04) | flag(self.paper_is_out(), 0x20),
            4 => flag(self.paper_low || self.paper_is_out(), 0x0C) | flag(self.paper_is_out(), 0x60),
            _ => 0,
        }
    }

    /// Nothing is left of what was received or set; paper stays where it is.
    fn start_anew(&mut self) {
        self.buffer.clear();
        self.answers.clear();
        self.recent.clear();
        self.decoder = Decoder::new();
        self.unasked = Unasked::at_start(&self.profile);
    }

    /// The paper moves for so long, where it is paced.
    pub(super) fn pass_time(&mut self, time: Duration) {
        let rows_in_a_second =
            i64::from(self.profile.speed_mm_s) * i64::from(self.profile.paper.dpi()) * 10 / 254;
        let moved = time.as_micros() as i64 * rows_in_a_second;
        self.motion = self.motion.map(|motion| motion + moved);
        self.run();
    }

    fn may_move(&self) -> bool {
        !self.cover_open && !self.paper_is_out() && self.motion.is_none_or(|motion| motion > 0)
    }

    /// Works through the buffer as long as the mechanism can.
    pub(super) fn run(&mut self) {
        while self.may_move() {
            let Some(byte) = self.buffer.pop_front() else {
                // Time without work is not saved up.
                self.motion = self.motion.map(|motion| motion.min(1));
                return;
            };
            match self.decoder.take(byte) {
                Happening::Nothing => {}
                Happening::Row(row) => self.print_row(&row),
                Happening::Feed(rows) => (0..rows).for_each(|_| self.print_row(&[])),
                Happening::Cut(rows) => {
                    (0..rows).for_each(|_| self.print_row(&[]));
                    if self.profile.cutter != Cutter::None {
                        self.cut(false);
                    }
                }
                Happening::AutoStatus(false) => self.unasked = Unasked::Kept,
                Happening::AutoStatus(true) => self.unasked = Unasked::at_start(&self.profile),
                Happening::Reset => self.changes += 1,
                Happening::SensorAsked if !self.profile.knows(Command::SensorStatus) => {}
                Happening::SensorAsked => {
                    let low = if self.paper_low { 0x03 } else { 0 };
                    self.answer(low);
                }
                Happening::Unknown(_) => self.unknown_bytes += 1,
            }
        }
    }

    fn print_row(&mut self, row: &[u8]) {
        if self.paper_is_out() {
            return;
        }
        self.rows_left = self.rows_left.map(|left| left - 1);
        self.motion = self.motion.map(|motion| motion - ROW);
        self.approach();
        let width = self.row_bytes();
        self.hanging.extend((0..width).map(|byte| row.get(byte).copied().unwrap_or(0)));
        if self.hanging.len() >= width * ROWS_MAX {
            self.cut(true);
        }
    }

    /// One row nearer to the fault that was set.
    fn approach(&mut self) {
        match self.to_come.take() {
            Some((0 | 1, Fault::CoverOpen)) => self.cover_open = true,
            Some((0 | 1, Fault::Stalled)) => self.voice = Voice::Stalled,
            Some((0 | 1, Fault::Silent)) => self.voice = Voice::Silent,
            Some((0 | 1, Fault::GarbageAnswers)) => self.voice = Voice::Noise,
            Some((rows, fault)) => self.to_come = Some((rows - 1, fault)),
            None => {}
        }
    }

    fn tear_off(&mut self) {
        if !self.hanging.is_empty() {
            self.cut(true);
        }
    }

    fn cut(&mut self, torn: bool) {
        self.changes += 1;
        let bits = std::mem::take(&mut self.hanging);
        let rows = (bits.len() / self.row_bytes()) as u32;
        // A blade without paper under it cuts nothing.
        let Ok(raster) = Raster::from_bits(self.profile.paper.dots(), rows, bits) else { return };
        if raster.height() == 0 {
            return;
        }
        self.cut_count += 1;
        if self.slips.len() == SLIPS_MAX {
            self.slips.pop_front();
        }
        self.slips.push_back(PrintedSlip { number: self.cut_count, raster, torn });
    }
}
