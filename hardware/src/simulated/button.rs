//! A call button without a wire: one end is pressed, the other read.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::button::{ButtonError, CallButton, PRESSES_MAX, Press};

#[derive(Default)]
struct Wire {
    pressed: u64,
    read: u64,
    unplugged: bool,
    /// Held down for too long, and nobody was told yet.
    stuck: bool,
}

/// The button as the desk reads it.
pub struct SimulatedButton {
    wire: Arc<(Mutex<Wire>, Condvar)>,
}

/// The button as a hand finds it. Clones press the same button.
#[derive(Clone)]
pub struct ButtonLever {
    wire: Arc<(Mutex<Wire>, Condvar)>,
}

impl SimulatedButton {
    /// A button and the lever that presses it.
    pub fn new() -> (Self, ButtonLever) {
        let wire = Arc::new((Mutex::new(Wire::default()), Condvar::new()));
        (Self { wire: Arc::clone(&wire) }, ButtonLever { wire })
    }
}

fn lock(wire: &(Mutex<Wire>, Condvar)) -> MutexGuard<'_, Wire> {
    wire.0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ButtonLever {
    /// Presses once. An unplugged button is pressed in vain.
    pub fn press(&self) {
        let mut wire = lock(&self.wire);
        if !wire.unplugged {
            wire.pressed += 1;
            self.wire.1.notify_all();
        }
    }

    /// Presses, and never lets go: one press, and then said to be stuck, once.
    pub fn jam(&self) {
        self.press();
        let mut wire = lock(&self.wire);
        wire.stuck = !wire.unplugged;
        self.wire.1.notify_all();
    }

    /// Pulls the cable or puts it back.
    pub fn unplug(&self, unplugged: bool) {
        lock(&self.wire).unplugged = unplugged;
        self.wire.1.notify_all();
    }
}

impl CallButton for SimulatedButton {
    fn next_press(&mut self, limit: Duration) -> Result<Option<Press>, ButtonError> {
        let waiting = |wire: &mut Wire| !wire.unplugged && !wire.stuck && wire.pressed == wire.read;
        let (mut wire, _) = self
            .wire
            .1
            .wait_timeout_while(lock(&self.wire), limit, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        if wire.unplugged {
            return Err(ButtonError::NotConnected);
        }
        if wire.pressed == wire.read {
            return if std::mem::take(&mut wire.stuck) { Err(ButtonError::Stuck) } else { Ok(None) };
        }
        let oldest_kept = wire.pressed.saturating_sub(PRESSES_MAX as u64 - 1);
        wire.read = (wire.read + 1).max(oldest_kept);
        Ok(Some(Press { number: wire.read }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn presses_made_while_nobody_reads_are_kept_up_to_a_bound() {
        let (mut button, lever) = SimulatedButton::new();
        assert_eq!(button.next_press(NOW), Ok(None));
        (0..100).for_each(|_| lever.press());
        let mut numbers = Vec::new();
        while let Ok(Some(press)) = button.next_press(NOW) {
            numbers.push(press.number);
        }
        assert_eq!(numbers, (93..=100).collect::<Vec<_>>());
    }

    #[test]
    fn a_press_wakes_a_waiting_reader() {
        let (mut button, lever) = SimulatedButton::new();
        let reader = std::thread::spawn(move || button.next_press(Duration::from_secs(20)));
        lever.press();
        assert_eq!(reader.join().unwrap(), Ok(Some(Press { number: 1 })));
    }

    #[test]
    fn a_jammed_button_is_one_press_and_said_to_be_stuck_once() {
        let (mut button, lever) = SimulatedButton::new();
        lever.jam();
        assert_eq!(button.next_press(NOW), Ok(Some(Press { number: 1 })));
        assert_eq!(button.next_press(NOW), Err(ButtonError::Stuck));
        assert_eq!(button.next_press(NOW), Ok(None));
    }

    #[test]
    fn an_unplugged_button_is_said_to_be_so_and_comes_back() {
        let (mut button, lever) = SimulatedButton::new();
        lever.unplug(true);
        lever.press();
        assert_eq!(button.next_press(NOW), Err(ButtonError::NotConnected));
        lever.unplug(false);
        assert_eq!(button.next_press(NOW), Ok(None), "a press in vain is not a call later");
    }
}
