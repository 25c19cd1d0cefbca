//! A line to the simulated printer in time that the test makes: bytes take time, paper moves meanwhile, and something
//! happens at a byte of one's choice. The same seed is the same run on every machine.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use parvis_hardware::escpos;
use parvis_hardware::printer::esc_pos::Now;
use parvis_hardware::printer::port::{Answers, OpenPort, Port, PortError};
use parvis_hardware::simulated::{Lever, SimulatedPrinter};

/// What happens on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    PaperOut,
    CoverOpen,
    Unplugged,
    Silence,
    /// Each answer is another byte than was said.
    Garbage,
    /// One byte that nobody said.
    StrayByte(u8),
    Slow,
    /// The connection breaks, and comes back when the printer is up.
    PowerCycledOnUsb,
    /// The line stays, and what is sent meanwhile is lost.
    PowerCycledOnSerial,
}

/// Which part of a slip a byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Start,
    Status,
    Band,
    Barrier,
    Cut,
}

/// What is to happen: at which byte, how long after it, and how long a printer is off.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub mishap: Mishap,
    pub at: u64,
    pub later: Duration,
    pub off: Duration,
}

#[derive(Default)]
struct State {
    now: Duration,
    byte_time: Duration,
    sent: u64,
    parts: Vec<(u64, Part)>,
    plan: Option<Plan>,
    due: Option<Duration>,
    mishap: Option<Mishap>,
    /// Connections that were open before are broken.
    generation: u64,
    off_until: Duration,
    strays: Vec<u8>,
    noise: u64,
}

/// A line. Clones are handles to the same one.
#[derive(Clone)]
pub struct Line {
    sim: SimulatedPrinter,
    state: Arc<Mutex<State>>,
}

/// Bytes that move before the world is looked at again.
const PIECE: usize = 64;
const STEP: Duration = Duration::from_millis(1);

impl Line {
    pub fn new(sim: &SimulatedPrinter, byte_time: Duration) -> Self {
        let state = State { byte_time, ..State::default() };
        Self { sim: sim.clone(), state: Arc::new(Mutex::new(state)) }
    }

    pub fn clock(&self) -> Now {
        let line = self.clone();
        Arc::new(move || line.state().now)
    }

    pub fn expect(&self, plan: Plan) {
        let mut state = self.state();
        state.sent = 0;
        state.plan = Some(plan);
    }

    /// Everything is as it was. What has not happened yet will not.
    pub fn repair(&self) {
        let mut state = self.state();
        (state.plan, state.due, state.mishap) = (None, None, None);
        state.strays.clear();
    }

    /// Where the parts of what was sent since `count_from_here` begin, and its length.
    pub fn parts(&self) -> (Vec<(u64, Part)>, u64) {
        let state = self.state();
        (state.parts.clone(), state.sent)
    }

    pub fn count_from_here(&self) {
        let mut state = self.state();
        state.sent = 0;
        state.parts.clear();
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.sim.pass_time(time);
        let mut state = self.state();
        state.now += time;
        let now = state.now;
        let is_due = state.due.is_some_and(|due| now >= due);
        drop(state);
        if is_due {
            self.happen();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn happen(&self) {
        let mut state = self.state();
        state.due = None;
        let Some(plan) = state.plan.take() else { return };
        state.mishap = Some(plan.mishap);
        match plan.mishap {
            Mishap::StrayByte(byte) => state.strays.push(byte),
            Mishap::PowerCycledOnUsb => {
                state.generation += 1;
                state.off_until = state.now + plan.off;
            }
            Mishap::PowerCycledOnSerial => state.off_until = state.now + plan.off,
            Mishap::PaperOut
            | Mishap::CoverOpen
            | Mishap::Unplugged
            | Mishap::Silence
            | Mishap::Garbage
            | Mishap::Slow => {}
        }
        drop(state);
        match plan.mishap {
            Mishap::PaperOut => self.sim.pull(Lever::PaperOut),
            Mishap::CoverOpen => self.sim.pull(Lever::CoverOpen(true)),
            Mishap::Unplugged => self.sim.pull(Lever::Unplugged(true)),
            Mishap::Silence => self.sim.pull(Lever::Silent(true)),
            Mishap::PowerCycledOnUsb | Mishap::PowerCycledOnSerial => self.sim.pull(Lever::PowerCycled),
            Mishap::Garbage | Mishap::StrayByte(_) | Mishap::Slow => {}
        }
    }

    /// Bytes until the mishap, at most `PIECE`.
    fn next_piece(&self) -> usize {
        let mut state = self.state();
        match state.plan {
            Some(plan) if state.due.is_none() && state.sent >= plan.at => {
                state.due = Some(state.now + plan.later);
                drop(state);
                self.pass(Duration::ZERO);
                PIECE
            }
            Some(plan) if state.due.is_none() => PIECE.min((plan.at - state.sent) as usize),
            _ => PIECE,
        }
    }

    fn is_off(&self) -> bool {
        let state = self.state();
        state.now < state.off_until
    }

    fn gone(&self, generation: u64) -> bool {
        self.sim.is_unplugged() || self.state().generation != generation
    }

    fn answer(&self) -> Option<u8> {
        let mut state = self.state();
        if let Some(stray) = state.strays.pop() {
            return Some(stray);
        }
        let answer = *self.sim.take_answers(1).first()?;
        if state.mishap == Some(Mishap::Garbage) {
            state.noise =
                state.noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            return Some((state.noise >> 33) as u8);
        }
        Some(answer)
    }
}

fn gone() -> PortError {
    PortError::Gone { place: "line".into() }
}

fn timed_out(limit: Duration) -> PortError {
    PortError::TimedOut { place: "line".into(), limit_ms: limit.as_millis() }
}

impl OpenPort for Line {
    fn open(&mut self, _limit: Duration) -> Result<Box<dyn Port>, PortError> {
        let on_usb = self.state().mishap == Some(Mishap::PowerCycledOnUsb);
        if self.sim.is_unplugged() || (on_usb && self.is_off()) {
            return Err(gone());
        }
        let generation = self.state().generation;
        Ok(Box::new(OpenLine { line: self.clone(), generation }))
    }
}

struct OpenLine {
    line: Line,
    generation: u64,
}

fn part(bytes: &[u8]) -> Option<Part> {
    match bytes {
        [0x10, 0x04, _] => Some(Part::Status),
        [0x1B, 0x40] => Some(Part::Start),
        [0x1D, 0x76, 0x30, ..] => Some(Part::Band),
        [0x1D, 0x56, ..] | [0x1B, 0x4A, ..] => Some(Part::Cut),
        bytes if bytes == escpos::BARRIER => Some(Part::Barrier),
        _ => None,
    }
}

impl Port for OpenLine {
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, PortError> {
        let line = &self.line;
        if let Some(part) = part(bytes) {
            let mut state = line.state();
            let at = state.sent;
            state.parts.push((at, part));
        }
        let started = line.state().now;
        while line.state().now <= started + limit {
            let piece = bytes.get(..line.next_piece()).unwrap_or(bytes);
            if line.gone(self.generation) {
                return Err(gone());
            }
            let taken = if line.is_off() { piece.len() } else { line.sim.arrive(piece) };
            line.state().sent += taken as u64;
            let slow = line.state().mishap == Some(Mishap::Slow);
            let byte_time = line.state().byte_time * if slow { 2_000 } else { 1 };
            line.pass(byte_time * taken as u32);
            if taken > 0 {
                return Ok(taken);
            }
            line.pass(STEP);
        }
        Err(timed_out(limit))
    }

    fn read(&mut self, room: &mut [u8], limit: Duration) -> Result<usize, PortError> {
        let line = &self.line;
        let started = line.state().now;
        loop {
            line.next_piece();
            if line.gone(self.generation) {
                return Err(gone());
            }
            match (line.answer(), room.first_mut()) {
                (Some(answer), Some(place)) => {
                    *place = answer;
                    return Ok(1);
                }
                _ if line.state().now >= started + limit => return Err(timed_out(limit)),
                _ => line.pass(STEP),
            }
        }
    }

    fn answers(&self) -> Answers {
        Answers::Expected
    }
}
