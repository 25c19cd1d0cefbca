//! What a printer's status bytes mean for the kiosk, in one pure function.

use std::fmt;

/// What the printer can do for a visitor now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterStatus {
    /// It prints.
    Ready,
    /// It prints, but staff should bring paper.
    PaperLow,
    /// It has no paper.
    PaperOut,
    /// Its cover is open.
    CoverOpen,
    /// It does not print, for another reason. "Not connected" is an ordinary reason, not an exception.
    Offline(OfflineReason),
}

/// Why a printer is offline, as staff would name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfflineReason {
    /// No device, no cable, no network, or power off.
    NotConnected,
    /// The system refuses the kiosk access to the device.
    NotAllowed,
    /// It takes bytes but never answers.
    Silent,
    /// It answers bytes that are no status: another device, or a wrong speed.
    Garbled,
    /// The blade is stuck.
    Cutter,
    /// The head is too hot; it goes on by itself.
    Overheated,
    /// Somebody holds the feed button.
    Feeding,
    /// A fault that needs a technician.
    Fault,
    /// It says offline and gives no reason.
    Unknown,
}

impl PrinterStatus {
    /// Whether a slip may be started.
    pub const fn can_print(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow)
    }
}

impl fmt::Display for PrinterStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "ready",
            Self::PaperLow => "paper low",
            Self::PaperOut => "paper out",
            Self::CoverOpen => "cover open",
            Self::Offline(OfflineReason::NotConnected) => "offline: not connected",
            Self::Offline(OfflineReason::NotAllowed) => "offline: access refused",
            Self::Offline(OfflineReason::Silent) => "offline: no answer",
            Self::Offline(OfflineReason::Garbled) => "offline: answers are no status",
            Self::Offline(OfflineReason::Cutter) => "offline: cutter stuck",
            Self::Offline(OfflineReason::Overheated) => "offline: head too hot",
            Self::Offline(OfflineReason::Feeding) => "offline: feed button held",
            Self::Offline(OfflineReason::Fault) => "offline: fault",
            Self::Offline(OfflineReason::Unknown) => "offline: no reason given",
        })
    }
}

/// Whether a byte can be an answer to DLE EOT: bits 1 and 4 set, bits 0 and 7 clear.
pub const fn is_real_time_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// Whether a byte can be the answer to the barrier (GS r 1): bits 4 and 7 clear.
pub const fn is_barrier_answer(byte: u8) -> bool {
    byte & 0b1001_0000 == 0
}

/// Whether the barrier's answer says that the paper has ended (bits 2 and 3).
pub const fn barrier_says_paper_out(byte: u8) -> bool {
    byte & 0b0000_1100 != 0
}

/// The status told by the answers to DLE EOT 1, 2, 3 and 4, in this order.
///
/// Any bytes may come in: fewer than four is [`OfflineReason::Silent`], anything that is not four answers is
/// [`OfflineReason::Garbled`]. What staff can mend at once comes first: an open cover also reports paper out on most
/// printers, and paper out also reports offline.
pub fn parse_status(answers: &[u8]) -> PrinterStatus {
    if !answers.iter().all(|byte| is_real_time_answer(*byte)) || answers.len() > 4 {
        return PrinterStatus::Offline(OfflineReason::Garbled);
    }
    let &[printer, offline, error, paper] = answers else {
        return PrinterStatus::Offline(OfflineReason::Silent);
    };
    let bit = |byte: u8, number: u8| byte & (1 << number) != 0;
    if bit(offline, 2) {
        PrinterStatus::CoverOpen
    } else if bit(offline, 5) || bit(paper, 5) || bit(paper, 6) {
        PrinterStatus::PaperOut
    } else if bit(error, 3) {
        PrinterStatus::Offline(OfflineReason::Cutter)
    } else if bit(error, 2) || bit(error, 5) {
        PrinterStatus::Offline(OfflineReason::Fault)
    } else if bit(error, 6) {
        PrinterStatus::Offline(OfflineReason::Overheated)
    } else if bit(offline, 3) || bit(printer, 6) {
        PrinterStatus::Offline(OfflineReason::Feeding)
    } else if bit(offline, 6) || bit(printer, 3) || bit(printer, 5) {
        PrinterStatus::Offline(OfflineReason::Unknown)
    } else if bit(paper, 2) || bit(paper, 3) {
        PrinterStatus::PaperLow
    } else {
        PrinterStatus::Ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_answer_has_its_meaning() {
        use OfflineReason::{Cutter, Fault, Feeding, Garbled, Overheated, Silent, Unknown};
        let cases: [(&[u8], PrinterStatus); 15] = [
            (&[0x16, 0x12, 0x12, 0x12], PrinterStatus::Ready),
            (&[0x12, 0x12, 0x12, 0x1E], PrinterStatus::PaperLow),
            (&[0x1A, 0x32, 0x12, 0x7E], PrinterStatus::PaperOut),
            (&[0x12, 0x12, 0x12, 0x72], PrinterStatus::PaperOut),
            (&[0x1A, 0x36, 0x12, 0x7E], PrinterStatus::CoverOpen),
            (&[0x1A, 0x52, 0x1A, 0x12], PrinterStatus::Offline(Cutter)),
            (&[0x1A, 0x52, 0x32, 0x12], PrinterStatus::Offline(Fault)),
            (&[0x1A, 0x52, 0x52, 0x12], PrinterStatus::Offline(Overheated)),
            (&[0x1A, 0x1A, 0x12, 0x12], PrinterStatus::Offline(Feeding)),
            (&[0x1A, 0x12, 0x12, 0x12], PrinterStatus::Offline(Unknown)),
            (&[], PrinterStatus::Offline(Silent)),
            (&[0x12, 0x12, 0x12], PrinterStatus::Offline(Silent)),
            (&[0x12, 0xFF, 0x12, 0x12], PrinterStatus::Offline(Garbled)),
            (&[0x12; 5], PrinterStatus::Offline(Garbled)),
            (b"HTTP/1.1", PrinterStatus::Offline(Garbled)),
        ];
        for (answers, expected) in cases {
            assert_eq!(parse_status(answers), expected, "{answers:02x?}");
        }
    }

    #[test]
    fn a_barrier_answer_and_a_real_time_answer_are_never_the_same_byte() {
        for byte in 0..=u8::MAX {
            assert!(!(is_barrier_answer(byte) && is_real_time_answer(byte)), "{byte:02x}");
        }
    }
}
