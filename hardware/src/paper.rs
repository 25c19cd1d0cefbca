//! The paper of one printer: how many dots wide, how many dots to the inch.

use thiserror::Error;

/// Why a paper cannot be described.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaperError {
    /// The printable width is not one that a thermal printer has.
    #[error(
        "printable width of {dots} dots is not a multiple of 8 between 256 and 832: see the printer's manual"
    )]
    Width {
        /// What was asked for, in dots.
        dots: u32,
    },
    /// The resolution is not one that a thermal printer has.
    #[error("resolution of {dpi} dots per inch is not between 150 and 310: see the printer's manual")]
    Resolution {
        /// What was asked for, in dots per inch.
        dpi: u32,
    },
}

/// The printable area of a roll: width in dots and resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    dots: u32,
    dpi: u32,
}

impl Paper {
    /// 80 mm roll, 72 mm printable at 203 dpi: the usual kiosk printer.
    pub const MM80: Self = Self { dots: 576, dpi: 203 };
    /// 80 mm roll on the printers that print 64 mm of it.
    pub const MM80_NARROW: Self = Self { dots: 512, dpi: 203 };
    /// 58 mm roll, 48 mm printable at 203 dpi.
    pub const MM58: Self = Self { dots: 384, dpi: 203 };

    /// A paper of `dots` printable dots (a multiple of 8, 256 to 832) at `dpi` dots per inch (150 to 310).
    pub fn new(dots: u32, dpi: u32) -> Result<Self, PaperError> {
        if !(256..=832).contains(&dots) || !dots.is_multiple_of(8) {
            return Err(PaperError::Width { dots });
        }
        if !(150..=310).contains(&dpi) {
            return Err(PaperError::Resolution { dpi });
        }
        Ok(Self { dots, dpi })
    }

    /// Printable width in dots.
    pub const fn dots(self) -> u32 {
        self.dots
    }

    /// Dots per inch, the same both ways.
    pub const fn dpi(self) -> u32 {
        self.dpi
    }

    /// The fewest dots that are at least `tenths_mm` tenths of a millimetre long.
    pub const fn at_least(self, tenths_mm: u32) -> u32 {
        (tenths_mm * self.dpi).div_ceil(254)
    }

    /// The most dots that are at most `tenths_mm` tenths of a millimetre long.
    pub const fn at_most(self, tenths_mm: u32) -> u32 {
        tenths_mm * self.dpi / 254
    }

    /// The length of `dots` in whole millimetres, rounded up.
    pub const fn millimetres(self, dots: u32) -> u32 {
        (dots * 254).div_ceil(self.dpi * 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_for_cap_height_is_28_dots_and_51_dots_at_203_dpi() {
        assert_eq!(Paper::MM80.at_least(35), 28);
        assert_eq!(Paper::MM80.at_least(63), 51);
        assert_eq!(Paper::MM80.millimetres(203), 26);
    }

    #[test]
    fn a_width_that_no_printer_has_is_refused() {
        assert_eq!(Paper::new(577, 203), Err(PaperError::Width { dots: 577 }));
        assert_eq!(Paper::new(100_000, 203), Err(PaperError::Width { dots: 100_000 }));
        assert_eq!(Paper::new(576, 72), Err(PaperError::Resolution { dpi: 72 }));
        assert!(Paper::new(640, 203).is_ok());
    }
}
