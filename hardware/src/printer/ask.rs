//! How a printer is asked for its status over an open port.

use std::time::Duration;

use super::esc_pos::Limits;
use super::port::{Answers, Port, PortError};
use super::profile::{Command, Profile};
use super::{OfflineReason, PrinterStatus};
use crate::escpos::{self, status};

/// Bytes drained before a question: stale answers of an earlier, slower printer. Beyond, the port talks nonsense.
pub(super) const STALE_BYTES_MAX: usize = 256;

/// After noise, how long a line must be silent before it is asked again.
const QUIET: Duration = Duration::from_millis(100);

/// Whether asking makes sense: the port carries answers, and the model has some.
pub(super) fn answers(port: &dyn Port, profile: &Profile) -> bool {
    port.answers() == Answers::Expected && profile.knows(Command::RealTimeStatus)
}

/// The status of a port. One that never answers is taken for ready: only writing can tell. Noise is asked again once,
/// because an answer that was late by one question looks like noise; questions print nothing.
pub(super) fn ask_status(
    port: &mut dyn Port,
    profile: &Profile,
    limits: Limits,
) -> Result<PrinterStatus, PortError> {
    if !answers(port, profile) {
        return Ok(PrinterStatus::Ready);
    }
    let status = ask_once(port, limits, Duration::ZERO)?;
    if status == PrinterStatus::Offline(OfflineReason::Garbled) {
        // Answers that are still on their way would each be taken for that of the next question.
        ask_once(port, limits, limits.read.min(QUIET))
    } else {
        Ok(status)
    }
}

/// Asks DLE EOT 1 to 4, one answer each, when nothing has come for `quiet`.
fn ask_once(port: &mut dyn Port, limits: Limits, quiet: Duration) -> Result<PrinterStatus, PortError> {
    if !drain(port, quiet)? {
        return Ok(PrinterStatus::Offline(OfflineReason::Garbled));
    }
    let mut answers = Vec::with_capacity(4);
    for question in escpos::STATUS_QUESTIONS {
        let mut rest: &[u8] = &question;
        while !rest.is_empty() {
            let taken = port.write(rest, limits.write)?;
            rest = rest.get(taken..).unwrap_or_default();
        }
        let mut answer = [0];
        match port.read(&mut answer, limits.read) {
            Ok(_) => answers.push(answer[0]),
            Err(PortError::TimedOut { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(status::parse_status(&answers))
}

/// Reads what came unasked, until nothing comes for `quiet`. `false` when it does not end: that is no printer.
pub(super) fn drain(port: &mut dyn Port, quiet: Duration) -> Result<bool, PortError> {
    let mut stale = [0; 64];
    let mut drained = 0;
    while drained <= STALE_BYTES_MAX {
        match port.read(&mut stale, quiet) {
            Ok(count) => drained += count.max(1),
            Err(PortError::TimedOut { .. }) => return Ok(true),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
