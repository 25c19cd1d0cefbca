//! The call button: a press is a call, with the kiosk's screen dead or alive.

use std::sync::Arc;
use std::time::Duration;

use parvis_hardware::button::CallButton;
use tokio::sync::watch;

use super::hall::Hall;
use crate::chance;

/// What staff read as the place of the call.
pub(super) const NAME: &str = "Bouton d’appel";
/// One look at the button lasts that long, so that a stop is heard.
const LOOK: Duration = Duration::from_millis(200);

/// Turns presses into calls until `stop`; gives the button back.
pub(super) async fn watch(
    hall: Arc<Hall>,
    button: Box<dyn CallButton>,
    stop: watch::Receiver<bool>,
) -> Box<dyn CallButton> {
    let watching = tokio::task::spawn_blocking(move || watch_blocking(&hall, button, &stop));
    watching.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn watch_blocking(
    hall: &Hall,
    mut button: Box<dyn CallButton>,
    stop: &watch::Receiver<bool>,
) -> Box<dyn CallButton> {
    let mut works = true;
    // By chance unlike any number of an earlier run, so that an old call is never taken for this one: no clock is
    // sure to go on across a power cut.
    let mut key = chance::number();
    while !*stop.borrow() && stop.has_changed().is_ok() {
        match button.next_press(LOOK) {
            Ok(Some(_)) => {
                // Pressed again, it is the same call until somebody comes.
                if !hall.waits(NAME) {
                    key = key.wrapping_add(1);
                    hall.ask(NAME, key, "fr");
                }
                works = true;
            }
            Ok(None) => works = true,
            Err(error) => {
                if works {
                    tracing::warn!(%error, "button.failed");
                }
                works = false;
                std::thread::sleep(LOOK);
            }
        }
    }
    button
}
