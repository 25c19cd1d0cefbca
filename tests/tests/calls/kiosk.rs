//! A kiosk of a simulated day: the real session and the real memory of the link, on a link that breaks.

use std::collections::VecDeque;
use std::time::Duration;

use parvis::desk::hall::Hall;
use parvis::desk::kiosk_view::KioskView;
use parvis::kiosk::desk_link::LinkCommand;
use parvis::kiosk::unsettled::Unsettled;
use parvis::protocol::{FromKiosk, ToKiosk};
use parvis::session::call::{DeskNews, number};
use parvis::session::{Effect, Event, Offer, Session, Times};
use parvis_tests::chance::Chance;
use parvis_ui_model::help_call::HelpCall;
use parvis_ui_model::intent::Intent;

use crate::truth::Truth;

/// A connection: what is on its way in both directions.
struct Link {
    view: KioskView,
    up: VecDeque<FromKiosk>,
    down: VecDeque<ToKiosk>,
}

pub struct Kiosk {
    at: usize,
    name: String,
    session: Session,
    unsettled: Unsettled,
    link: Option<Link>,
    first_key: u64,
}

impl Kiosk {
    pub fn new(at: usize) -> Self {
        let session = Session::new(Times::default(), 1_000);
        Self {
            at,
            name: format!("Borne {at}"),
            session,
            unsettled: Unsettled::default(),
            link: None,
            first_key: 1_000,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_linked(&self) -> bool {
        self.link.is_some()
    }

    pub fn call(&self) -> &HelpCall {
        &self.session.call
    }

    pub fn is_visited(&self) -> bool {
        self.session.visit().is_some()
    }

    /// The process dies and starts again: what was not at the desk is gone with it.
    pub fn dies(&mut self, saved: bool, truth: &mut Truth) {
        let unsaid: Vec<u64> =
            self.unsettled.greeting(&self.name).iter().filter_map(FromKiosk::key).collect();
        for ((at, key), fate) in &mut truth.calls {
            let unheard = fate.promised.is_none() || fate.cancelled || !saved;
            if *at == self.at && unheard && unsaid.contains(key) {
                fate.died_unheard = true;
            }
        }
        self.link = None;
        self.first_key += 100_000;
        self.session = Session::new(Times::default(), self.first_key);
        self.unsettled = Unsettled::default();
    }

    /// Whether it tells the desk of this call again after a break.
    pub fn still_says(&self, key: u64) -> bool {
        self.unsettled.greeting(&self.name).iter().any(|message| message.key() == Some(key))
    }

    /// The connection breaks; what was on its way is lost.
    pub fn breaks(&mut self, now: Duration, truth: &mut Truth) {
        if self.link.take().is_some() {
            self.on(Event::DeskNews(DeskNews::default()), now, truth);
        }
    }

    pub fn connects(&mut self, hall: &Hall) {
        if self.link.is_none() {
            hall.kiosk_came(&self.name);
            let view = KioskView::new(hall, self.name.clone());
            let up = self.unsettled.greeting(&self.name).into();
            self.link = Some(Link { view, up, down: VecDeque::new() });
        }
    }

    /// A visitor wants something.
    pub fn wants(&mut self, intent: Intent, now: Duration, truth: &mut Truth) {
        self.on(Event::Intent(intent), now, truth);
    }

    pub fn ticks(&mut self, now: Duration, truth: &mut Truth) {
        self.on(Event::Tick, now, truth);
    }

    /// Some of what is on its way arrives; some of it twice, as after a break.
    pub fn carries(&mut self, hall: &Hall, now: Duration, chance: &mut Chance, truth: &mut Truth) {
        let Some(link) = &mut self.link else { return };
        for _ in 0..chance.below(6) {
            let Some(message) = link.up.pop_front() else { break };
            if chance.below(20) == 0 {
                link.view.hears(hall, message.clone());
            }
            link.view.hears(hall, message);
        }
        link.down.extend(link.view.news(hall));
        let mut heard = Vec::new();
        for _ in 0..chance.below(12) {
            let Some(message) = link.down.pop_front() else { break };
            heard.push(message.clone());
            if chance.below(20) == 0 {
                heard.push(message);
            }
        }
        // States, not changes: a queue that grew is worth no more than its end.
        let keep = link.down.len().min(32);
        link.down = link.down.split_off(link.down.len() - keep);
        for message in heard {
            if let Some(event) = self.unsettled.hear(message) {
                self.on(event, now, truth);
            }
        }
    }

    /// Everything that is on its way arrives.
    pub fn carries_all(&mut self, hall: &Hall, now: Duration, truth: &mut Truth) {
        let Some(link) = &mut self.link else { return };
        while let Some(message) = link.up.pop_front() {
            link.view.hears(hall, message);
        }
        link.down.clear();
        for message in link.view.news(hall) {
            if let Some(event) = self.unsettled.hear(message) {
                self.on(event, now, truth);
            }
        }
    }

    fn on(&mut self, event: Event, now: Duration, truth: &mut Truth) {
        let about = if let Event::Desk { key, number, .. } = &event { Some((*key, *number)) } else { None };
        for effect in self.session.on(event, &Offer::default(), now) {
            let command = match effect {
                Effect::Ask { key } => {
                    truth.fate((self.at, key));
                    LinkCommand::Ask(key)
                }
                Effect::Cancel { key } => {
                    truth.fate((self.at, key)).cancelled = true;
                    LinkCommand::Cancel(key)
                }
                Effect::Left { key } => LinkCommand::Left(key),
                Effect::Arrived { key } => LinkCommand::Arrived(key),
                _ => continue,
            };
            let message = self.unsettled.take(command);
            if let Some(link) = &mut self.link {
                link.up.push_back(message);
            }
        }
        if let Some((key, said)) = about
            && let Some(fate) = truth.calls.get_mut(&(self.at, key))
        {
            fate.number = Some(said);
            // A number on the screen is a promise.
            fate.promised = number(&self.session.call).filter(|number| *number == said).or(fate.promised);
        }
        self.must_be_true(truth);
    }

    /// What the screen says is what happened.
    fn must_be_true(&self, truth: &Truth) {
        match &self.session.call {
            HelpCall::Acknowledged { number, by, .. } | HelpCall::Arrived { number, by } => {
                assert!(
                    truth.coming.contains(&(*number, by.clone())),
                    "{by} never said that they come: {truth:?}"
                );
            }
            HelpCall::Delivered { number, .. } => {
                let seen =
                    truth.shown.contains(number) || truth.coming.iter().any(|(other, _)| other == number);
                assert!(seen, "nobody has seen call {number}");
            }
            HelpCall::Idle
            | HelpCall::Asking { .. }
            | HelpCall::Requested { .. }
            | HelpCall::CalledAnew { .. }
            | HelpCall::Unreachable { .. }
            | HelpCall::Closed => {}
        }
    }
}
