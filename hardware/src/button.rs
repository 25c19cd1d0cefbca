//! The physical call button.

use std::time::Duration;

use thiserror::Error;

/// Presses closer together than this are one press. A driver on a GPIO line lets the line rest this long before it
/// reports; shaking hands and worn switches stay below it, two presses meant as two stay above.
pub const DEBOUNCE: Duration = Duration::from_millis(50);

/// Presses kept for a reader that is late. More say nothing more: the visitor wants a person.
pub const PRESSES_MAX: usize = 8;

/// One press, numbered from 1 since the button was opened; a gap in numbers means presses that were not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Its number.
    pub number: u64,
}

/// Why a button cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ButtonError {
    /// The line or cable has gone. The desk says so to staff: a dead button is worse than none.
    #[error("call button is not connected: check its cable")]
    NotConnected,
}

/// A call button.
///
/// Promises: `next_press` waits at most `limit` and is meant for a thread of its own; a press is reported when the
/// button goes down, once, however long it is held; presses made while nobody reads are kept up to [`PRESSES_MAX`];
/// after `NotConnected`, calling again (at a bounded rate) finds the button when it is back.
pub trait CallButton: Send {
    /// The next press, or `None` when none came within `limit`.
    fn next_press(&mut self, limit: Duration) -> Result<Option<Press>, ButtonError>;
}
