//! Staff at the kiosk: the code at the door, and the space behind it. Leaving the space closes it.

use std::time::Duration;

use parvis_ui_model::flow::{Spot, StaffSlip};
use parvis_ui_model::keyboard::KeyAction;
use parvis_ui_model::view::{DoorSaid, PIN_DIGITS, PrintState};

use super::{Effect, Visit};
use crate::desk::door::ask::Offer;
use crate::staff::Answer;

/// The space closes by itself after that long (DESIGN.md section 5).
pub const STAFF_TIME: Duration = Duration::from_secs(10 * 60);

/// What staff do in this visit. A visitor's has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffVisit {
    /// What is said at the door.
    pub said: DoorSaid,
    /// What came of going back to the content before; nothing while it is done.
    pub rolled_back: Option<Result<u64, &'static str>>,
    /// What pairs a staff page, or why nothing does; nothing while the desk is asked.
    pub pairing: Option<Result<Offer, String>>,
    /// The printer's worker knows of the new roll.
    pub roll_noted: bool,
    /// What is true of the slip for staff that was asked for last.
    pub print: PrintState,
    print_job: Option<u64>,
    /// Which slip that is, or was.
    pub slip: Option<StaffSlip>,
    /// The desk was asked for a code, and not yet to take it back.
    door_asked: bool,
    pin: String,
    checking: Option<u64>,
    /// When the space closes; nothing outside of it.
    until: Option<Duration>,
}

impl StaffVisit {
    /// Figures typed so far.
    pub fn typed(&self) -> usize {
        self.pin.len()
    }

    /// How long the space stays open; nothing outside of it.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        self.until.map(|until| until.saturating_sub(now))
    }

    /// Whether a slip for staff is on its way.
    pub(super) fn is_printing(&self) -> bool {
        self.print_job.is_some()
    }

    /// Whether a slip for staff is awaited as that job.
    pub(super) fn waits_for(&self, job: u64) -> bool {
        self.print_job == Some(job)
    }

    pub(super) fn print_ended(&mut self, job: u64, state: PrintState) {
        if self.waits_for(job) {
            self.print_job = None;
            self.print = state;
        }
    }

    /// Whether its time is over.
    pub(super) fn is_over(&self, now: Duration) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl Visit {
    pub(super) fn open_staff_door(&mut self) {
        self.staff = StaffVisit::default();
        self.flow.go(Spot::StaffDoor);
    }

    pub(super) fn pin_key(&mut self, key: KeyAction, ticket: u64, effects: &mut Vec<Effect>) {
        let staff = &mut self.staff;
        if staff.checking.is_some() {
            return;
        }
        match key {
            KeyAction::Type(figure) if figure.is_ascii_digit() => staff.pin.push(figure),
            KeyAction::Erase => drop(staff.pin.pop()),
            KeyAction::EraseAll => staff.pin.clear(),
            KeyAction::Type(_) | KeyAction::Show(_) => return,
        }
        staff.said = DoorSaid::Ask;
        if staff.pin.len() == PIN_DIGITS {
            staff.said = DoorSaid::Checking;
            staff.checking = Some(ticket);
            effects.push(Effect::CheckPin { ticket, pin: staff.pin.clone() });
        }
    }

    pub(super) fn pin_checked(&mut self, ticket: u64, answer: Answer, now: Duration) {
        if self.staff.checking != Some(ticket) {
            return;
        }
        self.staff.checking = None;
        self.staff.pin.clear();
        self.staff.said = match answer {
            Answer::Right => {
                // Whoever has called a person meanwhile finds the space closed again.
                if *self.flow.spot() == Spot::StaffDoor {
                    self.flow.back();
                    self.flow.go(Spot::Staff);
                    self.staff.until = Some(now + STAFF_TIME);
                }
                DoorSaid::Ask
            }
            Answer::Wrong => DoorSaid::Wrong,
            Answer::Wait(left) => DoorSaid::Wait { minutes: left.as_secs().div_ceil(60).max(1) as u32 },
            Answer::NoPin => DoorSaid::NoPin,
        };
    }

    /// A choice led to something that staff do; `next` is the number of a print, should it be one.
    pub(super) fn enter_staff_spot(&mut self, next: u64, effects: &mut Vec<Effect>) {
        match self.flow.spot() {
            Spot::StaffRollBack => {
                self.staff.rolled_back = None;
                effects.push(Effect::RollBack);
            }
            Spot::StaffPairing => {
                self.staff.pairing = None;
                self.staff.door_asked = true;
                effects.push(Effect::OpenDoor);
            }
            Spot::StaffRoll => {
                self.staff.roll_noted = false;
                effects.push(Effect::NewRoll);
            }
            Spot::StaffSlip(slip) => {
                let slip = *slip;
                // One at a time: while another one is on its way, the page says so.
                if self.is_paper_free() {
                    self.staff.print_job = Some(next);
                    self.staff.slip = Some(slip);
                    self.staff.print = PrintState::Printing;
                    effects.push(Effect::PrintForStaff { job: next, slip });
                }
            }
            Spot::Home
            | Spot::Node(_)
            | Spot::Search
            | Spot::Sheet { .. }
            | Spot::Guide { .. }
            | Spot::Place(_)
            | Spot::Slip { .. }
            | Spot::Call
            | Spot::Settings
            | Spot::StaffDoor
            | Spot::Staff => {}
        }
    }

    /// The code that was asked for is good no longer.
    pub(super) fn close_door(&mut self, effects: &mut Vec<Effect>) {
        self.staff.pairing = None;
        if std::mem::take(&mut self.staff.door_asked) {
            effects.push(Effect::CloseDoor);
        }
    }

    /// Outside its spots, the space is closed: who comes next is a visitor. Nor does a code stay good that is not shown.
    pub(super) fn leave_staff_space(&mut self, effects: &mut Vec<Effect>) {
        if *self.flow.spot() != Spot::StaffPairing {
            self.close_door(effects);
        }
        if !self.flow.spot().is_for_staff() {
            self.staff.until = None;
            self.flow.forget(Spot::is_for_staff);
        }
    }
}
