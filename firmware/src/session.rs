//! The visit: one pure state machine. Events come in, effects go out; time is an argument.
//!
//! Everything that a visitor typed, read or chose lives in [`Visit`], in memory, and goes with it.

pub mod call;
pub mod printer;
pub mod staff;
mod visit;

use std::ops::Range;
use std::time::Duration;

use parvis_ui_model::flow::{Flow, Printable, Spot, StaffSlip};
use parvis_ui_model::geometry::TextSize;
use parvis_ui_model::help_call::{DeskWord, HelpCall, HelpEvent, HelpTimes};
use parvis_ui_model::idle::{IdleClock, IdleState, IdleTimes};
use parvis_ui_model::intent::{FocusMove, Intent};
use parvis_ui_model::keyboard::KeyboardKind;
use parvis_ui_model::view::{DrawnSlip, PrintState};

use crate::desk::door::ask::Offer as PairingOffer;
use crate::present::morning::Morning;
use crate::staff::Answer as PinAnswer;
use call::{DeskNews, Reason};
use printer::PrinterNews;
use staff::StaffVisit;

/// Characters that a question may have; more keys change nothing.
pub const QUERY_CHARS_MAX: usize = 80;
/// So long without a letter, and the visitor has stopped typing. The search is rarely sure of half a word: until then
/// it says nothing of itself, and no row moves under the finger.
pub const PAUSE: Duration = Duration::from_secs(1);
/// The farewell stays for that long.
pub const FAREWELL: Duration = Duration::from_secs(6);

/// What happens to the kiosk.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The visitor wants something.
    Intent(Intent),
    /// The visitor goes from one thing to another with keys.
    Focus(FocusMove),
    /// The answer to search number `ticket`.
    Found {
        /// Which search.
        ticket: u64,
        /// What it found.
        found: Found,
    },
    /// The slip of the sheet on screen is drawn.
    SlipDrawn(DrawnSlip),
    /// Print job `job` ended.
    PrintEnded {
        /// Which job.
        job: u64,
        /// What is true of the paper.
        state: PrintState,
    },
    /// The desk says something of call `key`.
    Desk {
        /// Our number of the call.
        key: u64,
        /// The desk's number.
        number: u32,
        /// How often staff were called for it.
        round: u32,
        /// Its visitor has perhaps left.
        left: bool,
        /// What it says.
        word: DeskWord,
    },
    /// How the desk is.
    DeskNews(DeskNews),
    /// How the printer is.
    Printer(PrinterNews),
    /// What a morning slip tells is known, for print job `job`.
    Gathered {
        /// Which job.
        job: u64,
        /// What it tells.
        morning: Box<Morning>,
    },
    /// Another content file is there.
    ContentChanged,
    /// Whether the code number `ticket` opens the staff's space.
    PinChecked {
        /// Which code.
        ticket: u64,
        /// What came of it.
        answer: PinAnswer,
    },
    /// What pairs a staff page; or why nothing does, for staff.
    DoorOpened(Result<PairingOffer, String>),
    /// The content before is shown again, as this release; or why not, for staff.
    RolledBack(Result<u64, &'static str>),
    /// Time went by.
    Tick,
}

/// What the kiosk must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Look for `query`.
    Search {
        /// Given back with the answer.
        ticket: u64,
        /// What was typed.
        query: String,
    },
    /// Draw the slip of this sheet.
    DrawSlip {
        /// Of what.
        of: Printable,
    },
    /// Print the slip that is shown.
    Print {
        /// Given back with the outcome.
        job: u64,
    },
    /// Ask the desk for a person, until it has written it down.
    Ask {
        /// Our number of the call.
        key: u64,
    },
    /// Take the call back.
    Cancel {
        /// Our number of the call.
        key: u64,
    },
    /// Tell the desk that the visitor has perhaps left.
    Left {
        /// Our number of the call.
        key: u64,
    },
    /// Tell the desk that the person is there.
    Arrived {
        /// Our number of the call.
        key: u64,
    },
    /// Tell the desk what the call is for.
    Reason {
        /// Our number of the call.
        key: u64,
        /// What the visitor chose to say.
        reason: Reason,
    },
    /// Go to another thing on screen, or touch it.
    MoveFocus(FocusMove),
    /// Print the number of the call.
    PrintNumber {
        /// Given back with the outcome.
        job: u64,
        /// The number.
        number: u32,
    },
    /// Print a slip for staff.
    PrintForStaff {
        /// Given back with the outcome.
        job: u64,
        /// Which.
        slip: StaffSlip,
    },
    /// Print the morning slip that tells this.
    PrintMorning {
        /// Given back with the outcome.
        job: u64,
        /// What it tells.
        morning: Box<Morning>,
    },
    /// There is a new roll in the printer.
    NewRoll,
    /// See whether this code opens the staff's space.
    CheckPin {
        /// Given back with the answer.
        ticket: u64,
        /// Six figures.
        pin: String,
    },
    /// Show the content before again.
    RollBack,
    /// Let a staff page be paired.
    OpenDoor,
    /// Let none be paired any more.
    CloseDoor,
    /// A visit began.
    Began,
    /// The visit is over: forget what it left in workers and buffers.
    Forget,
}

/// What the search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The answers, best first.
    pub answers: Vec<Answer>,
    /// Whether the first of them answer the question, as far as the search can tell.
    pub sure: bool,
    /// The question as it was understood, where its spelling was corrected.
    pub corrected: Option<String>,
}

/// One answer of the search, as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it leads.
    pub goal: Spot,
    /// Name of its pictogram.
    pub icon: String,
    /// Its title.
    pub title: String,
    /// The bytes of the title that say what was asked.
    pub marks: Vec<Range<usize>>,
    /// What it is.
    pub kind: String,
    /// Why it is there, where the title does not say it.
    pub reason: Option<String>,
}

/// What is on screen, as far as touching it matters: presenters say it with each view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Where each choice leads.
    pub goals: Vec<Spot>,
    /// How many pages there are.
    pub pages: usize,
    /// What can be printed.
    pub printable: Option<Printable>,
    /// What the visitor may say that the call is for.
    pub reason: Option<Reason>,
}

/// What belongs to one visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// Where the visitor is.
    pub flow: Flow,
    /// What was typed.
    pub query: String,
    /// The keyboard shown.
    pub keyboard: KeyboardKind,
    /// On the small panel: the results, after the keyboard.
    pub shows_results: bool,
    /// What the last search found; nothing before the first one.
    pub found: Option<Found>,
    /// Whether `found` belongs to `query`.
    pub answered: bool,
    /// The slip on screen, once drawn.
    pub slip: Option<DrawnSlip>,
    /// What is true of the paper.
    pub print: PrintState,
    /// What staff do here.
    pub staff: StaffVisit,
    /// What the desk was told that the call is for.
    pub reason: Option<Reason>,
    /// The text size.
    pub text: TextSize,
    /// Light ink on dark ground.
    pub dark: bool,
    typed_at: Duration,
    idle: IdleClock,
    search_ticket: u64,
    /// What is true of the paper with the call's number.
    pub number_print: PrintState,
    print_job: Option<u64>,
    number_job: Option<u64>,
}

/// Who is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Nobody.
    Asleep,
    /// A visitor.
    Visiting(Box<Visit>),
    /// The visitor just left.
    Farewell {
        /// Since when.
        since: Duration,
    },
}

/// The times of a visit and of its call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When nobody touches the kiosk any more.
    pub idle: IdleTimes,
    /// When a call is not answered.
    pub help: HelpTimes,
}

/// The kiosk's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Who is there.
    pub phase: Phase,
    /// The call of this visit.
    pub call: HelpCall,
    /// How the desk is.
    pub desk: DeskNews,
    /// How the printer is.
    pub printer: PrinterNews,
    times: Times,
    /// Our number of the call of this visit,
    key: u64,
    /// and of the last one.
    last_key: u64,
    /// Nobody has been here since the start: a call that is open at the desk is of whoever stood here before it.
    fresh: bool,
    counter: u64,
}

impl Session {
    /// Nobody is there. `first_key` makes this run's call numbers differ from the last run's.
    pub fn new(times: Times, first_key: u64) -> Self {
        Self {
            phase: Phase::Asleep,
            call: HelpCall::Idle,
            desk: DeskNews::default(),
            printer: PrinterNews::default(),
            times,
            key: first_key,
            last_key: first_key,
            fresh: true,
            counter: 0,
        }
    }

    /// The next state; what to do about it is returned. `offer` is what the screen showed.
    pub fn on(&mut self, event: Event, offer: &Offer, now: Duration) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Intent(intent) => self.intent(intent, offer, now, &mut effects),
            Event::Focus(to) => self.focus(to, offer, now, &mut effects),
            Event::Found { ticket, found } => {
                if let Some(visit) = self.visit_mut().filter(|visit| visit.search_ticket == ticket) {
                    visit.found = Some(found);
                    visit.answered = true;
                }
            }
            Event::SlipDrawn(drawn) => {
                if let Some(visit) = self.visit_mut().filter(|v| matches!(v.flow.spot(), Spot::Slip { .. })) {
                    visit.slip = Some(drawn);
                }
            }
            Event::PrintEnded { job, state } => self.print_ended(job, state),
            Event::Desk { key, number, round, left, word } => {
                if !left && key != self.key {
                    self.adopt(key, &word, now, &mut effects);
                }
                if key == self.key {
                    self.call_on(HelpEvent::Desk { number, round, word }, now, &mut effects);
                }
            }
            Event::DeskNews(news) => self.desk = news,
            Event::PinChecked { ticket, answer } => {
                if let Some(visit) = self.visit_mut() {
                    visit.pin_checked(ticket, answer, now);
                }
            }
            Event::DoorOpened(outcome) => {
                if let Some(visit) = self.visit_mut() {
                    visit.staff.pairing = Some(outcome);
                }
            }
            Event::RolledBack(outcome) => {
                if let Some(visit) = self.visit_mut() {
                    visit.staff.rolled_back = Some(outcome);
                }
            }
            Event::Printer(news) => {
                self.printer = news;
                if let Some(visit) = self.visit_mut().filter(|visit| *visit.flow.spot() == Spot::StaffRoll) {
                    visit.staff.roll_noted = true;
                }
            }
            Event::Gathered { job, morning } => {
                let waits = self.visit().is_some_and(|visit| visit.staff.waits_for(job));
                effects.extend(waits.then_some(Effect::PrintMorning { job, morning }));
            }
            Event::ContentChanged => {
                // Staff look at content: it is they who change it.
                if let Some(visit) = self.visit_mut().filter(|visit| !visit.flow.spot().is_for_staff()) {
                    visit.flow.home();
                    visit.clear_search();
                }
            }
            Event::Tick => self.tick(now, &mut effects),
        }
        self.pause_idle(now);
        effects
    }

    /// The visit, if somebody is there.
    pub fn visit(&self) -> Option<&Visit> {
        match &self.phase {
            Phase::Visiting(visit) => Some(visit),
            Phase::Asleep | Phase::Farewell { .. } => None,
        }
    }

    /// Seconds left of the idle warning, while it is shown.
    pub fn idle_seconds_left(&self, now: Duration) -> Option<u32> {
        match self.visit()?.idle.state(now) {
            IdleState::Warning { seconds_left } => Some(seconds_left),
            IdleState::Active | IdleState::Over => None,
        }
    }

    fn visit_mut(&mut self) -> Option<&mut Visit> {
        match &mut self.phase {
            Phase::Visiting(visit) => Some(visit),
            Phase::Asleep | Phase::Farewell { .. } => None,
        }
    }

    fn intent(&mut self, intent: Intent, offer: &Offer, now: Duration, effects: &mut Vec<Effect>) {
        if intent == Intent::Finish {
            return self.end(Phase::Farewell { since: now }, now, effects);
        }
        let times = self.times.idle;
        if self.visit().is_none() {
            self.phase = Phase::Visiting(Box::new(Visit::new(times, now)));
            effects.push(Effect::Began);
            self.fresh = false;
        }
        let intent = self.meant(intent, offer, now);
        // Under the warning a touch says only "I am here": what it hits by chance is not done.
        let warned = self.idle_seconds_left(now).is_some() && intent != Intent::CallPerson;
        let intent = if warned { Intent::Wake } else { intent };
        if intent == Intent::CallPerson {
            self.call_on(HelpEvent::Pressed, now, effects);
        } else if intent == Intent::CancelCall {
            self.call_on(HelpEvent::Cancelled, now, effects);
        } else if intent == Intent::PersonIsHere {
            self.call_on(HelpEvent::PersonIsHere, now, effects);
        } else if intent == Intent::SayReason {
            self.say_reason(offer, effects);
        } else if intent == Intent::PrintNumber {
            self.print_number(effects);
        }
        let job = self.counter + 1;
        let Some(visit) = self.visit_mut() else { return };
        visit.idle.touch(now);
        if matches!(intent, Intent::Key(_)) {
            visit.typed_at = now;
        }
        visit.intent(intent, offer, job, effects);
        let numbered = |effect: &Effect| {
            matches!(
                effect,
                Effect::Print { .. }
                    | Effect::Search { .. }
                    | Effect::CheckPin { .. }
                    | Effect::PrintForStaff { .. }
            )
        };
        if effects.iter().any(numbered) {
            self.counter = job;
        }
    }

    /// A key wakes the kiosk and answers the warning, as a touch does, and nothing is chosen by it.
    fn focus(&mut self, to: FocusMove, offer: &Offer, now: Duration, effects: &mut Vec<Effect>) {
        if self.visit().is_some() && self.idle_seconds_left(now).is_none() {
            effects.push(Effect::MoveFocus(to));
        }
        self.intent(Intent::Wake, offer, now, effects);
    }

    /// A row that leads to the call is a call button. Under the warning nothing is chosen by chance, a call least of all.
    fn meant(&self, intent: Intent, offer: &Offer, now: Duration) -> Intent {
        let Intent::Choose(index) = intent else { return intent };
        let calls = offer.goals.get(index) == Some(&Spot::Call) && self.idle_seconds_left(now).is_none();
        if calls { Intent::CallPerson } else { intent }
    }

    fn print_ended(&mut self, job: u64, state: PrintState) {
        let Some(visit) = self.visit_mut() else { return };
        if visit.print_job == Some(job) {
            visit.print_job = None;
            visit.print = state;
        } else if visit.number_job == Some(job) {
            visit.number_job = None;
            visit.number_print = state;
        } else {
            visit.staff.print_ended(job, state);
        }
    }

    fn tick(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.call_on(HelpEvent::Tick, now, effects);
        match &self.phase {
            Phase::Visiting(visit)
                if visit.idle.state(now) == IdleState::Over || visit.staff.is_over(now) =>
            {
                self.end(Phase::Asleep, now, effects);
            }
            Phase::Farewell { since } if now.saturating_sub(*since) >= FAREWELL => self.phase = Phase::Asleep,
            Phase::Visiting(_) | Phase::Farewell { .. } | Phase::Asleep => {}
        }
    }

    fn end(&mut self, phase: Phase, now: Duration, effects: &mut Vec<Effect>) {
        self.call_on(HelpEvent::SessionEnded, now, effects);
        if let Some(visit) = self.visit_mut() {
            visit.close_door(effects);
        }
        self.phase = phase;
        effects.push(Effect::Forget);
    }

    /// A call that waits or a running print stops the idle clock (row G3).
    fn pause_idle(&mut self, now: Duration) {
        let calling = self.call.is_open();
        if let Some(visit) = self.visit_mut() {
            let paused = calling || !visit.is_paper_free();
            visit.idle.set_paused(paused, now);
        }
    }
}

#[cfg(test)]
mod tests;
