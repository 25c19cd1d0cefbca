//! Outlines of communes, for area maps.

use crate::place::Position;

/// Most outlines in one bundle: every commune of the largest département, twice.
pub const OUTLINES_MAX: usize = 1_800;
/// Most points in one outline.
pub const POINTS_MAX: usize = 400;
/// Most rings in one outline: islands and holes.
pub const RINGS_MAX: usize = 40;

/// The outline of one commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its INSEE code.
    pub insee: String,
    /// Its name.
    pub name: String,
    /// Closed rings of at least three points; the first point is not repeated at the end. Filled by the even-odd rule,
    /// a ring inside another one is a hole.
    pub rings: Vec<Vec<Position>>,
}
