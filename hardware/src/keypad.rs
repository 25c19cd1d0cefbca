//! A keypad for who does not touch the screen: keys by device and code, named by a map that is data.
//!
//! The kiosk reads it itself, not through the screen's library: there, most of a keypad's keys are one and the same.

pub mod evdev;
mod map;

pub use map::{KeypadMap, MapError};

use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeypadKey {
    /// To the one before.
    Previous,
    /// To the next one.
    Next,
    /// This one.
    Select,
    /// One step back.
    Back,
    /// To the first screen.
    Home,
    /// A person, please.
    Help,
}

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Pressed a key that the map knows. Holding it down says nothing more.
    Key(KeypadKey),
    /// Pressed another one: the kernel's code, for the technician who completes the map.
    Unknown(u16),
}

/// Why a keypad cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeypadError {
    /// It is not plugged in, or not any more.
    #[error("keypad is not connected: check its cable")]
    NotConnected,
    /// It is there and cannot be read: no right to it, or taken by another program.
    #[error("keypad at {place} cannot be read: {reason}")]
    Refused {
        /// The device.
        place: String,
        /// What the system says.
        reason: String,
    },
}

/// A keypad.
///
/// Promises: `next_stroke` waits at most `limit` and is meant for a thread of its own; a key is one stroke when it goes
/// down, however long it is held; strokes come in their order, and what was pressed while the keypad was away does not
/// come later; no other program gets them; after an error, calling again (at a bounded rate) finds it when it is back.
pub trait Keypad: Send {
    /// The next stroke, or `None` when none came within `limit`.
    fn next_stroke(&mut self, limit: Duration) -> Result<Option<Stroke>, KeypadError>;
}
