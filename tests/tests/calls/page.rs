//! A staff page of a simulated day, and the person before it, who believes what it shows, also when that is old.

use std::collections::VecDeque;

use parvis::desk::hall::Hall;
use parvis::protocol::{CallState, FromStaff, Presence, StaffCall, ToStaff};
use parvis_tests::chance::Chance;

use crate::truth::Truth;

pub struct Page {
    person: String,
    connected: bool,
    in_sight: bool,
    calls: Vec<StaffCall>,
    up: VecDeque<FromStaff>,
}

impl Page {
    pub fn new(at: usize) -> Self {
        let person = ["Marie", "Paul", "Accueil 2"][at % 3].to_owned();
        Self { person, connected: false, in_sight: true, calls: Vec::new(), up: VecDeque::new() }
    }

    /// The connection breaks: what was pressed and is on its way is lost, what is shown stays for a while.
    pub fn breaks(&mut self, hall: Option<&Hall>) {
        if std::mem::take(&mut self.connected)
            && let Some(hall) = hall
        {
            hall.page_went();
        }
        self.up.clear();
    }

    pub fn connects(&mut self, hall: &Hall) {
        if !self.connected {
            self.connected = true;
            hall.page_came();
        }
    }

    /// The person looks, presses, goes away, comes back.
    pub fn lives(&mut self, hall: &Hall, chance: &mut Chance, truth: &mut Truth) {
        if !self.connected {
            return;
        }
        if chance.below(60) == 0 {
            self.in_sight = !self.in_sight;
        }
        if chance.below(400) == 0 {
            let said = [Presence::Here, Presence::Closed, Presence::Back { at: 840 }, Presence::Unknown];
            self.up.push_back(FromStaff::Presence { presence: chance.pick(&said).unwrap().clone() });
        }
        self.carries(hall, chance, truth);
        // What is shown may be old: the page hears of changes, but not always at once.
        if chance.below(3) > 0
            && let ToStaff::Hall { calls, .. } = hall.for_staff()
        {
            self.calls = calls;
        }
        if self.in_sight {
            let unconfirmed = self.calls.iter().filter(|call| call.state == CallState::Requested);
            self.up.extend(unconfirmed.map(|call| FromStaff::Shown { number: call.number }));
            self.presses(chance);
        }
    }

    fn presses(&mut self, chance: &mut Chance) {
        let Some(call) = chance.pick(&self.calls) else { return };
        let number = call.number;
        let waits = call.state.is_waiting();
        let message = match chance.below(40) {
            0 if waits => FromStaff::Come { number, by: self.person.clone() },
            1 if !waits => FromStaff::With { number },
            2 if !waits => FromStaff::Done { number },
            // A page can be wrong, and be used wrongly.
            3 if chance.below(10) == 0 => FromStaff::Done { number },
            _ => return,
        };
        self.up.push_back(message);
    }

    fn carries(&mut self, hall: &Hall, chance: &mut Chance, truth: &mut Truth) {
        for _ in 0..chance.below(5) {
            let Some(message) = self.up.pop_front() else { return };
            if chance.below(20) == 0 {
                self.up.push_back(message.clone());
            }
            match &message {
                FromStaff::Shown { number } => drop(truth.shown.insert(*number)),
                FromStaff::Come { number, by } => drop(truth.coming.insert((*number, by.clone()))),
                FromStaff::Done { number } => drop(truth.done.insert(*number)),
                FromStaff::With { .. } | FromStaff::Presence { .. } | FromStaff::Ping => {}
            }
            // A refusal is said to the person; the day goes on.
            let _ = hall.from_staff(message);
        }
    }
}
