//! A call light that can be looked at from a page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::light::{CallLight, LightError, LightState};

/// What an onlooker sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LightView {
    /// What it shows; off while unplugged.
    pub state: LightState,
    /// Grows with every change.
    pub changes: u64,
    /// Whether its cable is out.
    pub unplugged: bool,
}

/// A simulated light. Clones are handles to the same one.
#[derive(Clone)]
pub struct SimulatedLight {
    view: Arc<Mutex<LightView>>,
}

impl Default for SimulatedLight {
    fn default() -> Self {
        Self::new()
    }
}

impl SimulatedLight {
    /// A light that is off.
    pub fn new() -> Self {
        let view = LightView { state: LightState::Off, changes: 0, unplugged: false };
        Self { view: Arc::new(Mutex::new(view)) }
    }

    /// What it shows now.
    pub fn view(&self) -> LightView {
        *self.lock()
    }

    /// Pulls the cable or puts it back. It comes back dark, as a real one does.
    pub fn unplug(&self, unplugged: bool) {
        let mut view = self.lock();
        *view = LightView { state: LightState::Off, changes: view.changes + 1, unplugged };
    }

    fn lock(&self) -> MutexGuard<'_, LightView> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallLight for SimulatedLight {
    fn show(&mut self, state: LightState) -> Result<(), LightError> {
        let mut view = self.lock();
        if view.unplugged {
            return Err(LightError::NotConnected);
        }
        if view.state != state {
            *view = LightView { state, changes: view.changes + 1, unplugged: false };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_seen_and_counted_once() {
        let mut light = SimulatedLight::new();
        let onlooker = light.clone();
        for state in [LightState::Calling, LightState::Calling, LightState::Acknowledged, LightState::Off] {
            light.show(state).unwrap();
            assert_eq!(onlooker.view().state, state);
        }
        assert_eq!(onlooker.view().changes, 3);
    }

    #[test]
    fn an_unplugged_light_is_said_to_be_so_and_comes_back_dark() {
        let mut light = SimulatedLight::new();
        light.show(LightState::Calling).unwrap();
        light.unplug(true);
        assert_eq!(light.show(LightState::Calling), Err(LightError::NotConnected));
        light.unplug(false);
        assert_eq!(light.view().state, LightState::Off);
        light.show(LightState::Calling).unwrap();
        assert_eq!(light.view().state, LightState::Calling);
    }
}
