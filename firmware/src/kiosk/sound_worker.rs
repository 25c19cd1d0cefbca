//! Sounds, beside the window: a loudspeaker takes its time.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use parvis_hardware::sound::{Speaker, Tune};
use parvis_ui_model::view::CallStage;

/// Sounds that wait; only the last one is played.
const WAITING_MAX: usize = 8;

/// The worker; it ends when this is dropped.
pub struct SoundWorker(SyncSender<Tune>);

impl SoundWorker {
    /// Starts the worker; without a loudspeaker, nothing is heard.
    pub fn start(speaker: Option<Box<dyn Speaker>>) -> Self {
        let (tunes, waiting) = sync_channel(WAITING_MAX);
        if let Some(speaker) = speaker {
            std::thread::spawn(move || work(speaker, &waiting));
        }
        Self(tunes)
    }

    /// Plays a sound, soon.
    pub fn play(&self, tune: Tune) {
        // A loudspeaker that is so far behind, or none, has nothing to say.
        let _ = self.0.try_send(tune);
    }
}

fn work(mut speaker: Box<dyn Speaker>, waiting: &Receiver<Tune>) {
    let mut works = true;
    while let Ok(first) = waiting.recv() {
        // What was true before is not worth hearing.
        let tune = waiting.try_iter().last().unwrap_or(first);
        let played = speaker.play(tune);
        if let Err(error) = &played
            && works
        {
            tracing::warn!(%error, "sound.failed");
        }
        works = played.is_ok();
    }
}

/// What is heard when a call that stood as `before` stands as `now`: every change that is seen, but the first moment.
/// `visited`: a visitor is there; whoever left needs no sound.
pub fn tune(before: Option<&CallStage>, now: Option<&CallStage>, visited: bool) -> Option<Tune> {
    if before == now {
        return None;
    }
    match now {
        None => before.filter(|_| visited).filter(|before| **before != CallStage::Closed).map(|_| Tune::Over),
        Some(CallStage::Asking) => None,
        Some(CallStage::Sent) => Some(Tune::Sent),
        Some(CallStage::Shown) => Some(Tune::Seen),
        Some(CallStage::Coming(_)) => Some(Tune::Coming),
        Some(CallStage::Arrived(_)) => Some(Tune::Arrived),
        Some(CallStage::Anew | CallStage::Nobody | CallStage::Away(_)) => Some(Tune::Alone),
        Some(CallStage::Closed) => Some(Tune::Over),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_call_is_heard_once_and_nothing_when_nobody_is_there() {
        let marie = CallStage::Coming("Marie".into());
        let way = [
            (None, Some(CallStage::Asking), None),
            (Some(CallStage::Asking), Some(CallStage::Sent), Some(Tune::Sent)),
            (Some(CallStage::Sent), Some(CallStage::Sent), None),
            (Some(CallStage::Sent), Some(CallStage::Shown), Some(Tune::Seen)),
            (Some(CallStage::Shown), Some(marie.clone()), Some(Tune::Coming)),
            (Some(marie), Some(CallStage::Anew), Some(Tune::Alone)),
            (Some(CallStage::Anew), Some(CallStage::Arrived("Paul".into())), Some(Tune::Arrived)),
            (Some(CallStage::Shown), None, Some(Tune::Over)),
            (Some(CallStage::Closed), None, None),
        ];
        for (before, now, heard) in way {
            assert_eq!(tune(before.as_ref(), now.as_ref(), true), heard, "{before:?} {now:?}");
        }
        assert_eq!(tune(Some(&CallStage::Shown), None, false), None);
    }
}
