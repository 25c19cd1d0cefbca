//! The light above the desk that says a person is waiting.

pub mod driven;
pub mod rhythm;

use thiserror::Error;

/// What the light says. Told apart by rhythm as well as colour, for those who do not see colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LightState {
    /// Nobody is waiting.
    Off,
    /// Somebody called: blinking.
    Calling,
    /// Somebody called and nobody answers: blinking fast, and a buzzer where there is one, at least 3 s or a pulse
    /// every 10 s.
    Late,
    /// Somebody is on the way: steady.
    Acknowledged,
}

/// Why the light cannot be set.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LightError {
    /// The line or cable has gone.
    #[error("call light is not connected: check its cable")]
    NotConnected,
    /// It is there and cannot be set: no right to it, or taken by another program.
    #[error("call light at {place} cannot be set: {reason}")]
    Refused {
        /// Chip and lines, or device.
        place: String,
        /// What the system says.
        reason: String,
    },
}

/// A call light.
///
/// Promises: `show` returns at once (blinking is the driver's or the hardware's own); setting the same state again
/// is harmless and is how a light that was unplugged is brought back; after an error the light shows anything. An error
/// may be that of the last attempt, up to a second old.
pub trait CallLight: Send {
    /// Shows a state until the next one.
    fn show(&mut self, state: LightState) -> Result<(), LightError>;
}

/// A desk without a light.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLight;

impl CallLight for NoLight {
    fn show(&mut self, _state: LightState) -> Result<(), LightError> {
        Ok(())
    }
}
