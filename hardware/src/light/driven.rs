//! A light that blinks by our hand: a thread of its own sets lamp and buzzer in their rhythm.
//!
//! GPIO lines and relays are [`Lamps`]: they can be on or off. What they show, and that they are found again after they
//! were unplugged, is here, the same for both.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::rhythm::{Lit, REST_MAX, Rhythm};
use super::{CallLight, LightError, LightState};
use crate::printer::esc_pos::Now;

/// What can be switched.
///
/// Promises: `set` ends within milliseconds; after an error, the next `set` looks for the device anew.
pub trait Lamps: Send {
    /// Switches lamp and buzzer, also when nothing changes: that is how a loss is noticed.
    fn set(&mut self, lit: Lit) -> Result<(), LightError>;
}

/// Lamps that show the state of calls. Dropped, they go dark.
pub struct DrivenLight {
    shared: Arc<Shared>,
    now: Now,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    told: Mutex<Told>,
    changed: Condvar,
}

#[derive(Clone)]
struct Told {
    state: LightState,
    since: Duration,
    /// How the last attempt ended.
    outcome: Result<(), LightError>,
    stop: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DrivenLight {
    /// Starts the thread; the lamps are dark until a state is shown.
    pub fn start(lamps: impl Lamps + 'static, rhythm: Rhythm, now: Now) -> Self {
        let told = Told { state: LightState::Off, since: now(), outcome: Ok(()), stop: false };
        let shared = Arc::new(Shared { told: Mutex::new(told), changed: Condvar::new() });
        let (driven, clock) = (Arc::clone(&shared), Arc::clone(&now));
        let thread = std::thread::spawn(move || drive(&driven, lamps, rhythm, &clock));
        Self { shared, now, thread: Some(thread) }
    }
}

fn drive(shared: &Shared, mut lamps: impl Lamps, rhythm: Rhythm, now: &Now) {
    loop {
        let told = shared.lock().clone();
        if told.stop {
            // There is nobody left to tell.
            let _ = lamps.set(Lit::default());
            return;
        }
        let since = now().saturating_sub(told.since);
        let outcome = lamps.set(rhythm.at(told.state, since));
        // Lamps that are not there are not looked for at the pace of their blinking.
        let rest = if outcome.is_ok() { rhythm.rest(told.state, since) } else { REST_MAX };
        let mut now_told = shared.lock();
        now_told.outcome = outcome;
        let same = |now_told: &mut Told| now_told.state == told.state && !now_told.stop;
        // The clock is asked again either way.
        drop(shared.changed.wait_timeout_while(now_told, rest, same));
    }
}

impl CallLight for DrivenLight {
    fn show(&mut self, state: LightState) -> Result<(), LightError> {
        let mut told = self.shared.lock();
        if told.state != state {
            told.state = state;
            told.since = (self.now)();
            self.shared.changed.notify_all();
        }
        told.outcome.clone()
    }
}

impl Drop for DrivenLight {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked sets nothing any more, and that is all there is to know.
            let _ = thread.join();
        }
    }
}
