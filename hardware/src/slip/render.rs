//! A slip into a raster: layout, cutting to the longest paper, drawing. The same slip gives the same bits everywhere.

use super::blocks::{Blocks, Frame};
use super::fit::{self, Fitted, LENGTH_MAX_TENTHS_MM, Piece};
use super::fonts::Fonts;
use super::ink;
use super::typeset::Typesetter;
use super::{Direction, Picture, Slip, SlipError, TextSize};
use crate::paper::Paper;
use crate::raster::Raster;

/// White above the first and below the last piece, in tenths of a millimetre: the first dots after a cut are often
/// smeared, and the last stay near the blade.
const HEAD_TENTHS_MM: u32 = 30;
const FOOT_TENTHS_MM: u32 = 20;

/// A slip ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The dots, as wide as the paper.
    pub raster: Raster,
    /// Blocks and list items left out because the paper would have been longer than 60 cm; what the caller left out is
    /// one more. When not zero, the slip
    /// ends with "Suite à l’écran", and the screen should say so too.
    pub left_out: usize,
    /// Characters that no font has, and boxes in their place. None of ours has any.
    pub missing: usize,
    /// The size it was printed in: normal instead of large when even the essential elements did not fit in large.
    pub size: TextSize,
}

/// Lays out and draws slips. Keeps fonts and glyph pictures: make one and reuse it (the first slip costs most).
pub struct SlipRenderer {
    types: Typesetter,
}

impl SlipRenderer {
    /// A renderer that owns its fonts.
    pub fn new(fonts: Fonts) -> Self {
        Self { types: Typesetter::new(fonts) }
    }

    /// Draws `slip` for `paper`. Fails only when a picture is wider than the paper, when a QR code cannot hold its
    /// payload, or when the essential elements alone pass 60 cm in normal size.
    pub fn render(&mut self, slip: &Slip, paper: Paper) -> Result<Rendered, SlipError> {
        match (self.render_in(slip, slip.size(), paper), slip.size()) {
            // Narrow paper holds few words at 6.3 mm: all that matters, smaller, is better than no slip.
            (Err(SlipError::EssentialTooLong { .. }), TextSize::Large) => {
                self.render_in(slip, TextSize::Normal, paper)
            }
            (outcome, TextSize::Normal | TextSize::Large) => outcome,
        }
    }

    /// One line of text by itself, bold, its capitals `capitals` dots high: a name on a plan. At most 832 dots wide.
    pub fn line(&mut self, text: &str, capitals: u32) -> Result<Picture, SlipError> {
        let style = self.types.bold(capitals);
        let (width, _) = self.types.widths(text, style);
        // A dot more, so that rounding does not break the line.
        let set = self.types.set(text, style, width + 1, Direction::LeftToRight);
        let wide = (width + 2).next_multiple_of(8);
        let not_drawn = |_| SlipError::Picture { width: wide, height: set.height, bytes: 0 };
        let mut raster = Raster::white(wide, set.height).map_err(not_drawn)?;
        for item in &set.ink {
            ink::draw(item, 0, &mut raster, &mut self.types.system, &mut self.types.glyphs);
        }
        Picture::new(wide, set.height, raster.bits().to_vec())
    }

    fn render_in(&mut self, slip: &Slip, size: TextSize, paper: Paper) -> Result<Rendered, SlipError> {
        self.types.missing = 0;
        let fitted = self.layout(slip, size, paper)?;
        let head = paper.at_least(HEAD_TENTHS_MM);
        let foot = paper.at_least(FOOT_TENTHS_MM);
        let rows = head + fit::length(paper, &fitted.pieces) + foot;
        let too_long = |_| SlipError::EssentialTooLong {
            millimetres: paper.millimetres(rows),
            max: LENGTH_MAX_TENTHS_MM / 10,
        };
        let mut raster = Raster::white(paper.dots(), rows).map_err(too_long)?;
        self.draw(paper, &fitted.pieces, head, &mut raster);
        Ok(Rendered { raster, left_out: fitted.left_out, missing: self.types.missing, size })
    }

    fn layout(&mut self, slip: &Slip, size: TextSize, paper: Paper) -> Result<Fitted, SlipError> {
        let mut blocks = Blocks { types: &mut self.types, frame: Frame::of(slip, size, paper) };
        let mut pieces = Vec::new();
        for (index, part) in slip.parts().iter().enumerate() {
            blocks.frame.direction = part.direction;
            pieces.extend(blocks.pieces(index, part)?);
        }
        blocks.frame.direction = slip.direction();
        let notice = blocks.notice(slip.continuation());
        let room = paper.at_most(LENGTH_MAX_TENTHS_MM)
            - paper.at_least(HEAD_TENTHS_MM)
            - paper.at_least(FOOT_TENTHS_MM);
        fit::fit(paper, pieces, room, notice, slip.is_shortened()).map_err(|rows| {
            SlipError::EssentialTooLong {
                millimetres: paper.millimetres(rows),
                max: LENGTH_MAX_TENTHS_MM / 10,
            }
        })
    }

    fn draw(&mut self, paper: Paper, pieces: &[Piece], head: u32, raster: &mut Raster) {
        let mut top = head;
        for (index, piece) in pieces.iter().enumerate() {
            if let Some(above) = index.checked_sub(1).and_then(|above| pieces.get(above)) {
                top += fit::gap(paper, above.kind, piece.kind);
            }
            for item in &piece.ink {
                ink::draw(item, top as i32, raster, &mut self.types.system, &mut self.types.glyphs);
            }
            top += piece.height;
        }
    }
}
