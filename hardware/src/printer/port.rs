//! What carries bytes to a printer and back: open, write, read, each with a limit in time.

use std::io;
use std::time::Duration;

use super::OfflineReason;

/// What can be known from the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// The printer answers status questions.
    Expected,
    /// Nothing ever comes back: a plain file, a pipe, a one-way printer.
    Never,
}

/// Why a port did not carry bytes. The kinds are what the policy treats differently; details belong to a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// There is nothing at this place, or it has gone.
    #[error("no printer at {place}: check cable, power and the configured place")]
    Absent {
        /// Path or address.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// The system refuses.
    #[error("access to {place} is refused: the kiosk's user must be in the group of the device (often lp)")]
    Refused {
        /// Path or address.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// It was there and is not any more.
    #[error("printer at {place} has gone")]
    Gone {
        /// Path or address.
        place: String,
    },
    /// Not a byte moved within the limit.
    #[error("printer at {place} moved no byte in {limit_ms} ms")]
    TimedOut {
        /// Path or address.
        place: String,
        /// The limit in milliseconds.
        limit_ms: u128,
    },
}

impl PortError {
    /// The reason as a status.
    pub const fn reason(&self) -> OfflineReason {
        match self {
            Self::Absent { .. } | Self::Gone { .. } => OfflineReason::NotConnected,
            Self::Refused { .. } => OfflineReason::NotAllowed,
            Self::TimedOut { .. } => OfflineReason::Silent,
        }
    }

    /// What the system said, sorted.
    pub(crate) fn of(place: &str, source: io::Error) -> Self {
        let place = place.to_owned();
        if source.kind() == io::ErrorKind::PermissionDenied {
            Self::Refused { place, source }
        } else {
            Self::Absent { place, source }
        }
    }

    /// Nothing moved.
    pub(crate) fn timed_out(place: &str, limit: Duration) -> Self {
        Self::TimedOut { place: place.to_owned(), limit_ms: limit.as_millis() }
    }
}

/// An open way to a printer.
pub trait Port: Send {
    /// Writes at least one byte, waiting at most `limit` for room. Returns how many were taken.
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, PortError>;

    /// Reads at least one byte into `room`, waiting at most `limit`. Returns how many came.
    fn read(&mut self, room: &mut [u8], limit: Duration) -> Result<usize, PortError>;

    /// Whether anything ever comes back.
    fn answers(&self) -> Answers;
}

/// A place where a printer may be found. Opening creates nothing at the other end and is bounded in time.
pub trait OpenPort: Send {
    /// Opens the way, waiting at most `limit`.
    fn open(&mut self, limit: Duration) -> Result<Box<dyn Port>, PortError>;
}
