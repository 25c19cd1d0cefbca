//! Printers in the kiosk's words: what can be printed now, and whether a slip came out whole.
//!
//! Three layers: bytes ([`crate::escpos`]), ports that carry them ([`port`], with a character device or file in
//! [`device_file`] and TCP in [`network`]), and the policy shared by all of them ([`esc_pos`], within the limits of a
//! model's [`profile`]). How much paper is left is [`roll`]'s.

mod ask;
pub mod device_file;
pub mod esc_pos;
mod job;
pub mod network;
pub mod port;
pub mod profile;
pub mod roll;

use thiserror::Error;

pub use crate::escpos::status::{OfflineReason, PrinterStatus};
use crate::raster::Raster;

/// A slip that was taken, and how much is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// The printer said, after the last row, that it has handled everything and still has paper.
    Confirmed,
    /// The port cannot answer (a file, a one-way printer): every byte was taken, nobody knows what became of it.
    /// The screen may say "votre ticket s’imprime", never "votre ticket est imprimé".
    Unconfirmed,
}

/// Why there is no whole slip. None of them is retried here: the visitor is told and offered another way.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrintError {
    /// Nothing was sent: there is no paper to look for.
    #[error("printer cannot start a slip: {0}")]
    NotStarted(PrinterStatus),
    /// The slip began and may be cut short. `status` is the best known reason.
    #[error("slip is incomplete after {bands_sent} of {bands} bands: {status}")]
    Incomplete {
        /// What the printer says, or why it does not.
        status: PrinterStatus,
        /// Bands that the port took entirely; what is on the paper may be less.
        bands_sent: usize,
        /// Bands of the slip.
        bands: usize,
    },
    /// The slip is not as wide as the paper. Nothing was sent.
    #[error("slip is {slip} dots wide and the printer {paper}: render it for this printer's paper")]
    Width {
        /// Dots of the slip.
        slip: u32,
        /// Dots of the printer.
        paper: u32,
    },
}

/// A slip printer.
///
/// Promises, which every implementation keeps and the contract tests check:
/// - Both calls block, for a bounded time: call them from a thread of their own, never from the screen's.
/// - `status` never fails: a printer that is not there is [`OfflineReason::NotConnected`]. It reconnects when it can, so
///   calling it every second or two is the way to follow a printer. Log changes, not calls.
/// - `print` asks the status first and sends nothing if it cannot print.
/// - `Confirmed` is returned only after the printer has handled the last row with paper left.
/// - Nothing is ever sent twice. After [`PrintError::Incomplete`], what the printer still held is thrown away as far as
///   the printer obeys, and what hangs out is cut off as soon as the printer can: by the next `status`, or before the
///   next slip. So no visitor's words hang on another's slip.
pub trait Printer: Send {
    /// What the printer can do now. At most a few seconds, and as long as a slip where one must be cut off.
    fn status(&mut self) -> PrinterStatus;

    /// Prints one slip and cuts it. At most [`esc_pos::Limits::job`] and one status.
    fn print(&mut self, slip: &Raster) -> Result<Printed, PrintError>;
}
