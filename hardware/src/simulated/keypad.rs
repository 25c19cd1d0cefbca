//! A keypad without a device: one end is pressed, the other read.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::keypad::{Keypad, KeypadError, KeypadMap, Stroke};

/// Strokes that wait for a reader that is late.
const STROKES_MAX: usize = 16;

#[derive(Default)]
struct Wire {
    strokes: VecDeque<Stroke>,
    unplugged: bool,
    held_by_another: bool,
}

/// The keypad as the kiosk reads it.
pub struct SimulatedKeypad {
    wire: Arc<(Mutex<Wire>, Condvar)>,
}

/// The keypad as a hand finds it. Clones press the same keypad.
#[derive(Clone)]
pub struct KeypadLever {
    map: KeypadMap,
    wire: Arc<(Mutex<Wire>, Condvar)>,
}

impl SimulatedKeypad {
    /// A keypad with the keys of `map`, and the lever that presses them.
    pub fn new(map: KeypadMap) -> (Self, KeypadLever) {
        let wire = Arc::new((Mutex::new(Wire::default()), Condvar::new()));
        (Self { wire: Arc::clone(&wire) }, KeypadLever { map, wire })
    }
}

fn lock(wire: &(Mutex<Wire>, Condvar)) -> MutexGuard<'_, Wire> {
    wire.0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KeypadLever {
    /// Presses the key of this code once. An unplugged keypad is pressed in vain.
    pub fn press(&self, code: u16) {
        let mut wire = lock(&self.wire);
        if !wire.unplugged && wire.strokes.len() < STROKES_MAX {
            wire.strokes.push_back(self.map.stroke(code));
            self.wire.1.notify_all();
        }
    }

    /// Pulls the cable or puts it back.
    pub fn unplug(&self, unplugged: bool) {
        let mut wire = lock(&self.wire);
        wire.unplugged = unplugged;
        wire.strokes.clear();
        self.wire.1.notify_all();
    }

    /// Another program takes it, or lets it go.
    pub fn hold(&self, held: bool) {
        lock(&self.wire).held_by_another = held;
        self.wire.1.notify_all();
    }
}

impl Keypad for SimulatedKeypad {
    fn next_stroke(&mut self, limit: Duration) -> Result<Option<Stroke>, KeypadError> {
        let idle = |wire: &mut Wire| !wire.unplugged && !wire.held_by_another && wire.strokes.is_empty();
        let waited = self.wire.1.wait_timeout_while(lock(&self.wire), limit, idle);
        let (mut wire, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if wire.unplugged {
            return Err(KeypadError::NotConnected);
        }
        if wire.held_by_another {
            let place = "simulated keypad".to_owned();
            return Err(KeypadError::Refused { place, reason: "taken by another program".to_owned() });
        }
        Ok(wire.strokes.pop_front())
    }
}
