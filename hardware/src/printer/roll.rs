//! How much paper is left on the roll: an estimate, counted down from the last new roll. Pure, and never a reason not
//! to print.
//!
//! A roll is taken for a new one when
//! - staff say so;
//! - the paper had ended, and the printer is ready again;
//! - the cover was opened and closed while the roll was low: who opens it then does so to put another one in;
//! - the near-end sensor had seen the end coming, the printer was away since (cover open, switched off, or we were), and
//!   the sensor sees it no longer. Without that pause, a roll that wobbles on its spool would be a new one.
//!
//! Before the first new roll nothing is known, and nothing is said, unless the sensor speaks. The sensor knows better
//! than the count, downwards: when it sees the end coming, at most [`NEAR_END_MM`] are left.

use super::profile::Profile;
use super::{OfflineReason, PrintError, Printed, PrinterStatus};
use crate::paper::Paper;
use crate::raster::Raster;

/// A printable width above that is one of an 80 mm roll, in millimetres; up to it, of a 58 mm roll.
const NARROW_MM: u32 = 56;
/// An 80 mm roll as it is sold for printers: 80 mm across, on a core of 12 mm, of paper of 60 µm:
/// π · (80² − 12²) / (4 · 0.06) mm are 82 m.
const WIDE_ROLL_MM: u32 = 80_000;
/// A 58 mm roll: 50 mm across give 31 m and 46 mm give 26 m by the same reckoning; rather too early than too late.
const NARROW_ROLL_MM: u32 = 25_000;
/// What is left when a near-end sensor sees the end coming: 23 mm across on a core of 18 mm give 2.7 m.
pub const NEAR_END_MM: u32 = 3_000;
/// A roll is low at a tenth of its length, since the count is not better than that, and at [`NEAR_END_MM`] in any case.
const LOW_PART: u32 = 10;
/// Paper that moves at the end of a slip, at most: to the blade and beyond it, or to the edge where it is torn off.
pub(crate) const END_MM: u32 = 25;
/// A slip while too few came out to know better.
const USUAL_SLIP_MM: u32 = 300;
/// So many tell how long slips are here,
const SLIPS_MIN: u32 = 5;
/// and so many are remembered: older ones weigh ever less.
const SLIPS_MAX: u32 = 200;
/// The longest roll that is believed.
pub const ROLL_MM_MAX: u32 = 1_000_000;

/// What must survive a power cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RollMemory {
    /// Millimetres left; nothing where no new roll was seen yet.
    pub left_mm: Option<u32>,
    /// Millimetres of the last slips,
    pub printed_mm: u32,
    /// and how many they were.
    pub slips: u32,
    /// The sensor has seen the end of this roll coming.
    pub near_end: bool,
    /// The paper has ended.
    pub ended: bool,
}

/// The roll in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roll {
    length_mm: u32,
    memory: RollMemory,
    /// The cover was open since the printer last could print.
    opened: bool,
    /// It was away, or we were.
    away: bool,
    /// Its blade was stuck: staff open and close the cover for that, and leave the roll where it is.
    mending: bool,
}

/// The length of the roll that usually goes with `paper`, in millimetres.
pub fn usual_mm(paper: Paper) -> u32 {
    if paper.millimetres(paper.dots()) > NARROW_MM { WIDE_ROLL_MM } else { NARROW_ROLL_MM }
}

/// Millimetres of paper that a print moved, as far as its outcome tells: rather too many than too few.
pub fn moved_mm(slip: &Raster, outcome: &Result<Printed, PrintError>, profile: &Profile) -> u32 {
    let rows = match outcome {
        Ok(_) => slip.height(),
        Err(PrintError::Incomplete { bands_sent, .. }) => {
            let sent = u32::try_from(*bands_sent).unwrap_or(u32::MAX);
            sent.saturating_mul(profile.band_rows).min(slip.height())
        }
        Err(PrintError::NotStarted(_) | PrintError::Width { .. }) => return 0,
    };
    profile.paper.millimetres(rows) + END_MM
}

impl Roll {
    /// A roll of `length_mm` (up to [`ROLL_MM_MAX`]) when new, as it was left.
    pub fn remembered(length_mm: u32, memory: RollMemory) -> Self {
        let length_mm = length_mm.clamp(1, ROLL_MM_MAX);
        let left_mm = memory.left_mm.map(|left| left.min(length_mm));
        Self {
            length_mm,
            memory: RollMemory { left_mm, ..memory },
            opened: false,
            away: true,
            mending: false,
        }
    }

    /// What must survive.
    pub const fn memory(&self) -> RollMemory {
        self.memory
    }

    /// Millimetres left, where that is known.
    pub const fn left_mm(&self) -> Option<u32> {
        self.memory.left_mm
    }

    /// How many slips as long as the last ones that makes.
    pub fn slips_left(&self) -> Option<u32> {
        let RollMemory { printed_mm, slips, .. } = self.memory;
        let usual = if slips < SLIPS_MIN { USUAL_SLIP_MM } else { (printed_mm / slips).max(1) };
        self.left_mm().map(|left| left / usual)
    }

    /// Whether staff should have another roll at hand.
    pub fn is_low(&self) -> bool {
        self.left_mm().is_some_and(|left| left <= NEAR_END_MM.max(self.length_mm / LOW_PART))
    }

    /// Staff put a new roll in.
    pub fn renew(&mut self) {
        self.memory =
            RollMemory { left_mm: Some(self.length_mm), near_end: false, ended: false, ..self.memory };
        self.back();
    }

    /// A print moved so many millimetres of paper; `whole` when all of it came out.
    pub fn moved(&mut self, mm: u32, whole: bool) {
        let memory = &mut self.memory;
        memory.left_mm = memory.left_mm.map(|left| left.saturating_sub(mm));
        if !whole {
            return;
        }
        if memory.slips >= SLIPS_MAX {
            (memory.slips, memory.printed_mm) = (memory.slips / 2, memory.printed_mm / 2);
        }
        memory.slips += 1;
        memory.printed_mm = memory.printed_mm.saturating_add(mm);
    }

    /// The printer says how it is.
    pub fn hears(&mut self, status: PrinterStatus) {
        match status {
            PrinterStatus::PaperOut => {
                let left_mm = self.memory.left_mm.map(|_| 0);
                self.memory = RollMemory { left_mm, ended: true, ..self.memory };
            }
            PrinterStatus::CoverOpen => {
                self.opened |= !self.mending;
                self.away = true;
            }
            PrinterStatus::Offline(reason) => {
                self.mending |= reason == OfflineReason::Cutter;
                self.away = true;
            }
            PrinterStatus::PaperLow => {
                let known = self.left_mm().filter(|_| !self.memory.ended);
                let left = known.unwrap_or(NEAR_END_MM).min(NEAR_END_MM);
                self.memory = RollMemory { left_mm: Some(left), near_end: true, ended: false, ..self.memory };
                self.back();
            }
            PrinterStatus::Ready => {
                let RollMemory { near_end, ended, .. } = self.memory;
                if ended || (self.opened && self.is_low()) || (self.away && near_end) {
                    self.renew();
                }
                self.back();
            }
        }
    }

    /// It can print.
    fn back(&mut self) {
        (self.opened, self.away, self.mending) = (false, false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUCK: PrinterStatus = PrinterStatus::Offline(OfflineReason::Cutter);
    const OFF: PrinterStatus = PrinterStatus::Offline(OfflineReason::NotConnected);

    fn roll(left_mm: Option<u32>) -> Roll {
        Roll::remembered(80_000, RollMemory { left_mm, ..RollMemory::default() })
    }

    /// What is left after the printer said all that.
    fn after(left_mm: u32, said: &[PrinterStatus]) -> u32 {
        let mut roll = roll(Some(left_mm));
        for status in said {
            roll.hears(*status);
        }
        roll.left_mm().unwrap()
    }

    #[test]
    fn a_roll_is_new_after_the_paper_had_ended_or_the_cover_was_open_while_it_was_low() {
        use PrinterStatus::{CoverOpen, PaperLow, PaperOut, Ready};
        for (left, said, expected) in [
            (40_000, &[PaperOut, Ready][..], 80_000),
            (40_000, &[PaperOut, CoverOpen, OFF, Ready], 80_000),
            (40_000, &[Ready, CoverOpen, Ready], 40_000),
            (5_000, &[Ready, CoverOpen, Ready], 80_000),
            (5_000, &[Ready, OFF, Ready], 5_000),
            (5_000, &[Ready, STUCK, CoverOpen, Ready], 5_000),
            (5_000, &[Ready, STUCK, CoverOpen, Ready, CoverOpen, Ready], 80_000),
            (40_000, &[PaperOut], 0),
            (40_000, &[PaperLow, Ready], 3_000),
            (40_000, &[PaperLow, OFF, Ready], 80_000),
            (40_000, &[PaperLow, CoverOpen, Ready], 80_000),
            (40_000, &[PaperLow, CoverOpen, PaperLow], 3_000),
            (40_000, &[PaperOut, PaperLow], 3_000),
            (1_000, &[PaperLow], 1_000),
        ] {
            assert_eq!(after(left, said), expected, "{left} {said:?}");
        }
    }

    #[test]
    fn before_the_first_new_roll_nothing_is_known_unless_the_sensor_speaks() {
        let mut roll = roll(None);
        roll.hears(PrinterStatus::Ready);
        roll.moved(10_000, true);
        assert_eq!((roll.left_mm(), roll.slips_left(), roll.is_low()), (None, None, false));
        roll.hears(PrinterStatus::PaperLow);
        assert_eq!((roll.left_mm(), roll.is_low()), (Some(NEAR_END_MM), true));
        roll.renew();
        assert_eq!((roll.left_mm(), roll.is_low()), (Some(80_000), false));
    }

    #[test]
    fn an_end_that_was_seen_before_a_power_cut_makes_the_next_roll_a_new_one() {
        let mut before = roll(Some(2_000));
        before.hears(PrinterStatus::PaperOut);
        let mut after = Roll::remembered(80_000, before.memory());
        after.hears(PrinterStatus::Ready);
        assert_eq!(after.left_mm(), Some(80_000));
    }

    #[test]
    fn slips_count_as_long_as_they_are_here_and_an_estimate_never_goes_below_nothing() {
        let mut roll = roll(Some(9_000));
        assert_eq!(roll.slips_left(), Some(30));
        for _ in 0..5 {
            roll.moved(600, true);
        }
        assert_eq!((roll.left_mm(), roll.slips_left()), (Some(6_000), Some(10)));
        for _ in 0..1_000 {
            roll.moved(600, true);
        }
        assert_eq!((roll.left_mm(), roll.slips_left(), roll.is_low()), (Some(0), Some(0), true));
        assert!(roll.memory().slips <= SLIPS_MAX);
    }

    #[test]
    fn what_a_print_moved_is_counted_by_the_dots_of_the_printer() {
        let profile = Profile::generic(Paper::MM80);
        let slip = Raster::white(576, 2_030).unwrap();
        let incomplete =
            |bands_sent| PrintError::Incomplete { status: PrinterStatus::PaperOut, bands_sent, bands: 43 };
        assert_eq!(moved_mm(&slip, &Ok(Printed::Confirmed), &profile), 254 + END_MM);
        assert_eq!(moved_mm(&slip, &Err(incomplete(10)), &profile), 61 + END_MM);
        assert_eq!(moved_mm(&slip, &Err(incomplete(43)), &profile), 254 + END_MM);
        assert_eq!(moved_mm(&slip, &Err(PrintError::NotStarted(PrinterStatus::PaperOut)), &profile), 0);
    }

    #[test]
    fn rolls_are_as_long_as_they_are_sold_for_each_width() {
        assert_eq!([Paper::MM58, Paper::MM80_NARROW, Paper::MM80].map(usual_mm), [25_000, 80_000, 80_000]);
    }
}
