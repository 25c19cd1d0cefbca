//! What one visitor does: where they go, what they type, which slip they want.

use std::time::Duration;

use parvis_ui_model::flow::{Flow, Spot};
use parvis_ui_model::geometry::TextSize;
use parvis_ui_model::idle::{IdleClock, IdleTimes};
use parvis_ui_model::intent::Intent;
use parvis_ui_model::keyboard::{KeyAction, KeyboardKind};
use parvis_ui_model::view::PrintState;

use super::staff::StaffVisit;
use super::{Answer, Effect, Offer, PAUSE, QUERY_CHARS_MAX, Visit};

impl Visit {
    pub(super) fn new(times: IdleTimes, now: Duration) -> Self {
        Self {
            flow: Flow::default(),
            query: String::new(),
            keyboard: KeyboardKind::default(),
            shows_results: false,
            found: None,
            answered: true,
            slip: None,
            print: PrintState::Ready,
            staff: StaffVisit::default(),
            reason: None,
            text: TextSize::default(),
            dark: false,
            typed_at: now,
            idle: IdleClock::new(times, now),
            search_ticket: 0,
            number_print: PrintState::Ready,
            print_job: None,
            number_job: None,
        }
    }

    /// What the last search found, best first.
    pub fn answers(&self) -> &[Answer] {
        self.found.as_ref().map_or(&[], |found| &found.answers)
    }

    /// Whether nothing was typed for a while.
    pub fn has_paused(&self, now: Duration) -> bool {
        now.saturating_sub(self.typed_at) >= PAUSE
    }

    pub(super) fn clear_search(&mut self) {
        self.query.clear();
        self.found = None;
        self.answered = true;
        self.shows_results = false;
        self.keyboard = KeyboardKind::default();
    }

    pub(super) fn intent(&mut self, intent: Intent, offer: &Offer, next: u64, effects: &mut Vec<Effect>) {
        match intent {
            Intent::Wake
            | Intent::Finish
            | Intent::PersonIsHere
            | Intent::SayReason
            | Intent::PrintNumber => {}
            Intent::Back if self.shows_results && *self.flow.spot() == Spot::Search => {
                self.shows_results = false;
                self.flow.first_page();
            }
            Intent::Back => self.flow.back(),
            Intent::CancelCall => {
                if *self.flow.spot() == Spot::Call {
                    self.flow.back();
                }
            }
            Intent::Home => {
                self.flow.home();
                self.clear_search();
            }
            Intent::CallPerson => self.flow.go(Spot::Call),
            Intent::OpenSettings => self.flow.go(Spot::Settings),
            Intent::OpenSearch => self.flow.go(Spot::Search),
            Intent::OpenStaffDoor => self.open_staff_door(),
            Intent::Choose(index) => {
                if let Some(goal) = offer.goals.get(index) {
                    self.flow.go(goal.clone());
                    self.enter_staff_spot(next, effects);
                }
            }
            Intent::NextPage => self.flow.turn(true, offer.pages),
            Intent::PreviousPage => self.flow.turn(false, offer.pages),
            Intent::Key(key) => self.key(key, next, effects),
            Intent::ShowResults => {
                self.shows_results = true;
                self.flow.first_page();
            }
            Intent::ShowSlip => self.show_slip(offer, effects),
            Intent::Print => self.start_printing(next, effects),
            Intent::ReadLarge => {
                self.text = TextSize::Largest;
                self.flow.back();
            }
            Intent::SetTextSize(size) => self.text = size,
            Intent::SetDark(dark) => self.dark = dark,
        }
        self.leave_staff_space(effects);
    }

    fn key(&mut self, key: KeyAction, next: u64, effects: &mut Vec<Effect>) {
        let spot = self.flow.spot();
        if *spot == Spot::Search {
            self.search_key(key, next, effects);
        } else if *spot == Spot::StaffDoor {
            self.pin_key(key, next, effects);
        }
    }

    fn search_key(&mut self, key: KeyAction, ticket: u64, effects: &mut Vec<Effect>) {
        let before = self.query.clone();
        match key {
            KeyAction::Type(c) if self.query.chars().count() < QUERY_CHARS_MAX => self.query.push(c),
            KeyAction::Type(_) => {}
            KeyAction::Erase => {
                self.query.pop();
            }
            KeyAction::EraseAll => self.query.clear(),
            KeyAction::Show(keyboard) => self.keyboard = keyboard,
        }
        if self.query == before {
            return;
        }
        self.flow.first_page();
        self.shows_results = false;
        self.search_ticket = ticket;
        self.answered = self.query.trim().is_empty();
        if self.answered {
            self.found = None;
        } else {
            effects.push(Effect::Search { ticket, query: self.query.clone() });
        }
    }

    fn show_slip(&mut self, offer: &Offer, effects: &mut Vec<Effect>) {
        if let Some(of) = &offer.printable {
            self.slip = None;
            self.print = PrintState::Ready;
            self.flow.go(Spot::Slip { of: of.clone() });
            effects.push(Effect::DrawSlip { of: of.clone() });
        }
    }

    fn start_printing(&mut self, job: u64, effects: &mut Vec<Effect>) {
        if self.slip.is_some() && self.is_paper_free() {
            self.print_job = Some(job);
            self.print = PrintState::Printing;
            effects.push(Effect::Print { job });
        }
    }
}
