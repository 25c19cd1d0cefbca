//! A loudspeaker whose sounds can be looked at, and played by a page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::sound::{SoundError, Speaker, Tune};

/// What an onlooker hears.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpeakerView {
    /// The last sound.
    pub last: Option<Tune>,
    /// How many there were.
    pub count: u64,
    /// Whether its cable is out.
    pub unplugged: bool,
}

/// A simulated loudspeaker. Clones are handles to the same one.
#[derive(Clone, Debug, Default)]
pub struct SimulatedSpeaker {
    view: Arc<Mutex<SpeakerView>>,
}

impl SimulatedSpeaker {
    /// What was heard.
    pub fn view(&self) -> SpeakerView {
        *self.lock()
    }

    /// Pulls the cable or puts it back.
    pub fn unplug(&self, unplugged: bool) {
        self.lock().unplugged = unplugged;
    }

    fn lock(&self) -> MutexGuard<'_, SpeakerView> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Speaker for SimulatedSpeaker {
    fn play(&mut self, tune: Tune) -> Result<(), SoundError> {
        let mut view = self.lock();
        if view.unplugged {
            return Err(SoundError::Refused { device: "simulated".to_owned() });
        }
        *view = SpeakerView { last: Some(tune), count: view.count + 1, unplugged: false };
        Ok(())
    }
}
