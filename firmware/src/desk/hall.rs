//! The hall as the desk knows it: calls, kiosks, light. Every change is written down before anybody hears of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parvis_hardware::light::{CallLight, LightState};
use tokio::sync::watch;

use super::book::{Book, BookError};
use crate::clock;
use crate::protocol::{CallState, FromKiosk, FromStaff, StaffCall, StaffKiosk, ToKiosk, ToStaff};

/// Kiosks known at once; a further name is served but not listed.
const KIOSKS_MAX: usize = 64;
/// Bytes of the book, at most.
const BOOK_BYTES_MAX: u64 = 1024 * 1024;
/// The light is set again that often: one that was unplugged comes back.
const LIGHT_AGAIN: Duration = Duration::from_secs(2);

/// The hall.
pub struct Hall {
    inner: Mutex<Inner>,
    changed: watch::Sender<u64>,
    file: PathBuf,
}

struct Inner {
    book: Book,
    /// Whether the book on disk is this one.
    saved: bool,
    kiosks: BTreeMap<String, KioskState>,
    light: Box<dyn CallLight>,
    light_works: bool,
}

#[derive(Default)]
struct KioskState {
    /// Connections open under this name.
    connections: usize,
    printer: String,
}

impl Hall {
    /// Reads the book; a broken one is put aside, since calls must go on.
    pub fn open(file: PathBuf, light: Box<dyn CallLight>) -> Self {
        let book = read_book(&file);
        let inner = Inner { book, saved: true, kiosks: BTreeMap::new(), light, light_works: true };
        let hall = Self { inner: Mutex::new(inner), changed: watch::Sender::new(0), file };
        show_light(&mut hall.lock());
        hall
    }

    /// Hears of every change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A kiosk connected.
    pub fn kiosk_came(&self, name: &str) {
        self.change(false, |inner| {
            if inner.kiosks.len() < KIOSKS_MAX || inner.kiosks.contains_key(name) {
                inner.kiosks.entry(name.to_owned()).or_default().connections += 1;
            }
        });
        tracing::info!("kiosk.reached");
    }

    /// A kiosk's connection ended.
    pub fn kiosk_went(&self, name: &str) {
        self.change(false, |inner| {
            if let Some(kiosk) = inner.kiosks.get_mut(name) {
                kiosk.connections = kiosk.connections.saturating_sub(1);
            }
        });
        tracing::info!("kiosk.lost");
    }

    /// A kiosk says something.
    pub fn from_kiosk(&self, kiosk: &str, message: FromKiosk) {
        match message {
            FromKiosk::Ask { key } => self.ask(kiosk, key),
            FromKiosk::Cancel { key } => self.change(true, |inner| {
                if inner.book.cancel(kiosk, key) {
                    tracing::info!("call.cancelled");
                }
            }),
            FromKiosk::Left { key } => self.change(true, |inner| {
                inner.book.left(kiosk, key);
            }),
            FromKiosk::Printer { gesture } => self.change(false, |inner| {
                if let Some(state) = inner.kiosks.get_mut(kiosk) {
                    state.printer = crate::protocol::clean_name(&gesture);
                }
            }),
            FromKiosk::Hello { .. } | FromKiosk::Ping => {}
        }
    }

    /// A person is wanted at `kiosk`.
    pub fn ask(&self, kiosk: &str, key: u64) {
        self.change(true, |inner| match inner.book.ask(kiosk, key, clock::unix_seconds()) {
            Ok(_) => tracing::info!("call.requested"),
            Err(error) => tracing::error!(%error, "call.refused"),
        });
    }

    /// A staff page says something. The refusal is in French, for the page.
    pub fn from_staff(&self, message: FromStaff) -> Result<(), &'static str> {
        let outcome = match message {
            FromStaff::Ping => Ok(()),
            FromStaff::Shown { number } => self.try_change(|book| {
                let first = book.shown(number)?;
                if first {
                    tracing::info!("call.delivered");
                }
                Ok(first)
            }),
            FromStaff::Come { number, by } => self.try_change(|book| {
                book.come(number, &crate::protocol::clean_name(&by))?;
                tracing::info!("call.acknowledged");
                Ok(true)
            }),
            FromStaff::Done { number } => self.try_change(|book| {
                book.done(number)?;
                tracing::info!("call.closed");
                Ok(true)
            }),
        };
        outcome.map_err(|error| match error {
            BookError::NotOpen(_) => "Cet appel est déjà terminé.",
            BookError::Taken(_) => "Une autre personne a déjà répondu.",
            BookError::NotAnswered(_) => {
                "Personne n’a encore répondu à cet appel : appuyez d’abord sur « J’arrive »."
            }
            BookError::NoName(_) => "Écrivez d’abord votre prénom ou le nom de votre accueil.",
            BookError::Full => "Trop d’appels sont ouverts.",
        })
    }

    /// What a staff page shows.
    pub fn for_staff(&self) -> ToStaff {
        let inner = self.lock();
        let now = clock::unix_seconds();
        let calls = inner.book.open_calls().map(|call| StaffCall {
            number: call.number,
            kiosk: call.kiosk.clone(),
            seconds: now.saturating_sub(call.made_at),
            state: call.state.clone(),
            left: call.left,
        });
        let kiosks = inner.kiosks.iter().map(|(name, kiosk)| StaffKiosk {
            name: name.clone(),
            alive: kiosk.connections > 0,
            printer: kiosk.printer.clone(),
        });
        ToStaff::Hall { calls: calls.collect(), kiosks: kiosks.collect() }
    }

    /// How call `key` of `kiosk` stands, once it is safe to say.
    pub fn for_kiosk(&self, kiosk: &str, key: u64) -> Option<ToKiosk> {
        let inner = self.lock();
        let call = inner.book.by_key(kiosk, key)?;
        // "Written down" is not said before it is.
        let true_now = inner.saved || call.state != CallState::Requested;
        true_now.then(|| ToKiosk::Call { key, number: call.number, state: call.state.clone() })
    }

    fn try_change(&self, change: impl FnOnce(&mut Book) -> Result<bool, BookError>) -> Result<(), BookError> {
        let mut inner = self.lock();
        if change(&mut inner.book)? {
            self.settle(&mut inner, true);
        }
        Ok(())
    }

    fn change(&self, durable: bool, change: impl FnOnce(&mut Inner)) {
        let mut inner = self.lock();
        change(&mut inner);
        self.settle(&mut inner, durable);
    }

    /// Writes down, sets the light, and only then tells everybody.
    fn settle(&self, inner: &mut Inner, durable: bool) {
        if durable || !inner.saved {
            self.save(inner);
        }
        show_light(inner);
        self.changed.send_modify(|version| *version += 1);
    }

    fn save(&self, inner: &mut Inner) {
        let bytes = inner.book.to_bytes().map_err(|error| error.to_string());
        let written = bytes
            .and_then(|bytes| crate::durable::write(&self.file, &bytes).map_err(|error| error.to_string()));
        inner.saved = written.is_ok();
        if let Err(error) = written {
            tracing::error!(%error, "calls.not_saved");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets the light as the calls want it.
fn show_light(inner: &mut Inner) {
    let waiting = inner.book.open_calls().any(|call| call.state.is_waiting());
    let state = match (waiting, inner.book.open_calls().next().is_some()) {
        (true, _) => LightState::Calling,
        (false, true) => LightState::Acknowledged,
        (false, false) => LightState::Off,
    };
    let works = inner.light.show(state).is_ok();
    if inner.light_works && !works {
        tracing::warn!("light.failed");
    }
    inner.light_works = works;
}

fn read_book(file: &std::path::Path) -> Book {
    let read = crate::durable::read(file, BOOK_BYTES_MAX).map_err(|error| error.to_string());
    let book = read.and_then(|bytes| {
        bytes.map_or(Ok(Book::default()), |bytes| Book::from_bytes(&bytes).map_err(|error| error.to_string()))
    });
    book.unwrap_or_else(|error| {
        let aside = file.with_extension("broken");
        // Kept for whoever wants to know; calls go on whether that works or not.
        let _ = std::fs::rename(file, &aside);
        tracing::error!(%error, aside = %aside.display(), "calls.unreadable");
        Book::default()
    })
}

/// Saves again what could not be saved, and sets the light again, until `stop`.
pub(super) async fn keep_time(hall: Arc<Hall>, stop: watch::Receiver<bool>) {
    let again = async {
        loop {
            tokio::time::sleep(LIGHT_AGAIN).await;
            let mut inner = hall.lock();
            if inner.saved {
                show_light(&mut inner);
            } else {
                hall.settle(&mut inner, true);
            }
        }
    };
    tokio::select! {
        () = again => {}
        () = super::stopped(stop) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parvis_hardware::simulated::SimulatedLight;

    fn hall(folder: &std::path::Path) -> (Hall, SimulatedLight) {
        let light = SimulatedLight::new();
        (Hall::open(folder.join("calls.json"), Box::new(light.clone())), light)
    }

    #[test]
    fn a_call_survives_the_death_of_the_desk() {
        let folder = tempfile::tempdir().unwrap();
        let (first, _) = hall(folder.path());
        first.ask("Borne", 7);
        drop(first);
        let (second, light) = hall(folder.path());
        assert!(matches!(second.for_kiosk("Borne", 7), Some(ToKiosk::Call { number: 1, .. })));
        assert_eq!(light.view().state, LightState::Calling);
    }

    #[test]
    fn a_call_that_cannot_be_written_down_is_shown_to_staff_but_not_promised_to_the_kiosk() {
        let folder = tempfile::tempdir().unwrap();
        let (hall, _) = hall(folder.path());
        std::fs::create_dir(folder.path().join("calls.json.new")).unwrap();
        hall.ask("Borne", 7);
        assert_eq!(hall.for_kiosk("Borne", 7), None);
        let ToStaff::Hall { calls, .. } = hall.for_staff() else { panic!() };
        assert_eq!(calls.len(), 1);
        hall.from_staff(FromStaff::Shown { number: 1 }).unwrap();
        assert!(hall.for_kiosk("Borne", 7).is_some(), "a person sees it: that is true and may be said");
    }

    #[test]
    fn the_light_follows_the_calls() {
        let folder = tempfile::tempdir().unwrap();
        let (hall, light) = hall(folder.path());
        hall.ask("Borne", 7);
        assert_eq!(light.view().state, LightState::Calling);
        hall.from_staff(FromStaff::Come { number: 1, by: "Marie".into() }).unwrap();
        assert_eq!(light.view().state, LightState::Acknowledged);
        hall.from_staff(FromStaff::Done { number: 1 }).unwrap();
        assert_eq!(light.view().state, LightState::Off);
    }

    #[test]
    fn a_broken_book_is_put_aside_and_calls_go_on() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("calls.json"), b"\0garbage").unwrap();
        let (hall, _) = hall(folder.path());
        hall.ask("Borne", 7);
        assert!(hall.for_kiosk("Borne", 7).is_some());
        assert!(folder.path().join("calls.broken").exists());
    }
}
