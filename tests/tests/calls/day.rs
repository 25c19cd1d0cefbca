//! One simulated day: visitors, staff, and everything that breaks.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use parvis::clock::Moment;
use parvis::desk::hall::{Hall, HallFiles, HallParts};
use parvis::desk::ladder::Ladder;
use parvis::protocol::{CallState, ToKiosk, ToStaff};
use parvis_hardware::simulated::SimulatedLight;
use parvis_tests::chance::Chance;
use parvis_tests::disk::Forgetful;
use parvis_ui_model::help_call::HelpCall;
use parvis_ui_model::intent::Intent;

use crate::kiosk::Kiosk;
use crate::page::Page;
use crate::truth::{Fate, Id, Truth};

/// Steps of a day; each is half a second to two seconds, but in quiet times.
const STEPS: u32 = 1_500;
/// 2026-11-02 08:00 UTC.
const MORNING: u64 = 1_793_606_400;

/// The desk's clocks, in milliseconds: time really goes; the machine's clock may be elsewhere.
#[derive(Default)]
struct Clock {
    now: AtomicU64,
    /// When the desk was started.
    started: AtomicU64,
    /// How far the machine's clock is off.
    off: AtomicI64,
}

impl Clock {
    fn moment(&self) -> Moment {
        let now = self.now.load(Ordering::Relaxed);
        let wall = (MORNING * 1_000 + now).saturating_add_signed(self.off.load(Ordering::Relaxed));
        let since_start = Duration::from_millis(now - self.started.load(Ordering::Relaxed));
        Moment { unix: wall / 1_000, since_start }
    }
}

pub struct Day {
    seed: u64,
    chance: Chance,
    /// How slow the disk is: of its own, so that a seed's visitors stay the same.
    slow: Chance,
    clock: Arc<Clock>,
    disk: Arc<Forgetful>,
    hall: Option<Hall>,
    kiosks: Vec<Kiosk>,
    pages: Vec<Page>,
    truth: Truth,
}

impl Day {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let kiosks = (0..=chance.below(3) as usize).map(Kiosk::new).collect();
        let pages = (0..chance.below(4) as usize).map(Page::new).collect();
        let disk = Arc::new(Forgetful::new(seed));
        let clock = Arc::<Clock>::default();
        let slow = Chance::new(!seed);
        let mut day =
            Self { seed, chance, slow, clock, disk, hall: None, kiosks, pages, truth: Truth::default() };
        day.desk_starts();
        day
    }

    /// The day passes; returns how many calls there were.
    ///
    /// # Panics
    /// When a call is lost, somebody is promised who never said that they come, or a call has no end.
    pub fn passes(mut self) -> usize {
        for _ in 0..STEPS {
            self.time_passes();
            self.something_breaks();
            self.people_do_something();
            self.messages_arrive();
            self.disk_keeps_up();
            self.must_hold();
        }
        self.evening();
        self.truth.calls.len()
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.clock.now.load(Ordering::Relaxed))
    }

    fn time_passes(&mut self) {
        let quiet = self.kiosks.iter().all(|kiosk| !kiosk.is_visited());
        let longest = if quiet && self.chance.below(4) == 0 { 600_000 } else { 1_500 };
        let step = 500 + self.chance.below(longest);
        // However long it is, the desk looks at time every second: a long step is several looks.
        self.clock.now.fetch_add(step, Ordering::Relaxed);
        if let Some(hall) = &self.hall {
            hall.beat();
        }
        let now = self.now();
        for kiosk in &mut self.kiosks {
            kiosk.ticks(now, &mut self.truth);
        }
    }

    fn something_breaks(&mut self) {
        let now = self.now();
        match self.chance.below(200) {
            0 => self.desk_dies(false),
            1 => self.desk_dies(true),
            2 => {
                // The power goes in the middle of a write to come.
                self.disk.cut_after(self.chance.below(12) as usize);
            }
            3 => {
                let at = self.chance.below(self.kiosks.len() as u64) as usize;
                let saved = self.hall.as_ref().is_some_and(Hall::is_saved);
                self.kiosks[at].dies(saved, &mut self.truth);
            }
            4..=8 => {
                let at = self.chance.below(self.kiosks.len() as u64) as usize;
                self.kiosks[at].breaks(now, &mut self.truth);
            }
            9..=12 if !self.pages.is_empty() => {
                let at = self.chance.below(self.pages.len() as u64) as usize;
                self.pages[at].breaks(self.hall.as_ref());
            }
            13 => {
                let hours = self.chance.below(96) as i64 - 48;
                self.clock.off.store(hours * 3_600_000, Ordering::Relaxed);
            }
            _ => {}
        }
        if self.disk.is_dead() {
            self.desk_dies(true);
        }
        if self.hall.is_none() && self.chance.below(6) == 0 {
            self.desk_starts();
        }
        let Some(hall) = &self.hall else { return };
        for kiosk in &mut self.kiosks {
            if self.chance.below(3) == 0 {
                kiosk.connects(hall);
            }
        }
        for page in &mut self.pages {
            if self.chance.below(3) == 0 {
                page.connects(hall);
            }
        }
    }

    fn desk_dies(&mut self, power: bool) {
        self.hall = None;
        let now = self.now();
        for kiosk in &mut self.kiosks {
            kiosk.breaks(now, &mut self.truth);
        }
        for page in &mut self.pages {
            page.breaks(None);
        }
        if power {
            let ways = 1 + self.chance.below(3) as usize;
            self.disk = Arc::new(self.disk.after_the_cut(ways).pop().unwrap());
        }
    }

    fn desk_starts(&mut self) {
        self.clock.started.store(self.clock.now.load(Ordering::Relaxed), Ordering::Relaxed);
        let clock = Arc::clone(&self.clock);
        self.hall = Some(Hall::open(HallParts {
            files: HallFiles::beside(PathBuf::from("/state/calls.json")),
            disk: Arc::clone(&self.disk) as _,
            ladder: Ladder::default(),
            light: Box::new(SimulatedLight::new()),
            clock: Arc::new(move || clock.moment()),
        }));
        // As the desk's clock does, which ticks at once.
        if let Some(hall) = &self.hall {
            hall.beat();
        }
        self.promised_calls_must_be_there();
    }

    fn people_do_something(&mut self) {
        let now = self.now();
        for kiosk in &mut self.kiosks {
            let intent = match (kiosk.is_visited(), self.chance.below(120)) {
                (false, 0..=2) => Intent::Wake,
                (true, 0..=3) => Intent::CallPerson,
                (true, 4) => Intent::CancelCall,
                (true, 5 | 6) => Intent::PersonIsHere,
                (true, 7) => Intent::Finish,
                (true, 8..=20) => Intent::Home,
                _ => continue,
            };
            kiosk.wants(intent, now, &mut self.truth);
        }
        let Some(hall) = &self.hall else { return };
        for page in &mut self.pages {
            page.lives(hall, &mut self.chance, &mut self.truth);
        }
    }

    fn messages_arrive(&mut self) {
        let now = self.now();
        let Some(hall) = &self.hall else { return };
        for kiosk in &mut self.kiosks {
            kiosk.carries(hall, now, &mut self.chance, &mut self.truth);
        }
    }

    /// The desk writes on a thread of its own: mostly at once, sometimes late.
    fn disk_keeps_up(&mut self) {
        if let Some(hall) = &self.hall
            && self.slow.below(8) > 0
        {
            hall.save();
        }
    }

    /// What is true at every moment.
    fn must_hold(&self) {
        let Some(hall) = self.hall.as_ref().filter(|_| !self.disk.is_dead()) else { return };
        let ToStaff::Hall { calls, .. } = hall.for_staff() else { panic!("no hall") };
        for call in calls {
            let known =
                call.state.by().is_none_or(|by| self.truth.coming.contains(&(call.number, by.to_owned())));
            assert!(known, "seed {}: {call:?} names somebody who never said so", self.seed);
            let due = call.again.is_none() && call.state.is_waiting() && call.seconds > 62;
            assert!(!due || call.late, "seed {}: {call:?} waits and nobody is called again", self.seed);
        }
        self.promised_calls_must_be_there();
    }

    /// A call whose number a visitor has seen is at the desk, open or ended by somebody who could.
    fn promised_calls_must_be_there(&self) {
        // While something is not written down, the desk does not say it.
        let Some(hall) = self.hall.as_ref().filter(|hall| hall.is_saved()) else { return };
        for (id, fate) in &self.truth.calls {
            if let Some(number) = fate.promised.and(fate.number) {
                self.must_not_be_lost(hall, *id, fate, number);
            }
        }
    }

    fn must_not_be_lost(&self, hall: &Hall, (at, key): Id, fate: &Fate, number: u32) {
        let Some(ToKiosk::Call { state, .. }) = hall.for_kiosk(self.kiosks[at].name(), key) else {
            // What is over is forgotten after a day, of the machine's clock.
            let over = fate.cancelled || self.truth.done.contains(&number);
            // A full disk and a power cut: what a person had seen is said again by the kiosk.
            if over || fate.died_unheard || self.kiosks[at].still_says(key) {
                return;
            }
            panic!("seed {}: call {number} ({key} of kiosk {at}) is lost: {fate:?}", self.seed);
        };
        let right = match &state {
            CallState::Cancelled => fate.cancelled,
            CallState::Closed => self.truth.done.contains(&number),
            // Twelve hours of the desk's own time: never in a day that is shorter.
            CallState::Expired => self.now() >= Duration::from_secs(12 * 3_600),
            CallState::Requested
            | CallState::Delivered
            | CallState::Acknowledged { .. }
            | CallState::Arrived { .. } => true,
        };
        assert!(right, "seed {}: call {number} ended by nobody, as {state:?}: {fate:?}", self.seed);
    }

    /// Everything heals; then time alone ends what people did not.
    fn evening(&mut self) {
        self.disk.cut_after(usize::MAX);
        if self.hall.is_none() || self.disk.is_dead() {
            self.desk_dies(true);
            self.desk_starts();
        }
        let now = self.now();
        for _ in 0..2 {
            let Some(hall) = &self.hall else { panic!("the desk is open") };
            for kiosk in &mut self.kiosks {
                kiosk.connects(hall);
                kiosk.carries_all(hall, now, &mut self.truth);
            }
            hall.beat();
            hall.save();
        }
        self.every_call_was_heard();
        for _ in 0..14 * 60 {
            self.clock.now.fetch_add(60_000, Ordering::Relaxed);
            let (now, Some(hall)) = (self.now(), &self.hall) else { panic!("the desk is open") };
            hall.beat();
            hall.save();
            for kiosk in &mut self.kiosks {
                assert!(kiosk.is_linked());
                kiosk.ticks(now, &mut self.truth);
                kiosk.carries_all(hall, now, &mut self.truth);
            }
        }
        let Some(hall) = &self.hall else { panic!("the desk is open") };
        let ToStaff::Hall { calls, .. } = hall.for_staff() else { panic!("no hall") };
        assert!(calls.is_empty(), "seed {}: calls without an end: {calls:?}", self.seed);
        for kiosk in &self.kiosks {
            assert!(
                !kiosk.is_visited() && *kiosk.call() == HelpCall::Idle,
                "seed {}: a visit without an end",
                self.seed
            );
        }
    }

    /// A call that was made, and whose kiosk lived to say so, is at the desk once the link is there.
    fn every_call_was_heard(&self) {
        let Some(hall) = &self.hall else { return };
        for ((at, key), fate) in &self.truth.calls {
            let heard = hall.for_kiosk(self.kiosks[*at].name(), *key);
            let over = fate.cancelled || fate.number.is_some_and(|number| self.truth.done.contains(&number));
            assert!(
                heard.is_some() || fate.died_unheard || over,
                "seed {}: call {key} of kiosk {at} never reached the desk: {fate:?}",
                self.seed
            );
            if let Some(ToKiosk::Call { state, .. }) = heard
                && fate.cancelled
                && !fate.died_unheard
            {
                assert!(!state.is_open(), "seed {}: call {key} was taken back and is open", self.seed);
            }
        }
    }
}
