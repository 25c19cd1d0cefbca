//! The hall as the desk knows it: calls, kiosks, presence, light. Staff hear of a change at once; a kiosk is promised
//! only what is written down, which happens on a thread of its own: a disk that stalls delays nobody else.

mod kept;
mod presence;
mod views;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use parvis_hardware::light::{CallLight, LightState};
use tokio::sync::watch;

use super::book::{Asked, Book, Full};
use super::broker::elsewhere::Elsewhere;
use super::call::{Aged, Call, CallError};
use super::ladder::Ladder;
use super::measures::{self, Measures};
use crate::clock::{self, Moment};
use crate::durable::{Disk, RealDisk};
use crate::protocol::{CallState, FromKiosk, FromStaff, clean_name};
use kept::{Keeper, Snapshot};
use presence::Said;

/// Kiosks known at once; one that is gone makes room for the next.
const KIOSKS_MAX: usize = 64;
/// Time is looked at, and the light set again, that often: one that was unplugged comes back.
const BEAT: Duration = Duration::from_secs(1);

/// Where the hall keeps what must survive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HallFiles {
    /// Calls: numbers, times, states.
    pub calls: PathBuf,
    /// Counts without identities.
    pub measures: PathBuf,
    /// Who holds the desk, as staff last said.
    pub presence: PathBuf,
}

impl HallFiles {
    /// The usual names beside the book of calls.
    pub fn beside(calls: PathBuf) -> Self {
        Self {
            measures: calls.with_file_name("measures.json"),
            presence: calls.with_file_name("presence.json"),
            calls,
        }
    }
}

/// What the hall stands on.
pub struct HallParts {
    /// Where it keeps what must survive,
    pub files: HallFiles,
    /// on which disk.
    pub disk: Arc<dyn Disk>,
    /// The times of a call.
    pub ladder: Ladder,
    /// The light.
    pub light: Box<dyn CallLight>,
    /// The clock.
    pub clock: Arc<dyn Fn() -> Moment + Send + Sync>,
}

impl HallParts {
    /// This machine's disk and clock.
    pub fn real(files: HallFiles, ladder: Ladder, light: Box<dyn CallLight>) -> Self {
        Self { files, disk: Arc::new(RealDisk), ladder, light, clock: Arc::new(clock::moment) }
    }
}

/// The hall.
pub struct Hall {
    inner: Mutex<Inner>,
    /// Held while the disk is written; taken before `inner`, never inside it.
    keeper: Mutex<Keeper>,
    changed: watch::Sender<u64>,
    /// The version to write down.
    wanted: watch::Sender<u64>,
    ladder: Ladder,
    clock: Arc<dyn Fn() -> Moment + Send + Sync>,
    zone: TimeZone,
    elsewhere: Elsewhere,
}

struct Inner {
    book: Book,
    measures: Measures,
    presence: Said,
    saved: Saved,
    /// What calls are for, where their visitors said it: by kiosk and key. Never written down, gone with the call.
    reasons: BTreeMap<(String, u64), String>,
    kiosks: BTreeMap<String, KioskState>,
    /// The last call that was new had no room.
    is_full: bool,
    /// Staff pages that are connected.
    pages: usize,
    light: Box<dyn CallLight>,
    light_works: bool,
}

/// What a power cut would leave.
struct Saved {
    /// The calls that are on the disk.
    book: Book,
    /// Grows with every change,
    version: u64,
    /// and this is what was written of it last.
    written: u64,
    /// The last try to write the calls failed.
    fails: bool,
}

#[derive(Default)]
struct KioskState {
    /// A connection is open under this name.
    connected: bool,
    printer: String,
    keypad: String,
}

impl Hall {
    /// Reads what was kept; what is broken is put aside, since calls must go on.
    pub fn open(parts: HallParts) -> Self {
        let HallParts { files, disk, ladder, light, clock } = parts;
        let keeper = Keeper::new(files, disk);
        let book = keeper.book(clock());
        let inner = Inner {
            saved: Saved { book: book.clone(), version: 0, written: 0, fails: false },
            book,
            measures: keeper.measures(),
            presence: keeper.presence(),
            reasons: BTreeMap::new(),
            kiosks: BTreeMap::new(),
            is_full: false,
            pages: 0,
            light,
            light_works: true,
        };
        let hall = Self {
            inner: Mutex::new(inner),
            keeper: Mutex::new(keeper),
            changed: watch::Sender::new(0),
            wanted: watch::Sender::new(0),
            ladder,
            clock,
            zone: TimeZone::system(),
            elsewhere: Elsewhere::default(),
        };
        hall.lock().show_light();
        hall
    }

    /// Hears of every change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A kiosk connected. False when one of that name is connected already, or too many others are.
    pub fn kiosk_came(&self, name: &str) -> bool {
        let mut inner = self.lock();
        if !inner.has_room_for(name) {
            return false;
        }
        inner.kiosks.entry(name.to_owned()).or_default().connected = true;
        self.settle(&mut inner);
        tracing::info!("kiosk.reached");
        true
    }

    /// A kiosk's connection ended.
    pub fn kiosk_went(&self, name: &str) {
        self.change(|inner| {
            if let Some(kiosk) = inner.kiosks.get_mut(name) {
                kiosk.connected = false;
            }
        });
        tracing::info!("kiosk.lost");
    }

    /// A staff page connected.
    pub fn page_came(&self) {
        self.change(|inner| inner.pages += 1);
        tracing::info!("page.opened");
    }

    /// A staff page went.
    pub fn page_went(&self) {
        self.change(|inner| inner.pages = inner.pages.saturating_sub(1));
        tracing::info!("page.closed");
    }

    /// A kiosk says something.
    pub fn from_kiosk(&self, kiosk: &str, message: FromKiosk) {
        match message {
            FromKiosk::Ask { key, lang } => self.ask(kiosk, key, &clean_name(&lang)),
            FromKiosk::Reason { key, title, theme } => self.reason(kiosk, key, &title, &theme),
            FromKiosk::Cancel { key } => self.deed(kiosk, key, Call::cancel, "cancelled"),
            FromKiosk::Arrived { key } => self.deed(kiosk, key, Call::arrived, "arrived"),
            FromKiosk::Left { key } => self.deed(kiosk, key, Call::leave, "left"),
            FromKiosk::Printer { gesture } => {
                self.kiosk_says(kiosk, |state| state.printer = clean_name(&gesture));
            }
            FromKiosk::Keypad { gesture } => {
                self.kiosk_says(kiosk, |state| state.keypad = clean_name(&gesture));
            }
            FromKiosk::Hello { .. } | FromKiosk::Ping => {}
        }
    }

    fn kiosk_says(&self, kiosk: &str, note: impl FnOnce(&mut KioskState)) {
        self.change(|inner| {
            if let Some(state) = inner.kiosks.get_mut(kiosk) {
                note(state);
            }
        });
    }

    /// A person is wanted at `kiosk`.
    pub fn ask(&self, kiosk: &str, key: u64, lang: &str) {
        self.change(|inner| match inner.book.ask(kiosk, key, lang, (self.clock)()) {
            Ok(Asked { new: true, gave_way, .. }) => {
                if let Some(gone) = gave_way {
                    tracing::warn!("call.gave_way");
                    inner.close_if_over(kiosk, gone, &self.zone);
                }
                if let Some(call) = inner.book.by_key(kiosk, key) {
                    inner.measures.made(call, &self.zone);
                }
                inner.is_full = false;
                tracing::info!("call.requested");
            }
            Ok(Asked { new: false, .. }) => {}
            // It is asked for again every two seconds: that is said once.
            Err(Full) if inner.is_full => {}
            Err(error @ Full) => {
                inner.is_full = true;
                tracing::error!(%error, "call.refused");
            }
        });
    }

    /// The visitor of a call chose to say what for, while it is open.
    fn reason(&self, kiosk: &str, key: u64, title: &str, theme: &str) {
        self.change(|inner| {
            let reason = clean_name(title);
            let explained = |call: &mut Call| Ok((call.explain()?, call.made_at));
            let Ok((first, made_at)) = inner.book.with_key(kiosk, key, explained) else { return };
            if first {
                inner.measures.reason(theme, made_at, &self.zone);
            }
            inner.reasons.insert((kiosk.to_owned(), key), reason);
        });
    }

    /// What a kiosk does with its own call; a call that is over stays as it is.
    fn deed(
        &self,
        kiosk: &str,
        key: u64,
        deed: impl FnOnce(&mut Call) -> Result<bool, CallError>,
        kind: &'static str,
    ) {
        self.change(|inner| {
            if inner.book.with_key(kiosk, key, deed) == Ok(true) {
                tracing::info!(kind, "call.changed");
                inner.close_if_over(kiosk, key, &self.zone);
            }
        });
    }

    /// A staff page says something. The refusal is in French, for the page.
    pub fn from_staff(&self, message: FromStaff) -> Result<(), &'static str> {
        let outcome = match message {
            FromStaff::Ping => Ok(()),
            FromStaff::Presence { presence } => {
                let day = measures::local_day((self.clock)().unix, &self.zone);
                self.change(|inner| inner.presence = Said::on(day, presence.bounded()));
                Ok(())
            }
            FromStaff::Shown { number } => self.staff_deed(number, Call::shown, "delivered"),
            FromStaff::Come { number, by } => {
                let (by, now) = (clean_name(&by), (self.clock)());
                self.staff_deed(number, |call| call.come(&by, now), "acknowledged")
            }
            FromStaff::With { number } => self.staff_deed(number, Call::arrived, "arrived"),
            FromStaff::Done { number } => self.staff_deed(number, Call::done, "closed"),
        };
        outcome.map_err(|error| match error {
            CallError::NotOpen => "Cet appel est déjà terminé.",
            CallError::Taken => "Une autre personne a déjà répondu.",
            CallError::NotAnswered => {
                "Personne n’a encore répondu à cet appel : appuyez d’abord sur « J’arrive »."
            }
            CallError::NoName => "Écrivez d’abord votre prénom ou le nom de votre accueil.",
        })
    }

    fn staff_deed(
        &self,
        number: u32,
        deed: impl FnOnce(&mut Call) -> Result<bool, CallError>,
        kind: &'static str,
    ) -> Result<(), CallError> {
        let mut inner = self.lock();
        let (changed, kiosk, key) =
            inner.book.with(number, |call| Ok((deed(call)?, call.kiosk.clone(), call.key)))?;
        if changed {
            tracing::info!(kind, "call.changed");
            inner.close_if_over(&kiosk, key, &self.zone);
            self.settle(&mut inner);
        }
        Ok(())
    }

    /// Time went by: rungs of the ladder, and the light.
    pub fn beat(&self) {
        let mut inner = self.lock();
        let aged = inner.book.age(&self.ladder, (self.clock)());
        for (_, aged) in &aged {
            match aged {
                Aged::Late => tracing::warn!("call.late"),
                Aged::Again => tracing::warn!("call.called_anew"),
                Aged::Expired => tracing::error!("call.expired"),
            }
        }
        if aged.iter().any(|(_, aged)| *aged == Aged::Expired) {
            inner.close_expired(&aged, &self.zone);
        }
        let now = (self.clock)().unix;
        let over = inner.presence.is_over(&measures::local_day(now, &self.zone), clock::hall_time());
        if over {
            inner.presence = Said::default();
        }
        if over || !aged.is_empty() {
            self.settle(&mut inner);
        } else {
            inner.show_light();
        }
    }

    fn change(&self, change: impl FnOnce(&mut Inner)) {
        let mut inner = self.lock();
        change(&mut inner);
        self.settle(&mut inner);
    }

    /// Sets the light, tells everybody, and asks for it to be written down.
    fn settle(&self, inner: &mut Inner) {
        inner.show_light();
        inner.saved.version += 1;
        self.wanted.send_replace(inner.saved.version);
        self.tell();
    }

    fn tell(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    /// Writes down what is not. It waits for the disk: not for a thread that others wait for.
    pub fn save(&self) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let (snapshot, version) = {
            let inner = self.lock();
            if inner.is_saved() {
                return;
            }
            (Snapshot::of(&inner.book, &inner.measures, &inner.presence), inner.saved.version)
        };
        let written = keeper.keep(&snapshot);
        let mut inner = self.lock();
        inner.saved.fails = !written.calls;
        if written.calls {
            inner.saved.book = snapshot.book;
        }
        if written.all {
            inner.saved.written = version;
        }
        self.tell();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether a kiosk of that name may connect; forgets one that is gone where there are too many.
    fn has_room_for(&mut self, name: &str) -> bool {
        if let Some(kiosk) = self.kiosks.get(name) {
            return !kiosk.connected;
        }
        if self.kiosks.len() >= KIOSKS_MAX {
            let gone = self.kiosks.iter().find(|(_, kiosk)| !kiosk.connected).map(|(name, _)| name.clone());
            return gone.is_some_and(|gone| self.kiosks.remove(&gone).is_some());
        }
        true
    }

    fn is_saved(&self) -> bool {
        self.saved.written == self.saved.version
    }

    /// What ends with a call: its reason goes, and it is counted.
    fn close_if_over(&mut self, kiosk: &str, key: u64, zone: &TimeZone) {
        let Self { book, measures, reasons, .. } = self;
        if let Some(call) = book.by_key(kiosk, key).filter(|call| !call.state.is_open()) {
            measures.ended(call, zone);
            reasons.remove(&(kiosk.to_owned(), key));
        }
    }

    fn close_expired(&mut self, aged: &[(u32, Aged)], zone: &TimeZone) {
        let numbers: Vec<u32> =
            aged.iter().filter(|(_, aged)| *aged == Aged::Expired).map(|(number, _)| *number).collect();
        let expired = |call: &&Call| call.state == CallState::Expired && numbers.contains(&call.number);
        let over: Vec<(String, u64)> =
            self.book.ended_calls().filter(expired).map(|call| (call.kiosk.clone(), call.key)).collect();
        for (kiosk, key) in over {
            self.close_if_over(&kiosk, key, zone);
        }
    }

    /// Sets the light as the calls want it.
    fn show_light(&mut self) {
        let waits = |call: &Call| call.state.is_waiting();
        let state = if self.book.open_calls().any(|call| waits(call) && call.late) {
            LightState::Late
        } else if self.book.open_calls().any(waits) {
            LightState::Calling
        } else if self.book.open_calls().next().is_some() {
            LightState::Acknowledged
        } else {
            LightState::Off
        };
        let shown = self.light.show(state);
        if let Err(error) = &shown
            && self.light_works
        {
            tracing::warn!(%error, "light.failed");
        }
        self.light_works = shown.is_ok();
    }
}

/// Looks at time until `stop`.
pub(super) async fn keep_time(hall: Arc<Hall>, stop: watch::Receiver<bool>) {
    let mut beat = tokio::time::interval(BEAT);
    let again = async {
        loop {
            beat.tick().await;
            hall.beat();
        }
    };
    tokio::select! {
        () = again => {}
        () = super::stopped(stop) => {}
    }
}

/// Writes down what changes until `stop`, and once more then. What fails is tried again with every beat.
pub(super) async fn keep_written(hall: Arc<Hall>, stop: watch::Receiver<bool>) {
    let mut wanted = hall.wanted.subscribe();
    let again = async {
        loop {
            // Either is a reason to look; a hall that is written down is not written again.
            let _ = tokio::time::timeout(BEAT, wanted.changed()).await;
            save_aside(&hall).await;
        }
    };
    tokio::select! {
        () = again => {}
        () = super::stopped(stop) => {}
    }
    save_aside(&hall).await;
}

async fn save_aside(hall: &Arc<Hall>) {
    let hall = Arc::clone(hall);
    if let Err(error) = tokio::task::spawn_blocking(move || hall.save()).await {
        tracing::error!(%error, "calls.not_saved");
    }
}

#[cfg(test)]
mod tests;
