//! The physical call button.

use std::time::Duration;

use thiserror::Error;

/// A line must rest this long before a driver believes it. Worn contacts bounce for less, and a hurried tap is longer.
pub const DEBOUNCE: Duration = Duration::from_millis(30);

/// No hand holds a button longer: it is stuck, or something leans on it.
pub const HELD_MAX: Duration = Duration::from_secs(10);

/// Presses kept for a reader that is late. More say nothing more: the visitor wants a person.
pub const PRESSES_MAX: usize = 8;

/// One press, numbered from 1 since the button was opened; a gap in numbers means presses that were not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Its number.
    pub number: u64,
}

/// Why a button cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ButtonError {
    /// The line or cable has gone. The desk says so to staff: a dead button is worse than none.
    #[error("call button is not connected: check its cable")]
    NotConnected,
    /// Held for longer than [`HELD_MAX`]: presses cannot be told any more.
    #[error("call button is held down: look whether it is stuck")]
    Stuck,
    /// The line is there and cannot be read: no right to it, taken by another program, or without edge detection.
    #[error("call button at {place} cannot be read: {reason}")]
    Refused {
        /// Chip and line.
        place: String,
        /// What the system says.
        reason: String,
    },
}

/// A call button.
///
/// Promises: `next_press` waits at most `limit` and is meant for a thread of its own; a press is reported when the
/// button goes down, once, however long it is held; `Stuck` is said once for each time that it is held too long;
/// presses made while nobody reads are kept up to [`PRESSES_MAX`]; after `NotConnected` or `Refused`, calling again (at
/// a bounded rate) finds the button when it is back.
pub trait CallButton: Send {
    /// The next press, or `None` when none came within `limit`.
    fn next_press(&mut self, limit: Duration) -> Result<Option<Press>, ButtonError>;
}

/// A desk without a button.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoButton;

impl CallButton for NoButton {
    fn next_press(&mut self, limit: Duration) -> Result<Option<Press>, ButtonError> {
        // May end early, which the promise allows.
        std::thread::park_timeout(limit);
        Ok(None)
    }
}

/// Notices a button that is held down for longer than [`HELD_MAX`], once each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hold {
    down_since: Option<Duration>,
    told: bool,
}

impl Hold {
    /// The button is `down` or not, at `now`. `true` when it is to be said that it is stuck.
    pub fn look(&mut self, down: bool, now: Duration) -> bool {
        if !down {
            *self = Self::default();
            return false;
        }
        let since = *self.down_since.get_or_insert(now);
        let stuck = !self.told && now.saturating_sub(since) > HELD_MAX;
        self.told |= stuck;
        stuck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_stuck_button_is_said_to_be_so_once_each_time() {
        let mut hold = Hold::default();
        for (down, now, said) in [
            (true, 1, false),
            (true, 11, false),
            (true, 12, true),
            (true, 500, false),
            (false, 501, false),
            (true, 502, false),
            (true, 513, true),
        ] {
            assert_eq!(hold.look(down, seconds(now)), said, "at {now} s");
        }
    }

    #[test]
    fn a_button_that_is_pressed_again_and_again_is_not_stuck() {
        let mut hold = Hold::default();
        assert!((0..100).all(|second| !hold.look(second % 10 != 0, seconds(second))));
    }
}
